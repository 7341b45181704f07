"""Write docs/reference/*.md from the code, so that it can say nothing that is not so.

python tools/reference.py            write
python tools/reference.py --check    name every page that is not what the code says
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")

import django

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from opensti.kernel.access import Predicate

ROOT = Path(__file__).parents[1]
HERE = ROOT / "docs" / "reference"
SETTINGS = ROOT / "src" / "opensti" / "project" / "settings.py"
WIDTH = 88
AUDITOR = "An auditor reads everything and writes nothing."
NOTE = "<!-- Written by tools/reference.py from the code; change the code, then run it. -->"


# ------------------------------------------------------------------- actions, queries


def faces(part: str) -> Iterator[tuple[str, ModuleType]]:
    """Return the public ``actions`` or ``queries`` of every domain, lowest first."""
    from django.conf import settings  # noqa: PLC0415 -- after setup

    for place in settings.DOMAINS:
        name = f"{place}.{part}"
        if importlib.util.find_spec(name):
            yield place.rpartition(".")[2], importlib.import_module(name)


def public_functions(module: ModuleType) -> dict[str, Any]:
    """Return what others may call: the functions of ``__all__``, or those written here."""
    names = getattr(module, "__all__", None) or [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and _home(thing) == module.__name__
    ]
    found = {name: getattr(module, name) for name in sorted(names)}
    return {
        name: thing
        for name, thing in found.items()
        if callable(thing) and inspect.isfunction(inspect.unwrap(thing))
    }


def _home(thing: Any) -> str:
    return getattr(
        inspect.unwrap(thing) if callable(thing) else thing, "__module__", ""
    )


def said(thing: Any) -> str:
    """Return a docstring as written, without the indentation of the code."""
    return inspect.cleandoc(inspect.unwrap(thing).__doc__ or "")


def _signature(name: str, function: Any) -> str:
    parts = inspect.signature(inspect.unwrap(function))
    lines = [f"    {Shown(p)}," for p in parts.parameters.values()]
    by_name = [p.kind == p.KEYWORD_ONLY for p in parts.parameters.values()]
    if True in by_name:
        lines.insert(by_name.index(True), "    *,")
    answer = parts.return_annotation
    ending = "" if answer is inspect.Signature.empty else f" -> {_annotation(answer)}"
    whole = f"{name}({', '.join(line.strip(' ,') for line in lines)}){ending}"
    if len(whole) <= WIDTH:
        return whole
    return "\n".join([f"{name}(", *lines, f"){ending}"])


def _annotation(kind: Any) -> str:
    return kind if isinstance(kind, str) else getattr(kind, "__name__", str(kind))


class Shown:
    """A parameter as a reader wants it: name, kind of value, default."""

    def __init__(self, parameter: inspect.Parameter) -> None:
        self.parameter = parameter

    def __str__(self) -> str:
        p = self.parameter
        star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        text = star + p.name
        if p.annotation is not p.empty:
            text += f": {_annotation(p.annotation)}"
        if p.default is not p.empty:
            unsteady = isinstance(p.default, set | frozenset) or " at 0x" in repr(
                p.default
            )
            text += f" = {'...' if unsteady else repr(p.default)}"
        return text


def functions_page(part: str, lead: str) -> str:
    lines = [NOTE, f"# {part.capitalize()}", "", lead, ""]
    for domain, module in faces(part):
        lines += [f"## {domain}", "", said_of_module(module), ""]
        for name, function in public_functions(module).items():
            lines += [f"### {domain}.{name}", "", "```python"]
            lines += [_signature(name, function), "```", ""]
            if text := said(function):
                lines += [_as_markdown(text), ""]
    return "\n".join(lines)


def said_of_module(module: ModuleType) -> str:
    return inspect.cleandoc(module.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def _as_markdown(text: str) -> str:
    """Make Markdown of a docstring: its ``code`` becomes `code`; samples stay as typed."""
    parts = []
    for paragraph in text.split("\n\n"):
        if any(line.startswith(("    ", "  ")) for line in paragraph.splitlines()):
            parts.append(f"```text\n{paragraph}\n```")
        else:
            parts.append(paragraph.replace("``", "`"))
    return "\n\n".join(parts)


# ------------------------------------------------------------------- permissions


def without_auditor(predicate: Predicate) -> Predicate:
    """Leave out what is said once for all above the tables."""
    if predicate.parts is not None and predicate.parts[0] == "and":
        _kind, left, right = predicate.parts
        if left.parts is None and str(left.reason) == AUDITOR:
            return without_auditor(right)
        if right.parts is None and str(right.reason) == AUDITOR:
            return without_auditor(left)
    return predicate


def in_words(predicate: Predicate) -> str:
    """Say who may, as the rule is built."""
    from opensti.kernel import access  # noqa: PLC0415

    predicate = without_auditor(predicate)
    if predicate.parts is not None:
        kind, left, right = predicate.parts
        left, right = without_auditor(left), without_auditor(right)
        first, second = in_words(left), in_words(right)
        if kind == "and":
            first, second = (
                f"({text})" if p.parts and p.parts[0] == "or" else text
                for p, text in ((left, first), (right, second))
            )
        return f"{first} **{kind}** {second}"
    if isinstance(predicate.who, access.RoleList):
        order = list(access.Role)  # a set's own order differs from run to run
        roles = sorted(predicate.who.roles, key=order.index)
        return str(access.RoleList(tuple(roles)))
    special = {
        access.anyone: "everybody",
        access.nobody: "nobody",
        access.signed_in: "whoever is signed in",
    }
    if predicate in special:
        return special[predicate]
    who = f" ({predicate.who})" if predicate.who else ""
    return f"not if “{predicate.reason}”{who}"


def permissions_page() -> str:
    from opensti.kernel import access  # noqa: PLC0415

    lines = [
        *[NOTE, "# Permissions", ""],
        "Who may do what, as the rules in each domain's `permissions.py` say it. A rule that",
        "depends on the thing itself is shown by the sentence with which it refuses: *not if “…”*. An act marked",
        "*confirmed* asks for the password once more. What a case's procedure allows in its",
        "present stage is asked as well (`opensti procedure list`). An auditor is refused everything",
        "that is not marked *reads*.",
        "",
    ]
    by_domain: dict[str, list[str]] = {}
    for name, predicate in access.permissions().items():
        marks = [
            *(["confirmed"] if name in access._dangerous else []),
            *(["reads"] if name in access._reading else []),
        ]
        line = f"| `{name}` | {in_words(predicate)} | {', '.join(marks)} |"
        by_domain.setdefault(name.partition(".")[0], []).append(line)
    for domain in sorted(by_domain):
        lines += [
            f"## {domain}",
            "",
            "| permission | who | marks |",
            "|---|---|---|",
        ]
        lines += [*sorted(by_domain[domain]), ""]
    lines += [
        *["## Which rows a person may know of", ""],
        "Lists, counts, search, files, exports and the API are all narrowed by these functions.",
        *["", "| table | rule | said |", "|---|---|---|"],
    ]
    for model, where in sorted(access._seen.items(), key=lambda s: s[0]._meta.label):
        home = where.__module__.removeprefix("opensti.")
        name = "" if where.__name__ == "<lambda>" else f".{where.__name__}"
        text = said(where).split("\n\n")[0].replace("\n", " ").replace("``", "`")
        lines.append(f"| `{model._meta.label}` | `{home}{name}` | {text} |")
    return "\n".join([*lines, ""])


# ------------------------------------------------------------------- commands


def walk(
    command: click.Command, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Return every command below ``command`` with its path; Django's own left out."""
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                below = click.Context(
                    found,
                    info_name=name,
                    parent=context,
                    max_content_width=100,
                    terminal_width=100,
                )
                yield from walk(found, below)


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    from opensti.console.main import main  # noqa: PLC0415

    top = click.Context(
        main, info_name="opensti", max_content_width=100, terminal_width=100
    )
    return walk(main, top)


