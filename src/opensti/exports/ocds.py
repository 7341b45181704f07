"""Open Contracting Data Standard 1.1.5: each public act is a release, each order a process.

An order is planning, its call the tender, a decision the award; then come the contract,
its amendments, what is recognised and registered of the work, its open results, and the
end. Councils are milestones once all their matters are decided in public; payments are
transactions where the disclosure policy shows single ones. What is not public is not in it:
bids that lost, people.

https://standard.open-contracting.org/1.1/en/
"""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from opensti.exports.house import (
    ROR_ADDRESS,
    ROR_SCHEME,
    body_key,
    moment,
    moment_of_day,
    start_of,
)
from opensti.exports.merging import compiled, merge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opensti.domains.publications.queries import (
        Awarded,
        Brought,
        Called,
        Life,
        Paid,
        SetUp,
        Told,
    )
    from opensti.exports.house import House

VERSION = "1.1"
ACCEPTANCE = "acceptance"  # the kind of council that judges finished work
METHODS = {"selection": ("open", "Tuyển chọn"), "direct": ("direct", "Giao trực tiếp")}
Part = dict[str, Any]


def process_id(house: House, life: Life) -> str:
    """The ocid: the registered prefix and the address of the order (or lone task)."""
    return f"{house.ocid}-{life.public_id}"


def releases(house: House, life: Life) -> list[Part]:
    """All releases of one process in the order of their dates; none before a public act."""
    return _Process(house, life).releases()


def record(house: House, life: Life) -> Part | None:
    """One process with its releases and what they come to; none before a public act."""
    found = releases(house, life)
    if not found:
        return None
    return {
        "ocid": process_id(house, life),
        "releases": found,
        "compiledRelease": compiled(found),
    }


def money(amount: Any) -> Part:
    """Whole đồng; nothing where the amount is withheld."""
    if amount is None:
        return {}
    return {"amount": int(amount), "currency": "VND"}


