"""What pages of calls and dossiers ask for, besides the regime's own form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls import queries as calls_queries
from opensti.domains.procedures import queries as procedures
from opensti.domains.procedures.choices import TASK_KIND_LABELS
from opensti.domains.registry import queries as registry
from opensti.domains.tasks import queries as tasks
from opensti.domains.tasks.choices import Way
from opensti.ui.choices import titled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.calls.models import Call
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Problem


def moment_field(label: Any, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )


class Shown(forms.Form):
    """A form that says the refusal of an action beside the fields it is about."""

    def show(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            text = f"{problem.message} {problem.mend}".strip()
            self.add_error(
                problem.field if problem.field in self.fields else None, text
            )


class CallForm(Shown):
    code = forms.CharField(label=_("Code"), max_length=60)
    title_vi = forms.CharField(label=_("Title in Vietnamese"), max_length=500)
    title_en = forms.CharField(
        label=_("Title in English"), max_length=500, required=False
    )
    description_vi = forms.CharField(
        label=_("Announcement in Vietnamese"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    description_en = forms.CharField(
        label=_("Announcement in English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    way = forms.ChoiceField(label=_("Way"), choices=Way.choices)
    kind = forms.ChoiceField(
        label=_("Kind of tasks"),
        choices=[(str(k), v) for k, v in TASK_KIND_LABELS.items()],
    )
    opens_at = moment_field(_("Opens"))
    closes_at = moment_field(
        _("Closes"),
        _("Dossiers stay sealed until then; nobody in the office sees them."),
    )
    orders: Any = forms.ModelMultipleChoiceField(
        label=_("Orders"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Approved orders that the call is for."),
    )
    regime_version: Any = forms.ModelChoiceField(
        label=_("Procedure"),
        queryset=None,
        required=False,
        empty_label=_("the one in force on the day the call opens"),
    )

    def __init__(
        self, actor: Actor, *args: Any, call: Call | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        free = tasks.orders_to_call(actor)
        if call is not None:
            free = free | tasks.orders(actor).filter(calls=call).order_by("code")
            free = tasks.orders(actor).filter(
                pk__in={o.pk for o in tasks.orders_to_call(actor)}
                | {o.pk for o in call.orders.all()}
            )
        self.fields["orders"].queryset = free  # type: ignore[attr-defined]
        self.fields["orders"].label_from_instance = titled  # type: ignore[attr-defined]
        versions: Any = self.fields["regime_version"]
        versions.queryset = procedures.active_versions()
        versions.label_from_instance = lambda v: procedures.regime_of(v).label(
            get_language() or "vi"
        )

    def said(self) -> dict[str, Any]:
        """What the actions take."""
        given = dict(self.cleaned_data)
        orders = given.pop("orders")
        version = given.pop("regime_version")
        return given | {
            "order_ids": [o.pk for o in orders],
            "regime_version_id": version.pk if version else None,
        }


class LateExceptionForm(Shown):
    organisation: Any = forms.ModelChoiceField(label=_("Organisation"), queryset=None)
    until = moment_field(_("May hand in until"))
    reason = forms.CharField(
        label=_("Reason, with the paper it rests on"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = registry.organisations(actor)  # type: ignore[attr-defined]


class DossierStart(Shown):
    host: Any = forms.ModelChoiceField(label=_("Host organisation"), queryset=None)
    order: Any = forms.ModelChoiceField(
        label=_("Order that the dossier answers"), queryset=None, required=False
    )
    title_vi = forms.CharField(
        label=_("Name of the task"),
        max_length=300,
        required=False,
        help_text=_("It can be changed later."),
    )

    def __init__(self, actor: Actor, call: Call, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hosts = registry.organisations(actor).filter(
            pk__in=actor.member_of | actor.manages
        )
        orders = calls_queries.lots(actor=actor, call=call).order_by("code")
        host: Any = self.fields["host"]
        host.queryset = hosts
        only = list(hosts[:2])
        if len(only) == 1:
            host.initial = only[0]
        order: Any = self.fields["order"]
        order.queryset = orders
        order.label_from_instance = titled
        if not orders:
            del self.fields["order"]
        elif len(orders) == 1:
            order.initial = orders[0]


class FileForm(Shown):
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word, Excel, OpenDocument, pictures; no programs, no HTML."),
    )
    kind = forms.ChoiceField(label=_("Which paper"), required=False)
    title = forms.CharField(label=_("Title"), max_length=300, required=False)

    def __init__(
        self, kinds: Sequence[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("another paper")), *kinds]  # type: ignore[attr-defined]


class EditorForm(Shown):
    email = forms.EmailField(label=_("E-mail address of the colleague's account"))
    may_submit = forms.BooleanField(label=_("may also hand in"), required=False)


class SupplementForm(Shown):
    what = forms.CharField(
        label=_("What is missing"), widget=forms.Textarea(attrs={"rows": 4})
    )
    until = forms.DateField(
        label=_("Until (this day included)"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
