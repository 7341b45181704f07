"""Productivity accounts: labour productivity, sources of growth, within and between sectors.

Questions (``GrowthAccounting``, ``ShiftShare``) are frozen: ``to_plain``/``from_plain``
keep and bring back a question, ``answer()`` gives the same canonical bytes every time.
``Faulty`` (a ``ValueError``) refuses, ``Caution`` warns: a code with its names and numbers,
put into words where they are read. See docs/methods/productivity.md.
"""

from sti_methods.productivity.accounts import Accounts, Asset, perpetual_inventory
from sti_methods.productivity.asking import Uncounted
from sti_methods.productivity.datasets import Dataset, Point, Series
from sti_methods.productivity.economy import Economy
from sti_methods.productivity.growth import (
    SHARES,
    Growth,
    GrowthAccounting,
    Sources,
    account,
)
from sti_methods.productivity.labour import (
    Coherence,
    Progress,
    average_growth,
    coherence,
    labour_productivity,
    progress,
    required_growth,
)
from sti_methods.productivity.plain import VERSION, Caution, Faulty
from sti_methods.productivity.pwt import pwt_accounts, pwt_dataset
from sti_methods.productivity.reading import (
    UNKNOWN,
    Unreadable,
    dataset_of,
    economies_of,
)
from sti_methods.productivity.shift_share import (
    CONVENTIONS,
    Decomposition,
    SectorPart,
    ShiftShare,
    decompose,
)

__all__ = [
    "CONVENTIONS",
    "SHARES",
    "UNKNOWN",
    "VERSION",
    "Accounts",
    "Asset",
    "Caution",
    "Coherence",
    "Dataset",
    "Decomposition",
    "Economy",
    "Faulty",
    "Growth",
    "GrowthAccounting",
    "Point",
    "Progress",
    "SectorPart",
    "Series",
    "ShiftShare",
    "Sources",
    "Uncounted",
    "Unreadable",
    "account",
    "average_growth",
    "coherence",
    "dataset_of",
    "decompose",
    "economies_of",
    "labour_productivity",
    "perpetual_inventory",
    "progress",
    "pwt_accounts",
    "pwt_dataset",
    "required_growth",
]
