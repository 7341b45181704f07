from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.overlaps.choices import LEAST, Finding, TermOrigin


class VerdictForm(forms.Form):
    finding = forms.ChoiceField(
        label=_("Verdict"), choices=Finding.choices, widget=forms.RadioSelect
    )
    grounds = forms.CharField(
        label=_("Grounds"),
        help_text=_("Which passages or facts decide it. It is kept in the record."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    replaces = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ConfirmForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Do you confirm it?"),
        choices=[("confirm", _("I confirm it")), ("return", _("I do not confirm it"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        help_text=_("Needed where you do not confirm it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ArchiveForm(forms.Form):
    name = forms.CharField(label=_("Name of the archive"), max_length=300)
    licence = forms.CharField(
        label=_("Licence"),
        max_length=200,
        help_text=_("For example CC BY 4.0, or the terms of use."),
    )
    address = forms.URLField(
        label=_("Address"), required=False, max_length=500, assume_scheme="https"
    )
    taken_on = forms.DateField(
        label=_("Taken on"), widget=forms.DateInput(attrs={"type": "date"})
    )


class ThresholdsForm(forms.Form):
    listed = forms.FloatField(
        label=_("Probability from which officers look"),
        min_value=LEAST,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )
    two_people = forms.FloatField(
        label=_("Probability from which two people judge"),
        min_value=LEAST,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2})
    )


class TermsForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV (UTF-8); the first row names the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Where the terms come from, and why. It is kept in the record."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    replaces = forms.CharField(widget=forms.HiddenInput, required=False)


class RemoveTermsForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2})
    )


class TermsSearch(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    origin = forms.ChoiceField(
        label=_("Origin"),
        required=False,
        choices=[("", _("all")), *TermOrigin.choices],
    )
