"""Rows of earlier versions find their place in the new tables."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from opensti.domains.portfolios.models import Objection
from tests.factories import portfolios as factory


@pytest.mark.django_db(transaction=True)
def test_objections_of_before_hang_on_the_dossier_of_their_decision():
    story = factory.judged("60", "55")
    factory.released(story)
    for number in range(2):
        factory.objected(story, number)
    before = list(Objection.objects.order_by("pk").values_list("dossier", "decision"))
    try:
        call_command("migrate", "portfolios", "0001_initial", verbosity=0)
    finally:
        call_command("migrate", "portfolios", verbosity=0)
    assert (
        list(Objection.objects.order_by("pk").values_list("dossier", "decision"))
        == before
    )
