"""Whether a person agreed to a public page, in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.models import PersonConsent
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

# The words by their number; a version that somebody agreed to is never changed. Whoever
# agreed to an earlier one stays shown: the newer may ask for no less.
CONSENT_TEXTS: dict[int, tuple[Text, ...]] = {
    1: (
        _("Everybody may read a page with my name, my academic degree and title, my present workplace, my ORCID, the public tasks that I lead and the open results that I am an author of."),
        _("My address, telephone, gender and year of birth are not shown, nor where I sat in a council or what I scored."),
        _("I may withdraw at any time, without a reason; the page is then gone at once. Copies that others made meanwhile cannot be called back."),
    ),
    2: (
        _("Everybody may read a page with my name, my academic degree and title, my present workplace, my ORCID, the public tasks that I lead and the open results that I am an author of."),
        _("Other registers and search services may take my name, my present workplace and my ORCID from here by program (OAI-PMH) and keep them."),
        _("My address, telephone, gender and year of birth are not shown, nor where I sat in a council or what I scored."),
        _("I may withdraw at any time, without a reason; the page is then gone at once, and programs are told that my record is deleted. Copies that others made meanwhile cannot be called back."),
    ),
}  # fmt: skip
CONSENT_NOW = max(CONSENT_TEXTS)
# From these words on a person agrees to be harvested, too.
NAMES_HARVESTERS = 2


def consent_of(actor: Actor, *, lock: bool = False) -> PersonConsent | None:
    """The person's own consent while it holds; 1 query."""
    rows = PersonConsent.objects.filter(withdrawn_at=None)
    if lock:
        rows = rows.select_for_update(of=("self",))
    return visible(actor, rows).first()


def agreed_ids() -> Any:
    """Ids of the people whose consent holds, as a subquery."""
    rows = PersonConsent.objects.filter(withdrawn_at=None)
    return rows.order_by().values("person_id")


def harvested_ids() -> Any:
    """Ids of the people whose consent holds in words that name harvesters, as a subquery."""
    rows = PersonConsent.objects.filter(
        withdrawn_at=None, text_version__gte=NAMES_HARVESTERS
    )
    return rows.order_by().values("person_id")


def with_consent(rows: QuerySet[Any]) -> QuerySet[Any]:
    """People marked with whether they agreed (``public_consent``), as the policy asks."""
    held = PersonConsent.objects.filter(person_id=OuterRef("pk"), withdrawn_at=None)
    marked: QuerySet[Any] = rows.annotate(public_consent=Exists(held))
    return marked
