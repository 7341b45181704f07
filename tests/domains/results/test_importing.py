"""An inventory from a table: whole, or not at all with every fault told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opensti.domains.results import actions
from opensti.domains.results.models import Asset
from opensti.kernel.refusals import Invalid
from tests.factories import results as factory
from tests.factories.results import AT, OLD


@pytest.fixture
def funded(db):
    return factory.running()


def fields(refused):
    return [p.field for p in refused.value.problems]


TABLE = "Mã tài sản,Tên tài sản,Loại tài sản,Ngày hình thành,Nguyên giá,Tỷ lệ vốn nhà nước (%)\n"


def load(funded, *rows, name="kiem-ke.csv"):
    return actions.import_assets(
        actor=funded.host,
        contract_id=funded.contract.pk,
        file=SimpleUploadedFile(name, (TABLE + "\n".join(rows)).encode()),
        at=AT,
    )


def test_an_inventory_is_brought_in_whole_and_a_second_time_refused(funded):
    rows = (
        'A1,Máy đo,equipment_full,03/03/2025,"12.000.000",100',
        "A2,Máy cắt,equipment_part,2025-03-04,9000000,62.5",
    )
    made = load(funded, *rows)
    assert [(a.code, a.original_value, a.state_share, a.formed_on) for a in made] == [
        ("A1", Decimal(12_000_000), 10_000, OLD),
        ("A2", Decimal(9_000_000), 6250, date(2025, 3, 4)),
    ]
    with pytest.raises(Invalid) as refused:
        load(funded, *rows)
    assert len(refused.value.problems) == 2
    assert Asset.objects.count() == 2


def test_one_faulty_row_leaves_all_out_and_names_its_row(funded):
    with pytest.raises(Invalid) as refused:
        load(
            funded,
            "A1,Máy đo,equipment_full,03/03/2025,1000,100",
            "A2,Máy cắt,máy,31/02/2025,12.5,100",
            "A1,Máy in,equipment_full,03/03/2025,1000,100",
            "A3,Máy hàn,equipment_part,03/03/2025,1000,100",
        )
    said = [str(p.message) for p in refused.value.problems]
    assert not Asset.objects.exists()
    assert [text.split(":")[0].split()[-1] for text in said] == list("33345")


@pytest.mark.parametrize("said", ["NaN", "Infinity", "-Infinity", "1e999999999"])
def test_what_only_looks_like_a_number_is_told_with_its_row(funded, said):
    table = (
        "Mã tài sản,Tên tài sản,Loại tài sản,Ngày hình thành,Nguyên giá,Số lượng\n"
        f"A1,Máy đo,equipment_full,03/03/2025,1000,{said}"
    )
    with pytest.raises(Invalid) as refused:
        actions.import_assets(
            actor=funded.host,
            contract_id=funded.contract.pk,
            file=SimpleUploadedFile("kiem-ke.csv", table.encode()),
            at=AT,
        )
    assert fields(refused) == ["file"]
    assert not Asset.objects.exists()
