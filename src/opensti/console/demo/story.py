"""The story of one call, from its needs to its letters: every step is an action.

A story keeps its own clock, which starts in the past and only runs forward, so the
record reads as if the people had done it on those days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localtime

from opensti.console.demo import LIVES, STAGES
from opensti.console.demo.choosing import (
    choose,
    lay_out_scenarios,
    one_of_each_order,
)
from opensti.console.demo.contracts import again, carry_out, note_aid
from opensti.console.demo.finishing import finish
from opensti.console.demo.meetings import Meetings
from opensti.console.demo.reading import review
from opensti.console.demo.running import run
from opensti.console.demo.sitting import take_up
from opensti.console.demo.using import formed_assets, use
from opensti.domains.portfolios import actions as portfolios
from opensti.domains.portfolios import queries as portfolios_queries
from opensti.domains.procedures.queries import regime_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.portfolios.models import Round


@dataclass
class Story(Meetings):
    """One call and what became of it."""

    # ---- decision

    def lay_out(self) -> Round:
        assert self.call is not None  # noqa: S101
        officer = self.actor("officer")
        self.round = self.act(
            "portfolios",
            "prepare_round",
            officer,
            call_id=self.call.pk,
            title_vi=f"Kết quả xét chọn đợt {self.number}",
            title_en=f"Results of selection, round {self.number}",
            at=self.later(days=1),
        )
        advice = regime_of(self.call.regime_version).advice
        if advice is not None and advice.calibrated == "beside":
            self.act(
                "portfolios",
                "rank_round",
                officer,
                round_id=self.round.pk,
                at=self.later(minutes=5),
            )
        return self.round

    def propose(self, round_: Round) -> None:
        self.act(
            "portfolios",
            "propose_round",
            self.actor("officer"),
            round_id=round_.pk,
            proposal="Kính trình Lãnh đạo Cục xem xét, quyết định theo kết luận của hội đồng.",
            at=self.later(minutes=30),
        )

    def decide(
        self,
        *,
        unchecked: int = 0,
        rulings: Mapping[int, portfolios.Rule] | None = None,
    ) -> None:
        """The leader decides as proposed but for ``rulings``; with letters ``unchecked``
        nothing is released yet.
        """
        assert self.round is not None  # noqa: S101
        self.act(
            "portfolios",
            "decide_round",
            self.actor("leader"),
            round_id=self.round.pk,
            decision_number=f"{self.number}88/QĐ-ĐMST",
            rulings=rulings or {},
            at=self.later(days=1),
        )
        officer = self.actor("officer")
        letters = list(portfolios_queries.letters_of(officer, self.round))
        for letter in letters[: len(letters) - unchecked]:
            self.act(
                "portfolios",
                "check_letter",
                officer,
                letter_id=letter.pk,
                at=self.later(minutes=2),
            )
        if unchecked:
            return
        self.act(
            "portfolios",
            "release_round",
            officer,
            round_id=self.round.pk,
            at=self.later(minutes=10),
        )

    def close(self) -> None:
        """An objection is filed and answered; the call is concluded."""
        assert self.call is not None  # noqa: S101
        assert self.round is not None  # noqa: S101
        declined = [
            d
            for d in portfolios_queries.decisions_of(self.actor("leader"), self.round)
            if d.ruling == "decline"
        ]
        for decision in declined[:1]:
            applicant = self.member(decision.dossier.created_by_id)
            objection = self.act(
                "portfolios",
                "file_objection",
                applicant,
                dossier_id=decision.dossier_id,
                text="Đề nghị xem lại điểm về tính khả thi của phương án thử nghiệm.",
                at=self.later(days=2),
            )
            self.act(
                "portfolios",
                "answer_objection",
                self.actor("leader"),
                objection_id=objection.pk,
                upheld=False,
                answer="Đã đối chiếu phiếu của các ủy viên; kết quả được giữ nguyên.",
                at=self.later(days=3),
            )
        self.act(
            "calls",
            "conclude_call",
            self.actor("officer"),
            call_id=self.call.pk,
            at=self.later(days=1),
        )

    def tell(self, stage: str) -> None:
        """Run the story up to a stage; each stage holds all that comes before it."""
        upto = STAGES.index(stage)
        texts = [next(self.texts) for _number in range(self.topics)]
        needs = self.collect_needs(texts)
        if upto == 0:
            self.act(
                "tasks",
                "set_reply_day",
                self.actor("officer"),
                need_id=needs[0],
                day=localtime(self.end).date() + timedelta(days=7),
                reason="Trả lời trong kỳ rà soát tuần tới.",
                at=self.later(days=1),
            )
            return
        self.order(needs, texts)
        still_open = stage == "call"
        if still_open:
            self.announce(open_days=45)
            self.apply(drafts=min(2, self.size - 1))
            return
        self.announce(open_days=21)
        self.apply()
        self.open_and_check(lacking=1 if stage == "check" else 0)
        if stage == "check":
            return
        self.council = self.form("selection", dossiers=[d.pk for d in self.dossiers])
        self.prepare(self.council)
        review(self, self.council)
        self.open_meeting(self.council)
        self.vote(self.council, leave_out=2 if stage == "review" else 0)
        if stage == "review":
            take_up(self, self.council)
            return
        self.conclude(self.council)
        if stage == "appraisal":
            self.appraise(waiting=self.cast.finance)
            return
        self.appraise()
        self.round_of(stage)

    def round_of(self, stage: str) -> None:
        """What comes after the councils: the round, its decision, what became of it."""
        laid_out = self.lay_out()
        if stage == "scenarios":
            lay_out_scenarios(self, laid_out)
            return
        if stage in LIVES:
            one_of_each_order(self, laid_out)
        rulings = choose(self, laid_out) if stage == "running" else {}
        self.propose(laid_out)
        if stage == "decision":
            return
        self.decide(unchecked=1 if stage == "letters" else 0, rulings=rulings)
        if stage == "running":
            carry_out(self, "sent", "drafted")
        if stage == "closed":
            self.close()
            carry_out(self, "paid", "signed")
        if stage in LIVES:
            self.close()
            self.live(stage)

    def live(self, stage: str) -> None:
        """What comes after the letter: to the liquidated contract, or to its use."""
        (drawn, *_others) = carry_out(self, "paid")
        contract = again(self, drawn)
        note_aid(self, contract)
        assert contract.starts_on is not None  # noqa: S101 -- a contract in force
        self.until(contract.starts_on + timedelta(days=40))
        formed_assets(self, contract)
        run(self, contract)
        finish(self, again(self, contract))
        if stage == "used":
            use(self, again(self, contract))
