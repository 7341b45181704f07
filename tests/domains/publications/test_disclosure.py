"""Files of disclosure policies: the shipped one is sound, faults are named by their line."""

from __future__ import annotations

import pytest
from django.utils import translation

from opensti.domains.procedures.choices import Mark
from opensti.domains.publications.disclosure import (
    WHOLE_ROW,
    Audience,
    as_content,
    as_yaml,
)
from opensti.domains.publications.queries.catalogue import CATALOGUE
from opensti.domains.publications.queries.policies import load_policy, shipped_policy
from opensti.kernel.refusals import Invalid

HEAD = """id: own
title_vi: "Riêng"
title_en: "Own"
sources:
  - {id: OFFICE, title_vi: "Cơ quan", title_en: "Office", v: I}
rules:
"""


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def faults(folder, *lines):
    file = folder / "own.yaml"
    file.write_text(HEAD + "\n".join(f"  - {line}" for line in lines), encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        load_policy(file)
    return [(one.field, str(one.message)) for one in refused.value.problems]


def test_the_shipped_policy_rules_every_field_there_is_and_no_other():
    rules = {(rule.kind, rule.field) for rule in shipped_policy().rules}
    known = {
        (kind.key, key)
        for kind in CATALOGUE.values()
        for key in (WHOLE_ROW, *kind.by_key)
    }

    assert rules <= known
    assert known - rules == {
        ("amendment", "reason"),
        ("report", "due_on"),
        ("report", "label"),
        ("report", "state"),
        ("report", "submitted_at"),
    }


def test_only_what_was_read_in_the_text_is_marked_so():
    read = {(r.kind, r.article) for r in shipped_policy().rules if r.v is Mark.V}
    assert read == {("call", "ND268 Art 10"), ("decision", "ND268 Art 14")}


def test_a_policy_written_to_a_file_reads_back_the_same(tmp_path):
    file = tmp_path / "again.yaml"
    file.write_text(as_yaml(shipped_policy()), encoding="utf-8")

    again = load_policy(file)

    assert again.rules == shipped_policy().rules
    assert as_content(again) == as_content(shipped_policy())


def test_every_fault_is_named_with_its_line(tmp_path):
    terms = 'form: exact, basis_vi: "a", basis_en: "b", src: OFFICE, v: I'
    assert faults(tmp_path, f"{{kind: ordr, fields: [code], {terms}}}") == [
        ("own.yaml: rules[0].kind (line 7)", "There is no kind “ordr”.")
    ]
    assert faults(
        tmp_path,
        f"{{kind: order, fields: [code], {terms}}}",
        f"{{kind: order, fields: [cod], {terms}}}",
        f"{{kind: order, fields: [title], {terms.replace('exact', 'rounded')}}}",
    ) == [
        ("own.yaml: rules[1].fields (line 8)", "“order” has no field “cod”."),
        (
            "own.yaml: rules[2].form (line 9)",
            "“order.title” cannot be shown as “rounded”.",
        ),
    ]


def test_twice_without_a_source_or_basis_and_with_an_endless_delay_are_faults(tmp_path):
    assert faults(
        tmp_path,
        '{kind: order, fields: [code], form: exact, basis_vi: "a", basis_en: "b", src: OFFICE, v: I}',
        '{kind: order, fields: [code], form: none, delay_days: 99999, basis_vi: "", basis_en: "b", src: LAW, v: I}',
    ) == [
        ("own.yaml: rules[1].src (line 8)", "No source is called “LAW”."),
        ("own.yaml: rules[1].basis_vi (line 8)", "The legal basis is missing."),
        (
            "own.yaml: rules[1].delay_days (line 8)",
            "99999 is no number of days.",
        ),
        (
            "own.yaml: rules[1].fields (line 8)",
            "“order.code” has a rule for “public” already.",
        ),
    ]


def test_an_unknown_word_is_a_fault(tmp_path):
    [(place, said)] = faults(
        tmp_path,
        '{kind: order, fields: [code], form: exat, basis_vi: "a", basis_en: "b", src: OFFICE, v: I}',
    )
    assert place == "own.yaml: rules[0].form (line 7)"
    assert "exat" in said


def test_the_circles_of_an_audience_go_from_its_own_outwards():
    assert Audience.STAFF.circles == (
        Audience.STAFF,
        Audience.PARTNER,
        Audience.PUBLIC,
    )
