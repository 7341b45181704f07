from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opensti.domains.registry import queries
from opensti.domains.registry.choices import (
    OF_ORGANISATIONS,
    AcademicTitle,
    DegreeLevel,
    Gender,
    ImportKind,
    OrganisationKind,
    OrganisationStatus,
    RelationKind,
)

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Invalid

NONE = [("", "\u2013")]
_ID = re.compile(r"\(([0-9a-z]{12})\)\s*$")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Chosen(forms.CharField):
    """Something of the registry, chosen by typing: a name, a code, or a suggestion.

    A suggestion ends with the public id in brackets. Subclasses say where to look.
    """

    suggestions = ""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={
                    "list": self.suggestions,
                    "class": f"choose-{self.suggestions}",
                    "autocomplete": "off",
                }
            ),
        )
        super().__init__(**kwargs)
        self.actor: Actor | None = None

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or self.actor is None:
            return None
        found = _ID.search(text)
        rows = list(
            self.look(self.actor, found[1] if found else text, by_id=bool(found))
        )
        exact = [r for r in rows if str(r).casefold() == text.casefold()]
        rows = exact if len(exact) == 1 else rows
        if len(rows) == 1:
            return rows[0]
        if not rows:
            raise forms.ValidationError(
                _("The registry knows nothing by this name. Check how it is written.")
            )
        raise forms.ValidationError(
            _("Several fit. Write one of: %(list)s")
            % {"list": "; ".join(f"{r} ({r.public_id})" for r in rows[:5])}
        )

    def look(self, actor: Actor, text: str, *, by_id: bool) -> Any:
        raise NotImplementedError


class ChosenOrganisation(Chosen):
    suggestions = "organisation-suggestions"

    def look(self, actor: Actor, text: str, *, by_id: bool) -> Any:
        if by_id:
            return queries.organisations(actor).filter(public_id=text)
        return queries.find_organisations(actor, text)


class ChosenPerson(Chosen):
    suggestions = "person-suggestions"

    def look(self, actor: Actor, text: str, *, by_id: bool) -> Any:
        if by_id:
            return queries.find_people(actor, "").filter(public_id=text)
        return queries.find_people(actor, text)


