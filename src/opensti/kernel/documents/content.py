"""What an official document says, whatever it is written in: parts, checked and cleaned.

A context is plain data (texts, lists, mappings), so it can be frozen with the act that
issued the document and rendered again years later to the same bytes.

Keys, all optional unless the template requires them: ``language`` ("vi" or "en"),
``issuer_parent``, ``issuer``, ``number``, ``place_date``, ``title``, ``subtitle``, ``to``
(list), ``basis`` (list), ``authority`` (who decides; else who signs, of the issuer), ``blocks`` (list), ``recipients`` (list), ``signatures`` (list of
``{capacity, note, name}``), ``footer``. A block is one of
``{"kind": "paragraph" | "heading" | "article", "text": …}`` (an article has ``label``),
``{"kind": "list", "items": […]}``, ``{"kind": "pairs", "rows": [[label, value], …]}``,
``{"kind": "table", "title": …, "columns": […], "rows": [[…], …], "right": [column numbers],
"widths": [relative widths]}``; in a report also ``{"kind": "picture", "title": …, "svg": …, "share": of the
width}``, a drawing that needs no style sheet, and ``{"kind": "break"}``, a new page.

An agreement of two sides has the national heading alone, no issuer; ``annexes`` (list of
``{title, subtitle, blocks}``) follow its signatures, each on a page of its own.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.conf import settings

from opensti.kernel.documents.widths import LANDSCAPE_ROOM, PORTRAIT_ROOM, fitted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = Path(__file__).parent
BLOCKS = frozenset({"paragraph", "heading", "article", "list", "pairs", "table"})
# What only templates with pictures know.
PICTURED = frozenset({"picture", "break"})
LANGUAGES = ("vi", "en")
MAX_COLUMNS = 40


@dataclass(frozen=True, kw_only=True)
class Template:
    """A kind of document: its paper, and the parts it cannot do without.

    ``national``: headed by the State alone, as what two sides sign is. ``pictured``: it may
    hold pictures and begin pages.
    """

    name: str
    landscape: bool = False
    national: bool = False
    pictured: bool = False
    required: tuple[str, ...] = ("issuer", "blocks", "signatures")


TEMPLATES: dict[str, Template] = {
    t.name: t
    for t in (
        Template(name="minutes"),
        Template(name="score_table", landscape=True),
        Template(
            name="decision",
            required=("issuer", "number", "basis", "blocks", "signatures"),
        ),
        Template(
            name="letter", required=("issuer", "number", "to", "blocks", "signatures")
        ),
        Template(name="eligibility_sheet"),
        Template(name="screening_report"),
        Template(name="independence", landscape=True),
        Template(name="order_list", landscape=True),
        Template(
            name="proposal",
            landscape=True,
            required=("issuer", "to", "blocks", "signatures"),
        ),
        Template(name="call_announcement", required=("issuer", "blocks")),
        Template(name="ballot_sheet"),
        Template(name="review_sheet"),
        Template(name="certificate"),
        Template(name="report", pictured=True),
        Template(name="request", required=("issuer", "to", "blocks", "signatures")),
        Template(name="sheet"),
        Template(name="inventory", landscape=True),
        Template(
            name="agreement",
            national=True,
            required=("blocks", "signatures"),
        ),
    )
}


@lru_cache(maxsize=1)
def letterhead() -> dict[str, Any]:
    """Return the fixed words of documents (``procedures/documents/letterhead.yaml``)."""
    path = settings.OPENSTI_PROCEDURES_DIR / "documents" / "letterhead.yaml"
    words: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return words


def prepare(template: Template, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return every part a template uses, cleaned; ``ValueError`` names what is missing."""
    missing = [key for key in template.required if not context.get(key)]
    if missing:
        raise ValueError(f"{template.name} needs {', '.join(missing)}.")
    language = context.get("language", "vi")
    if language not in LANGUAGES:
        raise ValueError(f"{language} is no language of documents.")
    words = letterhead()[language]
    room = LANDSCAPE_ROOM if template.landscape else PORTRAIT_ROOM
    title = words["titles"][template.name]
    parts: dict[str, Any] = {
        "language": language,
        "words": {
            k: words[k] for k in ("number", "to", "recipients", "decides", "page")
        },
        "motto": words["motto"],
        "landscape": template.landscape,
        "national": template.national,
        "kind": template.name,
        "title": clean(context.get("title", title)),
        "blocks": [_block(b, room, template) for b in context.get("blocks", ())],
        "signatures": [
            {k: clean(s.get(k)) for k in ("capacity", "note", "name")}
            for s in context.get("signatures", ())
        ],
    }
    for key in (
        "issuer_parent",
        "issuer",
        "number",
        "place_date",
        "subtitle",
        "footer",
    ):
        parts[key] = clean(context.get(key))
    if template.name == "decision":
        parts["authority"] = clean(context.get("authority")) or _authority(parts)
    else:
        parts["authority"] = ""
    for key in ("to", "basis", "recipients"):
        parts[key] = [clean(t) for t in context.get(key, ())]
    parts["annexes"] = [
        {
            "title": clean(annex["title"]),
            "subtitle": clean(annex.get("subtitle")),
            "blocks": [_block(b, room, template) for b in annex["blocks"]],
        }
        for annex in context.get("annexes", ())
    ]
    return parts


