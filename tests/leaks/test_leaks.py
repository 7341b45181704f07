"""Nobody learns what is not his to know, anywhere; everybody finds what is his."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from opensti import portal
from opensti.domains.overlaps.models import Vocabulary
from opensti.domains.panels.models import (
    Assignment,
    Ballot,
    CouncilItem,
    Dissent,
    Note,
    PaperOpening,
    Poll,
    Presence,
    Question,
    Recusal,
    Remark,
    Review,
    SecretBallot,
    Turn,
)
from tests.leaks.addresses import addresses
from tests.leaks.conftest import unchanging
from tests.leaks.crawl import Crawl, signed_in, walk
from tests.leaks.handbook import handbook
from tests.leaks.places import places
from tests.leaks.reading import Reader
from tests.leaks.table import PEOPLE, TABLE

pytestmark = pytest.mark.django_db
HANDBOOK = Path(__file__).parents[2] / "docs" / "handbook" / "who-sees-what.md"


# Who reads also the pages that ask nobody: the public, and one signed in of each kind,
# for the frame around a page knows who reads it.
READERS_ALIKE = ("public", "writer", "expert1", "officer")


@pytest.fixture(scope="module")
def learnt(world):
    """Walk as everybody; ``{person: {secret: where}}``, and what went wrong on the way."""
    reader, where, faults = Reader.of(world), addresses(world), []
    found: dict[str, dict[str, str]] = {}
    only_post: set[str] = set()
    second_forms: set[str] = set()
    for person in PEOPLE:
        crawl = Crawl(reader, only_post=only_post, second_forms=second_forms)
        walk(crawl, signed_in(world, person), where, alike=person in READERS_ALIKE)
        # Whatever the public reads, everybody learns who signs out.
        found[person] = found.get("public", {}) | crawl.learnt
        faults += [f"{person} wrote by GET: {line}" for line in sorted(crawl.written)]
        faults += [f"{person} was answered {line}" for line in crawl.broken]
    return found, faults


def test_the_walk_knows_an_address_for_every_pattern_of_the_house(world):
    known = addresses(world)
    assert [p.name for p in places() if p.arguments and not known.get(p.name)] == []


def test_the_pages_that_ask_nobody_have_no_word_of_who_reads():
    folder = Path(portal.__file__).parent
    asking = {
        str(file.relative_to(folder).parent)
        for file in folder.rglob("*.py")
        if re.search(r"request\.(actor|user|session)\b", file.read_text("utf-8"))
    }
    assert asking == {"supervision"}


def test_every_secret_of_the_world_stands_in_the_table(world):
    said = {row.secret for row in TABLE}
    assert said ^ (set(world.marks) | set(world.ids.values())) == set()


def test_everybody_learns_exactly_what_the_table_says(learnt):
    found, _faults = learnt
    differences = [
        f"{person} {'learnt' if leak else 'did not find'} “{row.secret}”"
        + (f" at {found[person][row.secret]}" if leak else "")
        for row in TABLE
        for person in PEOPLE
        if (leak := row.secret in found[person]) != (person in row.people)
    ]
    assert differences == []


def test_no_page_writes_when_it_is_read_and_none_breaks(learnt):
    _found, faults = learnt
    assert faults == []


def test_no_term_in_use_or_kept_tells_a_secret(world):
    kept = [str(row.terms) for row in Vocabulary.objects.all()]
    assert len(kept) > 0
    # Terms are kept in small letters, word by word.
    told = {
        secret
        for secret, mark in world.marks.items()
        if any(mark.lower() in terms for terms in kept)
    }
    assert told == set()


def test_a_sealed_call_looks_the_same_with_and_without_dossiers(world):
    before, after = world.seen["before"], world.seen["after"]
    assert [key for key in before if before[key] != after[key]] == []
    assert {status for status, _text in before.values()} >= {200, 403}


def test_a_recused_member_sees_the_same_with_and_without_the_item(world):
    council = world.things["council sitting"]
    rival = world.things["item rival"]
    pages = [
        reverse("home"),
        reverse("panels:items"),
        f"{reverse('panels:items')}?export=csv",
        reverse("panels:ballots"),
        reverse("panels:councils"),
        reverse("panels:council", args=[council.public_id]),
        reverse("panels:results", args=[council.public_id]),
        reverse("panels:invitation", args=[council.public_id]),
        reverse("panels:item", args=[rival.public_id]),
        reverse("panels:ballot", args=[rival.public_id]),
        reverse("panels:reviews"),
        reverse("panels:reading_room", args=[council.public_id]),
        *(
            reverse(f"panels:{name}", args=[council.public_id])
            for name in ("mine", "minutes_page", "convocation", "meeting_calendar")
        ),
    ]

    def look() -> dict[str, tuple[int, str]]:
        browser, crawl = signed_in(world, "expert2"), Crawl(Reader.of(world))
        answers = {url: crawl.get(browser, url) for url in pages}
        return {u: (a.status_code, unchanging(a.body)) for u, a in answers.items()}

    there = look()
    with transaction.atomic():
        judged = world.things["item judged"].pk
        SecretBallot.objects.filter(poll__item_id=judged).delete()
        for away in Presence.objects.filter(item_id=judged):
            # As if there had been no item to leave for.
            back = Presence.objects.filter(seat=away.seat, since__gte=away.until)
            back.delete()
            away.item, away.until, away.why_left = None, None, ""
            away.save()
        for model in (
            *(Ballot, Assignment, Recusal, Turn, Poll, Remark, Dissent),
            *(Review, Note, Question, PaperOpening),
        ):
            model.objects.filter(item_id=judged).delete()
        CouncilItem.objects.filter(pk=judged).delete()
        gone = look()
        transaction.set_rollback(True)
    assert [url for url in pages if there[url] != gone[url]] == []
    assert 200 in {status for status, _text in there.values()}


SEARCHED = {
    "overlaps:screenings": ("lost", "judged", "sealed", "unfinished"),
    "calls:dossiers": ("lost", "judged", "sealed", "unfinished"),
    "panels:items": ("judged",),
    "panels:councils": ("judged",),
    "panels:reviews": ("judged", "rival"),
    "portfolios:letters": ("waiting", "lost"),
    "portfolios:objections": ("lost",),
    "portal:decisions": ("lost", "waiting", "judged"),
}
CURIOUS = (
    "stranger",
    "applicant2",
    "expert2",
    "officer2",
    "officer3",
    "officer",
    "admin",
    "public",
)


@pytest.mark.parametrize("page", SEARCHED)
def test_a_search_for_what_one_may_not_know_finds_what_nonsense_finds(world, page):
    allowed = {row.secret: row.people for row in TABLE}
    different = []
    for person in CURIOUS:
        browser, crawl = signed_in(world, person), Crawl(Reader.of(world))
        if crawl.get(browser, reverse(page)).status_code != 200:
            continue
        for name in SEARCHED[page]:
            secret = f"dossier {name}: title"
            if person in allowed[secret]:
                continue
            answers = []
            for word in (world.marks[secret], "zq999qz"):
                found = crawl.get(browser, f"{reverse(page)}?q={word}")
                answers.append(unchanging(found.body).replace(word, ""))
            if answers[0] != answers[1]:
                different.append(f"{person} {page} {name}")
    assert different == []


# Mail programs leave by one post to a secret address (RFC 8058); harvesters may post
# their questions (OAI-PMH 2.0, 3.1.1.2), which change nothing.
WITHOUT_TOKEN = {"portal:leave": 404, "oai": 200}


def test_no_pattern_takes_a_post_without_its_token(world):
    """403 from the guard; of the interface also 405 (open data), or 401 for want of a key."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    known, taken = addresses(world), []
    for place in places():
        for arguments in known[place.name][:1] if place.arguments else [{}]:
            url = reverse(place.name, kwargs=arguments)
            status = browser.post(url).status_code
            if place.name == "panels:urn":
                # Believed for its signature alone, and told no cookie: an empty post is
                # no ballot.
                assert status == 400
            elif place.name in WITHOUT_TOKEN:
                assert status == WITHOUT_TOKEN[place.name]
            elif status not in (
                {401, 403, 405} if place.name.startswith("api-") else {403}
            ):
                taken.append(f"{status} {place.name}")
    assert taken == []


def test_the_handbook_shows_this_table():
    assert HANDBOOK.read_text(encoding="utf-8") == handbook()
