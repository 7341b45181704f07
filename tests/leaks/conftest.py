"""The world is built once for all tests of this folder, and rolled back at the end."""

from __future__ import annotations

import json
import logging
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now

from opensti.api.urls import api
from opensti.domains.overlaps import problem
from opensti.domains.overlaps.actions import put_terms, screen_waiting
from opensti.domains.overlaps.models import Screening
from opensti.domains.panels.actions import (
    ask_for_experts,
    rank_wanted,
    want_rankings,
)
from opensti.domains.panels.models import RankedExpert
from opensti.domains.publications.actions import rebuild_search
from opensti.domains.tasks.models import Task
from opensti.exports.files import chunks_of
from opensti.exports.harvest import refresh
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.actions import checkpoint
from opensti.portal import open_data
from opensti.project import errors, middleware
from tests.factories.overlaps import term_table
from tests.leaks.crawl import Crawl, signed_in
from tests.leaks.reading import Reader
from tests.leaks.world import World, build

if TYPE_CHECKING:
    from collections.abc import Iterator

STAFF = ("officer", "secretary", "leader", "finance", "auditor", "admin")
SCREENED = ("sent need", "draft order", "listed order")
CHANGING = (
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'), ""),
    (re.compile(r'"X-CSRFToken": ?"[^"]*"'), ""),
    (re.compile(r'nonce="[^"]*"'), ""),
    (re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b"), ""),
)


def unchanging(text: str) -> str:
    """Return a page without what differs from one request to the next."""
    for pattern, instead in CHANGING:
        text = pattern.sub(instead, text)
    return text


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Build the ministry by its actions; look at the sealed call before and after."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(
            settings, "OPENSTI_DATA_DIR", tmp_path_factory.mktemp("leaks"), raising=True
        )
        logging.getLogger("django.request").setLevel(logging.CRITICAL)
        quicker(patch)
        # The few texts there are teach what they can, so that a term could tell.
        patch.setattr(problem, "FEWEST_PAIRS", 1)
        whole = transaction.atomic()
        # As in every test of Django: the signing of the log may stand inside it.
        whole._from_testcase = True  # type: ignore[attr-defined]
        with whole:
            made = build(now(), _look)
            screen_waiting(at=now())
            remember_screenings(made)
            made.things["terms"] = put_terms(
                actor=SYSTEM, file=term_table(("rươi", "ragworm"), ("", "x")),
                reason="-", replaces="", at=now(),
            )  # fmt: skip
            rank_experts(made)
            remember_people(patch)
            for row in Task.objects.all():
                made.things[f"task {row.pk}"] = row
            for job in Job.objects.all():
                made.things[f"job {job.pk}"] = job
            rebuild_search(at=now())
            checkpoint(at=now())
            refresh(clock=now)
            yield made
            transaction.set_rollback(True)
        logging.getLogger("django.request").setLevel(logging.NOTSET)


def rank_experts(world: World) -> None:
    """The experts for what councils have before them; one reason tells by its title."""
    want_rankings(at=now())
    while rank_wanted(at=now()):
        pass
    row = ask_for_experts(
        actor=world.cast.actor("officer"),
        kind="dossier",
        public_id=world.things["dossier judged"].public_id,
        at=now(),
    )
    rank_wanted(at=now())
    row.refresh_from_db()
    best = row.experts.first() or RankedExpert(
        ranking=row, person=world.things["expert person"], place=1, score=0.5
    )
    best.evidence = "few"
    best.reasons = [
        {
            "kind": "work",
            "share": 0.5,
            "title": world.mark("dossier judged: experts"),
            "year": 2024,
            "terms": [],
        }
    ]
    best.save()


def remember_screenings(world: World) -> None:
    """Every screening of the world, and whose it is: its address is a secret too."""
    whose = {
        (kind, world.things[name].pk): name
        for name in world.things
        for kind, first in (("calls.dossier", "dossier"), ("tasks.order", "order"))
        if name.split()[0] == first or name.endswith(f" {first}")
    } | {("tasks.need", world.things["sent need"].pk): "sent need"}
    for screening in Screening.objects.filter(current=True):
        world.things[f"screening {screening.pk}"] = screening
        name = whose.get((screening.kind, screening.object_id), "")
        if name.startswith("dossier ") or name in SCREENED:
            world.known_as(f"{name}: screening", screening.public_id)


def quicker(patch: pytest.MonkeyPatch) -> None:
    """Spare each of the walk's many requests what says nothing about who may see what."""
    # Who is signed in, is asked in the memory of this process.
    patch.setattr(settings, "SESSION_ENGINE", "django.contrib.sessions.backends.cache")
    # Of two requests one is refused: what a refusal says counts, not the frame around it,
    # which is that of every page.
    patch.setattr(errors, "render", _without_frame)
    # Written for nobody in particular: neither asks who reads it.
    written = cache(lambda name: tuple(chunks_of(name)))
    patch.setattr(open_data, "chunks_of", written)
    described = api.get_openapi_schema
    schema = cache(lambda: described(path_params={}))
    patch.setattr(api, "get_openapi_schema", lambda path_params: schema())  # noqa: ARG005


def _without_frame(
    _request: Any, _template: str, context: dict[str, Any], *, status: int
) -> HttpResponse:
    refusal, back = context["refusal"], context["back_url"]
    said = json.dumps(refusal.as_dict(), ensure_ascii=False, default=str)
    return HttpResponse(f"{refusal}\n{said}\n{back}", status=status)


def remember_people(patch: pytest.MonkeyPatch) -> None:
    """Nobody's roles change during the walk: work out each person once."""
    user = cache(ModelBackend().get_user)
    patch.setattr(ModelBackend, "get_user", lambda _backend, pk: user(pk))
    real, kept = middleware.actor_for, {}

    def actor_for(**given: Any) -> Any:
        key = (given["user"].pk, given["sudo"])
        if key not in kept:
            kept[key] = real(**given)
        return kept[key]

    patch.setattr(middleware, "actor_for", actor_for)


def _look(world: World, when: str) -> None:
    """Keep what the office sees of a call, before and after there are dossiers in it."""
    call = world.things["call 4"]
    pages = [
        reverse("home"),
        reverse("calls:calls"),
        reverse("calls:dossiers"),
        f"{reverse('calls:dossiers')}?export=csv",
        reverse("calls:call", args=[call.public_id]),
        reverse("calls:early_opening", args=[call.public_id]),
        reverse("overlaps:screenings"),
        f"{reverse('overlaps:screenings')}?export=csv",
        reverse("overlaps:corpus"),
        reverse("overlaps:terms"),
        reverse("overlaps:terms_table"),
        reverse("panels:council_new"),
        reverse("record:entries"),
        reverse("audit:flags"),
    ]
    screen_waiting(at=now())
    crawl = Crawl(Reader.of(world))
    for name in STAFF:
        browser = signed_in(world, name)
        for url in pages:
            answer = crawl.get(browser, url)
            world.seen.setdefault(when, {})[name, url] = (
                answer.status_code,
                unchanging(answer.body),
            )
