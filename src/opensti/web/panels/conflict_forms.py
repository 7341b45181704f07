"""What is asked when a conflict is judged, and when an applicant names somebody."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from sti_methods.conflicts import YEARS

from opensti.domains.panels.choices import ConflictFinding, TieKind


class VerdictForm(forms.Form):
    finding = forms.ChoiceField(
        label=_("Verdict"), choices=ConflictFinding.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Which fact decides it. It is kept in the record."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    condition = forms.CharField(
        label=_("Condition"),
        required=False,
        help_text=_("Only where the person may judge under a condition."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class YearsForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind, TieKind(kind).label) for kind in YEARS]
    )
    years = forms.IntegerField(
        label=_("Years"),
        required=False,
        help_text=_("0: only while it lasts; empty: it always counts."),
    )
    source = forms.CharField(
        label=_("Text that states it"),
        max_length=300,
        required=False,
        help_text=_("Without one it is shown as the choice of the house."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It is kept in the record."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ExclusionForm(forms.Form):
    name = forms.CharField(
        label=_("Person or organisation"),
        max_length=300,
        help_text=_("The full name; everybody of an organisation is meant."),
    )
    place = forms.CharField(
        label=_("Where the person works"), max_length=300, required=False
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Only the programme office reads it; those named never do."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
