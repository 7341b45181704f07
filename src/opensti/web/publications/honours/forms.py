"""The forms of criteria, runs and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from opensti.domains.publications.actions import CriterionFacts
from opensti.domains.publications.choices import Measure, Whom
from opensti.web.results.fields import Telling

if TYPE_CHECKING:
    from django.db.models import QuerySet

LONGEST = 5000


def _words(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CriterionForm(Telling):
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy(
            "The code of a criterion that exists makes its next version."
        ),
        max_length=40,
    )
    name_vi = forms.CharField(label=gettext_lazy("Name (Vietnamese)"), max_length=300)
    name_en = forms.CharField(
        label=gettext_lazy("Name (English)"), max_length=300, required=False
    )
    reason_vi = _words(gettext_lazy("Why this deserves an honour (Vietnamese)"))
    reason_en = _words(
        gettext_lazy("Why this deserves an honour (English)"), required=False
    )
    whom = forms.ChoiceField(
        label=gettext_lazy("Who is honoured"), choices=Whom.choices
    )
    measure = forms.ChoiceField(
        label=gettext_lazy("What is counted"), choices=Measure.choices
    )
    least = forms.IntegerField(label=gettext_lazy("At least"), min_value=1)
    years = forms.IntegerField(
        label=gettext_lazy("Within so many years"),
        help_text=gettext_lazy("Counted back from the year that is asked."),
        min_value=1,
        max_value=20,
        initial=1,
    )

    def facts(self) -> CriterionFacts:
        return CriterionFacts(**self.cleaned_data)


class RunForm(Telling):
    criterion: Any = forms.ModelChoiceField(
        label=gettext_lazy("Criterion of honours"), queryset=None
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        help_text=gettext_lazy("A year that is over: the work was accepted in it."),
        min_value=2000,
        max_value=2100,
    )

    def __init__(self, *args: Any, criteria: QuerySet[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["criterion"]
        field.queryset = criteria
        field.label_from_instance = lambda one: f"{one.name} ({one.code} {one.number})"


class DeclineForm(Telling):
    reason = _words(gettext_lazy("Reason"))


class WithdrawForm(Telling):
    reason_vi = _words(gettext_lazy("Reason, for everybody to read (Vietnamese)"))
    reason_en = _words(
        gettext_lazy("Reason, for everybody to read (English)"), required=False
    )
