"""The documents tell what is so: acts and commands are explained, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
from urllib.parse import unquote

import pytest

from tools import messages, reference

NOT_OURS = (".venv", "var", "docs/_build", "node_modules")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
FENCE = re.compile(r"^(`{3,}).*?^\1", re.DOTALL | re.MULTILINE)
TUTORIALS = (
    *("officer", "applicant", "expert", "finance"),
    *("citizen", "watcher", "publication", "partner", "innovation"),
)
CODE = re.compile(r"`[^`\n]*`")


def markdown():
    pages = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=reference.ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\n")
    found = [reference.ROOT / page for page in pages if page]
    return found or [
        path
        for path in reference.ROOT.rglob("*.md")
        if not path.relative_to(reference.ROOT).as_posix().startswith(NOT_OURS)
    ]


def test_every_public_action_says_what_it_does():
    silent = [
        f"{domain}.actions.{name}"
        for domain, module in reference.faces("actions")
        for name, function in reference.public_functions(module).items()
        if not reference.said(function)
    ]

    assert silent == []


def test_every_domain_that_acts_is_in_the_reference():
    domains = [domain for domain, _module in reference.faces("actions")]

    assert domains == [
        "accounts",
        "registry",
        "procedures",
        "strategies",
        "tasks",
        "calls",
        "overlaps",
        "panels",
        "portfolios",
        "contracts",
        "results",
        "assessments",
        "innovation",
        "surveys",
        "publications",
        "supervision",
    ]


def test_every_command_says_what_it_does():
    silent = [
        path for path, command, _context in reference.commands() if not command.help
    ]

    assert silent == []


def test_the_reference_is_what_the_code_says():
    assert reference.stale() == []


def test_every_link_of_a_document_leads_somewhere():
    broken = []
    for page in markdown():
        if not page.is_file():
            continue
        text = CODE.sub("", FENCE.sub("", page.read_text(encoding="utf-8")))
        for target in LINK.findall(text):
            if re.match(r"[a-z][a-z+.-]*:", target) or target.startswith("#"):
                continue
            place = unquote(target.partition("#")[0])
            if not (page.parent / place).exists():
                broken.append(f"{page.relative_to(reference.ROOT)} -> {target}")

    assert broken == []


def interface():
    """Every English text of the interface, and its Vietnamese."""
    english = {
        text
        for path in messages.SRC.rglob("*.py")
        if "migrations" not in path.parts
        for _context, text in messages.in_python(path)
    } | {
        text
        for path in messages.SRC.rglob("*.html")
        for _context, text in messages.in_template(path)
    }
    vietnamese = {
        text
        for entry in messages.parts().values()
        for text in (entry.msgstr, *entry.msgstr_plural.values())
    }
    return english, vietnamese


@pytest.mark.parametrize(
    "name",
    [f"{name}{language}" for name in TUTORIALS for language in ("", ".vi")],
)
def test_bold_words_of_a_tutorial_stand_on_the_pages_just_so(name):
    english, vietnamese = interface()
    known = vietnamese | {"đậm"} if name.endswith(".vi") else english | {"bold"}
    text = (reference.ROOT / "docs" / "tutorial" / f"{name}.md").read_text("utf-8")
    bold = [
        " ".join(words.split())
        for words in re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL)
    ]

    assert [words for words in bold if words not in known] == []


def bold_by_chapter(name):
    text = (reference.ROOT / "docs" / "tutorial" / f"{name}.md").read_text("utf-8")
    return [
        [
            " ".join(words.split())
            for words in re.findall(r"\*\*(.+?)\*\*", chapter, re.DOTALL)
        ]
        for chapter in re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    ]


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_leads_over_the_same_words_in_both_languages(name):
    """Chapter by chapter, though a sentence may turn their order."""
    said = {}
    for entry in messages.parts().values():
        said.setdefault(entry.msgid, set()).add(entry.msgstr)
    apart = []
    for number, (english, vietnamese) in enumerate(
        zip(bold_by_chapter(name), bold_by_chapter(f"{name}.vi"), strict=True), start=1
    ):
        left = [*vietnamese]
        for words in english:
            known = [each for each in left if each in said.get(words, ())]
            if known:
                left.remove(known[0])
            else:
                apart.append((number, words))
        apart += [(number, words) for words in left]

    assert apart == []
