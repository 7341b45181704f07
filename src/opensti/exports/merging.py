"""What the releases of a process come to together, by the rules of the OCDS.

Objects are merged field by field, lists of things with an id thing by thing, other lists
replaced whole. https://standard.open-contracting.org/1.1/en/schema/merging/
"""

from __future__ import annotations

from typing import Any

Part = dict[str, Any]
# What is each release's own; the merged one has its own again.
OWN = ("id", "tag")


def compiled(releases: list[Part]) -> Part:
    """One release of all, later words over earlier; they come in the order of their dates."""
    whole: Part = {}
    for release in releases:
        merge(whole, {k: v for k, v in release.items() if k not in OWN})
    number = f"{whole['ocid']}-{whole['date']}"
    return whole | {"id": number, "tag": ["compiled"]}


def merge(whole: Part, change: Part) -> None:
    """Put a change into what was known."""
    for name, value in change.items():
        known = whole.get(name)
        if isinstance(value, dict):
            whole[name] = known if isinstance(known, dict) else {}
            merge(whole[name], value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            whole[name] = known if isinstance(known, list) else []
            for thing in value:
                merge(_same(whole[name], thing["id"]), thing)
        else:
            whole[name] = value


def _same(things: list[Part], number: Any) -> Part:
    """The thing with this id, which is put into the list if it is new."""
    for one in things:
        if one["id"] == number:
            return one
    made: Part = {"id": number}
    things.append(made)
    return made
