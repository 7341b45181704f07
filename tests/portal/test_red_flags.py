"""What red flags mean, for who asks them of published data alone."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.urls import reverse
from sti_methods.redflags import FLAGS

from opensti.console.flags import flags
from opensti.domains.publications.queries.flagging import KINDS
from opensti.exports.files import chunks_of
from opensti.portal.red_flags import RELEASES
from tests.factories import contract_papers

pytestmark = pytest.mark.django_db
BUDGETS = {"red_flags": 0}


def test_every_flag_is_told_with_what_it_does_not_mean_and_nothing_that_was_found(
    client, django_assert_num_queries
):
    with django_assert_num_queries(BUDGETS["red_flags"]):
        page = client.get(reverse("portal:red_flags")).content.decode()
    assert [
        key for key in (*FLAGS, *KINDS) if f'<section id="{key}">' not in page
    ] == []
    assert page.count("<strong>Không hẳn là vấn đề:</strong>") == len(FLAGS) + len(
        KINDS
    )


def _text(folder):
    return (folder / RELEASES).read_text(encoding="utf-8")


def test_the_command_of_the_page_reads_the_file_that_the_page_offers(tmp_path):
    contract_papers.signed()
    (tmp_path / RELEASES).write_bytes(b"".join(chunks_of(RELEASES)))
    told = [json.loads(line) for line in _text(tmp_path).splitlines()]
    assert [one["tag"] for one in told] == [["compiled"]]
    done = CliRunner().invoke(
        flags, ["run", str(tmp_path / RELEASES), "--output", str(tmp_path / "f.csv")]
    )
    assert done.exit_code == 0, done.output
