"""Forms of an early ending: the host's report, the check of its money, the decision."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opensti.domains.contracts.choices import Cause
from opensti.web.contracts.amending_forms import text
from opensti.web.fields import MoneyField
from opensti.web.tasks.forms import Telling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sti_methods.refunds import Kind

_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,4}))?\s*%?")
WHOLE = 100


class Share(forms.CharField):
    """A share in percent, as people write it: 40 or 33,5 %; kept as a fraction."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "numeric"})

    def to_python(self, value: Any) -> Fraction | None:  # type: ignore[override]
        typed = (super().to_python(value) or "").strip()
        if not typed:
            return None
        found = _PERCENT.fullmatch(typed)
        share = (
            Fraction(f"{found[1]}.{found[2] or 0}") / WHOLE if found else Fraction(-1)
        )
        if not 0 <= share <= 1:
            raise forms.ValidationError(
                _("Write a percentage from 0 to 100, for example 40 or 33,5.")
            )
        return share


class Versioned(Telling):
    version = forms.IntegerField(widget=forms.HiddenInput)


class AskEndingForm(Telling):
    reason = text(_("Why the contract shall end early"), rows=4, required=True)


class DropForm(Versioned):
    reason = text(_("Why it is not pursued"), rows=3, required=True)


class ReportForm(Versioned):
    report = text(
        _("What was done, and why it is not completed"), rows=6, required=True
    )
    plan_products = text(
        _("What becomes of the products there are"), rows=3, required=True
    )
    plan_assets = text(_("What becomes of the assets"), rows=3, required=True)
    unused = MoneyField(label=_("Money received and not used (đồng)"))


class CheckForm(Versioned):
    unused = MoneyField(label=_("Not used (đồng)"))
    proper = MoneyField(label=_("Properly used (đồng)"))
    unproven = MoneyField(label=_("Not shown to be properly used (đồng)"))
    note = text(_("What was looked at"), rows=4, required=True)


class ConditionForm(Versioned):
    """What was found on one condition of accepted risk, with its evidence."""

    condition = forms.CharField(widget=forms.HiddenInput)
    met = forms.ChoiceField(
        label=pgettext_lazy("limit", "Finding"),
        choices=[("yes", _("met")), ("no", _("not met"))],
        widget=forms.RadioSelect,
    )
    text = text(_("Why"), rows=3, required=True)
    file = forms.FileField(label=_("Evidence"), required=False)


class DecideEndingForm(Versioned):
    cause = forms.ChoiceField(
        label=_("Cause"), choices=Cause.choices, widget=forms.RadioSelect
    )
    risk_accepted = forms.ChoiceField(
        label=_("Is the risk accepted?"),
        choices=[
            ("yes", _("accepted: nothing of the money properly used goes back")),
            ("no", _("not accepted")),
        ],
        widget=forms.RadioSelect,
    )
    share_unused = Share(label=_("Share of money not used"), required=False)
    share_proper = Share(label=_("Share of money properly used"), required=False)
    share_unproven = Share(
        label=_("Share of money not shown to be properly used"), required=False
    )
    council_opinion = text(_("Opinion of a council or expert"), rows=3)
    decision_number = forms.CharField(label=_("Number of the decision"), max_length=100)
    reason = text(_("Reasons"), rows=4, required=True)

    def __init__(self, *args: Any, conduct: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not conduct:
            del self.fields["risk_accepted"]
        for name in self.shares:
            self.fields[f"share_{name}"].help_text = _(
                "In percent; left empty, the least that the procedure allows."
            )

    @property
    def shares(self) -> Sequence[Kind]:
        return ("unused", "proper", "unproven")

    def said(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        risk = data.get("risk_accepted")
        return {
            "cause": data["cause"],
            "risk_accepted": None if risk is None else risk == "yes",
            "shares": {
                name: share
                for name in self.shares
                if (share := data.get(f"share_{name}")) is not None
            },
            "council_opinion": data["council_opinion"],
            "decision_number": data["decision_number"],
            "reason": data["reason"],
            "version": data["version"],
        }
