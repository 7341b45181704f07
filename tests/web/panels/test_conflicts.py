"""The pages of conflicts: list, case, verdicts, namings, statement; and what hides."""

from __future__ import annotations

import io
import json

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opensti.domains.panels import actions
from opensti.domains.panels.actions import Interest
from opensti.domains.panels.jobs import find
from opensti.domains.panels.models import (
    Conflict,
    ConflictSearch,
    Exclusion,
    Recusal,
    Seat,
    TieYears,
)
from opensti.domains.panels.queries import undertaking_text
from opensti.domains.registry.models import Person
from opensti.kernel.access import Role
from opensti.kernel.jobs.models import Job
from opensti.kernel.jobs.work import Work
from opensti.kernel.refusals import NotFound
from tests.factories import calls, conflicts, panels
from tests.factories.accounts import confirmed
from tests.factories.registry import Memberships, Organisations, People, Users
from tests.factories.tasks import actor_of, person
from tests.leaks.conftest import unchanging
from tests.web.panels.test_pages import cost, sign_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place_and_time(settings, tmp_path, monkeypatch):
    settings.OPENSTI_DATA_DIR = tmp_path
    for module in ("councils", "seats", "experts", "sessions", "conflicts"):
        monkeypatch.setattr(f"opensti.web.panels.{module}.now", lambda: panels.AT)


@pytest.fixture
def office():
    return panels.Office.new()


@pytest.fixture
def dossier(office):
    return panels.eligible_dossiers(office)[0]


def tied(office, dossier, number=1):
    """So many experts who wrote with the leader of a dossier; the search is done."""
    leader = conflicts.led(dossier, full_name="Lê Thị Hoa")
    members = []
    for _n in range(number):
        member = conflicts.in_the_pool()
        conflicts.wrote_together(leader.pk, member.person_id)
        members.append(member)
    conflicts.searched(office, dossier)
    return members


def page_of(case):
    return reverse("panels:conflict", args=[case.public_id])


def test_who_is_barred_from_another_dossier_learns_nothing_of_it_here(client, office):
    judged, rival = panels.eligible_dossiers(office, 2)
    secret = "Luyện kẽm bí mật"
    rival.title_vi, member = secret, conflicts.in_the_pool()
    rival.leader_id = member.person_id
    rival.order = judged.order = panels.old_order(office)
    for row in (judged, rival):
        row.save()
    conflicts.searched(office, judged)
    case = conflicts.case_of(member, judged)
    assert case.kind == "competitor"
    user = Users.create()
    him = People.create(user=user)
    Conflict.objects.create(
        person=him, dossier=rival, kind="named", digest="0" * 64, probability=1,
        found_at=panels.AT, changed_at=panels.AT,
    )  # fmt: skip
    barred = actor_of(user, Role.OFFICER, person_id=him.pk)
    council = panels.formed(office, dossiers=[judged])
    Seat.objects.create(council=council, person_id=member.person_id, role="member")
    places = [
        page_of(case),
        reverse("panels:conflicts")[:-1] + ".json",
        reverse("panels:conflicts") + "?export=csv",
        reverse("panels:conflicts") + f"?q={member.name}",
        reverse("panels:independence", args=[council.public_id, "docx"]),
        reverse("panels:council", args=[council.public_id]),
        reverse("home"),
    ]
    words = (secret, rival.code, f"competitor:{rival.pk}", case.public_id)
    told = {}
    for reader in (office.officer, barred):
        sign_in(client, reader)
        pages = [client.get(place) for place in places]
        bodies = [p.getvalue() if p.streaming else p.content for p in pages]
        if pages[4].status_code == 200:
            bodies[4] = words_of(bodies[4]).encode()
        bodies[1] = json.dumps(json.loads(bodies[1]), ensure_ascii=False).encode()
        bodies[0] = bodies[0].replace(page_of(case).encode(), b"")
        told[reader.user_id] = [
            any(word.encode() in body for word in words) for body in bodies
        ]
        told[reader.user_id, "codes"] = [pages[0].status_code, pages[4].status_code]
        told[reader.user_id, "work"] = "về xung đột lợi ích: " in text(pages[6])
        told[reader.user_id, "rows"] = len(json.loads(pages[1].content)["conflicts"])
    his, hers = barred.user_id, office.officer.user_id
    assert told == {
        hers: [True] * 5 + [False] * 2,
        (hers, "codes"): [200, 200],
        (hers, "work"): True,
        (hers, "rows"): 3,
        his: [False] * 7,
        (his, "codes"): [404, 404],
        (his, "work"): False,
        (his, "rows"): 0,
    }
    said = {"finding": "none", "reason": "Không.", "version": case.version}
    judge = reverse("panels:conflict_judge", args=[case.public_id])
    assert client.post(judge, said).status_code == 404
    with pytest.raises(NotFound):
        actions.dismiss_tie(
            actor=barred, conflict_id=case.pk, tie=case.evidence[0]["tie"],
            reason="Sai.", at=panels.AT,
        )  # fmt: skip


