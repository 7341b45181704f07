"""Who may see what: the table that the leak test holds the whole house to.

Each row is a kind of secret; its people are everybody who may learn it anywhere, by
page, list, search, count, export, file, paper or programme interface. Nobody else may,
and each of them must (else the test could not have noticed a leak).
``docs/handbook/who-sees-what.md`` is printed from here.
"""

from __future__ import annotations

from dataclasses import dataclass

PEOPLE: dict[str, str] = {
    "public": "a citizen who is not signed in",
    "writer": "the applicant who wrote the dossiers *judged*, *sealed* and *unfinished*",
    "coeditor": "an applicant of another organisation, editor of *judged* and *sealed*",
    "applicant1": "the manager of the organisation that is the host of these dossiers",
    "member": "a member of that organisation, neither manager nor writer",
    "applicant2": "the applicant of the dossiers *won* and *rival*",
    "applicant3": "the applicant of the dossiers *lost*, *waiting* and *invalid*",
    "stranger": "an applicant who has no dossier",
    "expert1": "the chair of the councils",
    "expert2": "a member who is recused from *judged*",
    "expert3": "a member whose ballots in the sitting council are still drafts",
    "expert12": "an expert without a seat",
    "secretary": "the secretary of the councils",
    "secretary2": "a council secretary of no council here",
    "officer": "a programme officer",
    "officer2": "a programme officer who is in the team of *judged*",
    "officer3": "a programme officer in an open conflict of interest with *judged*",
    "deputy": "somebody to whom the officer has lent his role",
    "former": "somebody whose lent role ended yesterday",
    "leader": "the agency leader",
    "finance": "a finance officer",
    "auditor": "an auditor",
    "admin": "the system administrator",
}
EVERYBODY = frozenset(PEOPLE)
SIGNED_IN = EVERYBODY - {"public"}
OFFICERS = frozenset({"officer", "officer2", "officer3", "deputy"})
CLERKS = frozenset({"secretary", "secretary2"})
READERS = OFFICERS | CLERKS | {"leader", "finance", "auditor"}
# Who follows every council; its secretary and members know their own.
FOLLOWERS = OFFICERS | {"leader", "auditor"}
PREPARING = FOLLOWERS | {"finance"}
MEMBERS = frozenset({"expert1", "expert2", "expert3"})
HOUSE = frozenset({"writer", "applicant1"})
# The organisation of *judged* and the adviser whom it named for its assessments.
OF_NARIME = HOUSE | {"member", "expert12"}
# Party to *judged*, or in conflict with it: of it they see nothing.
CONFLICTED = frozenset({"officer2", "officer3"})


@dataclass(frozen=True)
class Row:
    """One kind of secret: what it is, and who may learn it."""

    secret: str
    says: str
    people: frozenset[str]


def _dossier(
    name: str,
    says: str,
    *,
    writers: frozenset[str],
    office: frozenset[str] = frozenset(),
    council: frozenset[str] = frozenset(),
    public: bool = False,
) -> list[Row]:
    """The parts of a dossier that are seen by the same people."""
    readers = writers | office | council
    open_to = EVERYBODY if public else readers
    return [
        Row(f"dossier {name}: title", f"title of {says}", open_to),
        Row(f"dossier {name}: budget", f"amount asked in {says}", open_to),
        # The task file of an approved dossier is public and tells its abstract.
        Row(f"dossier {name}: text", f"text of {says}", open_to),
        *(
            Row(f"dossier {name}: {part}", f"{words} of {says}", readers)
            for part, words in (
                ("team", "team"),
                ("file name", "name of a file"),
                ("file", "content of a file"),
            )
        ),
        Row(f"dossier {name}: address", f"existence of {says}", writers | office),
        # A dossier that the office may not know of was compared with nothing.
        *(
            [Row(f"dossier {name}: screening", f"screening of {says}", office)]
            if office
            else []
        ),
    ]


SECRETARY = frozenset({"secretary"})
KEEPERS = FOLLOWERS | SECRETARY
ALL_BUT_PARTY = READERS - CONFLICTED
# Who reads cases of conflict of interest.
CASES = OFFICERS | CLERKS | {"leader", "auditor"}
DRAFT_NEED = frozenset({"applicant1", "auditor"})


