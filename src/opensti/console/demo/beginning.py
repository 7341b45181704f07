"""The first half of a story: its clock, needs, the call, and dossiers handed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils.timezone import localtime

from opensti.console.demo.cast import DOMAIN, HOSTS
from opensti.console.demo.texts import filled, signed_paper
from opensti.domains.calls import actions as calls
from opensti.domains.calls import queries as calls_queries
from opensti.domains.contracts import actions as contracts
from opensti.domains.panels import actions as panels
from opensti.domains.portfolios import actions as portfolios
from opensti.domains.procedures.choices import Act, Track
from opensti.domains.procedures.queries import (
    may_step,
    regime_in_force,
    regime_of,
)
from opensti.domains.results import actions as results
from opensti.domains.tasks import actions as tasks

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from types import ModuleType

    from opensti.console.demo.cast import Cast
    from opensti.console.demo.texts import Text
    from opensti.domains.calls.models import Call, Dossier
    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.domains.portfolios.models import Round
    from opensti.domains.tasks.models import Order
    from opensti.kernel.access import Actor

ACTS: dict[str, ModuleType] = {
    "tasks": tasks,
    "calls": calls,
    "panels": panels,
    "portfolios": portfolios,
    "contracts": contracts,
    "results": results,
}
CEILING = Decimal(3_000_000_000)
OPENS, CLOSES = 8, 17
NEEDS = 3


@dataclass
class Beginning:
    """One call with its clock: from the needs to the dossiers that were checked."""

    cast: Cast
    random: random.Random
    now: datetime
    number: int
    texts: Iterator[Text]
    size: int
    tick: Callable[[], None]
    end: datetime
    kind: str
    topics: int = NEEDS
    months: int = 24
    qualities: tuple[float, float] = (0.62, 0.95)
    leanings: Mapping[int, float] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    call: Call | None = None
    dossiers: list[Dossier] = field(default_factory=list)
    council: Council | None = None
    round: Round | None = None
    # Public ids of the goals that its needs serve in turn; empty: none.
    goals: Sequence[str] = ()

    def later(self, *, days: int = 0, minutes: int = 7) -> datetime:
        """Let time pass within office hours, never beyond the day the story is told."""
        self.now += timedelta(days=days, minutes=minutes)
        local = localtime(self.now)
        if not OPENS <= local.hour < CLOSES:
            local = local.replace(hour=OPENS, minute=5) + timedelta(
                days=local.hour >= CLOSES
            )
            self.now = local
        self.now = min(self.now, self.end)
        return self.now

    def until(self, day: date) -> datetime:
        """Let time pass until the morning of a day, unless it has come already."""
        morning = localtime(self.now).replace(hour=OPENS, minute=5)
        wanted = morning + timedelta(days=(day - morning.date()).days)
        self.now = min(max(self.now, wanted), self.end)
        return self.now

    def actor(self, name: str) -> Actor:
        return self.cast.actor(name)

    def act(
        self, domain: str, name: str, who: Actor, *, at: datetime, **said: Any
    ) -> Any:
        """Take one act of a domain: the seam every act of a story goes through."""
        return getattr(ACTS[domain], name)(actor=who, at=at, **said)

    def read(self, who: Actor, item: CouncilItem) -> None:
        """A member opens an item on its page, which notes that it was read."""
        panels.note_opening(actor=who, item_id=item.pk, at=self.later(minutes=2))

    # ---- needs

    def collect_needs(self, texts: Sequence[Text]) -> list[int]:
        """Organisations say what they need; most needs are accepted."""
        version = regime_in_force(self.now.date(), self.kind)
        form = regime_of(version).form_for(Track.NEED, "")
        needs = []
        for number, text in enumerate(texts):
            acronym = HOSTS[number % len(HOSTS)][0]
            applicant = self.actor(f"applicant{number % len(HOSTS) + 1}")
            need = self.act(
                "tasks",
                "draft_need",
                applicant,
                kind=self.kind,
                at=self.later(),
                organisation_id=self.cast.hosts[acronym].pk,
                title_en=text.title_en,
                goal=self.goals[number % len(self.goals)] if self.goals else "",
                answers=filled(
                    form, text, on=self.now.date(), given={"title": text.title_vi}
                ),
            )
            self.act(
                "tasks", "submit_need", applicant, need_id=need.pk, at=self.later()
            )
            needs.append(need.pk)
            self.tick()
        return needs

    # ---- call and dossiers

    def announce(self, *, open_days: int) -> None:
        officer = self.actor("officer")
        opens = self.later(days=2)
        draft = self.act(
            "calls",
            "draft_call",
            officer,
            kind=self.kind,
            code=f"BCT-{opens.year}-{self.number:02d}",
            title_vi=f"Tuyển chọn nhiệm vụ khoa học và công nghệ đợt {self.number}",
            title_en=f"Selection of science and technology tasks, round {self.number}",
            description_vi="Các tổ chức đủ điều kiện nộp hồ sơ trực tuyến trước khi hết hạn.",
            description_en="Eligible organisations submit their dossiers online before closing.",
            opens_at=opens + timedelta(hours=1),
            closes_at=opens + timedelta(days=open_days),
            order_ids=[o.pk for o in self.orders],
            at=opens,
        )
        self.call = self.act(
            "calls", "publish_call", officer, call_id=draft.pk, at=self.later()
        )
        self.now = max(self.now, self.call.opens_at + timedelta(minutes=1))

    def apply(self, *, drafts: int = 0) -> None:
        """Hosts write and submit ``size`` dossiers; the last ``drafts`` stay unfinished."""
        assert self.call is not None  # noqa: S101 -- the story's own order
        for number in range(self.size):
            text = next(self.texts)
            at = number % len(HOSTS)
            acronym = HOSTS[at][0]
            applicant = self.actor(f"applicant{at + 1}")
            order = self.orders[number % len(self.orders)]
            leader = self.cast.leaders[acronym]
            dossier = self.act(
                "calls",
                "start_dossier",
                applicant,
                call_id=self.call.pk,
                order_id=order.pk,
                host_id=self.cast.hosts[acronym].pk,
                title_vi=text.title_vi,
                at=self.later(minutes=2),
            )
            finished = number < self.size - drafts
            self.write(dossier, text, leader_id=leader.pk, whole=finished)
            if finished:
                self.sign(dossier, applicant)
                self.act(
                    "calls",
                    "submit_dossier",
                    applicant,
                    dossier_id=dossier.pk,
                    at=self.later(minutes=2),
                )
                self.dossiers.append(dossier)
            self.tick()

    def sign(self, dossier: Dossier, applicant: Actor) -> None:
        """Attach the signed papers that the procedure asks for."""
        dossier.refresh_from_db()
        for paper in calls_queries.completeness(dossier).papers:
            self.act(
                "calls",
                "attach_file",
                applicant,
                dossier_id=dossier.pk,
                file=ContentFile(
                    signed_paper(f"{paper.code} {dossier.public_id}"),
                    name=f"{paper.code}.pdf",
                ),
                kind=paper.code,
                title=paper.title,
                at=self.later(minutes=1),
            )

    def write(
        self, dossier: Dossier, text: Text, *, leader_id: int, whole: bool
    ) -> None:
        applicant = self.actor(
            next(
                name
                for name, user in self.cast.users.items()
                if user == dossier.created_by_id
            )
        )
        form = calls_queries.form_of(dossier)
        leader = next(p for p in self.cast.leaders.values() if p.pk == leader_id)
        answers = filled(
            form,
            text,
            on=self.now.date(),
            given={
                "title": text.title_vi,
                "host": {"id": dossier.host_id, "name": ""},
                "leader": {"id": leader.pk, "name": leader.full_name},
                "months": self.months,
                "summary_vi": text.abstract_vi,
                "summary_en": text.abstract_en,
            },
        )
        if not whole:
            answers = dict(list(answers.items())[:4])
        share = 10_000_000 * self.random.randrange(12, 22)
        year = self.now.year + 1
        self.act(
            "calls",
            "save_dossier",
            applicant,
            dossier_id=dossier.pk,
            at=self.later(minutes=2),
            answers=answers,
            title_en=text.title_en,
            team=[
                {
                    "full_name": leader.full_name,
                    "role": "leader",
                    "months": "8",
                    "person_id": leader.pk,
                    "organisation_name": "",
                    "email": leader.email,
                },
                {
                    "full_name": f"Thành viên {dossier.pk}",
                    "role": "main",
                    "months": "12",
                    "organisation_name": "",
                    "email": f"member{dossier.pk}@{DOMAIN}",
                },
            ],
            budget=[
                {
                    "category": category,
                    "description": words,
                    "year": year + after,
                    "state": str(share * weight),
                    "host": str(share * weight // 4),
                    "partner": "",
                }
                for after in (0, 1)
                for category, words, weight in (
                    ("labour", "Công lao động trực tiếp", 4),
                    ("materials", "Vật tư, năng lượng", 2),
                    ("survey", "Đo kiểm, thử nghiệm", 1),
                )
            ],
        )

    def open_and_check(self, *, lacking: int = 0) -> None:
        """After closing the dossiers are opened; the first ``lacking`` want a supplement.

        Where something is lacking the others still wait to be checked; else all are
        found valid.
        """
        assert self.call is not None  # noqa: S101
        officer = self.actor("officer")
        self.now = max(self.now, self.call.closes_at + timedelta(minutes=1))
        self.act(
            "calls",
            "open_dossiers",
            officer,
            call_id=self.call.pk,
            at=self.later(days=1),
        )
        for dossier in self.dossiers[:lacking]:
            dossier.refresh_from_db()
            if not may_step(dossier.case, Act.DOSSIER_REQUEST_SUPPLEMENT, officer):
                continue  # some procedures know no supplement
            self.act(
                "calls",
                "request_supplement",
                officer,
                dossier_id=dossier.pk,
                what="Đề nghị bổ sung văn bản cam kết của đơn vị phối hợp thực hiện.",
                until=localtime(self.end).date() + timedelta(days=7),
                at=self.later(minutes=30),
            )
        if lacking:
            return
        for dossier in self.dossiers:
            self.act(
                "calls",
                "check_and_confirm",
                officer,
                dossier_id=dossier.pk,
                at=self.later(minutes=4),
            )
            self.tick()
