"""No page of a contract or of what came of it is reached by its address alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import get_resolver

SOURCE = Path(__file__).parents[2] / "src" / "opensti"
# Built from the address of the page they belong to, which no name in the source shows.
BESIDE = {
    "contracts:budget_workbook",
    "contracts:dossier_workbook",
}


def lines():
    """Every line that may hold a link: not where addresses are declared or gone on to."""
    for path in [*SOURCE.rglob("*.html"), *SOURCE.rglob("*.py")]:
        if path.name == "urls.py":
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            if "redirect(" not in line and "Crumb(" not in line:
                yield line


@pytest.mark.parametrize("namespace", ["contracts", "results"])
def test_every_page_is_named_where_something_leads_to_it(namespace):
    _prefix, resolver = get_resolver().namespace_dict[namespace]
    names = {
        f"{namespace}:{name}" for name in resolver.reverse_dict if isinstance(name, str)
    }
    text = "\n".join(lines())
    unlinked = {
        name for name in names if f'"{name}"' not in text and f"'{name}'" not in text
    }
    assert unlinked == BESIDE & names
