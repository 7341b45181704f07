"""Fields of a form that somebody wrote as data: a line, a text, a number, a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST = 2000


def asked_fields(asked: Sequence[Mapping[str, Any]]) -> dict[str, forms.Field]:
    """A field for each question ``{code, label, kind, needed, choices}``, by its code.

    Kinds: ``line``, ``text``, ``number`` (kept as it was typed), ``choice``.
    """
    return {one["code"]: _field(one) for one in asked}


def _field(one: Mapping[str, Any]) -> forms.Field:
    said: dict[str, Any] = {"label": one["label"], "required": one["needed"]}
    if one["kind"] == "choice":
        choices = [("", "—"), *((c, c) for c in one["choices"])]
        return forms.ChoiceField(choices=choices, **said)
    widgets = {
        "text": forms.Textarea(attrs={"rows": 4}),
        "number": forms.TextInput(attrs={"inputmode": "decimal"}),
    }
    return forms.CharField(
        max_length=LONGEST,
        widget=widgets.get(one["kind"], forms.TextInput()),
        **said,
    )