def _same(people: frozenset[str], **says: str) -> list[Row]:
    """Rows of one thing that are seen by the same people; ``_`` stands for a space."""
    return [
        Row(f"{thing.replace('_', ' ')}: {part}", f"{part} of {words}", people)
        for key, words in says.items()
        for thing, _, parts in [key.partition("__")]
        for part in parts.split("__")
        for part in [part.replace("_", " ")]
    ]


# Who knows of a contract by office, and its host. Neither experts nor secretaries do.
OF_CONTRACTS = OFFICERS | {"leader", "finance", "auditor", "applicant2"}


TABLE: tuple[Row, ...] = (
    *_same(
        OF_CONTRACTS,
        contract_won__payment__paper__request__clearing__change__reason="the contract of the dossier *won*",
        result_won__title__text__address="a result that is for the ministry and the host",
        asset_won__name="an asset of the contract",
        right_won__title__author="a right that is not published",
        offer_won__title="an offer that is not public yet",
    ),
    *_same(
        READERS | {"applicant2"},
        campaign__title="a campaign that asks the agency",
        value__source__file="a reported value that nobody approved yet",
    ),
    *_same(
        READERS,
        draft_plan__title__goal__action__risk__address="a plan that is being prepared",
        issued_plan__risk="the action of an issued plan",
        stocktake__minutes="a stocktake of a plan",
        data_set__name__file="a data set of the accounts",
        account__title__address="a run of the accounts that is not published",
        index__name__unit__address="an index that is not published",
    ),
    *_same(EVERYBODY, issued_plan__title__goal__action="an issued plan"),
    *_same(
        READERS | {"applicant2"},
        stocktake__title__decision="a stocktake that gave the agency something to do",
    ),
    Row(
        "acceptance won: draft",
        "draft of the self-assessment",
        frozenset({"applicant2"}),
    ),
    *_same(
        DRAFT_NEED,
        draft_need__title__text__address__file_name__file="a need not yet submitted",
    ),
    *_same(
        READERS | {"applicant1"},
        sent_need__title__text__address__file_name__file="a submitted need",
    ),
    *_same(
        READERS,
        draft_order__title__text__address__ceiling="an order that is a draft",
        listed_order__title__text__address__ceiling="an order on a list not approved",
        draft_list__title__address="a list of orders not approved",
    ),
    *(
        row
        for number in (1, 2, 3, 4, 5)
        for row in (
            Row(
                f"order {number}: title", f"title of approved order {number}", EVERYBODY
            ),
            Row(
                f"need {number}: text",
                f"objectives of approved order {number}",
                EVERYBODY,
            ),
        )
    ),
    *_same(
        READERS,
        sent_need__screening="a submitted need",
        draft_order__screening="an order that is a draft",
        listed_order__screening="an order on a list not approved",
    ),
    *_same(FOLLOWERS, draft_call__title__address="a call not published"),
    Row(
        "late exception: reason",
        "reason why an organisation may hand in late",
        READERS | HOUSE | {"member"},
    ),
    *_dossier("unfinished", "a dossier that is being written", writers=HOUSE),
    *_dossier(
        "sealed",
        "a dossier handed in to a call that is still sealed",
        writers=HOUSE | {"coeditor"},
    ),
    *_dossier(
        "judged",
        "a dossier before the council, with a conflicted official and a recused member",
        writers=HOUSE | {"coeditor"},
        office=ALL_BUT_PARTY,
        council=MEMBERS - {"expert2"},
    ),
    *(
        Row(f"formation: {part}", f"{words} of a plan of councils for *judged*", people)
        for part, words, people in (
            ("title", "title", FOLLOWERS - CONFLICTED),
            ("address", "existence", FOLLOWERS - CONFLICTED),
            ("run", "computed councils", FOLLOWERS - CONFLICTED),
            ("lock", "reason why an expert must not sit", FOLLOWERS - CONFLICTED),
        )
    ),
    *_dossier(
        "rival",
        "another dossier before the same council",
        writers=frozenset({"applicant2"}),
        office=READERS,
        council=MEMBERS,
    ),
    *_dossier(
        "waiting",
        "a dossier that is decided, its letter not released",
        writers=frozenset({"applicant3"}),
        office=READERS,
        council=MEMBERS,
    ),
    *_dossier(
        "lost",
        "a dossier that was declined",
        writers=frozenset({"applicant3"}),
        office=READERS,
        council=MEMBERS,
    ),
    *_dossier(
        "invalid",
        "a dossier refused as not valid",
        writers=frozenset({"applicant3"}),
        office=READERS,
    ),
    *_dossier(
        "won",
        "a dossier that was approved",
        writers=frozenset({"applicant2"}),
        office=READERS,
        council=MEMBERS,
        public=True,
    ),
    Row(
        "dossier judged: eligibility note",
        "note of the check of *judged*",
        ALL_BUT_PARTY,
    ),
    Row(
        "dossier judged: experts",
        "by which work somebody is ranked as an expert for *judged*",
        ALL_BUT_PARTY - {"finance"},
    ),
    Row("dossier rival: eligibility note", "note of the check of *rival*", READERS),
    Row(
        "dossier judged: item",
        "that *judged* is on the agenda",
        (KEEPERS - CONFLICTED) | (MEMBERS - {"expert2"}),
    ),
    Row("dossier rival: item", "that *rival* is on the agenda", KEEPERS | MEMBERS),
    # Before the count nobody reads a ballot but its writer.
    Row(
        "dossier judged: ballot of the chair",
        "ballot of the chair on *judged*",
        frozenset({"expert1"}),
    ),
    Row(
        "dossier rival: ballot of the chair",
        "ballot of the chair on *rival*",
        frozenset({"expert1"}),
    ),
    *_same(
        (KEEPERS - CONFLICTED) | (MEMBERS - {"expert2"}),
        dossier_judged__remark__dissent__secret_vote="*judged* in the running meeting",
    ),
    *_same(
        KEEPERS | MEMBERS,
        dossier_rival__remark__dissent__secret_vote="*rival* in the running meeting",
        council_sitting__convocation="the council *sitting*",
    ),
    # It bears a hand's signature and may show the whole minutes: the signer has it and
    # the keepers, but nobody from whom an item is hidden.
    Row(
        "council sitting: signed sheet",
        "minutes of *sitting* signed by hand",
        (KEEPERS - CONFLICTED) | {"expert1"},
    ),
    Row(
        "dossier judged: draft ballot",
        "unfinished ballot on *judged*",
        frozenset({"expert3"}),
    ),
    Row(
        "dossier rival: draft ballot",
        "unfinished ballot on *rival*",
        frozenset({"expert3"}),
    ),
    *_dossier(
        "studied",
        "a dossier before a council that has not met, its review sealed",
        writers=frozenset({"applicant2"}),
        office=READERS,
        council=MEMBERS,
    ),
    Row(
        "dossier studied: item",
        "that *studied* is on the agenda",
        KEEPERS | MEMBERS,
    ),
    Row(
        "dossier studied: sealed review",
        "sealed review of *studied*",
        frozenset({"expert3"}),
    ),
    Row(
        "dossier judged: review",
        "opened review of *judged*",
        (KEEPERS - CONFLICTED) | (MEMBERS - {"expert2"}),
    ),
    Row("dossier rival: review", "opened review of *rival*", KEEPERS | MEMBERS),
    Row(
        "dossier judged: draft review",
        "unfinished review of *judged*, by a member not in this table",
        frozenset(),
    ),
    Row(
        "dossier rival: draft review",
        "unfinished review of *rival*",
        frozenset({"expert3"}),
    ),
    Row("dossier judged: note", "chair's note on *judged*", frozenset({"expert1"})),
    Row("dossier rival: note", "member's note on *rival*", frozenset({"expert2"})),
    Row(
        "dossier judged: question",
        "question on *judged* as a reviewer asked it",
        frozenset({"expert3", "officer", "deputy", "secretary"}),
    ),
    *(
        Row(
            f"dossier judged: {part}",
            f"{words} on *judged*",
            (KEEPERS - CONFLICTED) | (MEMBERS - {"expert2"}) | HOUSE | {"coeditor"},
        )
        for part, words in (
            ("question sent", "question as the author read it"),
            ("answer to the council", "answer of the author"),
        )
    ),
    Row(
        "dossier rival: question",
        "withheld question on *rival*",
        KEEPERS | {"expert3"},
    ),
    Row(
        "dossier rival: question withheld",
        "why a question on *rival* was withheld",
        frozenset({"expert3", "officer", "deputy", "secretary"}),
    ),
    Row(
        "dossier judged: recusal",
        "reason why a member is recused from *judged*",
        CASES - CONFLICTED,
    ),
    Row(
        "dossier judged: conflict",
        "why an official is in conflict with *judged*",
        CASES - CONFLICTED,
    ),
    Row(
        "dossier judged: exclusion",
        "whom the applicant of *judged* wants left out",
        HOUSE | {"coeditor"} | (CASES - CONFLICTED),
    ),
    Row("dossier rival: conflict", "why an expert is in conflict with *rival*", CASES),
    Row("dossier rival: verdict", "what was said of that conflict", CASES),
    *(
        row
        for name in ("won", "lost", "waiting")
        for row in (
            Row(
                f"dossier {name}: ballot of the chair",
                f"ballot of the chair on *{name}*",
                KEEPERS | {"expert1"},
            ),
            Row(
                f"dossier {name}: recommendation",
                f"what the council recommended on *{name}*",
                KEEPERS | MEMBERS,
            ),
            Row(
                f"dossier {name}: item",
                f"that *{name}* was on the agenda",
                KEEPERS | MEMBERS,
            ),
        )
    ),
    *(
        row
        for name in ("released", "decided", "sitting", "studied")
        for row in (
            Row(
                f"council {name}: address",
                f"existence of the council *{name}*",
                # Once the decision is released, the policy publishes which council it was.
                EVERYBODY if name == "released" else KEEPERS | MEMBERS,
            ),
            *(
                [
                    Row(
                        f"council {name}: minutes",
                        f"minutes of the council *{name}*",
                        KEEPERS | MEMBERS,
                    )
                ]
                if name not in {"sitting", "studied"}
                else []
            ),
        )
    ),
    *_same(EVERYBODY, dossier_won__decision__decision_reason="*won*, after release"),
    Row(
        "dossier won: letter",
        "letter on *won*, after release",
        PREPARING | {"applicant2"},
    ),
    *_same(
        PREPARING | {"applicant3"},
        dossier_lost__decision__letter__objection__answer="*lost*, after release",
    ),
    Row(
        "dossier invalid: refusal",
        "why *invalid* was refused",
        READERS | {"applicant3"},
    ),
    *_same(
        PREPARING | {"applicant3"},
        dossier_invalid__objection__answer="*invalid*",
    ),
    Row(
        "dossier lost: decision reason",
        "why *lost* was declined, after release",
        PREPARING | CLERKS | {"applicant3"},
    ),
    *_same(
        PREPARING,
        dossier_waiting__decision__decision_reason__letter="*waiting*, before release",
    ),
    Row("round decided: address", "existence of a round before release", PREPARING),
    *(
        Row(f"scenario: {part}", f"{words} of what to fund", PREPARING)
        for part, words in (
            ("title", "title of a scenario"),
            ("address", "existence of a scenario"),
            ("grounds", "why a scenario was put forward"),
            ("sent back", "why a second person did not adopt a scenario"),
            ("lock", "why a dossier was fixed by hand in scenarios"),
            ("round sent back", "why the leader sent back a round"),
        )
    ),
    Row("round released: address", "number of a released round", EVERYBODY),
    *(
        Row(
            f"round {name}: ranking", f"calibrated ranking of a {name} round", PREPARING
        )
        for name in ("decided", "released")
    ),
    Row("expert: name", "name of an expert", READERS | MEMBERS | {"admin"}),
    Row("expert: address", "entry of an expert in the registry", READERS),
    Row("expert: telephone", "telephone of an expert", READERS),
    Row("voice published: text", "a citizen's text that is published", EVERYBODY),
    *(
        Row(f"voice {name}: text", says, OFFICERS | {"leader", "auditor"})
        for name, says in (
            ("hidden", "a citizen's text that is hidden"),
            ("unconfirmed", "a citizen's text whose address is not confirmed yet"),
        )
    ),
    *(
        Row(f"alert: {part}", says, frozenset({"auditor"}))
        for part, says in (
            ("text", "what an alert without a name says (the auditor is named for it)"),
            ("address", "existence of an alert without a name"),
        )
    ),
    *_same(
        READERS,
        draft_news__title="news that is not approved",
        draft_policy__title="a draft of the disclosure policy",
    ),
    # Its number stands in the record, which an auditor reads; nothing of what it says.
    Row(
        "assessment: address",
        "existence of an innovation assessment",
        OF_NARIME | {"auditor"},
    ),
    # An organisation's own: no office reads it by its role, an auditor neither.
    *(
        Row(f"assessment: {name}", f"{says} of an innovation assessment", OF_NARIME)
        for name, says in (
            ("title", "title"),
            ("purpose", "purpose"),
            ("paper", "a paper handed in as evidence"),
            ("action", "an improvement action"),
            ("action address", "existence of an improvement action"),
        )
    ),
    *(
        Row(
            f"assessment: {name}",
            f"{says} of an innovation assessment",
            frozenset({"applicant1", "expert12"}),
        )
        for name, says in (
            ("who is asked", "people asked by a link"),
            ("finding", "a finding of the adviser"),
            ("cause", "the cause of a finding"),
        )
    ),
    # Ideas are for who weighs them and for their authors, initiatives for the organisation.
    *(
        Row(
            f"innovation: {name} address",
            f"existence of an {name} of an organisation",
            people | {"auditor"},
        )
        for name, people in (
            ("idea", frozenset({"applicant1", "expert12"})),
            ("initiative", OF_NARIME),
        )
    ),
    *(
        Row(f"innovation: {name}", f"{says} of an organisation", OF_NARIME)
        for name, says in (
            ("campaign", "an idea campaign"),
            ("initiative", "an initiative"),
            ("initiative text", "what an initiative is about"),
            ("reason", "the reason of a stage decision"),
            ("assumption", "an assumption of an initiative"),
            ("signal", "a signal that is watched"),
            ("objective", "an innovation objective"),
            ("audit", "an internal audit"),
            ("finding of an audit", "a finding of an internal audit"),
            ("review", "what a management review concluded"),
            ("record", "a record of the innovation system"),
        )
    ),
    *(
        Row(
            f"innovation: {name}",
            f"{says} in a campaign",
            frozenset({"applicant1", "expert12"}),
        )
        for name, says in (
            ("idea", "an idea"),
            ("idea text", "what an idea says"),
            ("author by name", "who handed in an idea by the link, with a name"),
        )
    ),
    Row(
        "innovation: idea of the member",
        "an idea that a member handed in under the account",
        frozenset({"applicant1", "expert12", "member"}),
    ),
    # Its number stands in the record, which an auditor reads; nothing of what it says.
    Row(
        "survey: address",
        "existence of a survey before it is published",
        frozenset({"officer", "auditor"}),
    ),
    # Of who is named as its manager: no other officer reads it, nor who acts for him.
    *(
        Row(f"survey: {name}", says, frozenset({"officer"}))
        for name, says in (
            ("title", "title of a survey before it is published"),
            ("purpose", "purpose of a survey before it is published"),
            ("organisation asked", "an organisation that is asked in a survey"),
        )
    ),
    # Of whom it was sent to; no page shows it to anybody.
    *(
        Row(f"survey: {name}", says, frozenset())
        for name, says in (
            (
                "address of a person asked",
                "e-mail address of a person asked in a survey",
            ),
            ("link of a person asked", "link by which a person answers a survey"),
        )
    ),
    Row(
        "correction: reason",
        "why something published is to be corrected, before a second person agreed",
        OFFICERS | {"leader", "auditor"},
    ),
    Row("subscriber: address", "mail address of a subscriber", frozenset()),
    Row(
        "webhook: url",
        "address at which somebody's program listens",
        frozenset({"applicant2", "auditor", "admin"}),
    ),
    Row(
        "partner: agreement",
        "agreement with a partner whose programs read more",
        frozenset({"auditor", "admin"}),
    ),
    Row(
        "delegation: reason",
        "why a role was lent",
        frozenset({"officer", "deputy", "admin"}),
    ),
)
