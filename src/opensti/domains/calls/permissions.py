"""Who announces calls, who writes dossiers, and who may know of them, and when.

Dossiers are sealed: until a call is opened nobody in the office sees one, nor how many
there are. A draft is its writers' alone, for ever. One builder (``dossiers_where``)
says so for the dossier and for everything that hangs on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.choices import EDITABLE, HANDED_IN
from opensti.domains.calls.models import (
    Attachment,
    BudgetLine,
    Call,
    Dossier,
    DossierEditor,
    DossierVersion,
    EarlyOpening,
    EligibilityCheck,
    LateException,
    TeamMember,
)
from opensti.domains.procedures.choices import State
from opensti.kernel.access import (
    NOTHING,
    Role,
    anyone,
    grant,
    has_role,
    rule,
    sees,
    visible,
)
from opensti.kernel.files.serving import files_access
from opensti.kernel.subqueries import worded_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

# Who reads a dossier once its call is opened.
OFFICE = (Role.OFFICER, Role.SECRETARY, Role.LEADER, Role.FINANCE, Role.AUDITOR)
# Who reads a call before it is published.
DRAFTERS = (Role.OFFICER, Role.LEADER, Role.AUDITOR)
WRITERS = frozenset(Role) - {Role.PUBLIC, Role.AUDITOR, Role.ADMIN}

_WRITERS = _("whoever made the dossier, its editors, or a manager of the host")


@rule(_("You belong to no organisation that could be the host."))
def belongs_to_a_host(actor: Actor, organisation_id: Any) -> bool:
    mine = actor.member_of | actor.manages
    return bool(mine) if organisation_id is None else organisation_id in mine


def _made_it(actor: Actor, dossier: Dossier) -> bool:
    """Whoever began it, as long as he belongs to its host."""
    mine = actor.member_of | actor.manages
    return dossier.created_by_id == actor.user_id and dossier.host_id in mine


@rule(_("You are not one of the writers of this dossier."), who=_WRITERS)
def writes_it(actor: Actor, dossier: Any) -> bool:
    if dossier is None or actor.user_id is None or actor.has(Role.ADMIN):
        return False
    return (
        _made_it(actor, dossier)
        or dossier.host_id in actor.manages
        or DossierEditor.objects.filter(
            dossier_id=dossier.pk, user_id=actor.user_id
        ).exists()
    )


@rule(
    _("You may write in this dossier, but not hand it in."),
    who=_("whoever made the dossier, an editor allowed to submit, or a manager"),
)
def may_hand_it_in(actor: Actor, dossier: Any) -> bool:
    if dossier is None or actor.user_id is None or actor.has(Role.ADMIN):
        return False
    return (
        _made_it(actor, dossier)
        or dossier.host_id in actor.manages
        or DossierEditor.objects.filter(
            dossier_id=dossier.pk, user_id=actor.user_id, may_submit=True
        ).exists()
    )


@rule(
    _("You asked for the early opening yourself; it takes a second person."),
    who=_("another programme officer, council secretary or the leader"),
)
def is_the_second_person(actor: Actor, wish: Any) -> bool:
    return wish is not None and actor.user_id != wish.asked_by_id


@rule(_("An auditor reads everything and writes nothing."))
def is_no_auditor(actor: Actor, _thing: Any) -> bool:
    return not actor.has(Role.AUDITOR)


@rule(
    _("You are party to this dossier: another official must act on it."),
    who=_("another programme officer or council secretary"),
)
def is_no_party(actor: Actor, dossier: Any) -> bool:
    """Whoever writes a dossier, works on it or belongs to its host does not judge it."""
    if dossier is None:
        return True
    if dossier.host_id in actor.manages | actor.member_of:
        return False
    own = Dossier.objects.filter(pk=dossier.pk, pk__in=own_dossiers(actor))
    return not own.exists()


office = has_role(Role.OFFICER, Role.SECRETARY) & is_no_auditor

grant("calls.list_calls", anyone, reads=True)
grant("calls.draft", has_role(Role.OFFICER) & is_no_auditor)
grant("calls.publish", has_role(Role.OFFICER, Role.LEADER) & is_no_auditor)
grant("calls.extend", has_role(Role.OFFICER, Role.LEADER) & is_no_auditor)
grant("calls.correct", has_role(Role.OFFICER, Role.LEADER) & is_no_auditor)
grant("calls.cancel", has_role(Role.OFFICER, Role.LEADER) & is_no_auditor)
grant("calls.conclude", has_role(Role.OFFICER, Role.LEADER) & is_no_auditor)
grant("calls.grant_late_exception", has_role(Role.OFFICER, Role.LEADER) & is_no_auditor)
grant("calls.open_dossiers", office)
grant("calls.ask_early_opening", office)
grant(
    "calls.agree_early_opening",
    has_role(Role.OFFICER, Role.SECRETARY, Role.LEADER)
    & is_no_auditor
    & is_the_second_person,
    dangerous=True,
)
grant("calls.list_dossiers", has_role(*WRITERS, Role.AUDITOR), reads=True)
grant("calls.start_dossier", has_role(*WRITERS) & is_no_auditor & belongs_to_a_host)
grant("calls.write_dossier", is_no_auditor & writes_it)
grant("calls.manage_editors", is_no_auditor & may_hand_it_in)
grant("calls.submit_dossier", is_no_auditor & may_hand_it_in)
grant("calls.check_eligibility", office & is_no_party)
grant("calls.read_eligibility", has_role(*OFFICE), reads=True)
grant("calls.request_supplement", office & is_no_party)
# Steps that councils and decisions take on a dossier; the regime's table says the rest.
grant(
    "calls.step_dossier",
    has_role(Role.OFFICER, Role.SECRETARY, Role.LEADER, Role.FINANCE)
    & is_no_auditor
    & is_no_party,
)


def _written(actor: Actor, prefix: str) -> Q:
    """Dossiers that a person writes, whatever else the person is."""
    if actor.user_id is None or actor.has(Role.ADMIN):
        return NOTHING
    edited = DossierEditor.objects.filter(user_id=actor.user_id).values("dossier_id")
    seen = Q(**{f"{prefix}created_by_id": actor.user_id}) | Q(
        **{f"{prefix}pk__in": edited}
    )
    if actor.manages:
        seen |= Q(**{f"{prefix}host_id__in": actor.manages})
    return seen


def _party(actor: Actor) -> Q:
    """Dossiers whose leader, team or host a person belongs to."""
    party = NOTHING
    if actor.person_id is not None:
        party |= Q(leader_id=actor.person_id) | Q(
            pk__in=TeamMember.objects.filter(person_id=actor.person_id).values(
                "dossier_id"
            )
        )
    if houses := actor.member_of | actor.manages:
        party |= Q(host_id__in=houses)
    return party


_barring: list[Callable[[Actor], Any]] = []


def hide_from(source: Callable[[Actor], Any]) -> None:
    """Say who is barred from which dossiers by a conflict of interest (councils know).

    ``source`` gives ids as a subquery, or nothing for who is barred from none.
    """
    _barring[:] = [source]


def _barred(actor: Actor) -> Q:
    """Dossiers of which a person must see zero bits by his office."""
    ids = [found for source in _barring if (found := source(actor)) is not None]
    return Q(pk__in=ids[0]) if ids else NOTHING


@worded_once
def written_dossiers(actor: Actor) -> Any:
    """Ids of the dossiers that a person writes, as a subquery."""
    return Dossier.objects.filter(_written(actor, "")).values("pk")


@worded_once
def own_dossiers(actor: Actor) -> Any:
    """Ids of the dossiers that a person writes, is party to or is barred from; a subquery.

    He never judges one of them.
    """
    theirs = _written(actor, "") | _party(actor) | _barred(actor)
    return Dossier.objects.filter(theirs).values("pk")


@worded_once
def _hidden(actor: Actor) -> Any:
    """Ids of the dossiers of which a person must see nothing by his office."""
    return Dossier.objects.filter(_party(actor) | _barred(actor)).values("pk")


@worded_once
def _drafts(_actor: Actor) -> Any:
    return Dossier.objects.filter(case__state=State.DRAFT).values("pk")


def _opened(actor: Actor, prefix: str) -> Q:
    """Dossiers the office may know of: handed in, in a call that was opened.

    An official who is party to a dossier sees nothing of it by his office.
    """
    if not actor.has(*OFFICE) or actor.has(Role.ADMIN):
        return NOTHING
    # The few drafts are looked up once; joined, every count would read every case.
    opened = Q(
        **{
            f"{prefix}call__opened_at__isnull": False,
            f"{prefix}submitted_at__isnull": False,
        }
    ) & ~Q(**{f"{prefix}pk__in": _drafts(actor)})
    if actor.person_id is None and not actor.member_of | actor.manages:
        return opened
    return opened & ~Q(**{f"{prefix}pk__in": _hidden(actor)})


def dossiers_where(actor: Actor, prefix: str = "") -> Q:
    """Which dossiers a person may know of, seen from a table ``prefix`` away."""
    return _written(actor, prefix) | _opened(actor, prefix)


def _parts(actor: Actor) -> Q:
    """Team and budget being changed on request are the writers' until handed in."""
    being_changed = Q(dossier__case__state__in=EDITABLE)
    return _written(actor, "dossier__") | (_opened(actor, "dossier__") & ~being_changed)


