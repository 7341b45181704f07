"""Every fault has a name, and is found in a copy that has it."""

from __future__ import annotations

import copy

import pytest

from opensti.domains.procedures.regimes.loading import (
    load_file,
    load_regime,
    regime_files,
)
from opensti.domains.procedures.regimes.reading import read_regime
from opensti.domains.procedures.regimes.soundness import check_regime, check_together

FILES = {p.stem: p for p in regime_files()}


def faults(regime) -> list[str]:
    return [f.code for f in check_regime(regime) if f.level == "fault"]


def by_id(rows, key, name="id"):
    return next(r for r in rows if r.get(name) == key)


def drop_stage_steps(content):
    for step in content["dossier"]["transitions"]:
        if step["to"] == "objected":
            step["to"] = "declined"


def close_the_way_out(content):
    content["dossier"]["transitions"] = [
        t for t in content["dossier"]["transitions"] if t["from"] != ["in_council"]
    ]


def change(place, value):
    """Set one place of the content, lists by id or position."""

    def seed(content):
        *way, last = place
        thing = content
        for key in way:
            if isinstance(thing, list) and isinstance(key, str):
                thing = next(
                    i
                    for i in thing
                    if key in (i.get("id"), i.get("code"), i.get("act"))
                )
            else:
                thing = thing[key]
        if value is None:
            thing.pop(last)
        else:
            thing[last] = value

    return seed


def twice(place):
    def seed(content):
        thing = content
        for key in place:
            thing = thing[key]
        thing.append(copy.deepcopy(thing[0]))

    return seed


SEEDED = [
    ("unreachable_stage", drop_stage_steps),
    ("dead_end", close_the_way_out),
    ("unknown_stage", change(("dossier", "initial"), "nowhere")),
    ("unknown_stage", change(("need", "transitions", 0, "to"), "nowhere")),
    (
        "state_of_another_track",
        change(("need", "stages", "draft", "state"), "eligible"),
    ),
    ("act_of_another_track", change(("need", "transitions", 0, "act"), "orders.close")),
    ("step_without_role", change(("need", "transitions", 0, "by"), [])),
    ("ambiguous_step", twice(("order", "transitions"))),
    ("unknown_form", change(("dossier", "transitions", 0, "documents"), ["X-1"])),
    ("deadline_without_owner", change(("deadlines", "review", "binding_on"), None)),
    (
        "deadline_without_consequence",
        change(("deadlines", "review", "consequence"), None),
    ),
    ("deadline_without_start", change(("deadlines", "review", "starts_on"), None)),
    ("unknown_start", change(("deadlines", "review", "starts_on"), "stage:moon")),
    ("deadline_never_met", change(("deadlines", "review", "closes_on"), None)),
    ("unknown_act", change(("deadlines", "review", "closes_on"), ["needs.submit"])),
    (
        "criteria_do_not_add_up",
        change(("score_sheets", "I.10A", "criteria", 0, "max"), 16),
    ),
    (
        "criteria_do_not_add_up",
        change(("score_sheets", "I.10A", "criteria", 0, "items", 0, "max"), 4),
    ),
    (
        "unknown_criterion",
        change(("score_sheets", "I.10A", "thresholds", 1, "criterion"), "luck"),
    ),
    (
        "threshold_out_of_reach",
        change(("score_sheets", "I.10A", "thresholds", 0, "at_least"), 101),
    ),
    (
        "quorum_role_without_seat",
        change(("council_rules", "review_council", "quorum_roles"), ["both_reviewers"]),
    ),
    ("seats_do_not_fit", change(("council_rules", "review_council", "size_max"), 12)),
    (
        "unknown_conflict_rule",
        change(("council_rules", "review_council", "conflicts"), ["envy"]),
    ),
    (
        "unknown_sheet",
        change(("council_rules", "review_council", "ballot", "sheets"), ["I.99"]),
    ),
    (
        "ballot_without_pass_rule",
        change(("council_rules", "review_council", "ballot", "passes"), None),
    ),
    ("unknown_source", change(("bars", "unsettled", "src"), "TT99")),
    ("unknown_form", change(("signed_papers", "I.1", "code"), "X-1")),
    (
        "condition_on_nothing",
        change(
            ("signed_papers", "I.6", "show_if"), {"field": "ghost", "equals": "yes"}
        ),
    ),
    (
        "no_place_for_papers",
        change(("forms", "ND268-DOSSIER", "sections", "attachments", "part"), "fields"),
    ),
    ("deadline_without_length", change(("deadlines", "review", "n"), None)),
    ("default_not_an_option", change(("switches", 0, "default"), "perhaps")),
    ("same_id_twice", twice(("deadlines",))),
    ("ends_before_it_begins", change(("until",), "2020-01-01")),
    ("kind_not_governed", change(("transition_rules", 0, "kind"), "national_task")),
    (
        "unknown_field",
        change(
            ("forms", "ND268-NEED", "sections", "use", "fields", "user", "show_if"),
            {"field": "ghost", "equals": "yes"},
        ),
    ),
    (
        "choice_without_options",
        change(
            ("forms", "ND268-NEED", "sections", "problem", "fields", 1, "options"), None
        ),
    ),
    (
        "table_without_columns",
        change(
            ("forms", "ND268-NEED", "sections", "aim", "fields", "products", "columns"),
            None,
        ),
    ),
    ("unknown_task_type", change(("forms", "ND268-NEED", "task_types"), ["dream"])),
    ("no_form", change(("forms", "ND268-NEED", "track"), "order")),
]


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_shipped_procedure_is_sound(name):
    assert faults(load_regime(FILES[name])) == []


def test_the_shipped_procedures_leave_no_gap_and_do_not_overlap():
    assert check_together([load_regime(p) for p in FILES.values()]) == []


@pytest.mark.parametrize(
    ("code", "seed"), SEEDED, ids=[f"{n}-{code}" for n, (code, _) in enumerate(SEEDED)]
)
def test_a_seeded_fault_is_found(code, seed):
    content = copy.deepcopy(load_file(FILES["nd268_2025"]))
    seed(content)
    assert code in faults(read_regime(content, file="faulty.yaml"))


@pytest.mark.parametrize(
    ("code", "until"),
    [("gap_in_time", "2026-05-01"), ("overlap_in_time", "2026-06-01")],
)
def test_gaps_and_overlaps_in_time_are_found(code, until):
    old = load_file(FILES["moit_2014"])
    by_id(old["transition_rules"], "interim")["submitted_until"] = until
    regimes = [
        read_regime(old, file="moit_2014.yaml"),
        load_regime(FILES["moit_2026"]),
    ]
    assert [f.code for f in check_together(regimes)] == [code]


def test_a_regime_that_no_file_states_is_found():
    regimes = [load_regime(FILES["moit_2014"])]
    content = load_file(FILES["moit_2014"])
    content["transition_rules"][0]["then"] = "moit_2099"
    regimes = [read_regime(content, file="x.yaml")]
    assert [f.code for f in check_together(regimes)] == ["unknown_regime"]


ANSWERS = [
    (name, switch.id, option.id)
    for name, path in sorted(FILES.items())
    for switch in load_regime(path).switches
    for option in switch.options
]


@pytest.mark.parametrize(("name", "switch", "answer"), ANSWERS)
def test_every_answer_to_a_gap_leaves_the_procedure_sound(name, switch, answer):
    assert faults(load_regime(FILES[name], {switch: answer})) == []
