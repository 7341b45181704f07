"""What members and managers fill in about ideas and initiatives."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.innovation.choices import (
    AfterTest,
    Audience,
    Criterion,
    FieldKind,
    Horizon,
    Kind,
    Outcome,
    RightKind,
    RightState,
    Risk,
    Stage,
    StopReason,
    Verdict,
)
from opensti.domains.registry.queries import organisation_names
from opensti.ui.asked import asked_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.forms import BoundField

    from opensti.domains.innovation.models import (
        Campaign,
        Idea,
        Initiative,
        Objective,
    )
    from opensti.kernel.access import Actor

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LONG = forms.Textarea(attrs={"rows": 3})
CRITERIA, QUESTIONS = range(1, 6), range(1, 7)
POINTS = [(n, str(n)) for n in range(6)]
FIVE = [(n, str(n)) for n in range(1, 6)]
NONE = [("", "—")]


def amount(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=0,
        help_text=_("in đồng"),
        **more,
    )


def chance(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=1,
        max_digits=4,
        decimal_places=3,
        help_text=_("from 0 to 1; 0.6 is six of ten"),
    )


class OwnOrganisation(forms.Form):
    """A form for one of the organisations that the person manages."""

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = organisation_names(actor.manages)
        self.fields["organisation"].choices = sorted(  # type: ignore[attr-defined]
            names.items(), key=lambda pair: pair[1]
        )


class CampaignForm(OwnOrganisation):
    """A campaign: five criteria and six questions of its own at most, on one page."""

    title = forms.CharField(label=_("Name of the campaign"), max_length=200)
    question = forms.CharField(
        label=_("The question you ask"),
        widget=LONG,
        max_length=2000,
        help_text=_("One question brings better ideas than “tell us anything”."),
    )
    opens_on = forms.DateField(label=_("First day"), widget=DAY)
    closes_on = forms.DateField(label=_("Last day"), widget=DAY)
    reply_days = forms.IntegerField(
        label=_("Reply within working days"), initial=15, min_value=1, max_value=120
    )
    anonymous = forms.BooleanField(
        label=_("Ideas without a name are taken"), required=False, initial=True
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, *args, **kwargs)
        for n in CRITERIA:
            self.fields[f"criterion_{n}"] = forms.CharField(
                label=_("Criterion %(n)d") % {"n": n}, required=False, max_length=200
            )
            self.fields[f"weight_{n}"] = forms.TypedChoiceField(
                label=_("Weight of criterion %(n)d") % {"n": n},
                choices=[(w, str(w)) for w in range(1, 11)],
                coerce=int,
                required=False,
                initial=1,
            )
        for n in QUESTIONS:
            self.fields[f"label_{n}"] = forms.CharField(
                label=_("Question %(n)d") % {"n": n}, required=False, max_length=300
            )
            self.fields[f"kind_{n}"] = forms.ChoiceField(
                label=_("What question %(n)d takes") % {"n": n},
                choices=FieldKind.choices,
                required=False,
            )
            self.fields[f"choices_{n}"] = forms.CharField(
                label=_("Answers to question %(n)d, parted by “;”") % {"n": n},
                required=False,
                max_length=2000,
            )
            self.fields[f"needed_{n}"] = forms.BooleanField(
                label=_("Question %(n)d must be answered") % {"n": n}, required=False
            )

    def main(self) -> Iterator[BoundField]:
        parted = ("criterion_", "weight_", "label_", "kind_", "choices_", "needed_")
        return (field for field in self if not field.name.startswith(parted))

    def criteria_rows(self) -> list[list[BoundField]]:
        return [[self[f"criterion_{n}"], self[f"weight_{n}"]] for n in CRITERIA]

    def question_rows(self) -> list[list[BoundField]]:
        names = ("label", "kind", "choices", "needed")
        return [[self[f"{name}_{n}"] for name in names] for n in QUESTIONS]

    def said(self) -> dict[str, Any]:
        """What ``open_campaign`` takes."""
        data = self.cleaned_data
        names = ("title", "question", "opens_on", "closes_on", "reply_days")
        return {
            **{name: data[name] for name in names},
            "organisation_id": data["organisation"],
            "anonymous": data["anonymous"],
            "criteria": [
                (data[f"criterion_{n}"], data[f"weight_{n}"] or 1)
                for n in CRITERIA
                if data[f"criterion_{n}"]
            ],
            "form": [
                {
                    "label": data[f"label_{n}"],
                    "kind": data[f"kind_{n}"] or FieldKind.LINE,
                    "needed": data[f"needed_{n}"],
                    "choices": data[f"choices_{n}"].split(";"),
                }
                for n in QUESTIONS
                if data[f"label_{n}"]
            ],
        }


class IdeaForm(forms.Form):
    """An idea by somebody who is signed in; ``key`` makes a double click one idea."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    title = forms.CharField(label=_("Your idea in a few words"), max_length=200)
    text = forms.CharField(
        label=_("What do you propose?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5000,
    )

    def __init__(self, campaign: Campaign, *args: Any) -> None:
        super().__init__(*args)
        self.initial["key"] = secrets.token_urlsafe(24)
        self.asked = asked_fields(campaign.form)
        self.fields.update(self.asked)


class ReviewerForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of the reviewer"),
        help_text=_("The address of the account: of a member or an adviser."),
    )


