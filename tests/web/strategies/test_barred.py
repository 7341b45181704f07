"""What people try by hand: other people's pages, guessed addresses, spoilt files."""

from __future__ import annotations

import io
import json
from datetime import time

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opensti.domains.strategies import actions
from opensti.domains.strategies.models import (
    CompositeVersion,
    Observation,
    Vintage,
)
from opensti.kernel.access import SYSTEM, Role
from tests.factories import strategies_accounts as accounts
from tests.factories import strategies_indicators as make
from tests.factories import strategies_indices as indices
from tests.factories import strategies_plans as plans
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(name if ":" in name else f"strategies:{name}", args=args)


def asked(browser, names, *args, **query):
    return {name: browser.get(url(name, *args), query).status_code for name in names}


def sent(browser, name, *args, **typed):
    return browser.post(url(name, *args), typed).status_code


# ---- what is not public


@pytest.fixture
def drafted():
    return plans.draft(code="9/NHAP")


@pytest.mark.parametrize(
    "outsider",
    [
        lambda: person(Role.APPLICANT),
        lambda: person(Role.EXPERT),
        lambda: make.manager(make.agency()),
    ],
    ids=["applicant", "expert", "manager"],
)
def test_an_outsider_finds_nothing_of_a_draft_plan(client_of, drafted, outsider):
    browser = client_of(outsider())
    goal, action = plans.goal(drafted), plans.action(drafted)
    found = {
        drafted: ("plan", "plan_sheet", "plan_calendar", "comments", "plan_edit"),
        goal: ("goal", "goal_chain", "goal_edit", "portal:goal"),
        action: ("action", "action_edit", "action_waits", "action_follow"),
    }
    for thing, names in found.items():
        assert set(asked(browser, names, thing.public_id).values()) == {404}
    for name in ("portal:plan", "portal:scorecard"):
        assert asked(browser, [name], drafted.public_id) == {name: 404}
    for name in ("plan_file", "scorecard", "plan_coherence"):
        assert asked(browser, [name], drafted.public_id) == {name: 403}
    assert [
        browser.get(url("edition", drafted.public_id, 1)).status_code,
        browser.get(url("scorecard_file", drafted.public_id, "csv")).status_code,
        browser.get(
            url("portal:scorecard_file", drafted.public_id, "json")
        ).status_code,
        sent(browser, "comment_new", drafted.public_id, text="Xin xem"),
        sent(
            browser, "issue", drafted.public_id, act_number="1", issued_on="2026-01-01"
        ),
        sent(browser, "goal_remove", goal.public_id),
    ] == [404, 403, 404, 404, 404, 404]


def test_a_public_plan_does_not_name_the_draft_that_it_stands_under(client_of, drafted):
    above = actions.load_plan(
        actor=SYSTEM,
        content=plans.tree(code="2/QD", parent="9/NHAP", envelopes=[]),
        at=plans.AT,
    )
    place = url("plan", above.public_id)
    named = [
        "9/NHAP" in client_of(who).get(place).content.decode()
        for who in (plans.officer(), person(Role.APPLICANT))
    ]
    assert named == [True, False]


def test_a_manager_reaches_neither_sheet_nor_value_of_another_agency(client_of):
    mine, other, card = make.agency(), make.agency(), make.card()
    campaign = make.campaign((mine, card), (other, card))
    draft = make.campaign((mine, card), period="2024", state="draft")
    foreign = make.campaign((other, card), period="2023")
    row = make.approved(card, "2025", 7, reporter=other)
    browser = client_of(make.manager(mine))
    place = (campaign.public_id, other.public_id)
    file = SimpleUploadedFile("a.csv", b"x")
    assert [
        browser.get(url("campaign_sheet", *place)).status_code,
        browser.get(url("campaign_sheet", draft.public_id, mine.public_id)).status_code,
        browser.get(url("campaign", draft.public_id)).status_code,
        browser.get(url("campaign", foreign.public_id)).status_code,
        browser.get(url("observation", row.public_id)).status_code,
        browser.get(
            url("observe", card.public_id), {"agency": other.public_id}
        ).status_code,
        sent(browser, "sheet_hand_in", *place, file=file, act="take"),
        sent(browser, "observation_decide", row.public_id, "publish", version=1),
        sent(browser, "campaign_step", campaign.public_id, "close", version=1),
        sent(browser, "values_bulk", "publish", ids=[row.pk]),
        sent(
            browser,
            "observe",
            card.public_id,
            agency=other.public_id,
            period="2025",
            value="3",
            status="final",
        ),
    ] == [404, 404, 404, 404, 404, 403, 404, 404, 403, 403, 422]
    assert Observation.objects.get() == row


