"""Reading procedure files: whole, or refused with file, place and mend."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from opensti.domains.procedures.choices import Mark
from opensti.domains.procedures.regimes.counting import (
    quorum_rule,
    rating_rule,
    score_rule,
    vote_rule,
)
from opensti.domains.procedures.regimes.diagram import draw
from opensti.domains.procedures.regimes.format import facts
from opensti.domains.procedures.regimes.loading import (
    digest,
    load_file,
    load_regime,
    regime_files,
)
from opensti.kernel.refusals import Invalid

FILES = {p.stem: p for p in regime_files()}


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def refusal(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        load_regime(path)
    return [(p.field, str(p.message), str(p.mend)) for p in caught.value.problems]


def test_four_procedures_are_shipped():
    assert sorted(FILES) == ["moit_2014", "moit_2026", "national_2013", "nd268_2025"]


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_fact_says_where_it_is_from_and_how_far_it_was_verified(name):
    found = list(facts(load_regime(FILES[name])))
    assert len(found) > 60
    assert {f.v for _path, f in found} <= set(Mark)
    assert all(f.src for _path, f in found)


@pytest.mark.parametrize("name", sorted(FILES))
def test_councils_count_by_rules_made_from_the_file(name):
    regime = load_regime(FILES[name])
    for rule in regime.council_rules:
        assert quorum_rule(rule).share.fraction == rule.quorum.fraction
        if rule.ballot and rule.ballot.kind in ("vote", "items"):
            assert vote_rule(rule).passes
        if rule.ballot and rule.ballot.kind == "score":
            for task_type in regime.task_types:
                sheet = regime.sheet_for(rule, task_type.id)
                criteria = score_rule(rule, sheet).criteria
                assert sum(most for _name, most in criteria) == sheet.total
    for rating in regime.rating_rules:
        assert rating_rule(rating).levels


def test_the_ministry_has_no_sheet_of_its_own_yet_and_says_so():
    regime = load_regime(FILES["moit_2026"])
    sheet = regime.sheet_for(regime.council_for("dossier"), "task")
    assert (sheet.stand_in, sheet.v) == (True, Mark.I)
    voting = load_regime(FILES["moit_2026"], {"ballot_kind": "vote"})
    assert voting.sheet_for(voting.council_for("dossier"), "task") is None


def test_borrowed_deadlines_bind_nobody_until_a_switch_says_so():
    off = load_regime(FILES["moit_2026"])
    on = load_regime(FILES["moit_2026"], {"stand_in_deadlines": "true"})
    assert (len(off.deadlines_in_force()), len(on.deadlines_in_force())) == (0, 6)


def test_a_switch_closes_a_step():
    regime = load_regime(FILES["moit_2026"], {"supplement": "[]"})
    assert regime.dossier.step("submitted", "dossiers.request_supplement").by == ()


def test_an_unknown_key_is_named_with_its_place_and_a_guess(tmp_path):
    text = FILES["nd268_2025"].read_text(encoding="utf-8")
    text = text.replace('label_en: "Innovation tasks', 'lable_en: "Innovation tasks')
    text = "\n".join(x for x in text.splitlines() if "include:" not in x)
    problems = refusal(tmp_path / "x.yaml", text)
    assert (
        "x.yaml: lable_en",
        "“lable_en” is not known here.",
        "Did you mean “label_en”?",
    ) in problems
    assert (
        "x.yaml: label_en",
        "“label_en” is missing.",
        "Add the line “label_en: …”.",
    ) in problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("need: [1", "This is not YAML"),
        ("need: 1\nneed: 2\n", "is written twice"),
        ("a: &x 1\nneed: *x\n", "references (*name) are not allowed"),
        ("need:\n  include: ../../secret.yaml\n", "outside the procedures folder"),
        ("need:\n  include: x.yaml\n", "without end"),
        ("need:\n  include: missing.yaml\n", "There is no such file."),
        ("- 1\n", "must be “key: value” lines"),
    ],
)
def test_a_broken_file_is_refused_with_the_reason(tmp_path, text, message):
    problems = refusal(tmp_path / "x.yaml", text)
    assert len(problems) == 1
    assert message in problems[0][1]
    assert problems[0][2]


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes("id: Tiếng".encode("utf-16"))
    with pytest.raises(Invalid):
        load_regime(path)


def test_the_digest_depends_on_the_facts_alone():
    content = load_file(FILES["moit_2026"])
    assert digest(content) == digest(dict(reversed(content.items())))
    assert digest(content) != digest({**content, "id": "other"})


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", sorted(FILES))
def test_a_diagram_has_words_no_style_no_script_and_marks_the_case(name, lang):
    regime = load_regime(FILES[name])
    svg = draw(regime, lang=lang, here="in_council", name="case7")
    assert "style=" not in svg
    assert "<script" not in svg
    assert svg.count('class="stage state-in_council here"') == 1
    assert '<title id="case7-title">' in svg
    used = {t.to for t in regime.dossier.transitions if t.by} | {"draft"}
    assert svg.count('<g class="stage ') == len(used)
