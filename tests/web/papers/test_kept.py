"""What is handed in as a paper: its digest is in the record from the act that keeps it."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from opensti.domains.contracts import actions as contract_actions
from opensti.domains.results import actions
from opensti.kernel.files.models import StoredFile
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import lines
from tests.factories import acceptance, amendments, contract_papers
from tests.factories import rights as right_factory

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.4\n1 0 obj\n<</Paper 1>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def paper(name="giay.pdf"):
    return ContentFile(PAPER, name=name)


def signed():
    contract_papers.signed()


def amended():
    funded = amendments.running()
    amendment = amendments.asked(funded, "extend", months=3)
    contract_actions.add_amendment_paper(
        actor=funded.officer,
        amendment_id=amendment.pk,
        file=paper(),
        at=amendments.ASKED,
    )


def ended():
    funded = amendments.running()
    amendments.paid(funded)
    amendments.ending(funded)
    amendments.found(funded)


def accepted():
    work = acceptance.accepted()
    for go_on in (acceptance.confirmed, acceptance.recognised, acceptance.registered):
        go_on(work)


def earned():
    kept = right_factory.disclosed()
    deal = right_factory.deal(kept)
    actions.attach_right_file(
        actor=kept.host, right_id=kept.right.pk, file=paper(), at=right_factory.AT
    )
    actions.attach_deal_file(
        actor=kept.host, deal_id=deal.pk, file=paper(), at=right_factory.AT
    )


@pytest.mark.parametrize("kept", [signed, amended, ended, accepted, earned])
def test_every_paper_kept_stands_in_the_record_with_its_digest(kept):
    kept()
    files = {(f.subject, f.public_id, f.sha256) for f in StoredFile.objects.all()}
    recorded = {
        (line.subject, line.detail["file"], line.detail["sha256"])
        for line in lines(Entry.objects.filter(act="files.upload"))
    }
    assert files
    assert files - recorded == set()
