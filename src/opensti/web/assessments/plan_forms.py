"""What is filled in on the pages of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opensti.domains.assessments.choices import Size, Strength
from opensti.web.assessments.forms import DAY, LONG, TARGETS
from opensti.web.fields import MoneyField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.assessments.frameworks import RuleFile

UNSAID = ("", _("not said"))
YES_NO = [UNSAID, ("yes", _("yes")), ("no", _("no"))]
WEIGHTS = [UNSAID, *((n, str(n)) for n in range(1, 6))]


def _said(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


def _number(value: str) -> int | None:
    return int(value) if value else None


class Answer(forms.TypedChoiceField):
    """Yes, no, or nothing said."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label, choices=YES_NO, coerce=_said, required=False, empty_value=None
        )


class ProfileForm(forms.Form):
    size = forms.ChoiceField(
        label=_("Size"), choices=[UNSAID, *Size.choices], required=False
    )
    knowledge = Answer(_("Patents or know-how to protect"))
    new_product = Answer(_("New or improved products in the last three years"))
    new_process = Answer(_("New or improved processes in the last three years"))
    research = Answer(_("Own research and development"))
    turnover_new = forms.IntegerField(
        label=_("Turnover from new products, in percent"),
        required=False,
        min_value=0,
        max_value=100,
    )

    def __init__(self, file: RuleFile | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.barriers = [b.code for b in file.barriers] if file else []
        for barrier in file.barriers if file else ():
            self.fields[f"barrier_{barrier.code}"] = forms.TypedChoiceField(
                label=_("Barrier, 1 hardly to 5 decisive: %(name)s")
                % {"name": str(barrier)},
                choices=WEIGHTS,
                coerce=_number,
                required=False,
                empty_value=None,
            )

    def said(self) -> dict[str, Any]:
        """What the act takes: barriers by their codes, the rest by name."""
        found = dict(self.cleaned_data)
        weights = {code: found.pop(f"barrier_{code}") for code in self.barriers}
        return {
            **found,
            "barriers": {code: n for code, n in weights.items() if n is not None},
        }


class GapForm(forms.Form):
    item = forms.ChoiceField(label=_("Question"))
    cause = forms.CharField(
        label=_("Root cause"), widget=LONG, required=False, max_length=2000
    )
    target = forms.TypedChoiceField(
        label=_("Score to reach"),
        choices=[("", _("that of the assessment")), *TARGETS],
        coerce=_number,
        required=False,
        empty_value=None,
    )
    importance = forms.TypedChoiceField(
        label=_("Importance, 1 to 5"),
        choices=[("", _("that of the part")), *TARGETS],
        coerce=_number,
        required=False,
        empty_value=None,
    )

    def __init__(self, items: Sequence[tuple[str, str]], *args: Any) -> None:
        super().__init__(*args)
        self.fields["item"].choices = list(items)  # type: ignore[attr-defined]


class BudgetForm(forms.Form):
    budget = MoneyField(label=_("Budget in đồng"))


class ActionForm(forms.Form):
    what = forms.CharField(label=_("What is done"), max_length=500)
    items = forms.MultipleChoiceField(
        label=_("Questions that it is to raise"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    owner = forms.CharField(
        label=pgettext_lazy("action", "Owner"), max_length=120, required=False
    )
    owner_email = forms.EmailField(
        label=_("Owner's e-mail address"),
        required=False,
        help_text=_(
            "Only for somebody of your organisation with an account: reminders go there."
        ),
    )
    start_on = forms.DateField(label=_("Begins on"), widget=DAY, required=False)
    due_on = forms.DateField(label=_("Due on"), widget=DAY, required=False)
    check_on = forms.DateField(
        label=_("Effect is checked on"), widget=DAY, required=False
    )
    cost = MoneyField(label=_("Cost in đồng"), required=False)
    expected = forms.TypedChoiceField(
        label=_("Expected score with evidence"),
        choices=TARGETS,
        coerce=_number,
        initial=3,
    )

    def __init__(self, items: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = list(items)  # type: ignore[attr-defined]


class PaperForm(forms.Form):
    """A paper for the effect of an action."""

    item = forms.ChoiceField(label=_("Question"))
    title = forms.CharField(label=_("Name of the paper"), max_length=200)
    strength = forms.ChoiceField(label=_("What it shows"), choices=Strength.choices)
    file = forms.FileField(label=_("File"))

    def __init__(self, items: Sequence[tuple[str, str]], *args: Any) -> None:
        super().__init__(*args)
        self.fields["item"].choices = list(items)  # type: ignore[attr-defined]
