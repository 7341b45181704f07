"""What is typed when a contract is sent, approved, sent back, signed, given up or paused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.choices import PaperKind, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opensti.domains.contracts.queries import Place
    from opensti.kernel.refusals import Problem

MARKS = 5


def _words(label: Any, *, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        **options,
    )


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ActForm(forms.Form):
    """One act of a page that has several; ``version`` is what its reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    act = forms.CharField(widget=forms.HiddenInput)

    def show(self, problems: Iterable[Problem]) -> None:
        """Put what was refused beside the field it is about, or above the form."""
        for problem in problems:
            text = f"{problem.message} {problem.mend}".strip()
            self.add_error(
                problem.field if problem.field in self.fields else None, text
            )


class SendForm(ActForm):
    remark = _words(_("To those who approve it"))


class ApproveForm(ActForm):
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    remark = _words(_("Remark"))


class ReturnForm(ActForm):
    """A reason, and up to five places of the text with what is wrong there."""

    reason = _words(_("What is to be changed"), required=True)

    def __init__(self, *args: Any, places: Sequence[Place] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", "—"), *((p.code, str(p.label)[:120]) for p in places)]
        for n in range(MARKS):
            self.fields[f"place-{n}"] = forms.ChoiceField(
                label=_("Place %(n)d") % {"n": n + 1}, choices=choices, required=False
            )
            self.fields[f"text-{n}"] = forms.CharField(
                label=_("What is wrong there (%(n)d)") % {"n": n + 1},
                required=False,
                max_length=1000,
            )

    def marks(self) -> list[dict[str, str]]:
        said = self.cleaned_data
        return [
            {"place": said.get(f"place-{n}", ""), "text": said.get(f"text-{n}", "")}
            for n in range(MARKS)
        ]


class SignForm(ActForm):
    signed_on = _day(
        _("Signed on"),
        _("The day of the last signature: the contract is in force from then on."),
    )


class ReasonForm(ActForm):
    reason = _words(_("Reason"), required=True)


class SignedPaperForm(ActForm):
    """A signed file: of what, by whom, when; and whether it is a scan."""

    kind = forms.ChoiceField(label=_("Paper"), choices=PaperKind.choices)
    title = forms.CharField(
        label=_("Which one"),
        required=False,
        max_length=200,
        help_text=_("For example the number of the annex."),
    )
    side = forms.ChoiceField(
        label=_("Signed by"), choices=Side.choices, widget=forms.RadioSelect
    )
    signed_on = _day(_("Signed on"))
    file = forms.FileField(
        label=_("The signed file"),
        help_text=_(
            "A PDF with its electronic signatures, or a scan (PDF, PNG, JPG, TIF)."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.tif"}),
    )
    scanned = forms.BooleanField(
        label=_("It is a scan of a paper signed by hand"),
        required=False,
        help_text=_(
            "Only then a file is kept in which an electronic signature does not hold."
        ),
    )

    def __init__(self, *args: Any, kinds: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        kept = [c for c in PaperKind.choices if c[0] in kinds]
        self.fields["kind"].choices = kept  # type: ignore[attr-defined]