def test_only_the_office_and_its_agency_read_who_entered_a_published_value(client_of):
    mine, other, card = make.agency(), make.agency(), make.card()
    old = make.approved(card, "2025", 7, reporter=mine)
    row = make.published(card, "2025", 8, reporter=mine, replaces=old)
    told = {}
    for name, who in {
        "office": make.officer(),
        "agency": make.manager(mine),
        "other agency": make.manager(other),
        "applicant": person(Role.APPLICANT),
    }.items():
        text = client_of(who).get(url("observation", row.public_id)).content.decode()
        told[name] = (
            row.entered_by.full_name in text,
            row.decided_by.full_name in text,
            old.public_id in text,
        )
    assert told == {
        "office": (True,) * 3,
        "agency": (True,) * 3,
        "other agency": (False,) * 3,
        "applicant": (False,) * 3,
    }


def test_the_builder_is_for_the_office_and_a_draft_index_for_nobody_else(client_of):
    officer = indices.officer()
    model = indices.model(officer)
    draft = indices.version(officer, model)
    shown = indices.version(officer, model, label="2")
    actions.freeze_version(actor=officer, version_id=shown.pk, at=make.AT)
    actions.publish_version(actor=make.leader(), version_id=shown.pk, at=make.AT)
    answers = {}
    for name, browser in {
        "public": Client(),
        "applicant": client_of(person(Role.APPLICANT)),
    }.items():
        answers[name] = [
            browser.get(url("index_version", shown.public_id)).status_code,
            browser.get(
                url("index_version", shown.public_id), {"look": "1"}
            ).status_code,
            browser.get(url("index_file", shown.public_id, "ranks.svg")).status_code,
            browser.get(url("index", model.public_id)).status_code,
            browser.get(
                url("index_compare", model.public_id), {"v": [1, 2]}
            ).status_code,
            sent(browser, "index", model.public_id),
            sent(browser, "index_save", shown.public_id, text="a: 1"),
            *(
                sent(browser, "index_act", shown.public_id, act)
                for act in ("freeze", "publish", "copy", "analyse")
            ),
            browser.get(url("portal:index", shown.public_id)).status_code,
            browser.get(url("portal:index", draft.public_id)).status_code,
            browser.get(
                url("portal:index_file", draft.public_id, "ranks.svg")
            ).status_code,
        ]
    assert answers == {
        "public": [302] * 5 + [401] * 6 + [200, 404, 404],
        "applicant": [403] * 11 + [200, 404, 404],
    }
    assert CompositeVersion.objects.count() == 2


def test_an_unpublished_run_and_its_data_are_not_found(client_of):
    officer = accounts.officer()
    dataset = accounts.registered(officer)
    vintage = accounts.loaded(officer, dataset)
    run = accounts.computed(officer, vintage)
    told = {}
    for name, browser in {
        "public": Client(),
        "applicant": client_of(person(Role.APPLICANT)),
    }.items():
        told[name] = [
            browser.get(url("account_run", run.public_id)).status_code,
            browser.get(url("vintage_file", vintage.public_id)).status_code,
            browser.get(url("dataset", dataset.code)).status_code,
            browser.get(url("portal:account", run.public_id)).status_code,
            browser.get(
                url("portal:account_picture", run.public_id, "waterfall", "xlsx")
            ).status_code,
            sent(browser, "account_publish", run.public_id),
        ]
    assert told == {
        "public": [302, 302, 302, 404, 404, 401],
        "applicant": [403, 403, 403, 404, 404, 404],
    }


# ---- what no page sends


@pytest.mark.parametrize("v", ["²", "9" * 30, "9" * 5000, "-1", "x"])
def test_a_version_number_that_is_none_compares_nothing(client_of, v):
    officer = indices.officer()
    model = indices.model(officer)
    answer = client_of(officer).get(url("index_compare", model.public_id), {"v": v})
    assert answer.status_code == 200


@pytest.mark.parametrize("year", ["0", "-5", "99999", "1e30", "²"])
def test_a_year_that_is_none_finds_no_plan(client_of, year):
    plans.issued()
    answer = client_of(plans.officer()).get(url("plans"), {"year": year})
    assert (answer.status_code, b"1/QD-BCT" in answer.content) == (200, False)


def test_plans_are_found_by_a_year_in_which_they_run_and_indices_by_their_names(
    client_of,
):
    plans.issued()
    indices.model(indices.officer())
    browser = client_of(plans.officer())
    found = [
        b"1/QD-BCT" in browser.get(url("plans"), {"year": year}).content
        for year in (2025, 2026, 2030, 2031)
    ]
    found += [
        b">PII<" in browser.get(url("indices"), {"q": q}).content
        for q in ("provincial", "PII", "zzz")
    ]
    assert found == [False, True, True, False, True, True, False]


