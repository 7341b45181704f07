"""Compile the translations: parts/*.po, one per part of the house, into django.mo.

python tools/messages.py            compile
python tools/messages.py --check    name every msgid of the source without Vietnamese
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import polib

SRC = Path(__file__).parents[1] / "src" / "opensti"
HERE = SRC / "locale" / "vi" / "LC_MESSAGES"
CALLS = {
    "_",
    "_now",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
TRANSLATE = re.compile(
    r"""\{%-?\s*(?:translate|trans)\s+(?:"([^"]*)"|'([^']*)')(.*?)%\}""", re.DOTALL
)
IN_TAG = re.compile(r"""_\((?:"([^"]*)"|'([^']*)')\)""")
BLOCK = re.compile(
    r"\{%\s*blocktrans(?:late)?(.*?)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}",
    re.DOTALL,
)
CONTEXT = re.compile(r"""context\s+["']([^"']*)["']""")
PLURAL = re.compile(r"\{%\s*plural\s*%\}")


def parts() -> dict[tuple[str, str], polib.POEntry]:
    """Every entry of every part, by context and msgid; the first one counts."""
    found: dict[tuple[str, str], polib.POEntry] = {}
    for path in sorted((HERE / "parts").glob("*.po")):
        for entry in polib.pofile(str(path)):
            key = (entry.msgctxt or "", entry.msgid)
            if entry.obsolete or "fuzzy" in entry.flags:
                continue
            found.setdefault(key, entry)
    return found


def clashes() -> list[str]:
    """Texts that two parts translate differently: one of them would never be seen."""
    said: dict[tuple[str, str], dict[str, str]] = {}
    for path in sorted((HERE / "parts").glob("*.po")):
        for entry in polib.pofile(str(path)):
            key, words = (entry.msgctxt or "", entry.msgid), entry.msgstr
            said.setdefault(key, {}).setdefault(words or str(entry.msgstr_plural), path.name)  # fmt: skip
    return [
        f"{key[1]!r} {key[0]}: " + ", ".join(f"{w!r} in {at}" for w, at in each.items())
        for key, each in said.items()
        if len(each) > 1
    ]


def compile_all() -> int:
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Language": "vi",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for entry in parts().values():
        catalogue.append(entry)
    catalogue.save_as_mofile(str(HERE / "django.mo"))
    return 0


def in_python(path: Path) -> set[tuple[str, str]]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in CALLS or not node.args:
            continue
        texts = [a.value for a in node.args[:2] if isinstance(a, ast.Constant)]
        if not texts or not isinstance(texts[0], str):
            continue
        if node.func.id.startswith("pgettext"):
            found.add((str(texts[0]), str(texts[1])))
        elif texts[0]:
            found.add(("", texts[0]))
    return found


def doubled(text: str) -> str:
    """Return a template's text as Django looks it up: its percent signs are no format."""
    return text.replace("%", "%%")


def in_template(path: Path) -> set[tuple[str, str]]:
    text = path.read_text(encoding="utf-8")
    found = set()
    for double, single, rest in TRANSLATE.findall(text):
        context = CONTEXT.search(rest)
        found.add((context[1] if context else "", doubled(double or single)))
    for double, single in IN_TAG.findall(text):
        found.add(("", double or single))
    for head, body in BLOCK.findall(text):
        context = CONTEXT.search(head)
        one = PLURAL.split(body)[0]
        if "trimmed" in head:
            one = " ".join(line.strip() for line in one.strip().splitlines())
        one = doubled(one)
        one = re.sub(r"\{\{\s*([\w.]+)\s*\}\}", r"%(\1)s", one)
        found.add((context[1] if context else "", one))
    return found


def check() -> int:
    wanted: dict[tuple[str, str], Path] = {}
    for path in sorted(SRC.rglob("*.py")):
        if "migrations" not in path.parts:
            wanted.update(dict.fromkeys(in_python(path), path))
    for path in sorted(SRC.rglob("*.html")):
        wanted.update(dict.fromkeys(in_template(path), path))
    have = parts()
    missing = 0
    for key, path in sorted(wanted.items(), key=lambda item: str(item[1])):
        entry = have.get(key)
        done = entry and (entry.msgstr or any(entry.msgstr_plural.values()))
        if not done:
            missing += 1
            print(f"{path.relative_to(SRC)}: no Vietnamese for {key[1]!r} {key[0]}")
    apart = clashes()
    for clash in apart:
        print(f"{clash}; give one of them a context")
    print(f"{len(wanted)} texts in the source, {missing} without Vietnamese")
    return 1 if missing or apart else 0


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else compile_all())
