"""Choices are called by their names, in the reader's language, never by their codes."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from opensti.domains.registry.actions import save_code
from opensti.domains.registry.models import Organisation, Person
from opensti.domains.tasks.models import Need, Order
from opensti.kernel.access import SYSTEM
from opensti.web.registry.tables import OrganisationFilter, PersonFilter
from opensti.web.tasks.filters import NeedFilter, OrderFilter
from tests.factories.tasks import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fields():
    for code, vi, en in (("01", "Cơ khí", "Mechanics"), ("02", "Hóa học", "")):
        save_code(
            actor=SYSTEM, scheme="field", code=code, name_vi=vi, name_en=en, at=AT
        )


@pytest.mark.parametrize(
    ("language", "options"),
    [
        ("vi", [("", "Cơ khí"), ("", "Hóa học")]),
        ("en", [("", "Mechanics"), (' lang="vi"', "Hóa học")]),
    ],
)
@pytest.mark.parametrize(
    ("filters", "model"),
    [
        (NeedFilter, Need),
        (OrderFilter, Order),
        (OrganisationFilter, Organisation),
        (PersonFilter, Person),
    ],
)
def test_the_filter_by_field_shows_names(filters, model, language, options):
    with override(language):
        html = str(filters(queryset=model.objects.none()).form["field"])
    shown = re.findall(r'<option value="\d+"( lang="\w+")?>(.*?)</option>', html)
    assert shown == options
