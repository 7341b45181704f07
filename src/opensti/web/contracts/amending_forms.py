"""The form by which a change is asked for: fields for the chosen kinds alone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts import actions
from opensti.domains.contracts.choices import AmendmentKind, ProductKind
from opensti.domains.contracts.problem.trail import amount_of
from opensti.domains.contracts.queries.beside import line_name
from opensti.kernel.money import format_money
from opensti.web.chosen import Chooser, input_attributes
from opensti.web.fields import MoneyField
from opensti.web.tasks.forms import Telling, day_input

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

K = AmendmentKind
IN_LINES = {K.BUDGET_TRANSFER, K.STATE_TOTAL, K.OTHER_MONEY}
IN_WORDS = {K.TEAM, K.EQUIPMENT, K.DELEGATION}


def text(label: Any, *, rows: int = 3, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


def shown(amount: str) -> str:
    return format_money(Decimal(amount), unit=False)


def plain(value: Any, part: str) -> Any:
    """A kept value as it is typed: three places are kept, "1.000" would be a thousand."""
    if part == "quantity" and value is not None:
        return f"{Decimal(value).normalize():f}"
    return value


def day(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=day_input())


class AskForm(Telling):
    """``now`` is what the contract says: terms and budget lines as they are kept."""

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[str],
        now: Mapping[str, Any],
        paid: frozenset[str] = frozenset(),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kinds, self.now, self.paid = list(kinds), now, paid
        self._day_and_people_fields()
        self._text_fields(now["terms"])
        if K.PRODUCT in kinds:
            self._product_fields(now["terms"]["products"])
        if K.CONTENT in kinds:
            self._content_fields(now["terms"])
        if set(kinds) & {K.CONTENT, K.STATE_TOTAL}:
            self._instalment_fields(now["terms"]["instalments"])
        if set(kinds) & IN_LINES:
            self._line_fields(now["lines"])
        if set(kinds) & IN_WORDS:
            self.fields["note"] = text(_("What changes"), rows=4, required=True)
        self.fields["reason"] = text(
            _("Why the change is needed"), rows=4, required=True
        )

    def _day_and_people_fields(self) -> None:
        made: dict[str, tuple[str, forms.Field]] = {
            K.EXTEND: (
                "months",
                forms.IntegerField(
                    label=_("By how many months"), min_value=1, max_value=120
                ),
            ),
            K.SHORTEN: ("ends_on", day(_("New end"), required=True)),
            K.LEADER: (
                "leader",
                _chooser("person", _("New principal investigator")),
            ),
            K.HOST: ("host", _chooser("organisation", _("New host"))),
        }
        for kind, (name, field) in made.items():
            if kind in self.kinds:
                self.fields[name] = field

    def _text_fields(self, terms: Mapping[str, Any]) -> None:
        if K.NAME in self.kinds:
            names: tuple[tuple[str, Text, bool], ...] = (
                ("title_vi", _("Name in Vietnamese"), True),
                ("title_en", _("Name in English"), False),
            )
            for name, label, required in names:
                self.fields[name] = forms.CharField(
                    label=label,
                    max_length=500,
                    required=required,
                    initial=terms[name],
                )
        if K.AIM in self.kinds:
            self.fields["objectives"] = text(_("Aim"), rows=6, required=True)
            self.fields["objectives"].initial = terms["objectives"]

    def _content_fields(self, terms: Mapping[str, Any]) -> None:
        self.fields["obligations"] = text(_("Obligations"), rows=6)
        self.fields["obligations"].initial = terms["obligations"]
        for m in terms["milestones"]:
            label = gettext("Milestone %(name)s: due") % {"name": m["name_vi"]}
            self.fields[f"milestone-{m['position']}"] = day(label)
            self.fields[f"milestone-{m['position']}"].initial = m["due_on"]

    def _product_fields(self, products: Sequence[Mapping[str, Any]]) -> None:
        kind = forms.ChoiceField(
            label=_("New product: kind"), choices=ProductKind.choices, required=False
        )
        for product in [*products, {"key": "new", "name_vi": gettext("New product")}]:
            key, name = f"product-{product['key']}", product["name_vi"]
            new = product["key"] == "new"
            labels = {
                "name_vi": gettext("%(name)s: name"),
                "quantity": gettext("%(name)s: quantity"),
                "unit": gettext("%(name)s: unit"),
                "quality": gettext("%(name)s: quality"),
                "due_on": gettext("%(name)s: due"),
            }
            for part, words in labels.items():
                label = words % {"name": name}
                if part == "quantity":
                    field: forms.Field = forms.DecimalField(
                        label=label, required=False, max_digits=14, decimal_places=3
                    )
                elif part == "due_on":
                    field = day(label)
                elif part == "quality":
                    field = text(label, rows=2)
                else:
                    field = forms.CharField(label=label, required=False, max_length=300)
                field.initial = None if new else plain(product[part], part)
                self.fields[f"{key}-{part}"] = field
            if new:
                self.fields[f"{key}-kind"] = kind
            else:
                self.fields[f"{key}-gone"] = forms.BooleanField(
                    label=gettext("%(name)s is no longer promised") % {"name": name},
                    required=False,
                )

    def _instalment_fields(self, instalments: Sequence[Mapping[str, Any]]) -> None:
        for i in instalments:
            if i["key"] in self.paid:
                continue
            name = f"instalment-{i['key']}"
            amount = gettext("Instalment %(label)s: amount") % {"label": i["label"]}
            self.fields[name] = MoneyField(label=amount, initial=shown(i["amount"]))
            due = gettext("Instalment %(label)s: due") % {"label": i["label"]}
            self.fields[f"{name}-due"] = day(due)
            self.fields[f"{name}-due"].initial = i["due_on"]

    def _line_fields(self, lines: Sequence[Mapping[str, Any]]) -> None:
        for line in lines:
            name = f"line-{line['key']}"
            if _by_unit(line):
                self._unit_fields(name, line)
            else:
                self.fields[name] = MoneyField(
                    label=line_name(line), initial=shown(line["amount"])
                )
            if line["norm"]:
                label = gettext("%(line)s: ground for going above its norm")
                field = text(label % {"line": line_name(line)}, rows=2)
                field.initial = line["ground"]
                self.fields[f"{name}-ground"] = field
        self.fields["new-amount"] = MoneyField(
            label=_("New line: amount"), required=False
        )
        self.fields["new-category"] = forms.ChoiceField(
            label=_("New line: kind of cost"),
            choices=BudgetCategory.choices,
            required=False,
        )
        self.fields["new-source"] = forms.ChoiceField(
            label=_("New line: whose money"),
            choices=BudgetSource.choices,
            required=False,
        )
        self.fields["new-year"] = forms.IntegerField(
            label=_("New line: year"), required=False, min_value=2000, max_value=2100
        )
        self.fields["new-description"] = forms.CharField(
            label=_("New line: what for"), required=False, max_length=500
        )

    def _unit_fields(self, name: str, line: Mapping[str, Any]) -> None:
        """A line of so many units: its amount follows from quantity and unit price."""
        label = gettext("%(line)s: quantity") % {"line": line_name(line)}
        self.fields[f"{name}-quantity"] = forms.DecimalField(
            label=label,
            max_digits=14,
            decimal_places=3,
            min_value=0,
            initial=plain(line["quantity"], "quantity"),
        )
        label = gettext("%(line)s: unit price") % {"line": line_name(line)}
        self.fields[f"{name}-price"] = MoneyField(
            label=label, initial=shown(line["price"])
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new-amount") and not data.get("new-year"):
            self.add_error("new-year", gettext("Say in which year it is spent."))
        return data

    def patch(self, actor: Actor) -> actions.Patch:
        """What was typed, as the action takes it; the form is valid."""
        data = self.cleaned_data
        chooser = Chooser(actor=actor)
        people = {
            "leader": ("person", data.get("leader", "")),
            "host": ("organisation", data.get("host", "")),
        }
        chooser.look_up(people.values())
        chosen = {name: chooser.entry(*typed) for name, typed in people.items()}
        leader, host = chosen["leader"], chosen["host"]
        return actions.Patch(
            months=data.get("months"),
            ends_on=data.get("ends_on"),
            leader_id=leader.pk if leader else None,
            host_id=host.pk if host else None,
            title_vi=data.get("title_vi", ""),
            title_en=data.get("title_en", ""),
            objectives=data.get("objectives", ""),
            obligations=data.get("obligations"),
            products=self._products() if K.PRODUCT in self.kinds else None,
            milestones={
                int(name.removeprefix("milestone-")): value
                for name, value in data.items()
                if name.startswith("milestone-") and value
            },
            instalments={
                i["key"]: (amount, data[f"instalment-{i['key']}-due"])
                for i in self.now["terms"]["instalments"]
                if (amount := data.get(f"instalment-{i['key']}")) is not None
            },
            lines=self._lines() if set(self.kinds) & IN_LINES else None,
            note=data.get("note", ""),
        )

    def _products(self) -> list[actions.Promised]:
        data, found = self.cleaned_data, []
        for product in [*self.now["terms"]["products"], {"key": "new"}]:
            key = f"product-{product['key']}"
            new = product["key"] == "new"
            gone = not data[f"{key}-name_vi"].strip() if new else data[f"{key}-gone"]
            if gone:
                continue
            found.append(
                actions.Promised(
                    key="" if new else product["key"],
                    kind=data[f"{key}-kind"] if new else product["kind"],
                    name_en="" if new else product["name_en"],
                    name_vi=data[f"{key}-name_vi"],
                    quantity=data[f"{key}-quantity"],
                    unit=data[f"{key}-unit"],
                    quality=data[f"{key}-quality"],
                    due_on=data[f"{key}-due_on"],
                )
            )
        return found

    def _lines(self) -> list[actions.Line]:
        data = self.cleaned_data
        found = [actions.line_from(self._line(line)) for line in self.now["lines"]]
        if data["new-amount"]:
            found.append(
                actions.Line(
                    category=data["new-category"],
                    source=data["new-source"],
                    year=data["new-year"],
                    description=data["new-description"].strip(),
                    amount=data["new-amount"],
                )
            )
        return found

    def _line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """A kept line with what was typed for it."""
        data, name = self.cleaned_data, f"line-{line['key']}"
        changed = {"ground": data.get(f"{name}-ground", line["ground"]).strip()}
        if not _by_unit(line):
            return {**line, **changed, "amount": str(data[name])}
        quantity, price = data[f"{name}-quantity"], data[f"{name}-price"]
        return {
            **line,
            **changed,
            "quantity": str(quantity),
            "price": str(price),
            "amount": str(amount_of(quantity, price)),
        }


def _by_unit(line: Mapping[str, Any]) -> bool:
    return line["quantity"] is not None and line["price"] is not None


def _chooser(kind: str, label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=_("Type a part of the name and take one of the suggestions."),
        max_length=500,
        widget=forms.TextInput(attrs=input_attributes(kind)),
    )


class OpinionForm(Telling):
    text = text(_("Opinion"), rows=4, required=True)
    version = forms.IntegerField(widget=forms.HiddenInput)


class RefuseForm(Telling):
    reason = text(_("Why it is refused"), rows=3, required=True)
    decision_number = forms.CharField(
        label=_("Number of the paper"), max_length=100, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DecideForm(Telling):
    """``needed`` are the codes of the papers that the decision cannot do without."""

    decision_number = forms.CharField(label=_("Number of the decision"), max_length=100)
    effective_on = day(_("In force from"), required=True)
    reason = text(_("Reasons"), rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, needed: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.consents = [c for c in needed or {} if c.startswith("consent_")]
        for code, words in (needed or {}).items():
            if code == "council":
                self.fields["council_opinion"] = text(words, rows=3, required=True)
            else:
                self.fields[code] = forms.CharField(
                    label=words,
                    help_text=_("Number and day of the paper that gives it."),
                    max_length=200,
                )

    def said(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        return {
            "decision_number": data["decision_number"],
            "effective_on": data["effective_on"],
            "reason": data["reason"],
            "version": data["version"],
            "council_opinion": data.get("council_opinion", ""),
            "consents": {c.removeprefix("consent_"): data[c] for c in self.consents},
        }
