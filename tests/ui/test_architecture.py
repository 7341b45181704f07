"""Templates and scripts that a strict content policy lets through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "opensti"
TEMPLATES = sorted(SRC.rglob("templates/**/*.html"))
SCRIPTS = sorted((SRC / "ui" / "static" / "ui" / "js").glob("*.js"))

FORBIDDEN = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on or javascript": re.compile(
        r"\shx-on|javascript:|\shx-vals=.js:", re.IGNORECASE
    ),
    "something fetched from elsewhere": re.compile(
        r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*\s(?:src|href)\s*=\s*[\"']?(?:https?:)?//",
        re.IGNORECASE,
    ),
}


def faults(text):
    text = re.sub(r"\{#.*?#\}|\{% comment .*?endcomment %\}", "", text, flags=re.DOTALL)
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "x", text, flags=re.DOTALL)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(bare)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_template_has_nothing_inline(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<p class="a" style="color:red">', "an inline style"),
        ("<style>p{}</style>", "a style element"),
        ("<script>x()</script>", "an inline script"),
        ('<a {% if x > 1 %}b{% endif %} onclick="x()">', "an inline handler"),
        ('<a href="javascript:x()">', "hx-on or javascript"),
        (
            '<script src="https://cdn.example/x.js"></script>',
            "something fetched from elsewhere",
        ),
    ],
)
def test_the_search_for_inline_things_finds_them(text, fault):
    assert faults(text) == [fault]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_needs_no_exception_from_the_policy(path):
    text = path.read_text(encoding="utf-8")
    assert (
        re.findall(
            r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\b|cssText",
            text,
        )
        == []
    )


def test_every_icon_named_in_a_template_is_drawn():
    drawn = set(
        re.findall(
            r'<symbol id="([^"]+)"',
            (SRC / "ui/static/ui/icons.svg").read_text(encoding="utf-8"),
        )
    )
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(
            r"""\{% icon ["'](\w+)["']|\sicon="(\w+)\"""",
            path.read_text(encoding="utf-8"),
        )
        for name in name
        if name
    }
    assert named - drawn == set()


def test_every_colour_comes_from_the_tokens():
    sheets = [
        p
        for p in (SRC / "ui/static/ui/css").glob("*.css")
        if p.name not in {"tokens.css", "print.css"}
    ]
    found = {
        p.name: re.findall(r"#[0-9a-fA-F]{3,8}\b", p.read_text(encoding="utf-8"))
        for p in sheets
    }
    assert {name: colours for name, colours in found.items() if colours} == {}