# ---- spoilt files


def book(*rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def lines(head, rows, cell):
    """The same table as JSON Lines, with ``cell`` as the last cell of the first row."""
    told = [[*rows[0][:-1], "☒"], *rows[1:]]
    text = "\n".join(
        json.dumps(dict(zip(head, row, strict=True)), ensure_ascii=False)
        for row in told
    )
    return text.replace('"☒"', cell).encode()


def spoilt(head, rows, *, like):
    """Files that look like a table, by what is wrong with them."""
    plain = "\n".join(",".join(map(str, row)) for row in [head, *rows])
    return {
        "broken.xlsx": like[: len(like) // 2],
        "text.xlsx": plain.encode(),
        "old.xls": b"\xd0\xcf\x11\xe0" + b"\x00" * 600,
        "paper.pdf": plain.encode(),
        "packed.jsonl.gz": b"\x1f\x8b" + b"\x00" * 40,
        "empty.csv": b"",
        "wide.csv": plain.encode("utf-16-be"),
        "nul.csv": plain.replace("\n", "\x00\n").encode("utf-16"),
        "torn.csv": plain.encode() + b"\xff\xfe\xfa\x81",
        "formula.xlsx": book(head, [*rows[0][:-1], "=1+1"], *rows[1:]),
        "time.xlsx": book(head, [*rows[0][:-1], time(2, 3)], *rows[1:]),
        "surrogate.jsonl": lines(head, rows, '"\\ud800"'),
        "nan.jsonl": lines(head, rows, "NaN"),
        "digits.jsonl": lines(head, rows, "9" * 5000),
        "list.jsonl": lines(head, rows, "[1]"),
    }


def test_no_spoilt_file_gets_into_an_index(client_of, settings):
    settings.OPENSTI_FILE_LIMIT_MB = 1
    officer = indices.officer()
    browser, place = client_of(officer), url("index", indices.model(officer).public_id)
    head, *rows = [line.split(",") for line in indices.UNITS.strip().splitlines()]
    like = book(head, *rows)
    files = spoilt(head, rows, like=like) | {"large.csv": b"a,b\n" * 3_000_000}
    answers = {
        name: browser.post(
            place,
            {
                "data": SimpleUploadedFile(name, content),
                "meta": SimpleUploadedFile("m.csv", indices.META.encode()),
                "source": "Own survey",
            },
        ).status_code
        for name, content in files.items()
    }
    assert answers == dict.fromkeys(files, 422)
    assert not CompositeVersion.objects.exists()


def test_no_spoilt_file_gets_into_a_campaign(client_of, settings):
    settings.OPENSTI_FILE_LIMIT_MB = 1
    agency, card = make.agency(), make.card()
    campaign = make.campaign((agency, card))
    browser = client_of(make.manager(agency))
    place = (campaign.public_id, agency.public_id)
    sheet = browser.get(url("campaign_sheet", *place)).content
    cells = [
        [c.value for c in r]
        for r in openpyxl.load_workbook(io.BytesIO(sheet))["Số liệu"]
    ]
    # The value last, so that it is what the files spoil.
    head, row = [[*line[:6], *line[7:], line[6]] for line in cells]
    files = spoilt(head, [[*row[:-1], 5]], like=sheet)
    files["large.csv"] = b"a,b\n" * 300_000
    answers = {
        (name, act): sent(
            browser,
            "sheet_hand_in",
            *place,
            file=SimpleUploadedFile(name, content),
            act=act,
        )
        for name, content in files.items()
        for act in ("check", "take")
    }
    assert set(answers.values()) == {422}, answers
    assert not Observation.objects.exists()
    good = SimpleUploadedFile("good.xlsx", book(head, [*row[:-1], 5]))
    assert sent(browser, "sheet_hand_in", *place, file=good, act="take") == 302


def test_no_spoilt_file_gets_into_a_data_set(client_of, settings):
    settings.OPENSTI_FILE_LIMIT_MB = 1
    officer = accounts.officer()
    dataset = accounts.registered(officer)
    browser = client_of(officer)
    head, *rows = [line.split(",") for line in accounts.SECTORS.strip().splitlines()]
    files = spoilt(head, rows, like=book(head, *rows))
    # A figure that nobody knows is left out, as in the files of the providers.
    files["large.csv"] = b"a,b\n" * 300_000
    answers = {
        name: sent(
            browser,
            "vintage_load",
            dataset.code,
            label=name,
            retrieved_on="2026-05-01",
            file=SimpleUploadedFile(name, content),
        )
        for name, content in files.items()
    }
    assert answers == dict.fromkeys(files, 422)
    assert not Vintage.objects.exists()