def words_of(written):
    """Everything a Word file says."""
    document = docx.Document(io.BytesIO(written))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_the_list_shows_filters_exports_and_hands_out_data(client, office, dossier):
    (member,) = tied(office, dossier)
    sign_in(client, office.officer)
    url = reverse("panels:conflicts")
    page = text(client.get(url))
    assert member.name in page
    assert dossier.title_vi in page
    assert member.name not in text(client.get(f"{url}?state=real"))
    assert member.name in text(client.get(f"{url}?kind=coauthor&probability=sure"))
    assert member.name in client.get(f"{url}?export=csv").getvalue().decode()
    data = json.loads(client.get(f"{url[:-1]}.json").content)["conflicts"]
    case = conflicts.case_of(member, dossier)
    assert [(row["kind"], row["evidence_sha256"]) for row in data] == [
        ("coauthor", case.digest)
    ]


def test_a_case_shows_work_year_article_and_the_other_person(client, office, dossier):
    (member,) = tied(office, dossier)
    sign_in(client, office.officer)
    page = text(client.get(page_of(conflicts.case_of(member, dossier))))
    for words in ("Thu hồi kẽm từ bụi lò", "2025", "Lê Thị Hoa", "100 %", member.name):
        assert words in page
    leader = Person.objects.get(full_name="Lê Thị Hoa")
    assert reverse("registry:person", args=[leader.public_id]) in page


def test_a_verdict_is_given_by_the_form_and_nothing_typed_is_lost(
    client, office, dossier
):
    (member,) = tied(office, dossier)
    case = conflicts.case_of(member, dossier)
    sign_in(client, office.officer)
    url = reverse("panels:conflict_judge", args=[case.public_id])
    answer = client.post(
        url, {"finding": "manageable", "reason": "Một bài chung.", "version": 1}
    )
    assert answer.status_code == 422
    assert "Một bài chung." in text(answer)
    answer = client.post(
        url,
        {
            "finding": "manageable",
            "reason": "Một bài chung.",
            "condition": "Không chấm kinh phí.",
            "version": 1,
        },
    )
    assert answer.status_code == 302
    assert "Không chấm kinh phí." in text(client.get(page_of(case)))
    old = client.post(url, {"finding": "none", "reason": "x", "version": 1})
    assert old.status_code == 409


def test_a_tie_is_set_aside_and_counts_again_by_its_buttons(client, office, dossier):
    (member,) = tied(office, dossier)
    case = conflicts.case_of(member, dossier)
    sign_in(client, office.officer)
    url = reverse("panels:conflict_step", args=[case.public_id])
    given = {"tie": case.evidence[0]["tie"], "reason": "Người khác."}
    assert client.post(url, {"act": "dismiss", **given}).status_code == 302
    page = text(client.get(page_of(case)))
    assert "Người khác." in page
    case.refresh_from_db()
    assert case.state == "lapsed"
    dismissed = case.dismissed_ties.get()
    again = {"act": "restore", "dismissed": dismissed.pk, "reason": "Đúng người."}
    assert client.post(url, again).status_code == 302
    assert client.post(url, {"act": "nonsense"}).status_code == 404


def test_several_are_judged_on_one_page_after_a_look(client, office, dossier):
    tied(office, dossier, 2)
    ids = list(Conflict.objects.values_list("pk", flat=True))
    sign_in(client, office.officer)
    url = reverse("panels:conflicts_judge")
    look = client.post(url, {"ids": ids})
    assert (look.status_code, Conflict.objects.filter(state="open").count()) == (200, 2)
    lacking = client.post(url, {"ids": ids, "confirmed": "1", "finding": "none"})
    assert lacking.status_code == 422
    done = client.post(
        url, {"ids": ids, "confirmed": "1", "finding": "none", "reason": "Kỷ yếu."}
    )
    assert done.status_code == 302
    assert set(Conflict.objects.values_list("state", flat=True)) == {"none"}