def _attachments(actor: Actor) -> Q:
    being_changed = Q(dossier__case__state__in=EDITABLE)
    added_since = Q(added_at__gt=F("dossier__submitted_at"))
    return _written(actor, "dossier__") | (
        _opened(actor, "dossier__") & ~(being_changed & added_since)
    )


def _calls(actor: Actor) -> Q:
    published = Q(published_at__isnull=False)
    if actor.has(*DRAFTERS) and not actor.has(Role.ADMIN):
        return Q()
    return published


def _of_calls(actor: Actor) -> Q:
    """Late exceptions and early openings: the office, and the organisation meant."""
    return Q() if actor.has(*OFFICE) and not actor.has(Role.ADMIN) else NOTHING


def _late_exceptions(actor: Actor) -> Q:
    if actor.has(*OFFICE) and not actor.has(Role.ADMIN):
        return Q()
    return Q(organisation_id__in=actor.member_of | actor.manages)


def _versions(actor: Actor) -> Q:
    """Writers see all versions; the office what was handed in and not taken back."""
    handed_in = Q(reason__in=HANDED_IN, made_at__gte=F("dossier__submitted_at"))
    return _written(actor, "dossier__") | (_opened(actor, "dossier__") & handed_in)


def _eligibility(actor: Actor) -> Q:
    """The office's working paper: what the applicant is told stands in the reason."""
    return _opened(actor, "dossier__") & ~_written(actor, "dossier__")


def _file(actor: Actor, file: StoredFile) -> bool:
    return visible(actor, Attachment.objects.filter(file_id=file.pk)).exists()


sees(Call, _calls)
sees(EarlyOpening, _of_calls)
sees(LateException, _late_exceptions)
sees(Dossier, dossiers_where)
sees(TeamMember, _parts)
sees(BudgetLine, _parts)
sees(Attachment, _attachments)
sees(DossierEditor, lambda actor: _written(actor, "dossier__"))
sees(DossierVersion, _versions)
sees(EligibilityCheck, _eligibility)
files_access("calls.dossier", _file)
