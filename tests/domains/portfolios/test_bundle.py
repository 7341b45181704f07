"""What ranked and selected leaves the house without people, and comes out the same."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from hashlib import sha256
from importlib import import_module

import pytest
from click.testing import CliRunner
from django.urls import reverse

from opensti.console.portfolio import portfolio
from opensti.domains.portfolios import actions
from opensti.domains.portfolios.choices import RoundState, Ruling
from opensti.domains.portfolios.models import Decision, Round, Scenario
from opensti.domains.portfolios.problem.solving import select
from opensti.domains.portfolios.queries import document_of
from opensti.kernel.frozen import canonical
from opensti.kernel.refusals import NotFound
from tests.factories import portfolios as factory
from tests.factories.kept import kept


@kept
def released():
    """Three dossiers, a ranking and an adopted choice by lot with conditions on people."""
    story = factory.advised(
        ["90", "85", "80", "90", "85", "80", "90"], "85", "71", orders=3
    )
    round_, _ranking = factory.ranked(story)
    host, leader = story.dossiers[0].host, story.dossiers[2].leader
    factory.adopted(
        story,
        round_,
        rules={
            "at_most": 2,
            "ceilings": [
                {
                    "where": {"organisation": host.public_id},
                    "at_most": 1,
                    "name": f"{host.name_vi} một lần",
                },
                *(
                    [{"where": {"leader": leader.public_id}, "at_most": 1}]
                    if leader
                    else []
                ),
            ],
        },
    )
    actions.propose_round(
        actor=story.officer,
        round_id=round_.pk,
        proposal="Kính trình.",
        at=factory.PROPOSED,
    )
    factory.decide(story, round_)
    factory.checked(story, round_)
    factory.release(story, round_)
    return story


@pytest.fixture
def story(db):
    return released()


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_the_bundle_is_computed_again_and_knows_nobody(story, tmp_path):
    content = actions.decision_bundle(round_=Round.objects.get())
    files = files_of(content)
    file = tmp_path / "bundle.zip"
    file.write_bytes(content)

    assert [*files] == [
        "bundle.json",
        "ranking/problem.json",
        "ranking/solution.json",
        "selection/problem.json",
        "selection/solution.json",
    ]
    assert actions.recompute_bundle(content=content) == {"ranking": [], "selection": []}
    assert content == actions.decision_bundle(round_=Round.objects.get())
    text = b"".join(files.values()).decode()
    for decision in Decision.objects.select_related("dossier"):
        public = decision.ruling == Ruling.APPROVE
        assert (f'"{decision.dossier.code}"' in text) == public
    for dossier in story.dossiers:
        assert dossier.host.public_id not in text
        assert dossier.host.name_vi not in text
        if dossier.leader:
            assert dossier.leader.public_id not in text
            assert dossier.leader.full_name not in text
    # Nothing in it follows from the codes: neither digests nor an order drawn from them.
    assert json.loads(files["ranking/problem.json"])["round"] == ""
    assert {*json.loads(files["bundle.json"])} == {"format", "sha256"}
    done = CliRunner().invoke(portfolio, ["recompute", str(file), "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (
        0,
        {"ranking": [], "selection": []},
    )


def test_what_was_published_otherwise_is_named_and_what_was_altered_refused(
    story, tmp_path
):
    files = files_of(actions.decision_bundle(round_=Round.objects.get()))
    solution = json.loads(files["selection/solution.json"])
    taken = min(solution["chosen"])
    files["selection/solution.json"] = json.dumps(
        {"chosen": {c: v for c, v in solution["chosen"].items() if c != taken}}
    ).encode()
    altered = tmp_path / "altered.zip"
    altered.write_bytes(zipped(files))
    manifest = json.loads(files["bundle.json"])
    name = "selection/solution.json"
    manifest["sha256"][name] = sha256(files[name]).hexdigest()
    other = tmp_path / "other.zip"
    other.write_bytes(zipped(files | {"bundle.json": json.dumps(manifest).encode()}))
    (tmp_path / "none.zip").write_bytes(b"nothing")

    told = [
        CliRunner().invoke(portfolio, ["recompute", str(file), "--json"])
        for file in (altered, other, tmp_path / "none.zip")
    ]

    assert [t.exit_code for t in told] == [2, 1, 2]
    assert json.loads(told[1].stdout) == {"ranking": [], "selection": [taken]}


def test_of_a_draw_neither_lot_nor_drawn_order_is_in_the_bundle(story):
    scenario = Scenario.objects.get()
    document = document_of(scenario.problem)
    document["rules"]["ties"] = {"draw": "a public lot"}
    problem = canonical(document)
    scenario.problem = zlib.compress(problem)
    scenario.solution = zlib.compress(canonical(select(problem)))
    scenario.save(update_fields=["problem", "solution"])

    content = actions.decision_bundle(round_=Round.objects.get())

    assert actions.recompute_bundle(content=content) == {"ranking": [], "selection": []}
    told = json.loads(files_of(content)["selection/problem.json"])
    assert {*told["rules"]["ties"]} == {"order"}
    taken = len(json.loads(files_of(content)["selection/solution.json"])["chosen"])
    rest = told["rules"]["ties"]["order"][taken:]
    assert rest == sorted(rest)


def test_only_a_procedure_that_makes_it_public_hands_it_out(story, client, monkeypatch):
    decision = Decision.objects.filter(ruling=Ruling.APPROVE).first()
    address = reverse("portal:decision_bundle", args=[decision.public_id])

    assert client.get(address).status_code == 404
    # The face of the queries has a function of the module's name.
    asked = import_module("opensti.domains.publications.queries.sight")
    monkeypatch.setattr(asked, "publishes", lambda _v, what: what == "decision_bundle")
    answer = client.get(address)
    assert answer["Content-Type"] == "application/zip"
    assert next(iter(files_of(answer.content))) == "bundle.json"
    page = client.get(address.removesuffix("bundle.zip"))
    assert address in page.content.decode()


def test_before_the_release_there_is_no_bundle(story):
    round_ = Round.objects.get()
    round_.state = RoundState.DECIDED

    with pytest.raises(NotFound):
        actions.decision_bundle(round_=round_)
