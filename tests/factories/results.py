"""Results, assets and yearly questions for tests, made by the actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opensti.domains.procedures.choices import State
from opensti.domains.results import actions
from opensti.domains.results.models import Asset, Result
from tests.factories import contracts as contract_factory
from tests.factories.kept import kept

if TYPE_CHECKING:
    from tests.factories.contracts import Funded

AT = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)
TODAY = date(2027, 3, 1)
OLD, NEW = date(2025, 3, 3), date(2026, 11, 2)


@kept
def running() -> Funded:
    return contract_factory.running()


def said(**changed: Any) -> actions.Said:
    return actions.Said(
        **{"kind": "software", "title_vi": "Phần mềm điều độ", "formed_on": NEW}
        | changed
    )


def result(funded: Funded, **changed: Any) -> Result:
    return actions.add_result(
        actor=funded.host, contract_id=funded.contract.pk, said=said(**changed), at=AT
    )


def item(**changed: Any) -> actions.Item:
    return actions.Item(
        **{
            "kind": "equipment_full",
            "code": "TS-01",
            "name": "Lò nung thí nghiệm",
            "formed_on": OLD,
            "original_value": Decimal(400_000_000),
            "unit": "bộ",
        }
        | changed
    )


def asset(funded: Funded, **changed: Any) -> Asset:
    return actions.add_asset(
        actor=funded.host, contract_id=funded.contract.pk, item=item(**changed), at=AT
    )


def accepted(funded: Funded) -> None:
    """The work was accepted: what is open of it may be known by everybody."""
    case = funded.contract.acceptance.case
    case.state = State.ACCEPTED.value
    case.save(update_fields=["state"])


@dataclass
class Book:
    """Acts on one asset, each seen as it stands now."""

    funded: Funded
    asset: Asset
    at: datetime = AT

    def act(self, name: str, who: str = "host", **given: Any) -> Asset:
        self.asset = Asset.objects.get(pk=self.asset.pk)
        given = {"on": TODAY, "version": self.asset.version, "at": self.at} | given
        self.asset = getattr(actions, name)(
            actor=getattr(self.funded, who), asset_id=self.asset.pk, **given
        )
        return self.asset
