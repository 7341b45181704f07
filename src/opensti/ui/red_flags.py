"""What each flag on the house's tasks means and does not mean, and each finding in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from opensti.kernel.money import format_money
from opensti.ui.templatetags.ui import number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opensti.domains.publications.queries.flag_rows import Flag, Limits
    from opensti.kernel.refusals import Text

    Figures = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A flag in words; ``rule`` has the threshold in its place."""

    title: Text
    rule: Callable[[Limits], str]
    means: Text
    not_means: Text
    told: Callable[[Figures], str]


def percent(value: Any, places: int = 0) -> str:
    """A share that is already in percent."""
    return f"{number(float(value), places)} %"


def _late(f: Figures) -> str:
    if f["waits"]:
        return ngettext(
            "not registered yet, %(days)s day after the last day",
            "not registered yet, %(days)s days after the last day",
            f["days"],
        ) % {"days": number(f["days"])}
    return ngettext(
        "registered %(days)s day late", "registered %(days)s days late", f["days"]
    ) % {"days": number(f["days"])}


def _host(f: Figures) -> str:
    return _("%(tasks)s of the %(of)s tasks of call %(call)s") % f


def _leader(f: Figures) -> str:
    return _("leads %(tasks)s of the %(of)s tasks decided in the year") % f


def _spread(f: Figures) -> str:
    return _(
        "one reviewer's differences from the others of the council vary by %(spread)s of the full score on average, over %(items)s dossiers (above %(fence)s it is an outlier)"
    ) % {
        "spread": percent(f["spread"], 1),
        "fence": percent(f["fence"], 1),
        "items": number(f["items"]),
    }


def _prices(f: Figures) -> str:
    low, high = (format_money(amount) for amount in f["amounts"])
    return _("%(low)s and %(high)s asked: %(share)s apart") % {
        "low": low,
        "high": high,
        "share": percent(f["share"], 3),
    }


def _extended(f: Figures) -> str:
    return ngettext(
        "extended once, by %(days)s days, %(share)s of the time first agreed",
        "extended %(times)s times, by %(days)s days, %(share)s of the time first agreed",
        f["times"],
    ) % {
        "times": number(f["times"]),
        "days": number(f["days"]),
        "share": percent(f["share"]),
    }


def _own_topic(f: Figures) -> str:
    if not f["rivals"]:
        return _("the host proposed the topic, and nobody else applied")
    return ngettext(
        "the host proposed the topic; %(n)s other dossier was handed in",
        "the host proposed the topic; %(n)s other dossiers were handed in",
        f["rivals"],
    ) % {"n": number(f["rivals"])}


def _text(f: Figures) -> str:
    return _("like %(code)s “%(title)s”: probably the same work, to %(share)s") % {
        "code": f["other"],
        "title": f["other_title"],
        "share": percent(f["probability"]),
    }


WORDS = {
    "late": Kind(
        title=gettext_lazy("Results registered late"),
        rule=lambda at: _("days after the last day that the procedure gives: more than %(days)s") % {"days": at.days_late},
        means=gettext_lazy("What public money brought forth may be withheld from the register, or the task may be less finished than was said."),
        not_means=gettext_lazy("The certificate may have been issued in time and entered late, and the days themselves may be the office's own aim and no law."),
        told=_late,
    ),
    "host": Kind(
        title=gettext_lazy("One host wins again and again"),
        rule=lambda at: _("tasks of one call: more than %(n)s") % {"n": at.tasks_of_a_host},
        means=gettext_lazy("A call may be written for one organisation, or others may have given up applying."),
        not_means=gettext_lazy("In a narrow field the best institute may win most of it by right."),
        told=_host,
    ),
    "leader": Kind(
        title=gettext_lazy("One leader wins again and again"),
        rule=lambda at: _("tasks decided in one year: more than %(n)s") % {"n": at.tasks_of_a_leader},
        means=gettext_lazy("One person may not have the time that several tasks at once ask, or may lend a name."),
        not_means=gettext_lazy("Small tasks may well be led together where the procedure allows it."),
        told=_leader,
    ),
    "spread": Kind(
        title=gettext_lazy("A reviewer's scores swing"),
        rule=lambda at: _("differences from the others vary by more than the upper fence of all reviewers with %(n)s dossiers or more; nobody is named, and nothing is told below %(least)s such reviewers") % {"n": at.scores_of_a_reviewer, "least": at.reviewers},
        means=gettext_lazy("Some dossiers may have been lifted and others pushed down. Only open ballots of sheets with points can be compared."),
        not_means=gettext_lazy("Who sees further than the colleagues differs from them too; being strict or mild throughout raises no flag."),
        told=_spread,
    ),
    "prices": Kind(
        title=gettext_lazy("Nearly equal amounts"),
        rule=lambda at: _("State money asked by different hosts for one order, or in one call without orders, at most %(share)s apart; amounts equal to the ceiling of the order are left out") % {"share": percent(100 * at.prices_within, 1)},
        means=gettext_lazy("Amounts may have been agreed, or come from one hand."),
        not_means=gettext_lazy("Norms of cost bring honest budgets close together."),
        told=_prices,
    ),
    "extended": Kind(
        title=gettext_lazy("Extended again and again"),
        rule=lambda at: _("extensions in force: more than %(n)s, or together longer than %(share)s of the time first agreed") % {"n": at.extensions, "share": percent(100 * at.extended_by)},
        means=gettext_lazy("The work may have stood still, or was never meant to end in its time."),
        not_means=gettext_lazy("Trials that hang on seasons, imports or floods run late by no fault of anybody."),
        told=_extended,
    ),
    "own_topic": Kind(
        title=gettext_lazy("The owner of the topic became the host"),
        rule=lambda _at: _("the host of the task proposed a need from which its order was made"),
        means=gettext_lazy("The order may have been written for the one who asked for it."),
        not_means=gettext_lazy("Who knows a need best may also be best at meeting it; with rivals in an open call it says little."),
        told=_own_topic,
    ),
    "text": Kind(
        title=gettext_lazy("Dossiers like each other"),
        rule=lambda _at: _("listed by the comparison of works, of different hosts, and not judged to be without overlap"),
        means=gettext_lazy("One work may be sold twice, or texts may come from one hand."),
        not_means=gettext_lazy("Dossiers that answer one order speak of the same things; the passages shown in the comparison decide."),
        told=_text,
    ),
}  # fmt: skip


def told(kind: str, flag: Flag) -> str:
    """A finding in words."""
    return WORDS[kind].told(flag.figures)
