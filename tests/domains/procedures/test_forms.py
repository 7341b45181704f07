"""Answers against a form: what shows, what is wrong, what is missing, what changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils.translation import override

from opensti.domains.procedures.regimes.forms import (
    as_text,
    completeness,
    differences,
    key_of,
    references,
    validate,
    visible_fields,
)
from opensti.domains.procedures.regimes.loading import load_regime, regime_files

REGIMES = {p.stem: load_regime(p) for p in regime_files()}
NEED = REGIMES["moit_2026"].form_for("need")
WHOLE = {
    "title": "Chế biến sâu quặng titan",
    "proposed_type": "research",
    "urgency": "Nhập khẩu 90%.",
    "objectives": "Làm chủ công nghệ.",
    "user_known": False,
}


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def said(answers, **more):
    return [
        (p.field, str(p.message)) for p in validate(NEED, answers, lang="en", **more)
    ]


def test_a_whole_answer_has_no_problem():
    assert said(WHOLE) == []
    assert completeness(NEED, WHOLE).whole


def test_what_is_missing_is_named_with_its_field():
    answers = {k: v for k, v in WHOLE.items() if k != "urgency"}
    assert said(answers) == [("urgency", "“Why it is urgent” is not filled in.")]
    assert completeness(NEED, answers).missing == ("urgency",)


def test_autosave_does_not_ask_for_what_is_not_written_yet():
    assert said({"title": "x"}, whole=False) == []


def test_a_field_is_asked_only_where_its_condition_holds():
    use = NEED.sections[2]
    assert "user" not in [f.id for f in visible_fields(use, {"user_known": False})]
    assert said({**WHOLE, "user_known": True}) == [
        ("user", "“Organisation that will use it” is not filled in.")
    ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "x" * 301, "The text has 301 characters; at most 300 are allowed."),
        ("title", 7, "This must be a text."),
        ("months", "twelve", "“twelve” is not a number."),
        ("months", 0, "The number is below 1."),
        ("months", 121, "The number is above 120."),
        ("budget", "10.5", "Money is whole đồng."),
        ("budget", -1, "The number is below 0."),
        ("budget", "NaN", "“NaN” is not a number."),
        ("proposed_type", "magic", "This is not one of the choices."),
        ("user_known", "perhaps", "Yes or no is expected."),
        ("products", "a text", "This must be a table."),
        ("hacked", 1, "The form has no such field."),
    ],
)
def test_an_impossible_answer_is_refused_even_by_autosave(field, value, message):
    assert (field, message) in said({**WHOLE, field: value}, whole=False)


def test_a_table_is_checked_row_by_row():
    rows = [{"product": "Mẫu"}, {"measure": "≥ 95%"}, {"product": "", "measure": ""}]
    assert said({**WHOLE, "products": rows}) == [
        ("products.2.product", "“Product” is not filled in.")
    ]


def test_differences_are_words_kept_removed_added():
    changed = {**WHOLE, "objectives": "Làm chủ hoàn toàn công nghệ."}
    found = differences(WHOLE, changed, NEED)
    assert [(d.field, d.parts) for d in found] == [
        (
            "objectives",
            (("kept", "Làm chủ "), ("added", "hoàn toàn "), ("kept", "công nghệ.")),
        )
    ]


def test_answers_read_as_people_read_them():
    fields = {f.id: f for f in NEED.fields()}
    assert as_text(fields["budget"], 1500000000) == "1.500.000.000"
    assert as_text(fields["proposed_type"], "research", "en") == "Research project"
    assert as_text(fields["user_known"], value=True) == "yes"


@pytest.mark.parametrize("name", sorted(REGIMES))
def test_a_dossier_form_has_six_sections_or_more_and_asks_for_papers_already_held(name):
    form = REGIMES[name].form_for("dossier")
    assert len(form.sections) >= 6
    assert "refers" in {f.id for f in form.fields()}
    assert {s.part for s in form.sections} == {
        "fields",
        "team",
        "budget",
        "attachments",
    }


FILE_ASKED = replace(
    NEED,
    sections=tuple(
        replace(
            s,
            fields=tuple(
                replace(f, required=True) if f.type == "file" else f for f in s.fields
            ),
        )
        for s in NEED.sections
    ),
)


def test_a_required_file_is_missing_until_one_is_kept_for_its_field():
    missing = validate(FILE_ASKED, WHOLE, lang="en")
    assert [(p.field, str(p.message), str(p.mend)) for p in missing] == [
        ("papers", "The file “Attachments” is missing.", "Attach it to this field.")
    ]
    assert validate(FILE_ASKED, WHOLE, lang="en", files={"papers"}) == []
    assert validate(FILE_ASKED, WHOLE, lang="en", whole=False) == []
    assert completeness(FILE_ASKED, WHOLE).missing == ("papers",)
    assert completeness(FILE_ASKED, WHOLE, files={"papers"}).percent == 100


def test_what_an_answer_points_at_in_the_registry_is_told_from_free_text():
    assert [
        key_of(value)
        for value in ({"id": "abc"}, {"id": 7}, {"id": True}, {"name": "A"}, "A", 7)
    ] == ["abc", 7, None, None, None, None]


def test_every_named_entry_of_a_form_is_found():
    user = {"id": "abc", "name": "Công ty"}
    assert list(references(NEED, {"user": user, "title": "A"})) == [
        ("organisation", user)
    ]


def test_a_name_of_endless_length_is_refused():
    answers = {**WHOLE, "user_known": True, "user": {"name": "a" * 501}}
    assert said(answers) == [("user", "The name is longer than 500 characters.")]
