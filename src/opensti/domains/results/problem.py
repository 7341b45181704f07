"""Acceptance as plain values: the dossier with its digest, what a council rates of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.kernel.record.leaves import canonical
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

LONGEST = 20_000
MOST_DELIVERED = Decimal(10) ** 11
REPORT, OTHER = "report", "other"


def digest(value: Any) -> str:
    """Hex SHA-256 of the canonical JSON (RFC 8785) of plain values."""
    return sha256(canonical(value).encode()).hexdigest()


def plain_number(value: Decimal | None) -> str:
    """A quantity as text without needless zeros: ``"12"``, ``"1.5"``, empty for none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity_of(text: object) -> Decimal | None:
    """Read a quantity as people write it; nothing when it is none."""
    typed = str(text or "").strip().replace(",", ".")
    try:
        found = Decimal(typed)
    except InvalidOperation:
        return None
    if not found.is_finite() or not 0 <= found < MOST_DELIVERED:
        return None
    exponent = found.as_tuple().exponent
    return found if isinstance(exponent, int) and exponent >= -3 else None  # noqa: PLR2004


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What the host says of one product: how much there is, and how good it is."""

    delivered: str = ""
    quality: str = ""
    quantity: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What the host says of all: product by product (by key), and of its report."""

    products: Mapping[str, Claim]
    report: str = ""
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "products": {k: dict(v.__dict__) for k, v in self.products.items()},
            "report": self.report,
            "text": self.text,
        }

    def short(self) -> Assessment:
        """The same without what no database keeps: NUL, endless texts."""
        return Assessment(
            products={
                k[:20]: Claim(
                    delivered=_short(v.delivered, 40),
                    quality=_short(v.quality, 40),
                    quantity=_short(v.quantity, 40),
                    text=_short(v.text, LONGEST),
                )
                for k, v in self.products.items()
            },
            report=_short(self.report, 40),
            text=_short(self.text, LONGEST),
        )


def _short(text: str, most: int) -> str:
    return str(text).replace("\x00", "")[:most]


def assessment_of(draft: Mapping[str, Any]) -> Assessment:
    """A kept draft as values; an empty one says nothing yet."""
    return Assessment(
        products={k: Claim(**v) for k, v in draft.get("products", {}).items()},
        report=draft.get("report", ""),
        text=draft.get("text", ""),
    )


def assessment_problems(
    said: Assessment,
    products: Iterable[Any],
    *,
    levels: Collection[str],
    files: Collection[str],
) -> list[Problem]:
    """All that keeps a self-assessment from being handed in, and where."""
    problems = []
    for product in products:
        claim = said.products.get(product.key, Claim())
        named = {"name": product.name_vi}
        if claim.quality not in levels:
            problems.append(
                Problem(
                    field=f"quality-{product.key}",
                    message=_("“%(name)s”: its quality is not rated yet.") % named,
                    mend=_("Choose one of the levels."),
                )
            )
        if product.quantity is not None:
            if claim.quantity not in levels:
                problems.append(
                    Problem(
                        field=f"quantity-{product.key}",
                        message=_("“%(name)s”: its quantity is not rated yet.") % named,
                        mend=_("Choose one of the levels."),
                    )
                )
            if quantity_of(claim.delivered) is None:
                problems.append(
                    Problem(
                        field=f"delivered-{product.key}",
                        message=_("“%(name)s”: how much was delivered is not a number.")
                        % named,
                        mend=_("Enter a number, zero or more; at most three decimals."),
                    )
                )
        if not claim.text.strip():
            problems.append(
                Problem(
                    field=f"text-{product.key}",
                    message=_("“%(name)s”: say what there is and how it is shown.")
                    % named,
                    mend=_("Name the test, the appraisal or the confirmation."),
                )
            )
    if said.report not in levels:
        problems.append(
            Problem(
                field="report",
                message=_("The final report is not rated yet."),
                mend=_("Choose one of the levels."),
            )
        )
    if REPORT not in files:
        problems.append(
            Problem(
                field="file",
                message=_("The final report is missing."),
                mend=_("Attach it as a PDF."),
            )
        )
    return problems


def dossier_content(
    said: Assessment,
    *,
    products: Iterable[Any],
    files: Iterable[Any],
    base: Mapping[str, Any] | None,
    late: bool,
    parts: Iterable[Any] = (),
) -> dict[str, Any]:
    """The whole acceptance dossier as one plain value: what a version keeps.

    ``parts`` are the papers that the procedure names, each with the files that are it.
    """
    files = list(files)
    return {
        "products": [
            {
                "key": p.key,
                "kind": p.kind,
                "name_vi": p.name_vi,
                "name_en": p.name_en,
                "promised": plain_number(p.quantity),
                "unit": p.unit,
                "quality": p.quality,
                "delivered": plain_number(quantity_of(claim.delivered))
                if p.quantity is not None
                else "",
                "claimed_quality": claim.quality,
                "claimed_quantity": claim.quantity if p.quantity is not None else "",
                "text": claim.text.strip(),
            }
            for p in products
            for claim in (said.products.get(p.key, Claim()),)
        ],
        "report": {"level": said.report, "text": said.text.strip()},
        "base": dict(base) if base is not None else None,
        "late": late,
        "parts": [
            {
                "code": part.code,
                "title_vi": part.title_vi,
                "title_en": part.title_en,
                "files": [f.public_id for f in files if f.kind == part.kind],
            }
            for part in parts
        ],
        "files": [
            {
                "id": f.public_id,
                "kind": f.kind,
                "name": f.name,
                "size": f.size,
                "sha256": f.sha256,
            }
            for f in files
        ],
    }


def rated_contents(content: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """What a council rates one by one of a dossier: quality, quantity, then the report."""
    late = "1" if content["late"] else ""
    rows: list[dict[str, str]] = []
    for product in content["products"]:
        shared = {
            "product": product["key"],
            "title": product["name_vi"],
            "title_en": product["name_en"],
            "unit": product["unit"],
            "quality": product["quality"],
            "promised": product["promised"],
            "delivered": product["delivered"],
            "said": product["text"],
            "late": "",
        }
        rows.append(
            {
                "id": f"{product['key']}-quality",
                "sort": "quality",
                "claimed": product["claimed_quality"],
                **shared,
            }
        )
        if product["promised"]:
            rows.append(
                {
                    "id": f"{product['key']}-quantity",
                    "sort": "quantity",
                    "claimed": product["claimed_quantity"],
                    **shared,
                }
            )
    rows.append(
        {
            "id": "report",
            "sort": "report",
            "product": "",
            "title": "",
            "title_en": "",
            "unit": "",
            "quality": "",
            "promised": "",
            "delivered": "",
            "said": content["report"]["text"],
            "claimed": content["report"]["level"],
            "late": late,
        }
    )
    return tuple(rows)


def file_kinds(keys: Sequence[str], parts: Iterable[Any] = ()) -> set[str]:
    """Which kinds of file the host may attach: the report, evidence by product, the parts
    that the procedure names, others.
    """
    return {
        REPORT,
        OTHER,
        *(f"product-{key}" for key in keys),
        *(part.kind for part in parts),
    }
