"""What managers fill in about audits, findings, reviews and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.innovation.choices import FindingState, Grade
from opensti.web.innovation.forms import DAY, LONG, OwnOrganisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from opensti.kernel.access import Actor


class AuditForm(OwnOrganisation):
    title = forms.CharField(label=_("Name of the audit"), max_length=200)
    scope = forms.CharField(label=_("What is audited"), widget=LONG, max_length=2000)
    area = forms.CharField(label=_("Whose work is audited"), max_length=120)
    auditor = forms.CharField(label=_("Auditor"), max_length=120)
    auditor_area = forms.CharField(
        label=_("Where the auditor works"),
        max_length=120,
        help_text=_("Nobody audits the own area."),
    )
    planned_on = forms.DateField(label=_("Planned for"), widget=DAY)


class HeldForm(forms.Form):
    held_on = forms.DateField(label=_("Held on"), widget=DAY)
    conclusion = forms.CharField(
        label=_("What it concluded"), widget=LONG, max_length=4000
    )


class FindingForm(forms.Form):
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)
    text = forms.CharField(label=_("What was found"), widget=LONG, max_length=2000)


FOLLOWS = {
    FindingState.OPEN: _("Cause"),
    FindingState.CAUSE: _("Action"),
    FindingState.ACTION: _("Effect, as somebody else saw it"),
}


class FollowForm(forms.Form):
    """What a finding waits for: its cause, its action, its effect; nothing to close it."""

    def __init__(self, state: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if state in FOLLOWS:
            self.fields["words"] = forms.CharField(
                label=FOLLOWS[FindingState(state)], widget=LONG, max_length=2000
            )
        if state == FindingState.CAUSE:
            self.fields["owner_name"] = forms.CharField(
                label=_("Who does it"), max_length=120
            )
            self.fields["due_on"] = forms.DateField(label=_("By when"), widget=DAY)
        if state == FindingState.ACTION:
            self.fields["effective"] = forms.TypedChoiceField(
                label=_("Did it help?"),
                choices=[(1, _("yes")), (0, _("no: look for the cause again"))],
                coerce=lambda said: said == "1",
            )


DECISIONS = range(1, 6)


class ReviewForm(OwnOrganisation):
    """A review with at most five decisions, each with its owner and day."""

    held_on = forms.DateField(label=_("Held on"), widget=DAY)
    people = forms.CharField(label=_("Who took part"), max_length=500)
    conclusion = forms.CharField(
        label=_("What it concluded"), widget=LONG, max_length=4000
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, *args, **kwargs)
        for n in DECISIONS:
            said = {"n": n}
            self.fields[f"text_{n}"] = forms.CharField(
                label=_("Decision %(n)d") % said, required=False, max_length=500
            )
            self.fields[f"owner_{n}"] = forms.CharField(
                label=_("Who carries decision %(n)d out") % said,
                required=False,
                max_length=120,
            )
            self.fields[f"due_{n}"] = forms.DateField(
                label=_("Decision %(n)d by when") % said, required=False, widget=DAY
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for n in DECISIONS:
            parts = [data.get(f"{name}_{n}") for name in ("text", "owner", "due")]
            if any(parts) and not all(parts):
                self.add_error(
                    f"text_{n}", _("Each decision says what, who and by when.")
                )
        return data

    def decisions(self) -> list[tuple[str, str, date]]:
        data = self.cleaned_data
        return [
            (data[f"text_{n}"], data[f"owner_{n}"], data[f"due_{n}"])
            for n in DECISIONS
            if data[f"text_{n}"]
        ]


class RecordForm(forms.Form):
    code = forms.ChoiceField(label=_("Which record"))
    title = forms.CharField(label=_("Name of the paper"), max_length=200)
    owner_name = forms.CharField(label=_("Who keeps it up"), max_length=120)
    approved_by = forms.CharField(
        label=_("Approved by"), required=False, max_length=120
    )
    approved_on = forms.DateField(label=_("Approved on"), widget=DAY, required=False)
    keep_years = forms.IntegerField(
        label=_("Kept for so many years"), min_value=1, max_value=100, initial=5
    )
    review_on = forms.DateField(
        label=_("Looked at again on"), widget=DAY, required=False
    )
    file = forms.FileField(label=_("File"))

    def __init__(self, expected: Sequence[tuple[str, str]], *args: Any) -> None:
        super().__init__(*args)
        self.fields["code"].choices = list(expected)  # type: ignore[attr-defined]
