"""Who is asked: lists of organisations and people, letters with links, withdrawal."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from opensti.domains.surveys.actions.frames import PROFILE
from opensti.domains.surveys.actions.locking import STATE, locked, tell
from opensti.domains.surveys.actions.reading import read_rows
from opensti.domains.surveys.choices import Consent, State
from opensti.domains.surveys.lifecycle import INVITES, MAILS
from opensti.domains.surveys.models import Answer, Respondent, Unit, Wave
from opensti.domains.surveys.queries.asking import instrument_of, token_digest
from opensti.kernel.access import SYSTEM
from opensti.kernel.checks import Faults, in_state, locked_row, problem
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.refusals import StepNotAllowed
from opensti.kernel.spreadsheets import Column, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

MAIL_JOB = "surveys.mail_links"
MOST_ROWS = 100_000
MOST_TOLD = 50
SALT = "opensti.surveys.link"
REMIND_AFTER = timedelta(days=3)


def _email(cell: Any) -> str:
    said = as_text(cell).lower()
    try:
        validate_email(said)
    except ValidationError:
        raise ValueError(_("“%(text)s” is no e-mail address.") % {"text": said}) from None  # fmt: skip
    return said


def _text(longest: int) -> Any:
    return lambda cell: as_text(cell)[:longest]


COLUMNS = (
    Column(key="organisation", label=_("Organisation"), required=True, read=_text(60)),
    Column(key="name", label=_("Name"), required=True, read=_text(200)),
    *PROFILE,
    Column(key="email", label=_("E-mail"), required=True, read=_email),
    Column(key="role", label=_("Role"), read=_text(20)),
    Column(key="language", label=_("Language"), read=_text(2)),
)


@transaction.atomic
def invite_list(
    *, actor: Actor, wave_id: int, file: File[bytes] | None, at: datetime
) -> tuple[int, int]:
    """Ask the people of a table (CSV, XLSX); returns how many are new, and how many were there.

    A row for each person: organisation (the list's own number), name, economy, size, sector,
    email, and perhaps role and language (vi, en). Several rows of one organisation are several
    people in it. While the pilot runs they belong to the pilot; later to the field. Letters go
    out at once, or when the field opens. The file is not kept. Raises ``Invalid`` by row: an
    unknown stratum, one organisation in two strata, more than there are, of the pilot already.
    """
    row = locked(actor, wave_id, INVITES)
    listed = _Listed(row)
    for number, said in read_rows(file, COLUMNS, most=MOST_ROWS):
        if fault := listed.take(said):
            listed.wrong.add(
                "file",
                _("Row %(row)d: %(what)s") % {"row": number, "what": fault},
            )
        if len(listed.wrong.found) >= MOST_TOLD:
            break
    listed.wrong.refuse()
    if listed.keep():
        tell(
            actor,
            "surveys.invite_list",
            row,
            at,
            detail={"organisations": len(listed.made), "people": len(listed.people)},
        )
        ask_for_mails(row, at)
    return len(listed.people), listed.there


class _Listed:
    """What a list brings to a wave: organisations that are new, and people in them."""

    def __init__(self, row: Wave) -> None:
        self.row, self.pilot = row, row.state == State.PILOT
        self.roles = instrument_of(row).roles
        self.strata = {
            (s.economy, s.size, s.sector): s.organisations for s in row.strata.all()
        }
        self.units = {unit.code: unit for unit in row.units.all()}
        self.known = set(
            Respondent.objects.filter(unit__wave=row).values_list("unit__code", "email")
        )
        self.counts = Counter(
            _place(unit)
            for unit in self.units.values()
            if unit.pilot == self.pilot and unit.withdrawn_at is None
        )
        self.made: dict[str, Unit] = {}
        self.people: list[tuple[str, Respondent]] = []
        self.there = 0
        self.wrong = Faults()

    def take(self, said: Mapping[str, Any]) -> Text:
        """Take a row, or say what is wrong with it."""
        role = said.get("role") or ""
        language = (said.get("language") or self.row.languages[0]).lower()
        if fault := self._of_person(role, language) or self._of_unit(said):
            return fault
        key = (said["organisation"], said["email"])
        if key in self.known:
            self.there += 1
            return ""
        self.known.add(key)
        public_id = new_public_id()
        person = Respondent(
            public_id=public_id,
            email=said["email"],
            role=role,
            language=language,
            token_digest=token_digest(token_of(public_id)),
        )
        self.people.append((said["organisation"], person))
        return ""

    def _of_person(self, role: str, language: str) -> Text:
        if role and role not in self.roles:
            return _("“%(role)s” is no role; write one of %(roles)s.") % {
                "role": role,
                "roles": ", ".join(sorted(self.roles)),
            }
        if language not in self.row.languages:
            return _("“%(code)s” is no language of this survey.") % {"code": language}
        return ""

    def _of_unit(self, said: Mapping[str, Any]) -> Text:
        """The organisation is known and the same, or is new and has a place."""
        code = said["organisation"]
        place = (said["economy"], said["size"], said["sector"])
        unit = self.units.get(code) or self.made.get(code)
        if place not in self.strata:
            return _("there is no stratum %(place)s.") % {"place": " / ".join(place)}
        if unit is None:
            return self._new(code, said["name"], place)
        if _place(unit) != place:
            return _("this organisation stands in another stratum already.")
        if unit.pilot != self.pilot:
            return _("this organisation took part in the pilot.")
        if unit.withdrawn_at is not None:
            return _("this organisation was taken out of the survey.")
        return ""

    def _new(self, code: str, name: str, place: tuple[str, str, str]) -> Text:
        self.counts[place] += 1
        if self.counts[place] > self.strata[place]:
            return _("more organisations of %(place)s than there are.") % {
                "place": " / ".join(place)
            }
        self.made[code] = Unit(
            wave=self.row,
            code=code,
            name=name,
            economy=place[0],
            size=place[1],
            sector=place[2],
            pilot=self.pilot,
        )
        return ""

    def keep(self) -> bool:
        """Write all of it; whether anybody is new."""
        Unit.objects.bulk_create(self.made.values(), batch_size=1000)
        units = self.units | self.made
        for code, person in self.people:
            person.unit = units[code]
        Respondent.objects.bulk_create([p for _code, p in self.people], batch_size=1000)
        return bool(self.people)


def _place(unit: Unit) -> tuple[str, str, str]:
    return unit.economy, unit.size, unit.sector


def token_of(public_id: str) -> str:
    """The key in a person's link: made of the house's secret, so that no table holds it."""
    made = salted_hmac(SALT, public_id, algorithm="sha256").digest()
    return hashlib.blake2b(made, digest_size=16).hexdigest()


def ask_for_mails(row: Wave, at: datetime) -> None:
    """Let a worker send what is to be sent, while links lead somewhere."""
    if row.state in {*MAILS, State.PUBLISHED}:
        enqueue(
            MAIL_JOB,
            actor=SYSTEM,
            at=at,
            payload={"wave": row.pk},
            subject=row.subject,
            unique_key=f"{MAIL_JOB}:{row.pk}",
        )


@transaction.atomic
def remind(*, actor: Actor, wave_id: int, at: datetime) -> int:
    """Write again to all who were asked three days ago or longer and are not done.

    Returns how many; to whom is told to nobody. A second click finds nobody left. Letters that
    were not taken are sent again, those that tell of results, too. Raises ``StepNotAllowed``
    where there is nothing to write about.
    """
    row = locked(actor, wave_id, {*MAILS, State.PUBLISHED})
    n = 0
    if row.state in MAILS:
        waiting = _reachable(row).filter(
            finished_at=None,
            letters=F("wanted"),
            mailed_at__lte=at - REMIND_AFTER,
            consent__in=[Consent.NONE, Consent.GIVEN],
        )
        n = waiting.update(wanted=F("letters") + 1)
    if n or unmailed(row.pk):
        tell(actor, "surveys.remind", row, at, detail={"people": n})
        ask_for_mails(row, at)
    return n


def _reachable(row: Wave) -> Any:
    people = Respondent.objects.filter(unit__wave=row, unit__withdrawn_at=None)
    if row.state != State.PUBLISHED:
        people = people.filter(unit__pilot=row.state == State.PILOT)
    return people.exclude(email="")


def unmailed(wave_id: int) -> list[int]:
    """Ids of respondents to whom a letter is to go out. 2 queries."""
    row = Wave.objects.get(pk=wave_id)
    if row.state not in {*MAILS, State.PUBLISHED}:
        return []
    people = _reachable(row).filter(letters__lt=F("wanted"))
    return list(people.order_by("pk").values_list("pk", flat=True))


def mail_link(*, respondent_id: int, at: datetime) -> bool:
    """Send one letter with its link, at least once; False where the mail was not taken.

    Once the results are out the letter says so, and the address is erased.
    """
    person = (
        Respondent.objects.select_related("unit__wave__organisation")
        .filter(pk=respondent_id)
        .first()
    )
    if person is None or not person.email or person.letters >= person.wanted:
        return True
    wave = person.unit.wave
    told = wave.state == State.PUBLISHED
    token = token_of(person.public_id)
    if person.token_digest != token_digest(token):  # the house has another secret now
        person.token_digest = token_digest(token)
    subject, text = _letter(person, wave, token, told=told)
    try:
        EmailMessage(subject, text, to=[person.email]).send()
    except (OSError, ValueError) as error:
        person.mail_error = str(error)[:300]
        person.save(update_fields=["mail_error"])
        return False
    person.letters, person.mailed_at, person.mail_error = person.wanted, at, ""
    if told:
        person.email = ""
    person.save(
        update_fields=["letters", "mailed_at", "mail_error", "email", "token_digest"]
    )
    return True


def _letter(
    person: Respondent, wave: Wave, token: str, *, told: bool
) -> tuple[str, str]:
    with override(person.language):
        name = "portal:survey_own" if told else "portal:survey"
        link = settings.OPENSTI_ADDRESS.rstrip("/") + reverse(name, args=[token])
        who = str(wave.organisation) if wave.organisation_id else str(_("The ministry"))
        said = {"title": wave.title, "who": who, "name": person.unit.name, "link": link, "day": f"{wave.closes_on:%d/%m/%Y}"}  # fmt: skip
        if told:
            return str(_("Results: %(title)s") % said), str(_RESULTS % said)
        head = str(_("Reminder: %(title)s") % said) if person.letters else wave.title
        minutes = instrument_of(wave).questionnaire.survey.minutes
        return head, str(_ASKING % (said | {"minutes": minutes}))


_ASKING = _(
    "%(who)s asks %(name)s to take part in the survey “%(title)s”. It takes about %(minutes)d minutes, on a phone too; what is typed is kept, and you may go on later, until %(day)s.\n\nYour own link (do not pass it on):\n%(link)s\n\nTaking part is voluntary. The organiser never reads your answers, only figures of at least five organisations."
)
_RESULTS = _(
    "The results of the survey “%(title)s” are out. On your own page your answers stand beside those of organisations like yours:\n%(link)s\n\nThis is the last letter: your address is erased now. Keep the link."
)


@transaction.atomic
def withdraw_unit(*, actor: Actor, unit_id: int, reason: str, at: datetime) -> Unit:
    """Take an organisation out: its links end, its answers and addresses are deleted.

    Twice is once. Raises ``Invalid`` without a reason, ``StepNotAllowed`` once answers are
    closed.
    """
    unit = locked_row(actor, Unit.objects.all(), pk=unit_id)
    row = locked(actor, unit.wave_id)
    in_state(STATE, row.state, INVITES, row.get_state_display())
    if not reason.strip():
        raise problem("reason", _("Say in a sentence why."))
    if unit.withdrawn_at is not None:
        return unit
    if unit.pilot and row.state != State.PILOT:
        raise StepNotAllowed(_("The pilot is over."))
    people = list(Respondent.objects.select_for_update().filter(unit=unit))
    Answer.objects.filter(respondent__in=people).delete()
    Respondent.objects.filter(unit=unit).update(
        email="", consent=Consent.WITHDRAWN, consent_at=at
    )
    unit.withdrawn_at, unit.withdrawn_for = at, reason.strip()[:500]
    unit.save(update_fields=["withdrawn_at", "withdrawn_for"])
    tell(actor, "surveys.withdraw_unit", row, at, secret={"unit": unit.pk})
    return unit