class ScoreForm(forms.Form):
    def __init__(self, criteria: Sequence[Mapping[str, Any]], *args: Any) -> None:
        super().__init__(*args)
        self.codes = [one["code"] for one in criteria]
        for one in criteria:
            self.fields[one["code"]] = forms.TypedChoiceField(
                label=one["name"], choices=[*NONE, *POINTS], coerce=int
            )
        self.fields["comment"] = forms.CharField(
            label=_("Comment"), widget=LONG, required=False, max_length=2000
        )
        self.fields["no_part"] = forms.BooleanField(
            label=_("I have no part in this idea, nor has anybody close to me")
        )


class StepForm(forms.Form):
    """What a step of an idea needs: an answer, another idea, an initiative."""

    def __init__(
        self,
        step: str,
        others: Sequence[Idea],
        initiatives: Sequence[Initiative],
        *args: Any,
    ) -> None:
        super().__init__(*args)
        self.auto_id = f"{step}_%s"
        self.step = step
        if step == "accept":
            self.fields["stage"] = forms.ChoiceField(
                label=_("It begins as"),
                choices=[
                    (Stage.IDENTIFY, _("an opportunity: a need that is described")),
                    (Stage.CREATE, _("a concept: a solution with its assumptions")),
                ],
            )
            self.fields["initiative"] = forms.ChoiceField(
                label=_("Or a running initiative takes it up"),
                choices=[*NONE, *((one.public_id, str(one)) for one in initiatives)],
                required=False,
            )
        if step == "merge":
            self.fields["into"] = forms.ChoiceField(
                label=_("Join with"),
                choices=[*NONE, *((one.public_id, str(one)) for one in others)],
            )
        if step in {"accept", "park", "decline", "merge"}:
            self.fields["answer"] = forms.CharField(
                label=_("Answer to the author"),
                widget=LONG,
                max_length=2000,
                required=step in {"park", "decline"},
            )


class RewardForm(forms.Form):
    what = forms.CharField(label=_("What was given"), max_length=300)
    amount = amount(_("Amount"))
    given_on = forms.DateField(label=_("Given on"), widget=DAY)


# ---- initiatives


