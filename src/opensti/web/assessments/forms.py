"""What the runner of an assessment fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import (
    Approach,
    Audience,
    Form,
    Grade,
    Sector,
    Size,
    Strength,
)
from opensti.domains.registry.queries import organisation_names
from opensti.kernel.economies import NAMES, economy_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.assessments.models import FrameworkVersion
    from opensti.kernel.access import Actor

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LONG = forms.Textarea(attrs={"rows": 3})
TARGETS = [(n, str(n)) for n in range(1, 6)]


class OwnOrganisation(forms.Form):
    """A form for one of the organisations that the person manages."""

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = organisation_names(actor.manages)
        self.fields["organisation"].choices = sorted(  # type: ignore[attr-defined]
            names.items(), key=lambda pair: pair[1]
        )


class Brief(OwnOrganisation):
    title = forms.CharField(label=_("Name of the assessment"), max_length=200)
    framework = forms.ChoiceField(label=_("Framework"))
    form = forms.ChoiceField(
        label=_("Form"),
        choices=Form.choices,
        initial=Form.SHORT,
        help_text=_("The short form takes about twenty minutes."),
    )
    modules = forms.MultipleChoiceField(
        label=_("Modules"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    approach = forms.ChoiceField(label=_("How it is done"), choices=Approach.choices)
    target = forms.TypedChoiceField(
        label=_("Level to reach"), choices=TARGETS, initial=3, coerce=int
    )
    purpose = forms.CharField(
        label=_("Purpose"), widget=LONG, required=False, max_length=2000
    )
    scope = forms.CharField(
        label=_("Scope: which units, products, activities"),
        widget=LONG,
        required=False,
        max_length=2000,
    )

    def __init__(
        self, actor: Actor, versions: Sequence[FrameworkVersion], *args: Any
    ) -> None:
        super().__init__(actor, *args)
        said = [(one.framework, one.title) for one in versions]
        self.fields["framework"].choices = [  # type: ignore[attr-defined]
            (of.code, title) for of, title in said if not of.extends
        ]
        self.fields["modules"].choices = [  # type: ignore[attr-defined]
            (of.code, title) for of, title in said if of.extends
        ]
        if not self.fields["modules"].choices:  # type: ignore[attr-defined]
            del self.fields["modules"]


class Invitation(forms.Form):
    name = forms.CharField(label=_("Name of the person"), max_length=120)
    role = forms.ChoiceField(label=_("Role"))
    until = forms.DateField(label=_("Link valid until"), widget=DAY, required=False)

    def __init__(self, roles: Sequence[tuple[str, str]], *args: Any) -> None:
        super().__init__(*args)
        self.fields["role"].choices = list(roles)  # type: ignore[attr-defined]


class OfItem(forms.Form):
    item = forms.ChoiceField(label=_("Question"))

    def __init__(self, items: Sequence[tuple[str, str]], *args: Any) -> None:
        super().__init__(*args)
        self.fields["item"].choices = list(items)  # type: ignore[attr-defined]


class Paper(OfItem):
    title = forms.CharField(label=_("Name of the paper"), max_length=200)
    strength = forms.ChoiceField(label=_("What it shows"), choices=Strength.choices)
    valid_until = forms.DateField(label=_("Valid until"), widget=DAY, required=False)
    file = forms.FileField(label=_("File"))


class Found(OfItem):
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)
    text = forms.CharField(label=_("What was found"), widget=LONG, max_length=2000)
    plan = forms.CharField(
        label=_("What will be done about it"),
        widget=LONG,
        required=False,
        max_length=2000,
    )


class Days(forms.Form):
    audited_on = forms.DateField(
        label=_("Last internal audit"), widget=DAY, required=False
    )
    reviewed_on = forms.DateField(
        label=_("Last management review"), widget=DAY, required=False
    )


class ShareForm(OwnOrganisation):
    audience = forms.ChoiceField(label=_("With whom"), choices=Audience.choices)
    email = forms.EmailField(
        label=_("E-mail address of the adviser"),
        required=False,
        help_text=_("Only for an adviser: the address of the account."),
    )


class Described(OwnOrganisation):
    """With whom an organisation is compared: its economy, sector and size."""

    economy = forms.ChoiceField(label=_("Economy"), initial="VNM")
    sector = forms.ChoiceField(label=_("Sector"), choices=Sector.choices)
    size = forms.ChoiceField(label=_("Size of the organisation"), choices=Size.choices)

    def __init__(self, actor: Actor, *args: Any) -> None:
        super().__init__(actor, *args, auto_id="class_%s")
        self.fields["economy"].choices = sorted(  # type: ignore[attr-defined]
            ((code, economy_name(code)) for code in NAMES), key=lambda pair: pair[1]
        )
