"""A result in words and pictures: what its page and its report share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.assessments.queries import WHOLE
from opensti.ui import charts
from opensti.ui.drawing import written
from opensti.ui.quadrants import Dot, quadrants
from opensti.ui.radar import radar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.assessments.frameworks import Asked
    from opensti.domains.assessments.models import Assessment, Result
    from opensti.domains.assessments.queries import Peers

QUADRANTS = {
    "act": gettext_lazy("Important and weak: act first"),
    "keep": gettext_lazy("Important and strong: keep"),
    "later": gettext_lazy("Less important, weak: later"),
    "ease": gettext_lazy("Less important, strong: perhaps more than needed"),
}
WHY = {
    "few_answers": gettext_lazy("too few answers"),
    "not_applicable": gettext_lazy("does not apply"),
}
BLOCKERS = {
    "not_conforming": gettext_lazy("Mandatory questions below “defined and applied”"),
    "majors": gettext_lazy("Open major nonconformities"),
    "minors": gettext_lazy("Open minor nonconformities (more than three)"),
    "unplanned": gettext_lazy("Minor nonconformities without a plan"),
    "no_audit": gettext_lazy("No internal audit in the last twelve months"),
    "no_review": gettext_lazy("No management review in the last twelve months"),
}
NO_PEERS = {
    "not_shared": gettext_lazy(
        "You do not share with comparisons: say so under “Who may see our assessments”."
    ),
    "no_profile": gettext_lazy(
        "Economy, sector and size are not stated: state them under “Who may see our assessments”."
    ),
    "not_counted": gettext_lazy(
        "This result is in no table of peers yet; the next is made on %(day)s."
    ),
    "few": gettext_lazy(
        "No class of peers is large enough to be told without telling of somebody; the next table is made on %(day)s."
    ),
}
COUNTLESS = frozenset({"no_audit", "no_review"})
WEAKEST = 5


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A result in words: what page and report share."""

    row: Assessment
    asked: Asked
    found: Result
    earlier: list[Result]
    peers: Peers | None

    @property
    def said(self) -> dict[str, Any]:
        content: dict[str, Any] = self.found.content
        return content

    def clause(self, number: str) -> str:
        names = {c.number: f"{c.number}. {c}" for c in self.asked.clauses}
        return names.get(number, number)

    def item(self, code: str) -> str:
        return f"{code} · {self.asked.by_code[code]}"

    def clause_rows(self) -> list[dict[str, Any]]:
        return [self.scored_words(one, self.clause(one["clause"])) for one in self.said["clauses"]]  # fmt: skip

    def whole(self) -> dict[str, Any]:
        return self.scored_words(self.said["whole"], _("All parts"))

    def scored_words(self, one: Mapping[str, Any], name: str) -> dict[str, Any]:
        levels = self.asked.base.scale
        return {
            "name": name,
            "claimed": score_text(one["claimed"]),
            "verified": score_text(one["verified"]),
            "level": "—" if one["level"] is None else str(one["level"]),
            "level_name": "" if one["level"] is None else str(levels[one["level"]]),
            "n": one["n"],
            "why": str(WHY[one["why"]]) if one["why"] else "",
            "held_back": [self.item(code) for code in one["held_back"]],
        }

    def blockers(self) -> list[str]:
        return [
            str(BLOCKERS[kind]) if kind in COUNTLESS else f"{BLOCKERS[kind]}: {n}"
            for kind, n in self.said["readiness"]["blockers"]
        ]

    def grades(self) -> list[tuple[str, str]]:
        """Mandatory questions with their grade: a finding's, else whether it conforms."""
        ready = self.said["readiness"]
        graded = {one["item"]: one["grade"] for one in self.said["findings"]}
        words = {
            "observation": _("observation"),
            "minor": _("minor nonconformity"),
            "major": _("major nonconformity"),
        }
        return [
            (
                self.item(code),
                words[graded[code]]
                if code in graded
                else _("conforms")
                if code in ready["conforming"]
                else _("does not conform yet"),
            )
            for code in [
                i["code"] for i in self.said["items"] if i["mandatory"] and i["applies"]
            ]
        ]

    def apart(self) -> list[tuple[str, str]]:
        """Questions on which people disagree, with r_wg."""
        return [
            (self.item(one["code"]), score_text(one["within"]["r_wg"], 2))
            for one in self.said["items"]
            if one["within"] and one["within"]["talk_first"]
        ]

    def weakest(self) -> list[tuple[str, str, str]]:
        """What lies furthest below the target, with what the next step looks like."""
        target = self.said["target"]
        rows = [
            one
            for one in self.said["items"]
            if one["verified"] is not None and one["verified"] < target
        ]
        rows.sort(key=lambda one: (one["verified"], not one["mandatory"]))
        return [
            (
                self.item(one["code"]),
                score_text(one["verified"]),
                str(self.asked.by_code[one["code"]].anchors[int(one["verified"]) + 1]),
            )
            for one in rows[:WEAKEST]
        ]

    def quadrants(self) -> list[tuple[str, list[str]]]:
        plane = self.said["plane"]
        if plane is None:
            return []
        return [
            (
                str(words),
                [self.clause(g["key"]) for g in plane["gaps"] if g["quadrant"] == kind],
            )
            for kind, words in QUADRANTS.items()
        ]

    def radar(self) -> charts.Chart:
        return radar(
            title=_("Maturity by part, 0 to 5"),
            head=[_("Part"), _("As claimed"), _("With evidence")],
            rows=[
                (self.clause(one["clause"]), (one["claimed"], one["verified"]))
                for one in self.said["clauses"]
            ],
        )

    def bars(self) -> charts.Chart:
        return charts.bars(
            title=_("Score with evidence, 0 to 5"),
            head=[_("Part"), _("With evidence")],
            rows=[
                (self.clause(one["clause"]), round(one["verified"], 1))
                for one in self.said["clauses"]
                if one["verified"] is not None
            ],
            top=5,
        )

    def plane(self) -> charts.Chart | None:
        plane = self.said["plane"]
        if plane is None:
            return None
        return quadrants(
            title=_("Importance and performance, parted at the means"),
            head=[_("Part"), _("Score with evidence"), _("Importance")],
            rows=[
                Dot(
                    label=self.clause(g["key"]),
                    mark=g["key"],
                    x=g["current"],
                    y=g["importance"],
                )
                for g in plane["gaps"]
            ],
            x_line=plane["score_line"],
            y_line=plane["importance_line"],
        )

    def past(self) -> dict[str, Any] | None:
        """The own past in a table: only what asked the same, part by part."""
        if not self.earlier:
            return None
        rounds = [*self.earlier, self.found]
        by_round = [
            {one["clause"]: one["verified"] for one in r.content["clauses"]}
            for r in rounds
        ]
        return {
            "head": [_("Part"), *(f"{localdate(r.scored_at):%d/%m/%Y}" for r in rounds)],
            "rows": [
                [self.clause(c["clause"]), *(score_text(of[c["clause"]]) for of in by_round)]
                for c in self.said["clauses"]
            ],
        }  # fmt: skip

    def past_radar(self) -> charts.Chart | None:
        """The last time and now, over one another."""
        if not self.earlier:
            return None
        last = self.earlier[-1]
        before = {c["clause"]: c["verified"] for c in last.content["clauses"]}
        return radar(
            title=_("With evidence, the last time and now"),
            head=[
                _("Part"),
                f"{localdate(last.scored_at):%d/%m/%Y}",
                f"{localdate(self.found.scored_at):%d/%m/%Y}",
            ],
            rows=[
                (self.clause(c["clause"]), (before[c["clause"]], c["verified"]))
                for c in self.said["clauses"]
            ],
        )

    def peer_rows(self) -> list[tuple[str, str, str, str]]:
        """Part by part: percentile, among how many, of which class."""
        if self.peers is None:
            return []
        return [
            (
                _("All parts") if one.part == WHOLE else self.clause(one.part),
                written(round(one.percentile), 0),
                str(one.n),
                " · ".join(one.kind) or _("all organisations compared"),
            )
            for one in self.peers.places
        ]

    def peer_why(self) -> str:
        """Why there is no comparison, and what would bring one."""
        if self.peers is None or not self.peers.why:
            return ""
        day = f"{self.peers.next_day:%d/%m/%Y}"
        return str(NO_PEERS[self.peers.why]) % {"day": day}


def score_text(value: float | None, places: int = 1) -> str:
    """A score as people read it; a dash where there is none, which is no zero."""
    return "—" if value is None else written(round(value, places), places)