class _Described(forms.Form):
    title = forms.CharField(label=_("Name of the initiative"), max_length=200)
    text = forms.CharField(
        label=_("What, and for whom"), widget=LONG, required=False, max_length=5000
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    horizon = forms.TypedChoiceField(
        label=_("Horizon"), choices=Horizon.choices, coerce=int
    )
    risk = forms.ChoiceField(label=_("Risk"), choices=Risk.choices, initial="medium")
    owner_name = forms.CharField(
        label=_("Who leads it"), required=False, max_length=120
    )


class BeginForm(OwnOrganisation, _Described):
    stage = forms.ChoiceField(label=_("It begins in the stage"), choices=Stage.choices)
    reason = forms.CharField(
        label=_("Why it is begun"), widget=LONG, required=False, max_length=2000
    )
    field_order = ("organisation", "title", "text", "stage")


class DescribeForm(_Described):
    value = amount(_("Present value of what it earns, if it succeeds"))
    commercial = chance(_("Chance that the market or the users take it"))
    launch = amount(_("What the launch still costs"))
    technical = chance(_("Chance that it works"))
    development = amount(_("What the development still costs"))
    realised = amount(_("Value realised so far"))
    realised_on = forms.DateField(label=_("As of"), widget=DAY, required=False)

    def __init__(
        self, objectives: Sequence[Objective], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["objective"] = forms.ChoiceField(
            label=_("Objective it serves"),
            choices=[*NONE, *((one.public_id, str(one)) for one in objectives)],
            required=False,
        )


SCORED = frozenset({Verdict.MOVE, Verdict.STOP, Verdict.DONE})


class DecisionForm(forms.Form):
    """What one verdict asks: where to, how it was weighed, why, what was learnt."""

    def __init__(
        self, verdict: str, row: Initiative, others: Sequence[Initiative], *args: Any
    ) -> None:
        super().__init__(*args)
        self.auto_id = f"{verdict}_%s"
        self.verdict = verdict
        if verdict == Verdict.MOVE:
            self.fields["stage"] = forms.ChoiceField(
                label=_("To the stage"),
                choices=[
                    *NONE,
                    *((s.value, s.label) for s in Stage if s != row.stage),
                ],
            )
        if verdict == Verdict.STOP:
            self.fields["stop_reason"] = forms.ChoiceField(
                label=_("Why it is stopped"), choices=[*NONE, *StopReason.choices]
            )
        if verdict == Verdict.MERGE:
            self.fields["into"] = forms.ChoiceField(
                label=_("Join with"),
                choices=[*NONE, *((one.public_id, str(one)) for one in others)],
            )
        if verdict == Verdict.SPLIT:
            self.fields["parts"] = forms.CharField(
                label=_("Names of the new initiatives, one a line"), widget=LONG
            )
        if verdict in SCORED:
            for one in Criterion:
                self.fields[f"score_{one.value}"] = forms.TypedChoiceField(
                    label=one.label,
                    choices=[*NONE, *POINTS],
                    coerce=int,
                    required=False,
                    empty_value=None,
                )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), widget=LONG, max_length=2000
        )
        if verdict in {Verdict.STOP, Verdict.DONE}:
            self.fields["lesson"] = forms.CharField(
                label=_("What was learnt"),
                widget=LONG,
                max_length=2000,
                required=verdict == Verdict.STOP,
            )

    def said(self) -> dict[str, Any]:
        """What ``decide`` takes."""
        data = self.cleaned_data
        scores = {one.value: data.get(f"score_{one.value}") for one in Criterion}
        plain = ("stage", "stop_reason", "into", "reason", "lesson")
        return {
            "verdict": self.verdict,
            **{name: data[name] for name in plain if name in data},
            "scores": {name: n for name, n in scores.items() if n is not None},
            "parts": data.get("parts", "").splitlines(),
        }


class AssumptionForm(forms.Form):
    text = forms.CharField(label=_("What must be true"), max_length=500)
    weight = forms.TypedChoiceField(
        label=_("How bad if it is wrong"),
        choices=FIVE,
        coerce=int,
        initial=3,
        help_text=_("5: then there is no initiative"),
    )
    doubt = forms.TypedChoiceField(
        label=_("How little we know"),
        choices=FIVE,
        coerce=int,
        initial=3,
        help_text=_("5: nothing but an opinion"),
    )


