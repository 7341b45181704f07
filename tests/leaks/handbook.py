"""Print the table as a page of the handbook: ``python -m tests.leaks.handbook``."""

from __future__ import annotations

from pathlib import Path

from tests.leaks.table import PEOPLE, TABLE

PAGE = Path(__file__).parents[2] / "docs" / "handbook" / "who-sees-what.md"
HEAD = """# Who sees what

Printed from `tests/leaks/table.py` by `python -m tests.leaks.handbook`; do not edit by hand.
The leak test builds a ministry through the actions, walks every address of the house as
each person below, and compares what each could learn with this table: nobody learns more,
and everybody finds what is his. The size of the public log is public by design.

## The people

| Person | Who |
|---|---|
"""


def handbook() -> str:
    """Return the page as text."""
    people = "".join(f"| {name} | {words} |\n" for name, words in PEOPLE.items())
    groups: dict[str, list[str]] = {}
    for row in TABLE:
        groups.setdefault(_names(row.people), []).append(row.says)
    parts = [
        f"## {who}\n\n" + "".join(f"- {line}\n" for line in lines)
        for who, lines in groups.items()
    ]
    return HEAD + people + "\n" + "\n".join(parts)


def _names(people: frozenset[str]) -> str:
    if people == frozenset(PEOPLE):
        return "Seen by everybody"
    if not people:
        return "Seen by nobody"
    missing = [name for name in PEOPLE if name not in people]
    if len(missing) < len(people):
        return "Seen by all but " + ", ".join(missing)
    return "Seen by " + ", ".join(name for name in PEOPLE if name in people)


if __name__ == "__main__":
    PAGE.write_text(handbook(), encoding="utf-8")
