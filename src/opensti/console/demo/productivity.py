"""Productivity accounts of the region: an extract of the Penn World Table, loaded and told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from opensti.domains.strategies import actions

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.console.demo.cast import Cast

EXTRACT = Path(__file__).with_name("pwt1001_extract.csv")
CARD = actions.DatasetCard(
    code="pwt",
    name_vi="Penn World Table, trích các nền kinh tế châu Á",
    name_en="Penn World Table, extract of Asian economies",
    provider="Groningen Growth and Development Centre",
    licence="CC BY 4.0",
    citation=(
        "Feenstra, Inklaar, Timmer (2015), American Economic Review 105(10), 3150-3182; "
        "Penn World Table 10.01, doi:10.34894/QT5BCC"
    ),
    address="https://www.ggdc.net/pwt",
    redistributable=True,
)


def account_for_growth(cast: Cast, at: datetime) -> None:
    """Register the data set, load its release, compute sources of growth, publish them."""
    officer = cast.actor("officer")
    dataset = actions.register_dataset(actor=officer, card=CARD, at=at)
    vintage = actions.load_vintage(
        actor=officer,
        dataset_id=dataset.pk,
        release=actions.Release(
            label="10.01", retrieved_on=localdate(at) - timedelta(days=1)
        ),
        file=ContentFile(EXTRACT.read_bytes(), name=EXTRACT.name),
        at=at,
    )
    run = actions.ask_account(
        actor=officer,
        question=actions.Question(
            title_vi="Nguồn tăng trưởng của Việt Nam và các nước trong khu vực, 2000-2019",
            title_en="Sources of growth of Viet Nam and its region, 2000-2019",
            kind="growth",
            vintages=[vintage.public_id],
            first=2000,
            last=2019,
        ),
        at=at,
    )
    actions.compute_account(actor=officer, run_id=run.pk, at=at)
    actions.publish_account(actor=cast.actor("leader"), run_id=run.pk, at=at)
