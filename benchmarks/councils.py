"""What the pages of councils cost with much on them: processor time and queries.

Lays experts, conflicts, reviews, a meeting of fifty items and a plan of a thousand cases
over a database that `world.py` filled, once; then opens each page in this process and
prints one JSON line. Processor time says something on a busy machine too.

    export OPENSTI_DATA_DIR=DIR
    python benchmarks/world.py --size 10000 && python benchmarks/councils.py [--times 3]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
from datetime import timedelta
from http import HTTPStatus
from time import process_time
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opensti.console.demo.texts import Text

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils.timezone import localdate, now  # noqa: E402
from world import DOMAIN, texts  # noqa: E402

from opensti.domains.accounts.models import User  # noqa: E402
from opensti.domains.calls import models as c  # noqa: E402
from opensti.domains.panels import models as p  # noqa: E402
from opensti.domains.panels.choices import ConflictState, TieKind  # noqa: E402
from opensti.domains.panels.problem.conditions import (  # noqa: E402
    Conditions,
    defaults,
)
from opensti.domains.panels.problem.pool import plan_of, pool_of  # noqa: E402
from opensti.domains.panels.queries import formation_rule  # noqa: E402
from opensti.domains.registry import models as r  # noqa: E402
from opensti.kernel.identifiers import new_public_id  # noqa: E402
from opensti.kernel.searchtext import search_text  # noqa: E402

# As much as a large ministry has in some years.
SIZES = {
    "experts": 5_000,
    "organisations": 400,
    "works of each": 20,
    "cases": 1_000,
    "conflicts": 6_000,
    "items": 50,
}
FIRST = ("Anh", "Bình", "Châu", "Dũng", "Giang", "Hà", "Hùng", "Lan", "Minh", "Thảo")
LAST = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLE = ("Văn", "Thị", "Đức", "Thu", "Quang", "Ngọc", "Hữu", "Thanh")
KINDS = ("institute", "university", "enterprise", "agency")
BATCH = 500
LONG = "Hội đồng dài"  # the council whose meeting is measured


def name_of(dice: random.Random) -> str:
    return f"{dice.choice(LAST)} {dice.choice(MIDDLE)} {dice.choice(FIRST)}"


def experts(dice: random.Random, told: Iterator[Text]) -> list[int]:
    """People of the registry who can be asked, each with a post and with works."""
    provinces = list(r.Organisation.objects.filter(province__isnull=False)[:1])
    province = provinces[0].province_id if provinces else None
    houses = r.Organisation.objects.bulk_create(
        [
            r.Organisation(
                name_vi=f"Viện Nghiên cứu số {n}",
                name_en=f"Research Institute {n}",
                kind=KINDS[n % len(KINDS)],
                ministry_owned=n % 3 == 0,
                province_id=province if n % 5 == 0 else None,
                search_text=search_text(f"Viện Nghiên cứu số {n}"),
            )
            for n in range(SIZES["organisations"])
        ]
    )
    people = []
    for n in range(SIZES["experts"]):
        name = name_of(dice)
        people.append(
            r.Person(
                full_name=name,
                is_expert=True,
                degree="doctor" if n % 2 else "master",
                gender="female" if n % 4 < 2 else "male",  # noqa: PLR2004
                birth_year=1955 + n % 40,
                bio_vi="Kỹ thuật cơ khí; kinh tế ngành.",
                keywords_vi="cơ khí; tự động hóa; vật liệu",
                search_text=search_text(name),
            )
        )
    people = r.Person.objects.bulk_create(people, batch_size=BATCH)
    r.Position.objects.bulk_create(
        [
            r.Position(
                person=person,
                organisation=dice.choice(houses),
                since=localdate() - timedelta(days=1000),
                is_primary=True,
            )
            for person in people
        ],
        batch_size=BATCH,
    )
    words = [next(told) for _n in range(2_000)]
    works = r.Work.objects.bulk_create(
        [
            r.Work(
                title=dice.choice(words).title_en,
                # Two halves: no two works have one text.
                abstract=dice.choice(words).abstract_en[:450]
                + dice.choice(words).abstract_en[450:900],
                year=2005 + n % 20,
                search_text="",
            )
            for n in range(SIZES["experts"] * SIZES["works of each"])
        ],
        batch_size=BATCH,
    )
    r.Authorship.objects.bulk_create(
        [
            r.Authorship(person=people[n // SIZES["works of each"]], work=work)
            for n, work in enumerate(works)
        ],
        batch_size=BATCH,
    )
    return [person.pk for person in people]


def conflicts(dice: random.Random, people: list[int]) -> None:
    """Cases of every state; most are open."""
    dossiers = list(c.Dossier.objects.exclude(code="").values_list("pk", flat=True))
    at = now()
    pairs = set()
    while len(pairs) < SIZES["conflicts"]:
        pairs.add((dice.choice(people), dice.choice(dossiers)))
    kinds, states = list(TieKind.values), list(ConflictState.values)
    p.Conflict.objects.bulk_create(
        [
            p.Conflict(
                person_id=person,
                dossier_id=dossier,
                kind=(kind := dice.choice(kinds)),
                rule_code="interest",
                evidence=[
                    {
                        "kind": kind,
                        "tie": f"{kind}:{person}:{dossier}",
                        "identity": "",
                        "probability": 0.8,
                        "other": None,
                        "other_name": "Nguyễn Văn An",
                        "organisation": None,
                        "about": "Đề tài đã nghiệm thu",
                        "since": "2023-01-01",
                        "until": None,
                        "source": "registry",
                        "clues": [],
                    }
                ],
                digest=f"{number:064x}",
                probability=round(dice.random() * 0.9 + 0.1, 3),
                state=(state := dice.choice(states)),
                condition="Không tham gia bỏ phiếu."
                if state == ConflictState.MANAGEABLE
                else "",
                found_at=at,
                changed_at=at,
            )
            for number, (person, dossier) in enumerate(sorted(pairs))
        ],
        batch_size=BATCH,
    )


def reviews(dice: random.Random) -> None:
    """A review for every assignment; half of them in."""
    at = now()
    rows = p.Assignment.objects.exclude(
        item__reviews__seat_id__isnull=False
    ).values_list("item_id", "seat_id")
    p.Review.objects.bulk_create(
        [
            p.Review(
                item_id=item,
                seat_id=seat,
                opinion="Nội dung rõ, phương pháp phù hợp.",
                saved_at=at,
                total=60 + dice.randrange(40),
                confidence="medium",
                **(
                    {
                        "state": "handed_in",
                        "handed_in_at": at,
                        "salt": f"{number:032x}",
                        "digest": f"{number:064x}",
                    }
                    if number % 2
                    else {}
                ),
            )
            for number, (item, seat) in enumerate(rows)
        ],
        batch_size=BATCH,
    )


def meeting(dice: random.Random) -> p.Council:
    """A council in session over fifty dossiers: half of them done, one before it."""
    source = (
        p.Council.objects.filter(state="meeting", items__ballots__isnull=False)
        .annotate(n=Count("items"))
        .order_by("-pk")
        .first()
    )
    seats = list(p.Seat.objects.filter(council=source))
    fields = {
        f.attname: getattr(source, f.attname)
        for f in p.Council._meta.concrete_fields
        if f.attname not in ("id", "public_id")
    }
    council = p.Council.objects.create(
        **{**fields, "public_id": new_public_id(), "title_vi": LONG}
    )
    dossiers = list(
        c.Dossier.objects.filter(
            call_id=source.call_id, council_items__council__state="meeting"
        )
        .exclude(code="")
        .order_by("pk")[: SIZES["items"]]
    )
    mine = p.Seat.objects.bulk_create(
        [
            p.Seat(
                **{
                    f.attname: getattr(seat, f.attname)
                    for f in p.Seat._meta.concrete_fields
                    if f.attname not in ("id", "council_id")
                },
                council=council,
            )
            for seat in seats
        ]
    )
    items = p.CouncilItem.objects.bulk_create(
        [
            p.CouncilItem(
                council=council,
                position=n,
                dossier=dossier,
                sheet_code=p.CouncilItem.objects.filter(council=source)
                .values_list("sheet_code", flat=True)
                .first(),
                public_id=new_public_id(),
            )
            for n, dossier in enumerate(dossiers, start=1)
        ]
    )
    began = now() - timedelta(hours=3)
    sitting = p.Sitting.objects.create(council=council, number=1, opened_at=began)
    p.Presence.objects.bulk_create(
        [p.Presence(sitting=sitting, seat=seat, since=began) for seat in mine]
    )
    half = len(items) // 2
    p.Turn.objects.bulk_create(
        [
            p.Turn(
                sitting=sitting,
                item=item,
                began_at=began + timedelta(minutes=3 * n),
                ended_at=began + timedelta(minutes=3 * n + 2) if n < half else None,
                how="finished" if n < half else "",
            )
            for n, item in enumerate(items[: half + 1])
        ]
    )
    judging = [s for s in mine if s.role != "secretary"]
    p.Assignment.objects.bulk_create(
        [
            p.Assignment(item=item, seat=seat)
            for item in items
            for seat in dice.sample(judging, 2)
        ]
    )
    template = p.Ballot.objects.filter(item__council=source, state="cast").first()
    p.Ballot.objects.bulk_create(
        [
            p.Ballot(
                item=item,
                seat=seat,
                state="cast",
                scores=template.scores,
                comments=template.comments,
                total=template.total,
                saved_at=template.saved_at,
                cast_at=template.cast_at,
            )
            for item in items[:half]
            for seat in judging
        ]
    )
    return council


def plan(officer: User) -> p.Formation:
    """A council for each of a thousand cases, not yet computed."""
    source = p.Council.objects.filter(kind="selection", state="meeting").first()
    formation = p.Formation(
        kind="selection",
        mode="apart",
        title_vi="Lập các hội đồng tuyển chọn",
        title_en="Selection councils",
        regime_version=source.regime_version,
        rule_code=source.rule_code,
        conditions={},
        sits_on=localdate() + timedelta(days=30),
        created_by=officer,
        created_at=now(),
    )
    formation.conditions = Conditions().as_json()
    formation.save()
    ids = c.Dossier.objects.filter(submitted_at__isnull=False).order_by("pk")
    p.FormationItem.objects.bulk_create(
        [
            p.FormationItem(formation=formation, position=n, dossier_id=pk)
            for n, pk in enumerate(
                ids.values_list("pk", flat=True)[: SIZES["cases"]], start=1
            )
        ],
        batch_size=BATCH,
    )
    pool = pool_of(plan_of(formation), Conditions())
    formation.conditions = {
        **defaults(
            rule=formation_rule(formation),
            mode="apart",
            cases=SIZES["cases"],
            pool=pool.people.values(),
            year=formation.sits_on.year,
        ).as_json(),
        "objective": "total",
    }
    formation.pool = pool.counts
    formation.save()
    return formation


def fill(officer: User) -> None:
    """Everything above, unless it was laid before."""
    if p.Formation.objects.exists():
        return
    dice = random.Random(1)
    words = texts(dice)
    with transaction.atomic():
        people = experts(dice, words)
        conflicts(dice, people)
        meeting(dice)
        reviews(dice)
        plan(officer)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def pages(council: p.Council, formation: p.Formation) -> dict[str, tuple[str, str]]:
    """Who opens which page."""
    items = list(council.items.order_by("position"))
    case = p.Conflict.objects.filter(state="open").order_by("pk").first()
    key = [council.public_id]
    again = "?part=state"
    return {
        "councils": ("officer", reverse("panels:councils")),
        "council, 50 items": ("officer", reverse("panels:council", args=key)),
        "conflicts": ("officer", reverse("panels:conflicts")),
        "conflict": ("officer", reverse("panels:conflict", args=[case.public_id])),
        "experts": ("officer", reverse("registry:people") + "?is_expert=true"),
        "plans": ("officer", reverse("panels:formations")),
        "plan of 1,000 cases": (
            "officer",
            reverse("panels:formation", args=[formation.public_id]),
        ),
        "reviews of an expert": ("member", reverse("panels:reviews")),
        "my councils": ("member", reverse("panels:own")),
        "reading room": ("member", reverse("panels:reading_room", args=key)),
        "item of a member": (
            "member",
            reverse("panels:item", args=[items[len(items) // 2].public_id]),
        ),
        "preparation": ("keeper", reverse("panels:preparation", args=key)),
        "meeting, 50 items": ("keeper", reverse("panels:meeting", args=key)),
        "running meeting": ("keeper", reverse("panels:session", args=key)),
        "its poll": ("keeper", reverse("panels:session", args=key) + again),
        "room": ("keeper", reverse("panels:room", args=key)),
        "its poll, room": ("keeper", reverse("panels:room", args=key) + again),
        "a member's phone": ("member", reverse("panels:mine", args=key)),
        "its poll, phone": ("member", reverse("panels:mine", args=key) + again),
        "figures": ("officer", reverse("panels:figures")),
        "public figures": ("public", reverse("portal:councils")),
    }


def opened(client: Client, address: str, times: int) -> dict[str, float]:
    """The least processor time of some openings, and the queries of the last one."""
    headers = {"HX-Request": "true"} if "part=" in address else {}
    spent = []
    for _n in range(times):
        begin = process_time()
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address, headers={"Host": "localhost", **headers})
        spent.append((process_time() - begin) * 1000)
        if answer.status_code not in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
            raise SystemExit(f"{address} answered {answer.status_code}")
    return {
        "cpu_ms": round(min(spent), 1),
        "queries": len(asked),
        "kB": round(len(answer.content) / 1000, 1),
    }


def seen(client: Client, address: str) -> str:
    """The address of a poll that has seen the page as it stands."""
    found = re.search(r'hx-get="([^"]+)"', client.get(address).content.decode())
    return found[1].replace("&amp;", "&") if found else address


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--only", nargs="*", default=[])
    given = options.parse_args()
    officer = User.objects.get(email=f"officer@{DOMAIN}")
    fill(officer)
    council = p.Council.objects.filter(title_vi=LONG).get()
    formation = p.Formation.objects.order_by("pk").first()
    seat = (
        p.Seat.objects.filter(council=council, person__user__isnull=False)
        .exclude(role="secretary")
        .select_related("person__user")
        .first()
    )
    clients = {"public": Client()}
    for name, user in (
        ("officer", officer),
        ("keeper", council.secretary),
        ("member", seat.person.user),
    ):
        clients[name] = Client()
        clients[name].force_login(
            user, backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    answer = {"benchmark": "councils", "load": round(os.getloadavg()[0], 1)}
    for name, (who, address) in pages(council, formation).items():
        if given.only and name not in given.only:
            continue
        answer[name] = opened(clients[who], address, given.times)
        if "poll" in name:
            still = seen(clients[who], address.partition("?")[0])
            answer[f"{name}, nothing moved"] = opened(clients[who], still, given.times)
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
