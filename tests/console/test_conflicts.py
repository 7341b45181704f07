"""``opensti conflicts recompute``: the same act as the button, said on a terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from opensti.console.conflicts import conflicts as command
from opensti.domains.panels.models import Conflict, ConflictSearch
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.models import Entry
from tests.factories import calls, conflicts, panels

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    (made,) = panels.eligible_dossiers(panels.Office.new())
    Job.objects.all().delete()
    return made


def told(*words):
    return CliRunner().invoke(command, ["recompute", *words])


def test_a_call_is_searched_with_what_was_found_and_recorded(dossier):
    leader, member = conflicts.led(dossier), conflicts.in_the_pool()
    conflicts.wrote_together(leader.pk, member.person_id)
    answer = told("--call", dossier.call.code, "--json")
    search = ConflictSearch.objects.get()
    assert (answer.exit_code, json.loads(answer.output)) == (
        0,
        {
            "search": search.public_id,
            "people": search.people,
            "things": 1,
            "ties": 1,
            "opened": 1,
            "data_sha256": search.data_digest,
        },
    )
    assert Conflict.objects.get().person_id == member.person_id
    assert Entry.objects.filter(act="panels.find_conflicts").count() == 1


def test_only_where_something_changed(dossier):
    assert [told("--changed", "--json").output for _n in range(2)] == [
        '{"searches": 1}\n',
        '{"searches": 0}\n',
    ]
    assert ConflictSearch.objects.get().call_id == dossier.call_id


def test_left_to_the_worker_it_is_asked_for_once(dossier):
    given = ("--call", dossier.call.code, "--later", "--json")
    first, second = (json.loads(told(*given).output) for _n in range(2))
    assert first == second == {"job": Job.objects.get().public_id}
    assert ConflictSearch.objects.count() == 0


def test_a_council_is_searched_by_its_address(dossier):
    office = panels.Office.new()
    council = panels.formed(
        office, orders=[panels.old_order(office)], kind="determination"
    )
    assert told("--council", council.public_id).exit_code == 0
    assert ConflictSearch.objects.get().council_id == council.pk


@pytest.mark.parametrize(
    "words", [(), ("--call", "A", "--changed"), ("--changed", "--later")]
)
def test_what_contradicts_itself_is_refused(words):
    assert told(*words).exit_code == 2


def test_what_there_is_not_and_what_is_sealed_is_refused(dossier):
    sealed = calls.published(panels.Office.new().officer)
    for code in ("KHONG-CO", sealed.code):
        answer = told("--call", code)
        assert (answer.exit_code, ConflictSearch.objects.count()) == (1, 0)
        assert answer.output.startswith("Error: ")
