"""A wave from its design on: what is asked, when, by which rules; and who manages it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import account_by_email
from opensti.domains.assessments.choices import Form
from opensti.domains.assessments.queries import active_versions, asked_in
from opensti.domains.surveys import permissions as _permissions  # noqa: F401
from opensti.domains.surveys.actions.locking import locked, tell
from opensti.domains.surveys.choices import LANGUAGES, Stage, State
from opensti.domains.surveys.lifecycle import EDITS
from opensti.domains.surveys.models import Frozen, Manager, Wave
from opensti.domains.surveys.queries.asking import NO_RULES, asked_by_rules
from opensti.domains.surveys.questionnaires import (
    read_questionnaire,
    read_rules,
    shipped_questionnaires,
    shipped_rules,
)
from opensti.kernel.access import require, visible
from opensti.kernel.checks import Faults, keep, locked_row, problem
from opensti.kernel.frozen import canonical, digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from opensti.kernel.access import Actor

ECONOMY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
MOST_ECONOMIES = 60
RUNS = (100, 20_000)
DESIGNED = (
    "title_vi", "title_en", "purpose", "version_of", "framework", "form", "questionnaire", "rules",
    "languages", "economies", "opens_on", "closes_on", "previous", "gaps", "quick", "straight",
    "copied", "stage", "runs", "seed", "prices", "currency",
)  # fmt: skip


@transaction.atomic
def draft_wave(
    *,
    actor: Actor,
    organisation_id: int | None,
    at: datetime,
    **said: Any,
) -> Wave:
    """Begin the design of a wave; whoever begins it manages it.

    ``organisation_id`` runs it, None for the house. ``said`` is what ``edit_wave`` takes.
    Raises ``Invalid`` with everything that is wrong.
    """
    require(actor, "surveys.draft", organisation_id)
    made = Wave(
        organisation_id=organisation_id,
        drafted_by_id=actor.user_id,
        drafted_at=at,
        **_designed(actor, **said),
    )
    made.save()
    Manager.objects.create(wave=made, user_id=actor.account_id, since=at)
    tell(actor, "surveys.draft_wave", made, at)
    return made


@transaction.atomic
def edit_wave(
    *,
    actor: Actor,
    wave_id: int,
    at: datetime,
    version: int | None = None,
    **said: Any,
) -> Wave:
    """Change the design; once the pilot begins nothing of it changes any more.

    ``said``: title_vi, title_en, purpose, framework (code), form, questionnaire (code, or
    plain data), rules (plain data, or None for those that come with it), languages, economies,
    opens_on, closes_on, previous (public id), gaps, quick, straight, copied, stage, runs, seed,
    prices, currency. Raises ``StepNotAllowed``, ``Stale``, ``Invalid``.
    """
    row = locked(actor, wave_id, EDITS, version=version)
    for name, value in _designed(actor, **said).items():
        setattr(row, name, value)
    keep(row, *DESIGNED)
    tell(actor, "surveys.edit_wave", row, at)
    return row


def _designed(
    actor: Actor,
    *,
    title_vi: str,
    title_en: str,
    opens_on: date | None,
    closes_on: date | None,
    economies: Sequence[str],
    purpose: str = "",
    framework: str = "innovation",
    form: str = Form.SHORT,
    questionnaire: str | Mapping[str, Any] = "needs",
    rules: Mapping[str, Any] | None = None,
    languages: Sequence[str] = ("vi", "en"),
    previous: str = "",
    gaps: float = 1 / 3,
    quick: float = 1 / 3,
    straight: int = 5,
    copied: int = 20,
    stage: str = Stage.SCALAR,
    runs: int = 2000,
    seed: int = 0,
    prices: Mapping[str, Mapping[str, Decimal | float]] | None = None,
    currency: str = "",
) -> dict[str, Any]:
    """The columns of a design; ``Invalid`` with all that is wrong in it."""
    wrong = Faults()
    title_vi = wrong.needs("title_vi", title_vi, _("Give the survey a title in Vietnamese."))  # fmt: skip
    title_en = wrong.needs("title_en", title_en, _("Give the survey a title in English."))  # fmt: skip
    if opens_on is None or closes_on is None:
        wrong.add("opens_on", _("Say from when to when answers are taken."))
    elif closes_on < opens_on:
        wrong.add("closes_on", _("The last day is not before the first."))
    codes = [one.strip() for one in economies if one.strip()]
    if not codes or len(codes) > MOST_ECONOMIES:
        wrong.add("economies", _("Name from 1 to 60 economies or provinces by their codes."))  # fmt: skip
    if bad := next((one for one in codes if not ECONOMY.fullmatch(one)), ""):
        wrong.add(
            "economies",
            _("“%(code)s” is no code: letters, digits, - and _, at most 20.")
            % {"code": bad},
        )
    if len(set(codes)) != len(codes):
        wrong.add("economies", _("Each code stands once."))
    if not languages or set(languages) - {code for code, _name in LANGUAGES}:
        wrong.add("languages", _("Choose at least one of the languages."))
    if form not in Form.values:
        wrong.add("form", _("Choose the short or the full form."))
    if stage not in Stage.values:
        wrong.add("stage", _("Choose how far a scale must be the same."))
    _check_numbers(wrong, gaps, quick, straight, copied, runs, seed)
    versions = active_versions(actor).filter(framework__organisation=None)
    version = versions.filter(framework__code=framework, framework__extends="").first()
    if version is None:
        wrong.add("framework", _("There is no such framework here."))
    before = _previous(actor, previous, version, wrong)
    wrong.refuse()
    assert version is not None  # noqa: S101 -- refused above
    asked, of_rules = _contents(questionnaire, rules, version.sha256)
    return {
        "title_vi": title_vi[:200],
        "title_en": title_en[:200],
        "purpose": purpose.strip()[:2000],
        "version_of": version,
        "framework": version.sha256,
        "form": form,
        "questionnaire": asked,
        "rules": of_rules,
        "languages": list(dict.fromkeys(languages)),
        "economies": codes,
        "opens_on": opens_on,
        "closes_on": closes_on,
        "previous": before,
        "gaps": gaps,
        "quick": quick,
        "straight": straight,
        "copied": copied,
        "stage": stage,
        "runs": runs,
        "seed": seed,
        **_priced(prices or {}, currency, of_rules, version.sha256),
    }


def _check_numbers(  # noqa: PLR0917 -- the settings in their order
    wrong: Faults,
    gaps: float,
    quick: float,
    straight: int,
    copied: int,
    runs: int,
    seed: int,
) -> None:
    for name, part in (("gaps", gaps), ("quick", quick)):
        if not 0 <= part <= 1:
            wrong.add(name, _("A part is from 0 to 1."))
    for name, count in (("straight", straight), ("copied", copied)):
        if not 2 <= count <= 1000:  # noqa: PLR2004
            wrong.add(name, _("Write a number from 2 to 1000."))
    if not RUNS[0] <= runs <= RUNS[1]:
        wrong.add("runs", _("Draw from 100 to 20,000 times."))
    if not 0 <= seed < 2**31:
        wrong.add("seed", _("A seed is a whole number from 0 on."))


def _previous(actor: Actor, public_id: str, version: Any, wrong: Faults) -> Wave | None:
    """The wave before: published, and of the same version of the framework."""
    if not public_id:
        return None
    rows = visible(actor, Wave.objects.filter(state=State.PUBLISHED))
    found = rows.filter(public_id=public_id).first()
    if found is None:
        wrong.add("previous", _("The wave before is one that was published."))
    elif version is not None and found.framework != version.sha256:
        wrong.add("previous", _("Only waves of the same version of the framework are compared."))  # fmt: skip
    return found


def _contents(
    questionnaire: str | Mapping[str, Any],
    rules: Mapping[str, Any] | None,
    framework: str,
) -> tuple[str, str]:
    """Digests of what is asked and of the rules, checked against the framework."""
    asked = asked_in(framework, short=False)
    if isinstance(questionnaire, str):
        content = shipped_questionnaires().get(questionnaire)
        if content is None:
            raise problem("questionnaire", _("There is no such questionnaire here."))
    else:
        content = dict(questionnaire)
    said = read_questionnaire(content, file="questionnaire")
    if said.survey.framework != asked.base.code:
        raise problem("questionnaire", _("This questionnaire belongs to another framework."))  # fmt: skip
    items = {i.code for i in asked.items} | {f"{i.code}_importance" for i in asked.items}  # fmt: skip
    if twice := next((q.code for q in said.questions if q.code in items), ""):
        raise problem("questionnaire", _("“%(code)s” is an item of the framework already.") % {"code": twice})  # fmt: skip
    if rules is None and said.survey.recommendations:
        rules = shipped_rules(said.survey.recommendations)
    if rules is None:
        return _kept(content), ""
    read_rules(rules, asked_by_rules(asked), file="rules")
    return _kept(content), _kept(dict(rules))


def _kept(content: dict[str, Any]) -> str:
    sha256 = digest_of(canonical(content))
    Frozen.objects.get_or_create(sha256=sha256, defaults={"content": content})
    return sha256


def _priced(
    prices: Mapping[str, Mapping[str, Decimal | float]],
    currency: str,
    rules: str,
    framework: str,
) -> dict[str, Any]:
    known = NO_RULES
    if rules:
        content = Frozen.objects.get(sha256=rules).content
        known = read_rules(content, asked_by_rules(asked_in(framework, short=False)), file="")  # fmt: skip
    wrong = Faults()
    told: dict[str, dict[str, float]] = {}
    for code, said in prices.items():
        if code not in known.programmes:
            wrong.add("prices", _("There is no programme “%(code)s”.") % {"code": code})
            continue
        told[code] = {n: float(said.get(n) or 0) for n in ("seat", "coach", "fixed")}
        if not all(0 <= value < 1e15 for value in told[code].values()):  # noqa: PLR2004
            wrong.add("prices", _("A price is 0 or more."))
    if told and not re.fullmatch("[A-Z]{3}", currency):
        wrong.add("currency", _("Name the currency by its three letters, as VND or USD."))  # fmt: skip
    wrong.refuse()
    return {"prices": told, "currency": currency if told else ""}


@transaction.atomic
def name_manager(*, actor: Actor, wave_id: int, email: str, at: datetime) -> Manager:
    """Let another person manage a wave, too; named twice is named once.

    Raises ``Invalid`` for an address without an active account.
    """
    row = locked(actor, wave_id)
    user = account_by_email(email)
    if user is None:
        raise problem(
            "email",
            _("There is no active account with this e-mail address."),
            _("Ask the person for the address that he signs in with."),
        )
    found, new = Manager.objects.get_or_create(
        wave=row, user=user, until=None, defaults={"since": at}
    )
    if new:
        tell(actor, "surveys.name_manager", row, at, secret={"user": user.pk})
    return found


@transaction.atomic
def dismiss_manager(*, actor: Actor, manager_id: int, at: datetime) -> Manager:
    """End that a person manages a wave; the last one stays. Twice is once."""
    found = locked_row(actor, Manager.objects.all(), pk=manager_id)
    row = locked(actor, found.wave_id)
    found.refresh_from_db()
    if found.until is not None:
        return found
    if not row.managers.filter(until=None).exclude(pk=found.pk).exists():
        raise problem(
            "manager",
            _("A survey has at least one manager."),
            _("Name another person first."),
        )
    found.until = at
    found.save(update_fields=["until"])
    tell(actor, "surveys.dismiss_manager", row, at, secret={"user": found.user_id})
    return found
