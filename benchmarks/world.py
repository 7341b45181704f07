"""Fill a database for measuring: a demonstration ministry, then many copies of its rows.

The demonstration is told by the actions, so every row has the shape that the app gives
it; the copies are laid in by ``bulk_create``, each with its own ids, texts, people and
hosts. The record's copies are no true log: only a measuring place may be filled so.

``python benchmarks/world.py --size 10000`` prints where to look as one JSON line.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import sys
from collections import defaultdict
from datetime import timedelta
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from opensti.console.demo.cast import DOMAIN, gather  # noqa: E402
from opensti.console.demo.story import Story  # noqa: E402
from opensti.console.demo.texts import Text, invented  # noqa: E402
from opensti.domains.accounts.models import RoleGrant, User  # noqa: E402
from opensti.domains.calls import actions as calls  # noqa: E402
from opensti.domains.calls import models as c  # noqa: E402
from opensti.domains.overlaps import actions as overlaps  # noqa: E402
from opensti.domains.overlaps import models as o  # noqa: E402
from opensti.domains.panels import models as p  # noqa: E402
from opensti.domains.portfolios import models as d  # noqa: E402
from opensti.domains.procedures.actions import load_regimes, set_switch  # noqa: E402
from opensti.domains.procedures.models import Case, Deadline  # noqa: E402
from opensti.domains.registry.models import Membership, Organisation, Person  # noqa: E402
from opensti.domains.tasks import models as t  # noqa: E402
from opensti.kernel.access import SYSTEM  # noqa: E402
from opensti.kernel.identifiers import new_public_id  # noqa: E402
from opensti.kernel.record.models import Entry  # noqa: E402
from opensti.kernel.searchtext import search_text  # noqa: E402

REAL = Path(__file__).parents[2] / "shared/data/projects/nsf2017.jsonl.gz"
BLOCK, CALLS, HOSTS, EXPERTS = 20, 20, 120, 140
COPIES_FROM = 10**9  # places in the record that no true entry reaches
COMPARED = 600  # works compared with all others: a tenth of a second each
SEATS_LEFT_OUT = 3  # four of seven ballots are in where a council is still voting


class Copier:
    """Copies rows, pointing each copy at the copies of what its model points at."""

    def __init__(self) -> None:
        self.ids: dict[tuple[type[models.Model], int], int] = {}
        self.waiting: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self.next: dict[type[models.Model], Iterator[int]] = {}

    def copy(
        self,
        rows: Iterable[Any],
        change: Callable[[Any], dict[str, Any]] = lambda _row: {},
    ) -> list[Any]:
        made = []
        for row in rows:
            model = type(row)
            if model not in self.next:
                last = model.objects.aggregate(last=models.Max("pk"))["last"]
                self.next[model] = count(last + 1)
            values = {}
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                if field.is_relation and value is not None:
                    value = self.ids.get((field.related_model, value), value)
                values[field.attname] = value
            values["id"] = next(self.next[model])
            if "public_id" in values:
                values["public_id"] = new_public_id()
            values |= change(row)
            self.ids[(model, row.pk)] = values["id"]
            new = model(**values)
            self.waiting[model].append(new)
            made.append(new)
        return made

    def flush(self) -> None:
        for model, rows in self.waiting.items():
            model.objects.bulk_create(rows, batch_size=500)
        self.waiting.clear()
        # PostgreSQL counts on from its own numbers unless it is told.
        told = connection.ops.sequence_reset_sql(no_style(), list(self.next))
        with connection.cursor() as cursor:
            for statement in told:
                cursor.execute(statement)


def texts(dice: random.Random) -> Iterator[Text]:
    """Real titles and abstracts where the data is there, invented ones elsewhere."""
    if REAL.exists():
        with gzip.open(REAL, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                title, abstract = row.get("title") or "", row.get("abstract") or ""
                if title and abstract:
                    yield Text(
                        title_vi=title[:300],
                        title_en=title[:300],
                        abstract_vi=abstract[:1500],
                        abstract_en=abstract[:1500],
                    )
    for number in count():
        yield invented(dice, number)


class World:
    """The measuring place: who, where, and the stories that the copies are taken from."""

    def __init__(self, *, size: int, seed: int) -> None:
        self.size = size
        self.dice = random.Random(seed)
        self.texts = texts(self.dice)
        self.copier = Copier()
        self.end = now()
        self.positions: Iterator[int] = count()
        self.stories: dict[str, Story] = {}

    # ---- what the actions tell

    def tell(self) -> None:
        start = (self.end - timedelta(days=120)).replace(hour=1, minute=0)
        load_regimes(actor=SYSTEM, at=start)
        set_switch(  # without it no case of this regime has a deadline to show
            actor=SYSTEM,
            regime="moit_2026",
            switch="stand_in_deadlines",
            value="true",
            reason="Measuring: as the demonstration does.",
            at=start,
        )
        cast = gather(at=start, tick=lambda: None)
        for number, stage in enumerate(("running", "review", "submitted"), start=1):
            story = Story(
                cast=cast,
                random=self.dice,
                now=self.end - timedelta(days=90),
                number=number,
                texts=self.texts,
                size=min(BLOCK, max(self.size // CALLS, 3)),
                tick=lambda: None,
                end=self.end,
                kind="ministry_task",
            )
            if stage == "submitted":
                self._submitted(story)
            else:
                story.tell(stage)
            self.stories[stage] = story
        self.positions = count(COPIES_FROM)

    def _submitted(self, story: Story) -> None:
        about = [next(self.texts) for _number in range(3)]
        story.order(story.collect_needs(about), about)
        story.announce(open_days=21)
        story.apply()
        story.now = max(story.now, story.call.closes_at + timedelta(minutes=1))
        calls.open_dossiers(
            actor=story.actor("officer"), call_id=story.call.pk, at=story.later(days=1)
        )

    # ---- people and places

    def people(self) -> None:
        user = User.objects.get(email=f"applicant1@{DOMAIN}")
        grant = RoleGrant.objects.get(user=user)
        host = Organisation.objects.get(memberships__user=user)
        member = Membership.objects.get(user=user)
        self.hosts: list[tuple[int, int, int]] = []
        for number in range(HOSTS):
            [new] = self._account(user, grant, f"host{number}")
            name = f"{host.name_vi} {number}"
            [place] = self.copier.copy(
                [host],
                lambda _o, name=name: {
                    "name_vi": name,
                    "acronym": f"V{name[-3:]}",
                    "search_text": search_text(name),
                },
            )
            [person] = self._person(new, f"{user.full_name} {number}")
            self.copier.copy([member])
            self.hosts.append((new.pk, place.pk, person.pk))
        judge = User.objects.get(email=f"expert1@{DOMAIN}")
        grant = RoleGrant.objects.get(user=judge)
        self.experts: list[tuple[int, int]] = []
        for number in range(EXPERTS):
            [new] = self._account(judge, grant, f"judge{number}")
            [person] = self._person(new, f"{judge.full_name} {number}")
            self.experts.append((new.pk, person.pk))
        self.copier.flush()

    def _account(self, user: User, grant: RoleGrant, name: str) -> list[User]:
        made = self.copier.copy(
            [user],
            lambda _u: {"email": f"{name}@{DOMAIN}", "username": name},
        )
        self.copier.copy([grant])
        return made

    def _person(self, user: User, name: str) -> list[Person]:
        template = Person.objects.get(user__email=f"expert1@{DOMAIN}")
        return self.copier.copy(
            [template],
            lambda _p: {
                "full_name": name,
                "email": user.email,
                "user_id": user.pk,
                "search_text": search_text(name),
            },
        )

    # ---- the copies

    def grow(self) -> None:
        whole = max(1, self.size // CALLS)
        for number in range(CALLS):
            done = number % 2 == 0
            self.a_call(
                self.stories["running" if done else "review"],
                code=f"M-{number:02d}",
                dossiers=whole,
                unchecked=0 if done else whole // 5,
            )
            self.copier.flush()

    def a_call(self, story: Story, *, code: str, dossiers: int, unchecked: int) -> None:
        copier = self.copier
        template = c.Call.objects.get(pk=story.call.pk)
        [call] = copier.copy(
            [template],
            lambda _c: {"code": code, "search_text": search_text(code)},
        )
        needs = t.Need.objects.filter(orders__in=[o.pk for o in story.orders])
        orders = []
        for batch in range(9):
            self.needs(needs)
            orders += self.orders(story, f"{code}.{batch}")
        through = c.Call.orders.through
        copier.waiting[through] += [
            through(call_id=call.pk, order_id=order) for order in orders
        ]
        rounds = list(d.Round.objects.filter(call=template))
        copier.copy(rounds)
        numbers = count(1)
        left = dossiers
        while left > 0:
            source = story
            if left <= unchecked:
                source = self.stories["submitted"]
                copier.ids[(c.Call, source.call.pk)] = call.pk
            left -= self.block(source, left, code, numbers, orders)

    def needs(self, rows: Iterable[Any]) -> None:
        for need in rows:
            text, public_id = next(self.texts), new_public_id()
            [case] = self.case(need, f"tasks.need:{public_id}", text)
            self.copier.copy(
                [need],
                lambda _n, case=case, text=text, public_id=public_id: {
                    "public_id": public_id,
                    "case_id": case.pk,
                    "title_vi": text.title_vi,
                    "title_en": text.title_en,
                    "search_text": search_text(text.title_vi, text.title_en),
                },
            )

    def case(self, thing: Any, subject: str, text: Text) -> list[Case]:
        made = self.copier.copy(
            [thing.case], lambda _c: {"subject": subject, "title": text.title_vi}
        )
        self.copier.copy(Deadline.objects.filter(case=thing.case))
        self.entries(thing.case.subject, subject)
        return made

    def entries(self, old: str, new: str) -> None:
        if old not in self._entries:
            self._entries[old] = list(Entry.objects.filter(subject=old))
        self.copier.copy(
            self._entries[old],
            lambda _e: {"subject": new, "position": next(self.positions)},
        )

    _entries: dict[str, list[Entry]] = {}

    def orders(self, story: Story, code: str) -> list[int]:
        made = []
        rows = t.Order.objects.filter(pk__in=[o.pk for o in story.orders])
        for number, order in enumerate(rows.select_related("case")):
            text, public_id = next(self.texts), new_public_id()
            [case] = self.case(order, f"tasks.order:{public_id}", text)
            name = f"{code}.{number}"
            [new] = self.copier.copy(
                [order],
                lambda _o, case=case, text=text, public_id=public_id, name=name: {
                    "public_id": public_id,
                    "case_id": case.pk,
                    "code": name,
                    "title_vi": text.title_vi,
                    "title_en": text.title_en,
                    "search_text": search_text(name, text.title_vi, text.title_en),
                },
            )
            self.copier.copy(order.products.all())
            made.append(new.pk)
        return made

    def block(
        self,
        story: Story,
        most: int,
        code: str,
        numbers: Iterator[int],
        orders: list[int],
    ) -> int:
        """One council and its dossiers, with everything that hangs on them."""
        copier = self.copier
        template = self.template(story)
        dossiers = template.dossiers[:most]
        for dossier in dossiers:
            self.dossier(dossier, template, f"{code}-{next(numbers):04d}", orders)
        if template.council is None:
            return len(dossiers)
        copier.copy([template.council])
        chosen = iter(self.dice.sample(self.experts, len(template.seats)))
        secretary = story.cast.secretary.pk
        copier.copy(
            template.seats,
            lambda s: {
                "person_id": secretary if s.person_id == secretary else next(chosen)[1]
            },
        )
        kept = {x.pk for x in dossiers}
        items = [i for i in template.items if i.dossier_id in kept]
        copier.copy(items)
        inside = {i.pk for i in items}
        for rows in (template.ballots, template.assignments):
            copier.copy(row for row in rows if row.item_id in inside)
        return len(dossiers)

    def dossier(
        self, dossier: Any, template: Template, code: str, orders: list[int]
    ) -> None:
        copier, text, public_id = self.copier, next(self.texts), new_public_id()
        user, host, leader = self.hosts[self.dice.randrange(HOSTS)]
        [case] = self.case(dossier, f"calls.dossier:{public_id}", text)
        copier.copy(
            [dossier],
            lambda _d: {
                "public_id": public_id,
                "case_id": case.pk,
                "code": code,
                "host_id": host,
                "leader_id": leader,
                "created_by_id": user,
                "saved_by_id": user,
                "submitted_by_id": user,
                "order_id": self.dice.choice(orders),
                "title_vi": text.title_vi,
                "title_en": text.title_en,
                "abstract_vi": text.abstract_vi,
                "abstract_en": text.abstract_en,
                "asked_state": dossier.asked_state + self.dice.randrange(1000) * 10**6,
                "search_text": search_text(code, text.title_vi, text.title_en, host),
            },
        )
        for rows in template.parts[dossier.pk]:
            copier.copy(rows)
        for decision in template.decisions[dossier.pk]:
            if decision.task:
                copier.copy(
                    [decision.task],
                    lambda _t: {
                        "code": code,
                        "source_key": "",
                        "title_vi": text.title_vi,
                        "search_text": search_text(code, text.title_vi),
                    },
                )
            copier.copy([decision])
            copier.copy(d.Letter.objects.filter(decision=decision))

    def template(self, story: Story) -> Template:
        if story.number not in self._templates:
            self._templates[story.number] = Template(story)
        return self._templates[story.number]

    _templates: dict[int, Template] = {}


class Template:
    """The rows of one story, read once."""

    def __init__(self, story: Story) -> None:
        self.dossiers = list(
            c.Dossier.objects.filter(call_id=story.call.pk).select_related("case")
        )
        council = story.council.pk if story.council else 0
        self.council = p.Council.objects.filter(pk=council).first()
        self.seats = list(p.Seat.objects.filter(council=council))
        self.items = list(p.CouncilItem.objects.filter(council=council))
        self.ballots = list(p.Ballot.objects.filter(item__council=council))
        if self.council and self.council.concluded_at is None:
            voted = {s.pk for s in self.seats[: len(self.seats) - SEATS_LEFT_OUT]}
            self.ballots = [b for b in self.ballots if b.seat_id in voted]
        self.assignments = list(p.Assignment.objects.filter(item__council=council))
        self.parts = {
            row.pk: [
                list(model.objects.filter(dossier=row))
                for model in (
                    c.TeamMember,
                    c.BudgetLine,
                    c.DossierVersion,
                    c.EligibilityCheck,
                )
            ]
            for row in self.dossiers
        }
        self.decisions = {
            row.pk: list(d.Decision.objects.filter(dossier=row).select_related("task"))
            for row in self.dossiers
        }


def compare() -> None:
    """Let the newest works be compared, as the worker does; the others wait no longer."""
    overlaps.refresh_corpus(at=now())
    waiting = o.Screening.objects.filter(state="waiting")
    kept = list(waiting.order_by("-pk").values_list("pk", flat=True)[:COMPARED])
    waiting.exclude(pk__in=kept).delete()
    while overlaps.screen_waiting(at=now()):
        pass


def _signed_in(email: str) -> str:
    user = User.objects.get(email=email)
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = (
        "allauth.account.auth_backends.AuthenticationBackend"
    )
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def places(world: World) -> dict[str, Any]:
    """The ten most used pages: who opens which address."""
    call = c.Call.objects.get(code="M-01")
    dossier = c.Dossier.objects.get(code="M-01-0001")
    seat = p.Seat.objects.filter(
        council__items__dossier=dossier, role="reviewer", person__user__isnull=False
    ).first()
    item = p.CouncilItem.objects.filter(dossier__code="M-01-0001").first()
    done = p.CouncilItem.objects.get(dossier__code="M-00-0001")
    expert = seat.person.user.email
    compared = o.Screening.objects.filter(current=True).order_by("-top").first()
    found = reverse("calls:dossiers")
    return {
        "sessions": {
            "officer": _signed_in(f"officer@{DOMAIN}"),
            "applicant": _signed_in(f"host0@{DOMAIN}"),
            "expert": _signed_in(expert),
            "public": "",
        },
        "pages": {
            "work queue": ("officer", reverse("home")),
            "work queue of an expert": ("expert", reverse("home")),
            "needs": ("officer", reverse("tasks:needs")),
            "orders": ("officer", reverse("tasks:orders")),
            "calls": ("officer", reverse("calls:calls")),
            "call": ("officer", reverse("calls:call", args=[call.public_id])),
            "dossiers": ("officer", found),
            "dossiers, narrowed": (
                "officer",
                f"{found}?q=research+data&call={call.pk}&sort=-asked_state&per_page=50",
            ),
            "dossiers of an applicant": ("applicant", found),
            "dossier": ("officer", reverse("calls:dossier", args=[dossier.public_id])),
            "council": (
                "officer",
                reverse("panels:council", args=[item.council.public_id]),
            ),
            "ballots of an expert": ("expert", reverse("panels:ballots")),
            "ballot": ("expert", reverse("panels:ballot", args=[item.public_id])),
            "results": (
                "officer",
                reverse("panels:results", args=[done.council.public_id]),
            ),
            "comparisons": ("officer", reverse("overlaps:screenings")),
            "comparison": (
                "officer",
                reverse("overlaps:screening", args=[compared.public_id]),
            ),
            "map of overlap": ("officer", reverse("overlaps:map")),
            "public register": ("public", reverse("portal:decisions")),
        },
        "rows": {
            model._meta.label: model.objects.count()
            for model in (
                t.Need,
                t.Order,
                c.Call,
                c.Dossier,
                p.Council,
                p.Seat,
                p.Ballot,
                d.Decision,
                o.Document,
                o.Screening,
                o.Hit,
                Case,
                Deadline,
                Entry,
            )
        },
        "size": world.size,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    start = perf_counter()
    call_command("migrate", interactive=False, verbosity=0)
    world = World(size=given.size, seed=given.seed)
    world.tell()
    told = perf_counter()
    with transaction.atomic():
        world.people()
        world.grow()
        world.copier.flush()
    compare()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    answer = places(world)
    answer["told_s"] = round(told - start, 1)
    answer["filled_s"] = round(perf_counter() - told, 1)
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
