"""How contracts stand: lights with their causes, and what the dashboard counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.db.models.functions import ExtractYear

from opensti.domains.contracts import permissions as _permissions  # noqa: F401
from opensti.domains.contracts.choices import Tone
from opensti.domains.contracts.models import Contract, ContractLight
from opensti.domains.registry.queries import organisations
from opensti.kernel.access import SYSTEM, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opensti.kernel.access import Actor

# In the order of the index that counts them.
LIGHTS = ("worst", "time", "money", "products")
MOST_HOSTS = 20
MOST_RED = 50


def light_of(actor: Actor, contract: Contract) -> ContractLight | None:
    """The lights of a contract as last counted; none while its work does not run."""
    return visible(actor, ContractLight.objects.filter(contract=contract)).first()


@dataclass(frozen=True, kw_only=True)
class HostCount:
    host_id: int
    name_vi: str
    name_en: str
    contracts: int
    red: int
    amber: int


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """Counts of the contracts a person may know of. ``lights``: by light, then by tone."""

    lights: dict[str, dict[str, int]]
    states: dict[str, int]
    hosts: Sequence[HostCount]
    years: dict[int, int]
    red: Sequence[ContractLight]


def dashboard(actor: Actor) -> Dashboard:
    """Count all contracts the person may know of: 4 queries, however many there are."""
    lit = visible(actor, ContractLight.objects.all()).order_by()
    every = visible(actor, Contract.objects.all()).order_by()
    lights = {light: dict.fromkeys(Tone.values, 0) for light in LIGHTS}
    hosts: dict[int, Counter[str]] = defaultdict(Counter)
    counted = lit.values_list("host_id", *LIGHTS).annotate(n=Count("pk"))
    for host, *tones, n in counted:
        for light, tone in zip(LIGHTS, tones, strict=True):
            lights[light][tone] += n
        hosts[host][tones[0]] += n
    states: Counter[str] = Counter()
    years: Counter[int] = Counter()
    grouped = every.annotate(year=ExtractYear("ends_on"))
    for state, year, n in grouped.values_list("case__state", "year").annotate(
        n=Count("pk")
    ):
        states[state] += n
        if year is not None:
            years[year] += n
    return Dashboard(
        lights=lights,
        states=dict(states),
        hosts=_hosts(hosts),
        years=dict(sorted(years.items())),
        red=list(
            lit.filter(worst=Tone.RED)
            .select_related("contract__host", "contract__case")
            .order_by("contract_id")[:MOST_RED]
        ),
    )


def _hosts(counted: Mapping[int, Counter[str]]) -> list[HostCount]:
    """Hosts with the most red contracts first; 1 query for their names."""
    first = sorted(
        counted.items(),
        key=lambda h: (-h[1][Tone.RED], -h[1][Tone.AMBER], -h[1].total(), h[0]),
    )[:MOST_HOSTS]
    names = organisations(SYSTEM).in_bulk([host for host, _n in first])
    return [
        HostCount(
            host_id=host,
            name_vi=names[host].name_vi,
            name_en=names[host].name_en,
            contracts=n.total(),
            red=n[Tone.RED],
            amber=n[Tone.AMBER],
        )
        for host, n in first
    ]