def commands_page() -> str:
    lines = [NOTE, "# The `opensti` command", ""]
    lines += ["Each answers to `--help`. Exit code 0 means that all went well.", ""]
    for path, command, context in commands():
        text = command.get_help(context).replace(str(ROOT), "...").rstrip()
        lines += [f"## {path}", "", "```text", text, "```", ""]
    return "\n".join(lines)


# ------------------------------------------------------------------- settings


def read_variables() -> dict[str, tuple[str, str]]:
    """Return what settings.py reads from the environment: name → kind, default as written."""
    found = {}
    for node in ast.walk(ast.parse(SETTINGS.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "env"
            and node.func.attr != "read_env"
        ):
            first = node.args[0]
            names = (
                [
                    n.value
                    for n in (first.body, first.orelse)
                    if isinstance(n, ast.Constant)
                ]
                if isinstance(first, ast.IfExp)
                else [first.value]
                if isinstance(first, ast.Constant)
                else []
            )
            default = ast.unparse(node.args[1]) if len(node.args) > 1 else ""
            for name in names:
                found[str(name)] = (node.func.attr.replace("dj_", ""), default)
    return found


def explained() -> dict[str, tuple[str, str]]:
    """Return what .env.example says: name → explanation, sample value."""
    found = {}
    comment: list[str] = []
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        head, sign, value = line.removeprefix("#").partition("=")
        if sign and head.isupper() and head.replace("_", "").isalnum():
            found[head] = (" ".join(comment), value)
            comment = []
        elif line.startswith("# "):
            comment.append(line[2:])
        else:
            comment = []
    return found


def settings_page() -> str:
    lines = [
        *[NOTE, "# Settings", ""],
        "What differs between machines comes from the environment, or from a file `.env` beside the",
        "`Makefile` (start from `.env.example`). Nothing has to be set to try OpenSTI.",
        *["", "| variable | kind | default | meaning |", "|---|---|---|---|"],
    ]
    words = explained()
    for name, (kind, default) in sorted(read_variables().items()):
        meaning = words.get(name, ("", ""))[0].replace("|", "\\|")
        lines.append(f"| `{name}` | {kind} | `{default}` | {meaning} |")
    return "\n".join([*lines, ""])


# ------------------------------------------------------------------- all


def pages() -> dict[str, str]:
    """Return every page by file name."""
    from django.utils.translation import override  # noqa: PLC0415

    with override("en"):
        return {
            "actions.md": functions_page(
                "actions",
                "Every change of state is one of these functions; pages, the API, commands, "
                "imports and jobs all call them. All arguments are given by name.",
            ),
            "queries.md": functions_page(
                "queries",
                "What each domain can be asked. An answer is narrowed to what its `actor` may "
                "know, unless it says otherwise.",
            ),
            "permissions.md": permissions_page(),
            "commands.md": commands_page(),
            "settings.md": settings_page(),
        }


def stale() -> list[str]:
    """Return the names of pages that are not what the code says."""
    return [
        name
        for name, text in pages().items()
        if not (HERE / name).is_file()
        or (HERE / name).read_text(encoding="utf-8") != text
    ]


def main() -> int:
    django.setup()
    if "--check" in sys.argv:
        for name in (behind := stale()):
            print(
                f"docs/reference/{name} is behind the code: python tools/reference.py"
            )
        return 1 if behind else 0
    HERE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
