"""Who keeps the book of assets, and who decides on their handling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.results.models import (
    Asset,
    AssetEvent,
    OwnershipChoice,
    Stocktake,
)
from opensti.domains.results.permissions.sides import (
    READERS,
    is_of_the_host,
    of_known_contracts,
    office,
)
from opensti.kernel.access import Role, grant, has_role, sees
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from django.db.models import Q

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

grant("results.list_assets", has_role(*READERS), reads=True)
# Entering, correcting, custody, stocktake, valuation: the host keeps the book.
grant("results.keep_assets", is_of_the_host | office(Role.OFFICER))
grant("results.choose_ownership", office(Role.OFFICER, Role.LEADER))
grant("results.plan_handling", is_of_the_host)
grant("results.forward_plan", office(Role.OFFICER))
grant("results.decide_handling", office(Role.LEADER), dangerous=True)
grant("results.hand_over", is_of_the_host | office(Role.OFFICER))
grant("results.offer_asset", office(Role.OFFICER))


def _choices(actor: Actor) -> Q:
    return of_known_contracts(actor, "asset__") | of_known_contracts(actor, "result__")


sees(Asset, of_known_contracts)
sees(Stocktake, of_known_contracts)
sees(AssetEvent, lambda actor: of_known_contracts(actor, "asset__"))
sees(OwnershipChoice, _choices)


def _may_read_file(actor: Actor, file: StoredFile) -> bool:
    """Papers of an asset: whoever may know of its contract."""
    public_id = file.subject.partition(":")[2]
    rows = Asset.objects.filter(of_known_contracts(actor), public_id=public_id)
    return rows.exists()


files_access("results.asset", _may_read_file)
