"""Policies laid out to be read, and two of them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.procedures.choices import MARK_LABELS
from opensti.domains.publications.disclosure import (
    AUDIENCE_LABELS,
    FORM_LABELS,
    WHOLE_ROW,
    Audience,
    Form,
)
from opensti.domains.publications.queries.catalogue import CATALOGUE

if TYPE_CHECKING:
    from opensti.domains.publications.disclosure import Policy, Rule
    from opensti.kernel.refusals import Text


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """One rule as people read it."""

    kind: str
    field: str
    label: str
    audience: Text
    delay: str
    form: Text
    withheld: bool
    basis: str
    article: str
    mark: str
    mark_label: Text


@dataclass(frozen=True, kw_only=True)
class KindRules:
    """The rules for one kind, and its fields that have none."""

    key: str
    label: str
    lines: tuple[RuleLine, ...]
    unruled: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field whose terms differ; an empty text where there is no rule."""

    kind: str
    field: str
    label: str
    audience: Text
    before: str
    after: str


def field_label(kind: str, key: str) -> str:
    """What a field is called; a field gone from the catalogue goes by its key."""
    known = CATALOGUE.get(kind)
    if key == WHOLE_ROW:
        return _("that there is one")
    found = known.by_key.get(key) if known else None
    return found.label if found else key


def policy_places() -> list[tuple[str, str]]:
    """Every field that a rule can be about, with what it is called."""
    return [
        (f"{kind.key}.{key}", f"{kind.label}: {field_label(kind.key, key)}")
        for kind in CATALOGUE.values()
        for key in (WHOLE_ROW, *kind.by_key)
    ]


def laid_out(policy: Policy) -> list[KindRules]:
    """The rules of a policy by kind, in the order of the catalogue."""
    found = []
    for kind in CATALOGUE.values():
        rules = [rule for rule in policy.rules if rule.kind == kind.key]
        order = [WHOLE_ROW, *kind.by_key]
        ruled = {rule.field for rule in rules}
        rules.sort(key=lambda rule: order.index(rule.field))
        found.append(
            KindRules(
                key=kind.key,
                label=kind.label,
                lines=tuple(_line(policy, rule) for rule in rules),
                unruled=tuple(
                    field_label(kind.key, key) for key in order if key not in ruled
                ),
            )
        )
    return found


def differences(before: Policy, after: Policy) -> list[Difference]:
    """Where the terms of two policies differ, in the order of the catalogue."""
    found = []
    for kind in CATALOGUE.values():
        for key in (WHOLE_ROW, *kind.by_key):
            for audience in Audience:
                old = before.by_place.get((kind.key, key, audience))
                new = after.by_place.get((kind.key, key, audience))
                if (old and old.terms) != (new and new.terms):
                    found.append(
                        Difference(
                            kind=kind.label,
                            field=f"{kind.key}.{key}",
                            label=field_label(kind.key, key),
                            audience=AUDIENCE_LABELS[audience],
                            before=terms(old),
                            after=terms(new),
                        )
                    )
    return found


def terms(rule: Rule | None) -> str:
    """What a rule grants, in words."""
    if rule is None:
        return _("not shown: no rule")
    if not rule.delay_days or rule.form is Form.NONE:
        return str(FORM_LABELS[rule.form])
    return f"{FORM_LABELS[rule.form]}, {delay(rule.delay_days)}"


def delay(days: int) -> str:
    """After how long, in words."""
    if not days:
        return _("at once")
    return ngettext("after %(n)d day", "after %(n)d days", days) % {"n": days}


def _line(policy: Policy, rule: Rule) -> RuleLine:
    withheld = rule.form is Form.NONE
    return RuleLine(
        kind=rule.kind,
        field=rule.field,
        label=field_label(rule.kind, rule.field),
        audience=AUDIENCE_LABELS[rule.audience],
        delay="" if withheld else delay(rule.delay_days),
        form=FORM_LABELS[rule.form],
        withheld=withheld,
        basis=rule.basis,
        article=policy.cited(rule),
        mark=rule.v.value,
        mark_label=MARK_LABELS[rule.v],
    )