def _authority(parts: Mapping[str, Any]) -> str:
    """Who decides, as it stands above the grounds: the office that signs, of the issuer."""
    signs = parts["signatures"][0]["capacity"] if parts["signatures"] else ""
    issuer = parts["issuer"]
    if issuer.casefold() in signs.casefold():
        return str(signs)
    joined = " of the " if parts["language"] == "en" else " "
    return f"{signs}{joined}{issuer}" if signs else ""


def _block(block: Mapping[str, Any], room: float, template: Template) -> dict[str, Any]:
    kind = block["kind"]
    if kind not in BLOCKS | (PICTURED if template.pictured else frozenset()):
        raise ValueError(f"{kind} is no kind of block.")
    if kind == "break":
        return {"kind": kind}
    if kind == "picture":
        return {
            "kind": kind,
            "title": clean(block["title"]),
            "svg": str(block["svg"]),
            "share": float(block.get("share", 1)),
        }
    if kind == "list":
        return {"kind": kind, "items": [clean(t) for t in block["items"]]}
    if kind == "pairs":
        rows = [[clean(a), clean(b)] for a, b in block["rows"]]
        return {"kind": kind, "rows": rows}
    if kind == "table":
        return _table(block, room)
    return {
        "kind": kind,
        "label": clean(block.get("label")),
        "text": clean(block["text"]),
    }


def _table(block: Mapping[str, Any], room: float) -> dict[str, Any]:
    columns = [clean(c) for c in block["columns"]]
    rows: Sequence[Sequence[Any]] = block["rows"]
    if not 0 < len(columns) <= MAX_COLUMNS:
        raise ValueError(f"A table has 1 to {MAX_COLUMNS} columns.")
    if any(len(row) != len(columns) for row in rows):
        raise ValueError("Every row of a table has as many cells as it has columns.")
    right = set(block.get("right", ()))
    widths = [float(w) for w in block.get("widths", [1] * len(columns))]
    if len(widths) != len(columns):
        raise ValueError("A table has one width per column.")
    cells = [[clean(v) for v in row] for row in rows]
    widths, size = fitted(columns, cells, widths=widths, room=room)
    return {
        "kind": "table",
        "title": clean(block.get("title")),
        "columns": columns,
        "rows": [
            [{"text": v, "right": n in right} for n, v in enumerate(row)]
            for row in cells
        ],
        "widths": widths,
        "size": size,
    }


def clean(value: object) -> str:
    """Return text without characters no document can hold (controls, surrogates)."""
    if value is None:
        return ""
    text = unicodedata.normalize(
        "NFC", str(value).replace("\r\n", "\n").replace("\r", "\n")
    )
    return "".join(c for c in text if c in "\n\t" or _is_printable(c))


def _is_printable(char: str) -> bool:
    # Direction marks could make a document read otherwise than it says.
    return unicodedata.category(char) not in {"Cc", "Cs", "Cn", "Cf", "Zl", "Zp"}
