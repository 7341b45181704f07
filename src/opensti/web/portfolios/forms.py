from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.portfolios.choices import Ruling
from opensti.web.fields import MoneyField


class DecisionForm(forms.Form):
    proposed = forms.ChoiceField(
        label=_("Proposed ruling"), choices=Ruling.choices, widget=forms.RadioSelect
    )
    amount = MoneyField(label=_("Amount from the state budget (đồng)"), required=False)
    reason_vi = forms.CharField(
        label=_("Reason (Vietnamese)"), widget=forms.Textarea(attrs={"rows": 4})
    )
    reason_en = forms.CharField(
        label=_("Reason (English)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    deviation = forms.CharField(
        label=_("Why is this not what was advised?"),
        help_text=_(
            "Only where ruling or amount differ from the adopted scenario. How often that "
            "happens is counted in public; the text is not published."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, advised: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not advised:
            del self.fields["deviation"]


class RulingForm(DecisionForm):
    """The leader's ruling on one dossier, beginning with what is proposed."""

    version = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposed"].label = _("Ruling")


class LetterForm(forms.Form):
    subject = forms.CharField(label=_("Subject line"), max_length=300)
    body = forms.CharField(
        label=_("Text of the letter"), widget=forms.Textarea(attrs={"rows": 14})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label=_("What do you object to, and why?"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class AnswerForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("Outcome"),
        choices=[("no", _("rejected")), ("yes", _("upheld"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer with reasons"), widget=forms.Textarea(attrs={"rows": 8})
    )
