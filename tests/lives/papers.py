"""Every official paper of a life, as Word and as PDF, from the pages that give it."""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdf
from django.urls import reverse

from opensti.domains.accounts.models import User
from opensti.domains.calls.models import Call
from opensti.domains.contracts.models import Contract, Payment, SiteCheck
from opensti.domains.panels.models import Council
from opensti.domains.portfolios.models import Letter, Round
from opensti.domains.results.models import AssetEvent, Handover, Payout, Stocktake
from opensti.domains.tasks.models import OrderList
from tests.factories.accounts import confirmed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

FOLDER = "OPENSTI_PAPERS"
ZIPPED = b"PK\x03\x04"  # a Word file is one, too
LEAST_WORDS = 30


Address = tuple[str, str, tuple[Any, ...]]


def addresses(contract: Contract) -> Iterator[Address]:
    """Name, route and arguments of each paper but for the kind of file."""
    yield from before_the_contract(contract)
    yield from of_the_contract(contract)
    yield from of_the_results(contract)


def before_the_contract(contract: Contract) -> Iterator[Address]:
    for listed in OrderList.objects.all():
        yield "order-list", "tasks:list_document", (listed.public_id,)
    for call in Call.objects.all():
        yield "call", "calls:call_document", (call.public_id,)
    yield "dossier", "calls:dossier_document", (contract.dossier.public_id,)
    for council in Council.objects.order_by("pk"):
        for what in ("minutes", "scores", "course"):
            name = f"council-{council.kind}-{council.pk}-{what}"
            yield name, f"panels:{what}", (council.public_id,)
    for round_ in Round.objects.all():
        yield "decision", "portfolios:round_document", (round_.public_id,)
    for letter in Letter.objects.order_by("pk"):
        name = f"letter-{letter.pk}"
        yield name, "portfolios:letter_document", (letter.public_id,)


def of_the_contract(contract: Contract) -> Iterator[Address]:
    public_id = contract.public_id
    written = {"contract": "contract", "liquidation": "liquidation"}
    for terms in contract.terms.filter(number__gt=1):
        written[f"annex-{terms.number}"] = f"amendment-{terms.number}"
    for claim in contract.claims.all():
        written[f"claim-{claim.pk}"] = f"claim-{claim.public_id}"
    for name, paper in written.items():
        for language in ("vi", "en"):
            args = (public_id, paper, language)
            yield f"{name}-{language}", "contracts:paper_document", args
    for n in contract.amendments.values_list("number", flat=True):
        name = f"amendment-{n}-decision"
        yield name, "contracts:amendment_document", (public_id, n)
    for check in SiteCheck.objects.filter(contract=contract):
        yield "check", "contracts:check_minutes", (public_id, check.public_id)
    for payment in Payment.objects.filter(contract=contract):
        name = f"payment-{payment.pk}"
        yield name, "contracts:payment_paper", (public_id, payment.public_id)
    if (
        contract.case.regime_code != "nd268_2025"
    ):  # settled item by item, with no account
        yield "settlement", "contracts:settlement_paper", (public_id,)


def of_the_results(contract: Contract) -> Iterator[Address]:
    public_id, work = contract.public_id, contract.acceptance.public_id
    yield "recognition", "results:recognition", (work,)
    yield "completion", "results:completion", (work,)
    for stock in Stocktake.objects.filter(contract=contract):
        yield "stocktake", "results:stocktake_minutes", (public_id, stock.year)
    handed = AssetEvent.objects.filter(asset__contract=contract, kind="handed_over")
    for event in handed:
        args = (event.asset.public_id, event.public_id)
        yield f"asset-{event.pk}", "results:asset_minutes", args
    for payout in Payout.objects.all():
        yield f"payout-{payout.pk}", "results:statement", (payout.public_id,)


def fetched(client: Client, contract: Contract, email: str) -> dict[str, int]:
    """Each paper with the pages of its PDF; each is what it says it is, and has words."""
    client.force_login(User.objects.get(email=email))
    confirmed(client)
    found: dict[str, int] = {}
    for name, route, args in addresses(contract):
        for kind in ("docx", "pdf"):
            answer = client.get(reverse(route, args=(*args, kind)))
            assert answer.status_code == 200, (name, kind, answer.status_code)
            content = b"".join(answer) if answer.streaming else answer.content
            keep(contract, f"{name}.{kind}", content)
            if kind == "docx":
                assert content.startswith(ZIPPED), name
                continue
            assert content.startswith(b"%PDF-"), name
            pages = pypdf.PdfReader(io.BytesIO(content)).pages
            words = " ".join(page.extract_text() for page in pages).split()
            assert len(words) > LEAST_WORDS, (name, words)
            found[re.sub(r"-[0-9]+(?=-|$)", "", name)] = len(pages)
    for handover in Handover.objects.filter(acceptance__contract=contract):
        answer = client.get(reverse("results:handover", args=(handover.public_id,)))
        content = b"".join(answer) if answer.streaming else answer.content
        keep(contract, f"registration-{handover.number}.zip", content)
        assert content.startswith(ZIPPED)
        found["registration"] = len(zipfile.ZipFile(io.BytesIO(content)).namelist())
    return found


def keep(contract: Contract, name: str, content: bytes) -> None:
    """Put a paper where a person can look at it, if he said where."""
    where = os.environ.get(FOLDER)
    if where:
        folder = Path(where) / contract.case.regime_code
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