def test_the_search_is_asked_for_once_and_the_page_says_how_it_stands(
    client, office, dossier
):
    sign_in(client, office.officer)
    listed, url = reverse("panels:conflicts"), reverse("panels:conflicts_find")
    Job.objects.all().delete()
    assert "chưa tìm lần nào" in text(client.get(listed))
    for _click in range(2):
        answer = client.post(url, {"call": dossier.call.public_id})
        assert answer.url == listed
    job = Job.objects.get(kind="panels.find_conflicts")
    assert (job.state, job.payload) == ("waiting", {"call": dossier.call_id})
    page = text(client.get(listed))
    assert "đang chờ" in page
    assert "chưa tìm lần nào" not in page
    found = find(Work(job))
    Job.objects.update(state="done")
    # How many dossiers were looked at is not for whoever asked to know.
    assert set(found) == {"people"}
    page = text(client.get(listed))
    assert "đang chờ" not in page
    assert ConflictSearch.objects.get().done_at is not None


def test_a_council_on_orders_is_searched_from_the_page_too(client, office):
    council = panels.formed(
        office, orders=[panels.old_order(office)], kind="determination"
    )
    Job.objects.all().delete()
    sign_in(client, office.officer)
    url = reverse("panels:conflicts_find")
    for _click in range(2):
        client.post(url, {"council": council.public_id})
    assert Job.objects.get().payload == {"council": council.pk}
    assert client.post(url, {"council": "x" * 12}).status_code == 404


# ---- how long a tie counts


def test_the_leader_says_how_long_a_tie_counts_and_every_case_shows_it(
    client, office, dossier
):
    tied(office, dossier)
    case = Conflict.objects.get()
    leader = person(Role.LEADER)
    sign_in(client, leader)
    url = reverse("panels:tie_years")
    assert "không văn bản nào nêu" in text(client.get(url))
    confirmed(client)
    wrong = client.post(url, {"kind": "coauthor", "years": "99", "reason": "Dài."})
    assert (wrong.status_code, TieYears.objects.count()) == (422, 0)
    said = {
        "kind": "coauthor",
        "years": "4",
        "source": "Quy chế 12/QC-BCT",
        "reason": "Thống nhất với quỹ.",
    }
    assert client.post(url, said).url == url
    row = TieYears.objects.get()
    assert (row.years, row.source, row.set_by_id) == (4, said["source"], leader.user_id)
    for page in (text(client.get(url)), text(client.get(page_of(case)))):
        assert said["source"] in page
        assert said["reason"] in page
    sign_in(client, office.officer)
    assert "<form" not in text(client.get(url)).split("<main")[1].split("</main")[0]
    assert client.post(url, said).status_code == 403


def test_a_member_says_the_kind_of_tie_on_the_invitation(client, office):
    council = panels.formed(office, dossiers=panels.eligible_dossiers(office, 2))
    members = panels.seated(office, council)
    panels.set_up(office, council)
    item = panels.item_of(council)
    sign_in(client, members[4])
    client.post(
        reverse("panels:invitation", args=[council.public_id]),
        {
            "answer": "accept",
            "undertaking": undertaking_text().digest,
            "has_conflict": item.pk,
            f"tie-{item.pk}": "family",
            f"conflict-{item.pk}": "Em rể.",
        },
    )
    case = conflicts.case_of(members[4], item.dossier)
    assert (case.kind, Recusal.objects.get().reason) == ("family", "Em rể.")


def test_writers_name_and_take_back_whom_they_fear(client, office):
    host = Organisations.create()
    call = calls.published(office.officer)
    writer = calls.applicant(host)
    Memberships.create(user_id=writer.user_id, organisation=host)
    dossier = calls.submitted(writer, call)
    sign_in(client, writer)
    url = reverse("panels:exclusions", args=[dossier.public_id])
    assert url in text(client.get(reverse("calls:dossier", args=[dossier.public_id])))
    refused = client.post(url, {"name": "Trần Văn Đối"})
    assert (refused.status_code, Exclusion.objects.count()) == (422, 0)
    given = {"name": "Trần Văn Đối", "place": "Viện Y", "reason": "Tranh chấp."}
    assert client.post(url, given).status_code == 302
    assert "Trần Văn Đối" in text(client.get(url))
    client.post(url, {"withdraw": Exclusion.objects.get().pk})
    assert "Trần Văn Đối" not in text(client.get(url))


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_statement_says_who_was_checked_against_what(client, office, dossier, kind):
    council = panels.formed(office, dossiers=[dossier])
    members = panels.seated(office, council)
    panels.set_up(office, council)
    actions.declare_interests(
        actor=office.officer,
        person_id=members[5].person_id,
        interests=[Interest(dossier_id=dossier.pk, reason="Bạn học.")],
        at=panels.AT,
    )
    search = conflicts.searched(office, dossier)
    sign_in(client, office.officer)
    answer = client.get(reverse("panels:independence", args=[council.public_id, kind]))
    assert answer.status_code == 200
    if kind == "docx":
        paper = docx.Document(io.BytesIO(answer.content))
        said = "\n".join(
            [p.text for p in paper.paragraphs]
            + [c.text for t in paper.tables for r in t.rows for c in r.cells]
        )
        case = conflicts.case_of(members[5], dossier)
        for words in (search.data_digest, case.digest, "Bạn học.", members[5].name):
            assert words in said


