"""What was entered ⇄ the columns that lists, searches and orders read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypedDict

from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import Track
from opensti.domains.procedures.regimes.forms import as_text, validate
from opensti.domains.tasks.choices import Funding, Way
from opensti.kernel.refusals import Problem
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from opensti.domains.procedures.regimes.format import Form, Regime
    from opensti.domains.tasks.models import Need, Order, Task
    from opensti.kernel.refusals import Text

MOST_DONG = Decimal(10) ** 18
LONGEST_TITLE = 500
LONGEST_MONTHS = 240
LONGEST_SEARCH = 400
MOST_UNITS = Decimal(10) ** 10
# Where a regime's form keeps what a need's columns hold: first answered wins.
PLACES: dict[str, tuple[str, ...]] = {
    "title_vi": ("title", "title_vi", "name"),
    "problem": ("urgency", "problem"),
    "objectives": ("objectives", "aim"),
    "expected_products": ("products", "expected_products"),
    "users": ("user", "users", "effect"),
}
NUMBERS: dict[str, tuple[str, ...]] = {
    "budget_estimate": ("budget", "budget_estimate"),
    "duration_months": ("months", "duration_months"),
    "own_rank": ("rank", "own_rank"),
}
LIMITS = {"duration_months": 32_767, "own_rank": 32_767}


@dataclass(frozen=True, kw_only=True)
class Product:
    """A required product, as an officer enters it."""

    name_vi: str
    name_en: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    quality: str = ""


class OrderSaid(TypedDict, total=False):
    """What an order may say beside its title, ceiling, duration and products."""

    title_en: str
    objectives_vi: str
    objectives_en: str
    field_id: int | None
    way: str
    funding: str
    grounds: str
    assigned_host_id: int | None
    kind: str  # the regime's type of task


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Everything an order says, as entered; ``problems`` tells what is wrong with it."""

    title_vi: str
    budget_ceiling: Decimal
    duration_months: int
    title_en: str = ""
    objectives_vi: str = ""
    objectives_en: str = ""
    field_id: int | None = None
    way: str = Way.SELECTION
    funding: str = Funding.ORDER
    grounds: str = ""
    assigned_host_id: int | None = None
    kind: str = ""

    def problems(self, products: Sequence[Product]) -> list[Problem]:
        direct = self.way == Way.DIRECT
        checks: list[tuple[bool, str, Text, Text]] = [
            (
                bool(self.title_vi.strip()),
                "title_vi",
                _("The order has no title."),
                _("Enter a title."),
            ),
            (
                0 <= self.budget_ceiling < MOST_DONG,
                "budget_ceiling",
                _("The ceiling is not an amount of money."),
                _("Enter the highest cost in whole đồng."),
            ),
            (
                1 <= self.duration_months <= LONGEST_MONTHS,
                "duration_months",
                _("The duration must be between 1 and %(most)d months.")
                % {"most": LONGEST_MONTHS},
                _("Enter the number of months."),
            ),
            (
                self.way in Way.values,
                "way",
                _("This way is not known."),
                _("Choose from the list."),
            ),
            (
                self.funding in Funding.values,
                "funding",
                _("This funding is not known."),
                _("Choose from the list."),
            ),
            (
                not direct or bool(self.grounds.strip()),
                "grounds",
                _("A direct assignment needs its grounds."),
                _("State why no call is held, with the article."),
            ),
            (
                not direct or self.assigned_host_id is not None,
                "assigned_host",
                _("A direct assignment needs the organisation it goes to."),
                _("Choose the organisation."),
            ),
        ]
        for number, product in enumerate(products, start=1):
            checks += [
                (
                    bool(product.name_vi.strip()),
                    f"products.{number}.name_vi",
                    _("Product %(number)d has no name.") % {"number": number},
                    _("Name it, or remove the row."),
                ),
                (
                    product.quantity is None or 0 <= product.quantity < MOST_UNITS,
                    f"products.{number}.quantity",
                    _("The quantity of product %(number)d is not possible.")
                    % {"number": number},
                    _("Enter zero or more."),
                ),
            ]
        return [
            Problem(field=field, message=message, mend=mend)
            for right, field, message, mend in checks
            if not right
        ]

    def columns(self) -> dict[str, Any]:
        direct = self.way == Way.DIRECT
        return {
            "title_vi": self.title_vi.strip()[:LONGEST_TITLE],
            "title_en": self.title_en.strip()[:LONGEST_TITLE],
            "objectives_vi": self.objectives_vi.strip(),
            "objectives_en": self.objectives_en.strip(),
            "budget_ceiling": Decimal(self.budget_ceiling),
            "duration_months": self.duration_months,
            "field_id": self.field_id,
            "way": self.way,
            "funding": self.funding,
            "grounds": self.grounds.strip() if direct else "",
            "assigned_host_id": self.assigned_host_id if direct else None,
            "kind": self.kind,
        }


def need_form(regime: Regime) -> Form:
    return regime.form_for(Track.NEED)


def columns(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the columns of a need become when these answers are saved."""
    fields = {f.id: f for f in form.fields()}

    def first(names: tuple[str, ...]) -> tuple[str, Any] | None:
        return next(
            ((n, answers[n]) for n in names if n in fields and answers.get(n)), None
        )

    found: dict[str, Any] = {}
    for column, names in PLACES.items():
        hit = first(names)
        found[column] = as_text(fields[hit[0]], hit[1]) if hit else ""
    found["title_vi"] = " ".join(found["title_vi"].split())[:LONGEST_TITLE]
    for column, names in NUMBERS.items():
        hit = first(names)
        found[column] = _whole(
            hit[1] if hit else None, Decimal(LIMITS.get(column, MOST_DONG - 1))
        )
    return found


def need_problems(
    form: Form,
    answers: Mapping[str, Any],
    *,
    whole: bool,
    lang: str = "vi",
    files: Collection[str] = (),
) -> list[Problem]:
    return validate(form, answers, whole=whole, lang=lang, files=files)


def need_search_text(need: Need) -> str:
    return search_text(
        need.title_vi,
        need.title_en,
        need.objectives[:LONGEST_SEARCH],
        need.public_id,
    )


def order_search_text(order: Order) -> str:
    return search_text(
        order.code,
        order.title_vi,
        order.title_en,
        order.objectives_vi[:LONGEST_SEARCH],
        order.public_id,
    )


def task_search_text(task: Task) -> str:
    """Codes, names and titles; of the abstract what fits: enough to find, quick to scan."""
    text = search_text(
        task.code,
        task.source_key,
        task.title_vi,
        task.title_en,
        task.host_name,
        task.leader_name,
        (task.abstract_vi or task.abstract_en)[:LONGEST_SEARCH],
    )
    return text[: 2 * LONGEST_SEARCH]


def _whole(value: Any, most: Decimal) -> Decimal | None:
    """A whole number within the column's limits, or nothing."""
    if value is None or isinstance(value, bool | Mapping | list):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or number < 0 or number > most:
        return None
    return number.to_integral_value()