class TrialForm(forms.Form):
    plan = forms.CharField(label=_("How it is tested"), widget=LONG, max_length=1000)
    holds_if = forms.CharField(label=_("It holds if"), max_length=500)
    due_on = forms.DateField(label=_("Result by"), widget=DAY, required=False)


class ToldForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What came out"), choices=[*NONE, *Outcome.choices]
    )
    result = forms.CharField(
        label=_("In words and figures"), widget=LONG, max_length=2000
    )
    then = forms.ChoiceField(
        label=_("What follows"), choices=[*NONE, *AfterTest.choices]
    )


class RightForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of right"), choices=RightKind.choices)
    title = forms.CharField(label=_("Of what"), max_length=200)
    state = forms.ChoiceField(label=_("How it stands"), choices=RightState.choices)
    number = forms.CharField(label=_("Number"), required=False, max_length=60)
    holder = forms.CharField(label=_("Whose"), required=False, max_length=200)


class PartnerForm(forms.Form):
    name = forms.CharField(label=_("Partner"), max_length=200)
    part = forms.CharField(label=_("What the partner does"), max_length=300)
    agreement = forms.CharField(label=_("Agreement"), required=False, max_length=200)
    since = forms.DateField(label=_("Since"), widget=DAY, required=False)
    until = forms.DateField(label=_("Until"), widget=DAY, required=False)


class ShareForm(OwnOrganisation):
    audience = forms.ChoiceField(label=_("With whom"), choices=Audience.choices)
    email = forms.EmailField(
        label=_("E-mail address of the adviser"),
        required=False,
        help_text=_("Only for an adviser: the address of the account."),
    )


# ---- steering and governing


class ObjectiveForm(forms.Form):
    title = forms.CharField(label=_("What is to be reached"), max_length=200)
    measure = forms.CharField(label=_("How it is seen"), max_length=300)
    target = forms.CharField(label=_("How much of it"), max_length=200)
    due_on = forms.DateField(label=_("By when"), widget=DAY)
    owner_name = forms.CharField(label=_("Who answers for it"), max_length=120)


class ReachedForm(forms.Form):
    reached_on = forms.DateField(label=_("Over on"), widget=DAY)
    result = forms.CharField(label=_("What was reached, in figures"), max_length=500)


def percent(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100)


class PortfolioForm(forms.Form):
    envelope = amount(_("Money for innovation"))
    core = percent(_("Percent for horizon 1"))
    next = percent(_("Percent for horizon 2"))
    new = percent(_("Percent for horizon 3"))
    review_months = forms.IntegerField(
        label=_("Looked at every so many months"), min_value=1, max_value=36, initial=3
    )
    review_on = forms.DateField(label=_("Looked at next on"), widget=DAY)


class SignalForm(forms.Form):
    title = forms.CharField(label=_("What was seen"), max_length=200)
    source = forms.CharField(label=_("Where"), max_length=200)
    link = forms.URLField(
        label=_("Link"), required=False, max_length=500, assume_scheme="https"
    )
    meaning = forms.CharField(
        label=_("What it means for us"), widget=LONG, max_length=2000
    )
    watcher = forms.CharField(label=_("Who watches it"), max_length=120)
    relevance = forms.TypedChoiceField(
        label=_("Relevance"), choices=FIVE, coerce=int, initial=3
    )
    seen_on = forms.DateField(label=_("Seen on"), widget=DAY)

    def __init__(
        self,
        objectives: Sequence[Objective],
        initiatives: Sequence[Initiative],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, label, rows in (
            ("objectives", _("Objectives it touches"), objectives),
            ("initiatives", _("Initiatives it touches"), initiatives),
        ):
            if rows:
                self.fields[name] = forms.TypedMultipleChoiceField(
                    label=label,
                    choices=[(one.pk, str(one)) for one in rows],
                    coerce=int,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )
