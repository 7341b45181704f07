"""What the tests of councils share."""

from __future__ import annotations

import pytest

from tests.factories import conflicts, panels


@pytest.fixture
def office():
    return panels.Office.new()


@pytest.fixture
def dossier(office):
    (made,) = panels.eligible_dossiers(office)
    return made


@pytest.fixture
def written_together(office, dossier):
    """A leader and an expert with a work of last year; the search has been done."""
    leader, member = conflicts.led(dossier), conflicts.in_the_pool()
    conflicts.wrote_together(leader.pk, member.person_id)
    conflicts.searched(office, dossier)
    return member
