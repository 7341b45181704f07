"""Ask the staff a question: campaigns with their criteria, form, link and reviewers."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import account_by_email
from opensti.domains.innovation import permissions as _permissions  # noqa: F401
from opensti.domains.innovation.choices import FieldKind
from opensti.domains.innovation.models import Campaign, Reviewer
from opensti.domains.innovation.permissions import advises_it
from opensti.domains.registry.queries import actor_for
from opensti.kernel.access import require
from opensti.kernel.checks import Faults, keep, locked_row, problem
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from opensti.kernel.access import Actor

MOST_CRITERIA, MOST_FIELDS, MOST_CHOICES = 10, 15, 20
MOST_REPLY_DAYS, LONGEST = 120, timedelta(days=366)
HEAVIEST = 10
# What is asked of every idea that a campaign says nothing else about.
USUAL_CRITERIA = (
    (_("It answers the question"), 1),
    (_("Value for us or our customers"), 1),
    (_("It can be done"), 1),
)


def _code(kind: str, place: int) -> str:
    return f"{kind}{place}"


@transaction.atomic
def open_campaign(
    *,
    actor: Actor,
    organisation_id: int,
    title: str,
    question: str,
    opens_on: date,
    closes_on: date,
    at: datetime,
    criteria: Iterable[tuple[str, int]] = (),
    form: Sequence[Mapping[str, Any]] = (),
    reply_days: int = 15,
    anonymous: bool = True,
) -> Campaign:
    """Open a campaign with its link; whoever has that hands in ideas.

    ``criteria``: names with whole weights of 1 to 10 (the usual three where none is
    given). ``form``: questions beside title and text, each with ``label``, ``kind`` and
    ``needed``, and ``choices`` for one of several answers. ``reply_days`` are working
    days. Raises ``Invalid`` with everything that is wrong.
    """
    require(actor, "innovation.run", organisation_id)
    wrong = Faults()
    title = wrong.needs("title", title, _("Give the campaign a name."))
    question = wrong.needs("question", question, _("Ask something."))
    weighed = [(name.strip(), weight) for name, weight in criteria] or [
        (str(name), weight) for name, weight in USUAL_CRITERIA
    ]
    _check_criteria(weighed, wrong)
    asked = [_field(place, one, wrong) for place, one in enumerate(form, start=1)]
    if len(asked) > MOST_FIELDS:
        wrong.add("form", _("Ask no more than 15 questions: people answer few."))
    if not localdate(at) <= closes_on or closes_on < opens_on:
        wrong.add("closes_on", _("The last day is after the first, and not past."))
    elif closes_on - opens_on > LONGEST:
        wrong.add("closes_on", _("A campaign lasts a year at most."))
    if not 1 <= reply_days <= MOST_REPLY_DAYS:
        wrong.add("reply_days", _("Reply within 1 to 120 working days."))
    wrong.refuse()
    made = Campaign.objects.create(
        organisation_id=organisation_id,
        title=title[:200],
        question=question[:2000],
        criteria=[
            {"code": _code("c", n), "name": name[:200], "weight": weight}
            for n, (name, weight) in enumerate(weighed, start=1)
        ],
        form=asked,
        token=secrets.token_urlsafe(18),
        opens_on=opens_on,
        closes_on=closes_on,
        reply_days=reply_days,
        anonymous=anonymous,
        opened_by_id=actor.user_id,
        opened_at=at,
    )
    tell(actor, "innovation.open_campaign", made.subject, at)
    return made


def _check_criteria(weighed: Sequence[tuple[str, int]], wrong: Faults) -> None:
    if len(weighed) > MOST_CRITERIA:
        wrong.add("criteria", _("Weigh by no more than 10 criteria."))
    names = [name.casefold() for name, _weight in weighed]
    if not all(names) or len(set(names)) < len(names):
        wrong.add("criteria", _("Each criterion has a name of its own."))
    if not all(1 <= weight <= HEAVIEST for _name, weight in weighed):
        wrong.add("criteria", _("A weight is a whole number from 1 to 10."))


def _field(place: int, one: Mapping[str, Any], wrong: Faults) -> dict[str, Any]:
    label = str(one.get("label", "")).strip()[:300]
    kind = str(one.get("kind", ""))
    choices = [str(c).strip()[:200] for c in one.get("choices", ()) if str(c).strip()]
    if not label:
        wrong.add("form", _("Question %(n)d says nothing.") % {"n": place})
    if kind not in FieldKind.values:
        wrong.add("form", _("Say what question %(n)d takes.") % {"n": place})
    if kind == FieldKind.CHOICE and not 2 <= len(set(choices)) <= MOST_CHOICES:  # noqa: PLR2004 -- a choice is between two
        wrong.add(
            "form", _("Question %(n)d needs 2 to 20 different answers.") % {"n": place}
        )
    return {
        "code": _code("q", place),
        "label": label,
        "kind": kind,
        "needed": bool(one.get("needed", False)),
        "choices": list(dict.fromkeys(choices)) if kind == FieldKind.CHOICE else [],
    }


@transaction.atomic
def close_campaign(
    *, actor: Actor, campaign_id: int, at: datetime, version: int | None = None
) -> Campaign:
    """Take no more ideas from now on; those handed in still get their answers."""
    row = _locked(actor, campaign_id, version)
    if row.closed_at is None:
        row.closed_at = at
        keep(row, "closed_at")
        tell(actor, "innovation.close_campaign", row.subject, at)
    return row


@transaction.atomic
def renew_link(
    *, actor: Actor, campaign_id: int, at: datetime, version: int | None = None
) -> Campaign:
    """Make the link anew; the old one leads nowhere. What was handed in stays."""
    row = _locked(actor, campaign_id, version)
    row.token = secrets.token_urlsafe(18)
    keep(row, "token")
    tell(actor, "innovation.renew_link", row.subject, at)
    return row


@transaction.atomic
def name_reviewer(
    *, actor: Actor, campaign_id: int, email: str, at: datetime
) -> Reviewer:
    """Let an account weigh ideas of a campaign: of the organisation or an adviser's.

    Naming twice is naming once. Raises ``Invalid`` where there is no such account.
    """
    row = _locked(actor, campaign_id)
    user = account_by_email(email.strip())
    if user is None:
        raise problem(
            "email",
            _("There is no active account with this e-mail address."),
            _("Ask for the address that the person signs in with."),
        )
    who = actor_for(user=user, on=localdate(at), sudo=False)
    belongs = row.organisation_id in who.member_of | who.manages
    if not belongs and not advises_it(who, row):
        raise problem(
            "email",
            _("This person neither acts for the organisation nor advises it."),
            _("Name a member, or share the innovation work with the adviser first."),
        )
    made, new = Reviewer.objects.get_or_create(campaign=row, user=user)
    if new or made.released_at is not None:
        made.released_at = None
        made.save(update_fields=["released_at"])
        tell(
            actor,
            "innovation.name_reviewer",
            row.subject,
            at,
            secret={"reviewer": user.pk},
        )
    return made


@transaction.atomic
def release_reviewer(*, actor: Actor, reviewer_id: int, at: datetime) -> Reviewer:
    """Let a reviewer weigh no more ideas; scores given stay."""
    found = Reviewer.objects.filter(pk=reviewer_id).first()
    if found is None:
        raise NotFound
    row = _locked(actor, found.campaign_id)
    if found.released_at is None:
        found.released_at = at
        found.save(update_fields=["released_at"])
        tell(
            actor,
            "innovation.release_reviewer",
            row.subject,
            at,
            secret={"reviewer": found.user_id},
        )
    return found


def _locked(actor: Actor, campaign_id: int, version: int | None = None) -> Campaign:
    row = locked_row(actor, Campaign.objects.all(), version=version, pk=campaign_id)
    require(actor, "innovation.run", row)
    return row


def tell(
    actor: Actor,
    act: str,
    subject: str,
    at: datetime,
    *,
    detail: dict[str, Any] | None = None,
    secret: dict[str, Any] | None = None,
) -> None:
    """An entry that names neither the organisation nor what was said."""
    record(
        actor=actor,
        act=act,
        subject=subject,
        at=at,
        detail=detail or {},
        secret=secret or {},
    )