class RegistryForm(forms.Form):
    """A form whose choices are what the actor may know of, and that shows refusals."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, Chosen):
                field.actor = actor

    def refused(self, refusal: Invalid) -> None:
        """Say what an action refused beside the field it is about."""
        for problem in refusal.problems:
            name = problem.field if problem.field in self.fields else None
            self.add_error(name, f"{problem.message} {problem.mend}".strip())


if TYPE_CHECKING:
    _Several = forms.ModelMultipleChoiceField[Any]
else:
    _Several = forms.ModelMultipleChoiceField


class _Fields(_Several):
    def __init__(self, label: Any) -> None:
        super().__init__(
            queryset=queries.fields(),
            label=label,
            required=False,
            help_text=_("Hold Ctrl to choose several."),
        )


class OrganisationForm(RegistryForm):
    name_vi = forms.CharField(label=_("Name (Vietnamese)"), max_length=400)
    name_en = forms.CharField(label=_("Name (English)"), max_length=400, required=False)
    acronym = forms.CharField(label=_("Acronym"), max_length=50, required=False)
    aliases = forms.CharField(
        label=_("Other names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One in each line. The organisation is found by them too."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    parent = ChosenOrganisation(
        label=_("Belongs to"),
        required=False,
        help_text=_("Name, acronym, tax code or ROR of the organisation above."),
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[c for c in OrganisationStatus.choices if c[0] != "merged"],
    )
    ministry_owned = forms.BooleanField(
        label=_("Belongs to the ministry"), required=False
    )
    legal_form = forms.CharField(label=_("Legal form"), max_length=200, required=False)
    tax_code = forms.CharField(label=_("Tax code"), max_length=20, required=False)
    ror = forms.CharField(label="ROR", max_length=60, required=False)
    established = forms.IntegerField(
        label=_("Year established"), min_value=1000, max_value=2999, required=False
    )
    province = forms.ModelChoiceField(
        label=_("Province"), queryset=queries.provinces(), required=False
    )
    address = forms.CharField(label=_("Address"), max_length=500, required=False)
    website = forms.CharField(label=_("Website"), max_length=500, required=False)
    fields_ = _Fields(_("Fields"))
    seen_at = forms.CharField(widget=forms.HiddenInput, required=False)
    sure = forms.BooleanField(
        label=_("It is none of these: enter it as a new one"), required=False
    )

    MINISTRY = ("kind", "parent", "status", "ministry_owned")

    def facts(self) -> dict[str, Any]:
        data = {
            name: self.cleaned_data[name]
            for name in self.fields
            if name
            not in {"parent", "province", "fields_", "aliases", "seen_at", "sure"}
        }
        for name in ("parent", "province"):
            if name in self.fields:
                chosen = self.cleaned_data[name]
                data[f"{name}_id"] = chosen.pk if chosen else None
        return data

    def aliases_(self) -> list[str]:
        return [a for a in self.cleaned_data["aliases"].splitlines() if a.strip()]

    def field_ids(self) -> list[int]:
        return [code.pk for code in self.cleaned_data["fields_"]]


class PersonForm(RegistryForm):
    full_name = forms.CharField(label=_("Full name"), max_length=200)
    academic_title = forms.ChoiceField(
        label=_("Academic title"),
        choices=[*NONE, *AcademicTitle.choices],
        required=False,
    )
    degree = forms.ChoiceField(
        label=_("Highest degree"), choices=[*NONE, *DegreeLevel.choices], required=False
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    orcid = forms.CharField(
        label="ORCID",
        max_length=60,
        required=False,
        help_text=_("Such as 0000-0002-1825-0097."),
    )
    gender = forms.ChoiceField(
        label=_("Gender"), choices=[*NONE, *Gender.choices], required=False
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"), min_value=1900, max_value=2999, required=False
    )
    keywords_vi = forms.CharField(
        label=_("Keywords of expertise (Vietnamese)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "What you can judge, parted by semicolons: councils are proposed by it."
        ),
    )
    keywords_en = forms.CharField(
        label=_("Keywords of expertise (English)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    bio_vi = forms.CharField(
        label=_("Short biography (Vietnamese)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    bio_en = forms.CharField(
        label=_("Short biography (English)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    is_expert = forms.BooleanField(label=_("Available as an expert"), required=False)
    fields_ = _Fields(_("Fields of expertise"))
    seen_at = forms.CharField(widget=forms.HiddenInput, required=False)
    sure = forms.BooleanField(
        label=_("It is none of these: enter a new person"), required=False
    )

    PRIVATE = ("gender", "birth_year")

    def facts(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name]
            for name in self.fields
            if name not in {"fields_", "seen_at", "sure"}
        }

    def field_ids(self) -> list[int]:
        return [code.pk for code in self.cleaned_data["fields_"]]


class PositionForm(RegistryForm):
    organisation = ChosenOrganisation(label=_("Organisation"))
    title_vi = forms.CharField(
        label=_("Position (Vietnamese)"), max_length=200, required=False
    )
    title_en = forms.CharField(
        label=_("Position (English)"), max_length=200, required=False
    )
    since = forms.DateField(label=_("Since"), required=False, widget=DayInput())
    is_primary = forms.BooleanField(label=_("Main position"), required=False)


class DegreeForm(RegistryForm):
    level = forms.ChoiceField(
        label=pgettext_lazy("degree", "Level"), choices=DegreeLevel.choices
    )
    subject_vi = forms.CharField(label=_("Subject"), max_length=200, required=False)
    institution = forms.CharField(label=_("Awarded by"), max_length=300, required=False)
    year = forms.IntegerField(
        label=_("Year"), min_value=1900, max_value=2999, required=False
    )


class RelationForm(RegistryForm):
    kind = forms.ChoiceField(label=_("Kind of relation"), choices=RelationKind.choices)
    other = ChosenPerson(label=_("To a person"), required=False)
    organisation = ChosenOrganisation(
        label=_("Or to an organisation"),
        required=False,
        help_text=_("For example as owner, member of the board or adviser."),
    )
    since = forms.DateField(label=_("Since"), required=False, widget=DayInput())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("organisation") and data.get("kind") not in OF_ORGANISATIONS:
            self.add_error(
                "kind", _("This kind of relation is to a person, not an organisation.")
            )
        return data


class MembershipForm(RegistryForm):
    email = forms.EmailField(
        label=_("E-mail address of the account"),
        help_text=_("The account is opened by the system administrator."),
    )
    manager = forms.BooleanField(label=_("Manages the organisation"), required=False)
    since = forms.DateField(label=_("Since"), widget=DayInput())


class EndForm(forms.Form):
    on = forms.DateField(label=_("Ends on"), widget=DayInput())


class UploadForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What the file holds"),
        choices=[c for c in ImportKind.choices if c[0] != ImportKind.ROR],
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=100,
        required=False,
        help_text=_(
            "Where the data come from. A row imported once more from the same source "
            "corrects the entry instead of doubling it."
        ),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "XLSX or CSV with the headings of the columns in the first row, or JSON "
            "Lines (JSONL) with one object in each line, in UTF-8."
        ),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,.csv,.txt,.jsonl,.ndjson"}
        ),
    )


class MappingForm(forms.Form):
    """For each target the column that holds it."""

    def __init__(
        self, *args: Any, kind: str, headings: list[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for column in queries.COLUMNS[kind]:
            self.fields[f"to-{column.name}"] = forms.ChoiceField(
                label=column.label,
                help_text=column.help,
                required=column.required,
                choices=[*NONE, *((h, h) for h in headings)],
            )

    def mapping(self) -> dict[str, str]:
        return {
            name.removeprefix("to-"): value
            for name, value in self.cleaned_data.items()
            if value
        }


class MergeForm(forms.Form):
    reason = forms.CharField(
        label=_("Why they are the same"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
