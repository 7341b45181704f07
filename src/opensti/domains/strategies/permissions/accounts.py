"""Who loads data sets, computes productivity, builds indices; who may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.strategies.choices import VersionState
from opensti.domains.strategies.models import (
    CompositeModel,
    CompositeVersion,
    Dataset,
    MethodRun,
    Series,
    Vintage,
)
from opensti.kernel.access import (
    EVERYTHING,
    NOTHING,
    STAFF,
    Role,
    grant,
    has_role,
    sees,
)
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

READERS = STAFF | {Role.AUDITOR}

grant("strategies.list_accounts", has_role(*READERS), reads=True)
grant("strategies.load_data", has_role(Role.OFFICER))
grant("strategies.compute", has_role(Role.OFFICER, Role.LEADER))
grant("strategies.publish_run", has_role(Role.OFFICER, Role.LEADER))
grant("strategies.build_index", has_role(Role.OFFICER, Role.LEADER))
grant("strategies.publish_index", has_role(Role.LEADER))


def _staff(actor: Actor) -> Q:
    return EVERYTHING if actor.has(*READERS) else NOTHING


def _runs(actor: Actor) -> Q:
    return EVERYTHING if actor.has(*READERS) else Q(published_at__isnull=False)


def _versions(actor: Actor) -> Q:
    if actor.has(*READERS):
        return EVERYTHING
    return Q(state=VersionState.PUBLISHED)


def _models(actor: Actor) -> Q:
    if actor.has(*READERS):
        return EVERYTHING
    published = CompositeVersion.objects.filter(state=VersionState.PUBLISHED)
    return Q(pk__in=published.values("model_id"))


sees(Dataset, _staff)
sees(Vintage, _staff)
sees(Series, _staff)
sees(MethodRun, _runs)
sees(CompositeModel, _models)
sees(CompositeVersion, _versions)


def _vintage_files(actor: Actor, _file: StoredFile) -> bool:
    return actor.has(*READERS)


files_access("strategies.vintage", _vintage_files)