# ---- hidden as if it were not there


def looked(client, url):
    """Status, body and the number of questions to the database, after the first time."""
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
    return answer.status_code, unchanging(text(answer)), len(asked)


def test_what_is_hidden_answers_like_what_never_was(client, office):
    """Same status, same page, same number of questions: its time tells nothing."""
    dossiers = panels.eligible_dossiers(office, 2)
    council, members = panels.prepared(office, dossiers=dossiers)
    member, item = members[5], panels.item_of(council)
    official = panels.expert()
    official = person(Role.OFFICER, person_id=official.person_id)
    Person.objects.filter(pk=official.person_id).update(user_id=official.user_id)
    for who in (member, official):
        actions.declare_interests(
            actor=office.officer,
            person_id=who.person_id,
            interests=[Interest(dossier_id=item.dossier_id, reason="Cùng phòng.")],
            at=panels.AT,
        )
    case = conflicts.case_of(member, item.dossier)
    for who, pages in (
        (member, (("item", item), ("ballot", item))),
        (
            official,
            (
                ("item", item),
                ("ballot", item),
                ("conflict", case),
                ("exclusions", item.dossier),
            ),
        ),
    ):
        sign_in(client, who)
        for name, thing in pages:
            there = looked(client, reverse(f"panels:{name}", args=[thing.public_id]))
            wrong = "x" * len(thing.public_id)
            never = looked(client, reverse(f"panels:{name}", args=[wrong]))
            assert there[0] == 404
            assert (there[0], there[1].replace(thing.public_id, wrong), there[2]) == (
                never
            )


def test_one_in_conflict_finds_nothing_of_it_in_lists_counts_search_and_files(
    client, office
):
    dossiers = panels.eligible_dossiers(office, 2)
    council, members = panels.prepared(office, dossiers=dossiers)
    hidden = panels.item_of(council, 1).dossier
    shown = panels.item_of(council, 2).dossier
    official = panels.expert()
    official = person(Role.OFFICER, person_id=official.person_id)
    Person.objects.filter(pk=official.person_id).update(user_id=official.user_id)
    for who in (members[5], official):
        actions.declare_interests(
            actor=office.officer,
            person_id=who.person_id,
            interests=[Interest(dossier_id=hidden.pk, reason="Cùng phòng.")],
            at=panels.AT,
        )
    pages = {
        "panels:items": (members[5], official),
        "panels:ballots": (members[5],),
        "calls:dossiers": (official,),
        "panels:conflicts": (official,),
        "overlaps:screenings": (official,),
        "home": (members[5], official),
    }
    for name, readers in pages.items():
        for reader in readers:
            sign_in(client, reader)
            for more in ("", f"?q={hidden.code}", "?export=csv"):
                if name == "home" and more:
                    continue
                answer = client.get(f"{reverse(name)}{more}")
                body = (
                    (answer.getvalue().decode() if answer.streaming else text(answer))
                    .replace(f"q={hidden.code}", "")
                    .replace(f'value="{hidden.code}"', "")
                )
                assert hidden.code not in body, (name, more)
                assert hidden.title_vi not in body, (name, more)
    sign_in(client, official)
    assert shown.code in text(client.get(reverse("calls:dossiers")))


# ---- what pages cost

BUDGETS = {"conflicts": 13, "conflict": 12, "exclusions": 9}


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_cases(client, office, dossier, number):
    (member, *_others) = tied(office, dossier, number)
    sign_in(client, office.officer)
    found = {
        "conflicts": cost(client, reverse("panels:conflicts")),
        "conflict": cost(client, page_of(conflicts.case_of(member, dossier))),
        "exclusions": cost(
            client, reverse("panels:exclusions", args=[dossier.public_id])
        ),
    }
    assert found == BUDGETS
