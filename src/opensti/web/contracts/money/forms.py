"""Forms of the acts with money. Amounts are whole đồng as people write them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.web.fields import MoneyField

if TYPE_CHECKING:
    from opensti.kernel.refusals import Refusal


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; a list, empty where none was chosen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=_Files(), required=False, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given if one]


def day_field(
    label: Any, help_text: Any = "", *, required: bool = True
) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def text_field(label: Any, *, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class ActForm(forms.Form):
    """A form with the version of the contract that the page was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def show(self, refusal: Refusal) -> None:
        """Put what was refused beside its fields."""
        for problem in getattr(refusal, "problems", ()):
            text = f"{problem.message} {problem.mend}".strip()
            self.add_error(
                problem.field if problem.field in self.fields else None, text
            )


class AllocateForm(ActForm):
    year = forms.IntegerField(label=_("Budget year"), min_value=2000, max_value=2100)
    amount = MoneyField(label=_("Amount allocated (đồng)"))
    decision_number = forms.CharField(label=_("Number of the decision"), max_length=100)
    decided_on = day_field(_("Decided on"))


class PayForm(ActForm):
    paid_on = day_field(_("Paid on"))
    reference = forms.CharField(
        label=_("Reference of the payment order"),
        max_length=100,
        help_text=_("As the treasury writes it: statements are matched by it."),
    )


class AskForm(ActForm):
    text = text_field(_("What was done, and what shows it"), required=False, rows=5)
    evidence = FilesField(
        label=_("Evidence"),
        help_text=_("Volume list, minutes, products; several files at once."),
    )


class AnswerForm(ActForm):
    verdict = forms.ChoiceField(
        label=_("Does the evidence show what the instalment waits for?"),
        choices=[("accept", _("yes: accept it")), ("return", _("no: return it"))],
        widget=forms.RadioSelect,
    )
    answer = text_field(
        _("What is missing"), required=False, help_text=_("The host reads it.")
    )


class OverrideForm(ActForm):
    reason = text_field(_("Why it is paid all the same"))
    decision_number = forms.CharField(label=_("Number of the decision"), max_length=100)


class ReachForm(ActForm):
    reached_on = day_field(_("Reached on"))
    evidence = text_field(_("What shows it"))


class ClearForm(ActForm):
    document_number = forms.CharField(
        label=_("Number of the volume list"), max_length=100
    )
    cleared_on = day_field(_("Confirmed on"))
    amount = MoneyField(label=_("State money cleared (đồng)"))
    other_amount = MoneyField(
        label=_("Money of the host and partners proven (đồng)"), required=False
    )
    work = text_field(_("Finished work"), rows=4)
    papers = FilesField(label=_("Signed list and papers"))

    def clean_other_amount(self) -> Decimal:
        return self.cleaned_data["other_amount"] or Decimal(0)


class ClaimForm(ActForm):
    amount = MoneyField(label=_("Amount claimed back (đồng)"))
    reason = text_field(_("Reason"))
    basis = forms.CharField(
        label=_("Rule it rests on"),
        max_length=200,
        required=False,
        help_text=_("Left empty: the article of the contract's own procedure."),
    )
    decision_number = forms.CharField(label=_("Number of the decision"), max_length=100)
    decided_on = day_field(_("Decided on"))
    due_on = day_field(_("To be paid by"), required=False)


class ReceiveForm(ActForm):
    amount = MoneyField(label=_("Amount received (đồng)"))
    received_on = day_field(_("Received on"))
    reference = forms.CharField(label=_("Reference of the receipt"), max_length=100)


class WaiveForm(ActForm):
    amount = MoneyField(
        label=_("Amount given up (đồng)"),
        required=False,
        help_text=_("Left empty: all that is still owed."),
    )
    reason = text_field(_("Reason"))
    decision_number = forms.CharField(label=_("Number of the decision"), max_length=100)
    decided_on = day_field(_("Decided on"))


class ReasonForm(ActForm):
    reason = text_field(_("Reason"))


class UnallocateForm(ReasonForm):
    amount = MoneyField(
        label=_("How much is taken back (đồng)"),
        required=False,
        help_text=_("Leave it empty to take back all of it."),
    )


class SettleForm(ActForm):
    document_number = forms.CharField(
        label=_("Number of the settlement"), max_length=100
    )
    settled_on = day_field(_("Settled on"))
    saved = MoneyField(label=_("Savings left to the host (đồng)"), required=False)
    saved_outside = MoneyField(
        label=_("Savings outside of the lump sum (đồng)"),
        required=False,
        help_text=_(
            "Of work that was done, and only where the host has a development fund: the "
            "fund keeps the share that the rule names, the rest is paid back."
        ),
    )


class LiquidateForm(ActForm):
    document_number = forms.CharField(label=_("Number of the minutes"), max_length=100)
    liquidated_on = day_field(_("Liquidated on"))


class StatementForm(ActForm):
    account = forms.CharField(
        label=_("Account"),
        max_length=60,
        help_text=_("The agency's account that the statement is of."),
    )
    file = forms.FileField(
        label=_("Statement (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=_(
            "Columns for day, out, in, reference and text are found by their names; "
            "nothing is entered before you have seen it."
        ),
    )
