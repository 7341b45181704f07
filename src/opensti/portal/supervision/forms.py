"""What citizens fill in: a text, a petition, an objection, a second look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.queries import organisation_names
from opensti.domains.supervision.actions import Speaker
from opensti.domains.supervision.choices import Level, Standing, VoiceKind
from opensti.portal.supervision.guard import Guarded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Problem

# As whom one may write, in the words of the form; beside a text stands the level.
OFFERED = {
    Level.EMAIL: _("With an e-mail address that I confirm"),
    Level.PERSON: _("With my account"),
    Level.ORGANISATION: _("For my organisation"),
    Level.ANONYMOUS: _("Without a name, followed by a code"),
}
TEXT = forms.Textarea(attrs={"rows": 6})
LONGEST = 4000


class Speaking(Guarded):
    """A text and as whom it is said; only what this reader can be is offered."""

    text = forms.CharField(label=_("Text"), widget=TEXT, max_length=LONGEST)
    level = forms.ChoiceField(label=_("As whom you write"), widget=forms.RadioSelect)
    organisation = forms.TypedChoiceField(
        label=_("Organisation"), coerce=int, empty_value=None, required=False
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Shown to nobody. You confirm it by a link, then you get news."),
    )
    said_name = forms.CharField(label=_("Your name"), required=False, max_length=120)
    show_name = forms.BooleanField(
        label=_("Show my name beside the text"), required=False
    )

    without: tuple[str, ...] = ()

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [Level.PERSON] if actor.is_authenticated else [Level.EMAIL]
        if actor.manages:
            levels.append(Level.ORGANISATION)
        levels.append(Level.ANONYMOUS)
        offered = [one for one in levels if one not in self.without]
        self.fields["level"].choices = [(o.value, OFFERED[o]) for o in offered]  # type: ignore[attr-defined]
        if offered:
            self.initial.setdefault("level", offered[0].value)
        # Where nothing else is offered, the address is what the text needs.
        self.fields["email"].required = offered == [Level.EMAIL]
        if actor.manages:
            names = organisation_names(actor.manages)
            self.fields["organisation"].choices = [  # type: ignore[attr-defined]
                ("", "—"),
                *sorted(names.items(), key=lambda pair: pair[1]),
            ]
        else:
            del self.fields["organisation"]
        if actor.is_authenticated:
            del self.fields["email"], self.fields["said_name"]

    def speaker(self) -> Speaker:
        said = self.cleaned_data
        return Speaker(
            level=said["level"],
            said_name=said.get("said_name", ""),
            show_name=said["show_name"],
            email=said.get("email", ""),
            organisation_id=said.get("organisation"),
        )

    def show(self, problems: Iterable[Problem]) -> None:
        """Put what was refused beside the fields."""
        for problem in problems:
            words = " ".join(str(t) for t in (problem.message, problem.mend) if t)
            self.add_error(
                problem.field if problem.field in self.fields else None, words
            )


class CommentForm(Speaking):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(k.value, k.label) for k in (VoiceKind.COMMENT, VoiceKind.QUESTION)],
        initial=VoiceKind.COMMENT,
    )
    field_order = ("kind", "text", "level", "organisation", "said_name", "email")


class PetitionForm(Speaking):
    title = forms.CharField(label=_("What you ask for, in one line"), max_length=200)
    field_order = ("title", "text", "level", "organisation", "said_name", "email")
    without = (Level.ANONYMOUS,)


class ObjectionForm(Speaking):
    standing = forms.ChoiceField(
        label=_("How the decision concerns you"), choices=Standing.choices
    )
    field_order = ("standing", "text", "level", "organisation")
    without = (Level.ANONYMOUS, Level.EMAIL)


class SupportForm(Guarded):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_(
            "One address counts once. After you confirmed it, it is forgotten."
        ),
    )
    said_name = forms.CharField(
        label=_("Name to be shown, if you like"), required=False, max_length=120
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor.is_authenticated:
            del self.fields["email"]


class ReviewForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it should be shown"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