class _Process:
    """One process told act by act; remembers what was said, to say changes alone."""

    def __init__(self, house: House, life: Life) -> None:
        self.house, self.life = house, life
        self.ocid = process_id(house, life)
        self.buyer = {"id": house.key, "name": house.name_vi}
        self.implemented: set[str] = set()
        self.councils: set[str] = set()
        self.days: dict[str, tuple[str, str]] = {}
        self.awarded = False

    def releases(self) -> list[Part]:
        """One for each moment: what several acts said at once has one date, and is one."""
        found = []
        acts = sorted(self._acts(), key=lambda one: one[:2])
        for date, at_once in groupby(acts, key=lambda one: one[0]):
            told = [(key, said) for _, key, tell in at_once if (said := tell())]
            if not told:
                continue
            tags: list[str] = []
            whole: Part = {}
            for _, (tag, parts) in told:
                tags += [tag] if tag not in tags else []
                merge(whole, parts)
            found.append(self._release(date, told[0][0], tags, whole))
        return found

    def _acts(self) -> Iterator[tuple[str, str, Callable[[], tuple[str, Part] | None]]]:
        """Every act with its time, a key that never changes, and how it is told."""
        life = self.life
        for told in life.order.told if life.order else ():
            yield self._act(told, self._of_order, told)
        for call in life.calls:
            for told in call.told:
                yield self._act(told, self._of_call, call, told)
        for award in life.awards:
            for told in award.told:
                yield self._act(told, self._of_award, award, told)
            for council in award.councils:
                # Of no public act: told once it has concluded and this award is out.
                yield (
                    self._known_from(award, council),
                    f"council-{council.public_id}",
                    partial(self._set_up, award, council),
                )
            for payment in award.payments if award.contract else ():
                yield (
                    moment_of_day(payment.paid_on),
                    f"payment-{payment.public_id}",
                    partial(self._paid, award, payment),
                )
            for result in award.results:
                # Of no act in the record: an embargo ends by itself.
                yield (
                    moment_of_day(result.since),
                    f"result-{result.public_id}",
                    partial(self._result, award, result),
                )

    def _act(self, told: Told, tell: Any, *given: Any) -> tuple[str, str, Any]:
        return moment(told.at), f"{told.position:012d}", partial(tell, *given)

    def _release(self, date: str, key: str, tags: list[str], parts: Part) -> Part:
        return {
            "ocid": self.ocid,
            "id": f"{self.ocid}-{key.lstrip('0') or '0'}",
            "date": date,
            "tag": tags,
            "initiationType": "tender",
            "language": "vi",
            "buyer": self.buyer,
            **_without_gaps(parts),
        }

    # ---- planning and tender

    def _of_order(self, told: Told) -> tuple[str, Part] | None:
        order, detail = self.life.order, told.detail
        if told.act != "orders.approve" or order is None:
            return None
        budget = {
            "id": detail["code"],
            "project": detail["title_vi"],
            "amount": money(detail["budget_ceiling"]),
        }
        page = self._document("order", self.house.page("orders", order.public_id))
        return "planning", {
            "parties": [self._publisher()],
            "planning": {
                "rationale": detail["objectives_vi"],
                "budget": budget,
                "documents": [page | {"datePublished": moment(told.at)}],
            },
        }

    def _of_call(self, call: Called, told: Told) -> tuple[str, Part] | None:
        said: dict[str, Callable[[Called, Told], tuple[str, Part]]] = {
            "calls.publish": self._published,
            "calls.extend": self._extended,
            "calls.cancel": self._cancelled,
            "calls.open": self._opened,
            "calls.conclude": self._concluded,
        }
        return said[told.act](call, told) if told.act in said else None

    def _tender(self, **said: Any) -> Part:
        """The tender is the process's own: a second call goes on with the same one."""
        return {"tender": {"id": self.life.public_id, **said}}

    def _published(self, call: Called, told: Told) -> tuple[str, Part]:
        method, details = METHODS.get(told.detail["way"], (None, None))
        page = self._document(
            f"call-{call.public_id}", self.house.page("calls", call.public_id)
        )
        order = self.life.order
        title = order.title_vi if order else told.detail["title"]
        said: Part = {
            "title": title,
            "description": _words(told.detail["code"], told.detail["title"]),
            "status": "active",
            "procuringEntity": self.buyer,
            "procurementMethod": method,
            "procurementMethodDetails": details,
            "mainProcurementCategory": "services",
            "tenderPeriod": {
                "startDate": told.detail["opens_at"],
                "endDate": told.detail["closes_at"],
            },
            "documents": [
                page
                | {
                    "documentType": "tenderNotice",
                    "datePublished": moment(told.at),
                }
            ],
        }
        if order is not None:
            said["value"] = money(order.ceiling)
            said["items"] = self._items()
        return "tender", {
            "parties": [self._publisher()],
            **self._tender(**said),
        }

    def _items(self) -> list[Part]:
        """What the order asks for, as it was approved."""
        acts = self.life.order.told if self.life.order else ()
        found = [told for told in acts if told.act == "orders.approve"]
        products = (found[-1].detail["products"] or []) if found else []
        items = []
        for number, product in enumerate(products, start=1):
            item: Part = {"id": str(number), "description": product["name_vi"]}
            if product["quantity"]:
                item["quantity"] = _number(product["quantity"])
                item["unit"] = {"name": product["unit"]}
            items.append(item)
        return items

    def _extended(self, call: Called, told: Told) -> tuple[str, Part]:
        to = told.detail["to"]
        amendment = {
            "id": f"call-{call.public_id}-{told.position}",
            "date": moment(told.at),
            "rationale": told.detail["reason"],
        }
        return "tenderAmendment", self._tender(
            tenderPeriod={"endDate": to}, amendments=[amendment]
        )

    def _cancelled(self, call: Called, told: Told) -> tuple[str, Part]:
        amendment = {
            "id": f"call-{call.public_id}-{told.position}",
            "date": moment(told.at),
            "rationale": told.detail["reason"],
        }
        return "tenderCancellation", self._tender(
            status="cancelled", amendments=[amendment]
        )

    def _opened(self, call: Called, told: Told) -> tuple[str, Part]:
        """How many answered is said of the call: of the process if it asks for one order."""
        asked = [t.detail["orders"] for t in call.told if t.act == "calls.publish"]
        said: Part = {"status": "active"}
        if asked and len(asked[0] or ()) == 1:
            said["numberOfTenderers"] = told.detail["dossiers"]
        return "tenderUpdate", self._tender(**said)

    def _concluded(self, _call: Called, _told: Told) -> tuple[str, Part]:
        status = "complete" if self.awarded else "unsuccessful"
        return "tenderUpdate", self._tender(status=status)

    # ---- award, contract, implementation

    def _of_award(self, award: Awarded, told: Told) -> tuple[str, Part] | None:
        said: dict[str, Callable[[Awarded, Told], tuple[str, Part] | None]] = {
            "portfolios.release_decision": self._decided,
            "contracts.sign": self._signed,
            "contracts.decide_amendment": self._amended,
            "tasks.set_state": self._moved,
            "acceptances.recognise": self._recognised,
            "acceptances.register": self._registered,
        }
        if told.act not in said:
            return None
        return said[told.act](award, told)

    def _decided(self, award: Awarded, told: Told) -> tuple[str, Part]:
        self.awarded = True
        page = self.house.page("decisions", award.public_id)
        supplied = [{"id": body_key(award.host), "name": told.detail["host"]}]
        named = bool(award.host.public_id)
        notice = self._document("decision", page) | {
            "documentType": "awardNotice",
            "title": told.detail["decision_number"],
            "datePublished": moment(told.at),
        }
        receipt = self._document("receipt", f"{page}receipt") | {
            "title": "Biên nhận trong sổ công khai",
            "format": "text/plain",
        }
        said: Part = {
            "id": award.public_id,
            "title": told.detail["title_vi"],
            "description": told.detail["reason_vi"],
            "status": "active",
            "date": told.detail["decided_at"],
            "suppliers": supplied if named else None,
            "documents": [notice, receipt],
        }
        if told.detail["amount"] is not None:
            said["value"] = money(told.detail["amount"])
        return "award", {
            "parties": [
                self._publisher(),
                *([self._supplier(award, told)] if named else ()),
            ],
            "awards": [said],
        }

    def _contract(self, award: Awarded, **said: Any) -> Part:
        return {
            "contracts": [
                {"id": award.contract, "awardID": award.public_id, **said},
            ]
        }

    def _signed(self, award: Awarded, told: Told) -> tuple[str, Part]:
        detail = told.detail
        self.days[award.contract] = (detail["starts_on"], detail["ends_on"])
        return "contract", self._contract(
            award,
            title=detail["title_vi"],
            description=detail["number"],
            status="active",
            dateSigned=start_of(detail["signed_on"]),
            period=_period(detail["starts_on"], detail["ends_on"]),
            value=money(detail["state_money"]),
        )

    def _amended(self, award: Awarded, told: Told) -> tuple[str, Part]:
        detail = told.detail
        said: Part = {
            "amendments": [
                {
                    "id": str(detail["amendment"]),
                    "date": start_of(detail["effective_on"]),
                    "description": ", ".join(detail["kinds"] or ()),
                }
            ]
        }
        if detail.get("ends_on"):
            said["period"] = _period("", detail["ends_on"])
            start = self.days.get(award.contract, ("", ""))[0]
            self.days[award.contract] = (start, detail["ends_on"])
        if "state_money" in detail:
            said["value"] = money(detail["state_money"])
        return "contractAmendment", self._contract(award, **said)

    def _moved(self, award: Awarded, told: Told) -> tuple[str, Part] | None:
        """Where the task file says that the task stands."""
        state, days = told.detail["state"], (told.detail["start"], told.detail["end"])
        if award.contract not in self.days:  # not signed; or in the same act
            if state != "stopped":
                return None
            gone = {"id": award.public_id, "status": "cancelled"}
            return "awardCancellation", {"awards": [gone]}
        if state == "running":
            if self.days[award.contract] == days:
                return None  # told by the contract itself
            self.days[award.contract] = days
            return "contractUpdate", self._contract(award, period=_period(*days))
        return "contractTermination", self._contract(award, status="terminated")

    def _implementation(self, award: Awarded, **said: Any) -> tuple[str, Part]:
        first = award.contract not in self.implemented
        self.implemented.add(award.contract)
        tag = "implementation" if first else "implementationUpdate"
        return tag, self._contract(award, implementation=said)

    def _recognised(self, award: Awarded, told: Told) -> tuple[str, Part]:
        milestone = {
            "id": "recognition",
            "title": _words("Công nhận kết quả:", told.detail["decision"]),
            "type": "assessment",
            "status": "met",
            "dateMet": start_of(told.detail["decided_on"]),
        }
        return self._implementation(award, milestones=[milestone])

    def _registered(self, award: Awarded, told: Told) -> tuple[str, Part]:
        milestone = {
            "id": "registration",
            "title": _words("Đăng ký kết quả:", told.detail["certificate"]),
            "type": "reporting",
            "status": "met",
        }
        if told.detail["registered_on"]:
            milestone["dateMet"] = start_of(told.detail["registered_on"])
        return self._implementation(award, milestones=[milestone])

    def _result(self, award: Awarded, result: Brought) -> tuple[str, Part]:
        page = self.house.page("results", result.public_id)
        document = self._document(f"result-{result.public_id}", page) | {
            "title": result.title_vi,
            "datePublished": start_of(result.since),
        }
        return self._implementation(award, documents=[document])

    def _known_from(self, award: Awarded, council: SetUp) -> str:
        """When everybody may know of a council: never before what it judged is decided."""
        judged = (
            {"acceptances.recognise"}
            if council.kind == ACCEPTANCE
            else {"portfolios.release_decision"}
        )
        decided = [told.at for told in award.told if told.act in judged]
        return moment(max([council.concluded_at, *decided]))

    def _set_up(self, award: Awarded, council: SetUp) -> tuple[str, Part] | None:
        if council.public_id in self.councils:
            return None  # one council, several awards of the process
        self.councils.add(council.public_id)
        milestone: Part = {
            "id": f"council-{council.public_id}",
            "title": _words("Thành lập:", council.kind_vi, council.number),
            "description": _words(
                council.rule_vi,
                "" if council.seats is None else f"({council.seats} thành viên)",
            )
            or None,
            "type": "assessment",
            "status": "met",
            "dateMet": start_of(council.decided_on),
        }
        if council.kind != ACCEPTANCE:
            return "tenderUpdate", self._tender(milestones=[milestone])
        if not award.contract:
            return None
        return self._implementation(award, milestones=[milestone])

    def _paid(self, award: Awarded, payment: Paid) -> tuple[str, Part]:
        transaction: Part = {
            "id": payment.public_id,
            "date": start_of(payment.paid_on),
            "value": money(payment.amount),
            "payer": self.buyer,
        }
        if award.host.public_id:
            payee = {"id": body_key(award.host), "name": award.host.name_vi}
            transaction["payee"] = payee
        return self._implementation(award, transactions=[transaction])

    # ---- parties and documents

    def _publisher(self) -> Part:
        house = self.house
        party: Part = {
            "id": house.key,
            "name": house.name_vi,
            "roles": ["buyer", "funder", "procuringEntity"],
        }
        return party | _identifier(house.ror)

    def _supplier(self, award: Awarded, told: Told) -> Part:
        party: Part = {
            "id": body_key(award.host),
            "name": told.detail["host"],
            "roles": ["supplier", "tenderer"],
        }
        return party | _identifier(award.host.ror)

    def _document(self, key: str, url: str) -> Part:
        return {"id": key, "url": url, "format": "text/html", "language": "vi"}


def _identifier(ror: str) -> Part:
    if not ror:
        return {}
    known = {"scheme": ROR_SCHEME, "id": ror, "uri": ROR_ADDRESS + ror}
    return {"identifier": known}


def _words(*parts: str | None) -> str:
    """The parts that are told, as one text."""
    return " ".join(part for part in parts if part)


def _without_gaps(said: Any) -> Any:
    """What is said, without what is withheld of it."""
    if isinstance(said, dict):
        cleared = {name: _without_gaps(value) for name, value in said.items()}
        return {n: value for n, value in cleared.items() if value not in (None, {})}
    if isinstance(said, list):
        return [_without_gaps(one) for one in said]
    return said


def _period(start: str | None, end: str | None) -> Part:
    """Whole days; the last one is named by its first moment."""
    said = {"startDate": start, "endDate": end}
    return {name: start_of(day) for name, day in said.items() if day}


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value
