"""Every paper after the decision: all it says, in Word as in PDF, whatever was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.factories.tasks import person
from tests.papers import HOSTILE, SAID, expected, fixed, holds_hostile, says
from tests.web.papers import worlds

pytestmark = pytest.mark.django_db
WORLDS = (
    worlds.drafted,
    worlds.signed,
    worlds.paused,
    worlds.amended,
    worlds.ended,
    worlds.asked,
    worlds.checked,
    worlds.reported,
    worlds.handed_in,
    worlds.reworked,
    worlds.recognised,
    worlds.formed,
    worlds.earned,
    worlds.used,
)
# The contract stands as it was signed, before anybody typed the rest; the count of
# ballots names the dossier the council had.
SAYS_WHAT_WAS = {"contract", "count"}


@pytest.mark.parametrize("world", WORLDS)
def test_each_paper_says_the_same_in_word_and_pdf_and_all_it_should(client_of, world):
    reader, papers = world()
    client = client_of(reader)
    said = {
        name: fixed(says(lambda kind, at=place: client.get(at(kind))))
        for name, place in papers.items()
    }
    assert said == {name: expected(name) for name in papers}


@pytest.mark.parametrize("world", WORLDS)
def test_hostile_texts_stand_in_each_paper_as_texts(client_of, world):
    reader, papers = world(HOSTILE[:250])
    client = client_of(reader)
    said = {
        name: says(lambda kind, at=place: client.get(at(kind)))
        for name, place in papers.items()
        if name not in SAYS_WHAT_WAS
    }
    assert [n for n, t in said.items() if not holds_hostile(t, HOSTILE[:250])] == []


@pytest.mark.parametrize("world", WORLDS)
def test_strangers_get_none_of_them(client_of, world):
    _reader, papers = world()
    stranger, nobody = client_of(person("expert")), Client()
    for place in papers.values():
        assert stranger.get(place("pdf")).status_code in (403, 404)
        assert nobody.get(place("pdf")).status_code in (302, 401, 403, 404)


def test_no_kept_text_is_of_a_paper_that_is_no_more():
    named = {file.stem for file in SAID.glob("*.txt")}
    words = Path(worlds.__file__).read_text(encoding="utf-8")
    assert {n for n in named if f'"{n}' not in words and "report_" not in n} == set()
