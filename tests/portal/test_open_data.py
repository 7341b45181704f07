"""Open data by address: what there is, streamed, and not sent twice."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.urls import reverse

from opensti.console.export import export
from opensti.exports.files import FILES, SETS
from opensti.exports.house import house
from opensti.kernel.access import Role
from tests.factories import portfolios as factory
from tests.factories.tasks import approved, person, regimes

pytestmark = pytest.mark.django_db
BUDGETS = {"open_file": 19}


@pytest.fixture
def order():
    regimes()
    return approved(person(Role.OFFICER), person(Role.LEADER))


def get(client, name, status=200, **headers):
    response = client.get(reverse("portal:open_file", args=[name]), headers=headers)
    assert response.status_code == status
    return response


def content(response):
    return b"".join(response.streaming_content)


def test_the_page_leads_to_every_file_and_tells_the_licence(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        page = client.get(reverse("portal:open_data")).content.decode()
    for name in FILES:
        assert f'href="{reverse("portal:open_file", args=[name])}"' in page
    assert house().licence in page
    assert {file.name for one in SETS for file in one.files} == FILES.keys() - {
        "catalogue.ttl"
    }


def test_the_addresses_in_files_are_those_of_the_pages():
    at = house()
    for name in ("order", "call", "decision", "task", "result"):
        page = at.page(f"{name}s", "x")
        assert page == at.address + reverse(f"portal:{name}", args=["x"])
    assert at.file("a.csv") == at.address + reverse("portal:open_file", args=["a.csv"])
    assert at.file("") == at.address + reverse("portal:open_data")


def test_a_file_is_sent_again_only_when_something_happened(order, client):
    first = get(client, "orders.csv")
    assert first["Content-Type"] == "text/csv; charset=utf-8"
    assert order.code in content(first).decode()
    tag = first["ETag"]
    assert content(get(client, "orders.csv")).decode().count(order.code) == 1
    again = get(client, "orders.csv", status=304, **{"If-None-Match": tag})
    assert again["ETag"] == tag
    other = approved(person(Role.OFFICER), person(Role.LEADER))
    now = get(client, "orders.csv", **{"If-None-Match": tag})
    assert now["ETag"] != tag
    assert other.code in content(now).decode()


def test_another_licence_is_another_file(order, client, settings):
    tag = get(client, "ocds-releases.json")["ETag"]
    settings.OPENSTI_DATA_LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
    changed = get(client, "ocds-releases.json", **{"If-None-Match": tag})
    assert b"publicdomain/zero" in content(changed)


def test_a_head_is_told_what_a_file_is_and_an_unknown_one_is_not_found(order, client):
    address = reverse("portal:open_file", args=["tables.zip"])
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == "application/zip"
    assert head["Content-Disposition"] == 'attachment; filename="tables.zip"'
    assert head["ETag"] == get(client, "tables.zip")["ETag"]
    for name in ("x.csv", "..%2fsettings.py"):
        get(client, name, status=404)


def test_what_holds_nothing_yet_is_not_found(client):
    get(client, "360giving.json", status=404)
    get(client, "orders.csv")


@pytest.mark.parametrize("orders", [1, 3])
def test_more_tasks_cost_no_more_queries(client, orders, django_assert_num_queries):
    factory.released(factory.judged(*["90"] * orders, orders=orders))
    with django_assert_num_queries(BUDGETS["open_file"]):
        assert content(get(client, "awards.csv")).count(b"/decisions/") == orders


COMMANDS = {
    "ocds-releases.json": ["ocds"],
    "ocds-records.json": ["ocds", "--records"],
    "catalogue.ttl": ["dcat"],
    "datacite.zip": ["datacite"],
    "tables.zip": ["tables"],
    "orders.xlsx": ["tables", "--table", "orders"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_writes_the_same_bytes(order, client, tmp_path, name):
    written = tmp_path / name
    done = CliRunner().invoke(export, [*COMMANDS[name], "--output", str(written)])
    assert done.exit_code == 0, done.output
    assert written.read_bytes() == content(get(client, name))
    assert str(len(written.read_bytes())) in done.output
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_command_that_can_write_nothing_leaves_the_old_file(order, tmp_path):
    old = tmp_path / "grants.json"
    old.write_text("old")
    done = CliRunner().invoke(export, ["360giving", "--output", str(old)])
    assert done.exit_code == 2
    assert old.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["grants.json"]
    done = CliRunner().invoke(
        export, ["tables", "--table", "orders", "--output", str(tmp_path / "a.pdf")]
    )
    assert done.exit_code == 2
