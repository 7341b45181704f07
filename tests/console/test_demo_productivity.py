"""The demonstration tells sources of growth from an extract it may ship."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from opensti.console.demo.cast import gather
from opensti.console.demo.productivity import EXTRACT, account_for_growth
from opensti.domains.strategies import queries
from opensti.domains.strategies.models import MethodRun
from opensti.kernel.access import PUBLIC
from tests.factories.tasks import regimes

AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_growth_of_the_region_is_public_and_viet_nam_has_a_range():
    regimes()
    account_for_growth(gather(at=AT, tick=lambda: None), AT)
    (run,) = queries.published_runs(PUBLIC)
    ranges = queries.assumed_ranges(MethodRun.objects.get(pk=run.pk))
    assert [unit for unit, _low, _high in ranges] == ["Việt Nam"]
    assert ranges[0][1] < ranges[0][2]
    (source,) = run.vintages.all()
    assert (source.dataset.licence, source.file_name) == ("CC BY 4.0", EXTRACT.name)
