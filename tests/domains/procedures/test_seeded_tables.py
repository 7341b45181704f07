"""Whatever is spoilt in the tables of a procedure is found at its place, nothing else.

Stages, steps and deadlines, and the time that the files govern together.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from opensti.domains.procedures.choices import END_STATES, STATES, Track
from opensti.domains.procedures.regimes.reading import read_regime
from opensti.domains.procedures.regimes.soundness import check_together
from tests.domains.procedures.seeds import (
    FILES,
    TRACKS,
    Seed,
    answers_of,
    copied,
    each_stage,
    found,
    lost_stages,
    reading_differs,
    shipped,
    some,
    spoilt,
    spoilt_and_found,
    told_by_the_command,
)

# ---- stages and steps


def a_stage_is_replaced_by_another(clean):
    """All that led to it leads to its double: it alone is out of reach."""
    for track, number, stage in each_stage(clean):
        content = spoilt(clean)
        table = content[track]
        table["stages"].append({**table["stages"][number], "id": "double"})
        for step in table["transitions"]:
            step["to"] = "double" if step["to"] == stage else step["to"]
            if stage in step["from"]:
                step["from"].append("double")
            place = f"{track}.transitions.{step.get('id')}.to"
            for option in answers_of(content, place):
                option["id"] = "double" if option["id"] == stage else option["id"]
        for switch in content["switches"]:
            if switch.get("sets", "").endswith(".to") and switch["default"] == stage:
                switch["default"] = "double"
        if table["initial"] == stage:
            table["initial"] = "double"
        yield Seed(
            f"{track}.{stage}",
            content,
            [("unreachable_stage", f"{track}.stages.{stage}")],
        )


def a_stage_is_cut_off(clean):
    """What led to it leads back to where it came from."""
    for track, _number, stage in each_stage(clean):
        content = spoilt(clean)
        steps = []
        for step in content[track]["transitions"]:
            answers = answers_of(content, f"{track}.transitions.{step.get('id')}.to")
            others = [o["id"] for o in answers if o["id"] != stage]
            for option in answers:
                option["id"] = others[0] if option["id"] == stage else option["id"]
            if step["to"] != stage:
                steps.append(step)
            elif others:
                steps.append({**step, "to": others[0]})
            else:
                steps += [{**step, "from": [o], "to": o} for o in step["from"]]
        for switch in content["switches"]:
            if switch.get("sets", "").endswith(".to") and switch["default"] == stage:
                switch["default"] = switch["options"][0]["id"]
        content[track]["transitions"] = steps
        yield Seed(f"{track}.{stage}", content, lost_stages(content, track))


def a_stage_leads_nowhere(clean):
    """Every step out of it comes back to it."""
    for track, _number, stage in each_stage(clean):
        content = spoilt(clean)
        steps = []
        for step in content[track]["transitions"]:
            others = [o for o in step["from"] if o != stage]
            if others:
                steps.append({**step, "from": others})
            if stage in step["from"]:
                back = {**step, "from": [stage], "to": stage}
                place = f"{track}.transitions.{step.get('id')}.to"
                for option in answers_of(content, place):
                    option["id"] = stage if not others else option["id"]
                if others:
                    back.pop("id", None)
                    back["by"] = back["by"] or ["officer"]
                steps.append(back)
        for switch in content["switches"]:
            if switch["default"] not in {o["id"] for o in switch["options"]}:
                switch["default"] = stage
        content[track]["transitions"] = steps
        yield Seed(f"{track}.{stage}", content, lost_stages(content, track))


def a_track_begins_nowhere(clean):
    for track in TRACKS:
        content = spoilt(clean)
        content[track]["initial"] = "nowhere"
        yield Seed(track, content, [("unknown_stage", f"{track}.initial")])


def each_step(clean):
    for track in TRACKS:
        for number, step in enumerate(clean[track]["transitions"]):
            place = f"{track}.transitions.{step.get('id') or step['act']}"
            content = spoilt(clean)
            yield (
                f"{place}.{number}",
                place,
                content,
                content[track]["transitions"][number],
            )


def a_step_has_nobody(clean):
    switched = {s.get("sets") for s in clean["switches"]}
    for name, place, content, step in each_step(clean):
        if f"{place}.by" not in switched:
            step["by"] = []
            yield Seed(name, content, [("step_without_role", f"{place}.by")])


def a_step_goes_two_ways(clean):
    for name, place, content, step in some(each_step(clean)):
        track = place.split(".")[0]
        content[track]["transitions"].append(copied(step))
        yield Seed(name, content, [("ambiguous_step", place)] * len(step["from"]))


def a_step_leads_out_of_the_table(clean):
    for name, place, content, step in each_step(clean):
        track = place.split(".")[0]
        step["to"] = "moon"
        yield Seed(
            name, content, [("unknown_stage", place), *lost_stages(content, track)]
        )


def a_step_asks_for_an_unknown_form(clean):
    for name, place, content, step in some(each_step(clean)):
        step["documents"] = [*step.get("documents", []), "X-1"]
        yield Seed(name, content, [("unknown_form", f"{place}.documents")])


def a_state_is_of_another_track(clean):
    for track, number, stage in each_stage(clean):
        content = spoilt(clean)
        was = content[track]["stages"][number]
        other = "triaged" if "triaged" not in STATES[Track(track)] else "eligible"
        ended = was["state"] in END_STATES[Track(track)]
        was["state"] = other
        lost = lost_stages(content, track) if ended else []
        place = f"{track}.stages.{stage}.state"
        yield Seed(
            f"{track}.{stage}", content, [("state_of_another_track", place), *lost]
        )


# ---- deadlines


def each_deadline(clean):
    for number, deadline in enumerate(clean["deadlines"]):
        content = spoilt(clean)
        yield deadline["id"], content, content["deadlines"][number]


def without(key, code):
    def seeds(clean):
        for name, content, deadline in each_deadline(clean):
            deadline.pop(key)
            yield Seed(name, content, [(code, f"deadlines.{name}.{key}")])

    return seeds


def a_deadline_starts_with_nothing_known(clean):
    for kind in ("stage", "event"):
        for name, content, deadline in each_deadline(clean):
            deadline["starts_on"] = f"{kind}:nothing"
            place = f"deadlines.{name}.starts_on"
            yield Seed(f"{name}.{kind}", content, [("unknown_start", place)])


def a_deadline_is_never_met(clean):
    for name, content, deadline in each_deadline(clean):
        if deadline["track"] in TRACKS:
            deadline["closes_on"] = []
            place = f"deadlines.{name}.closes_on"
            yield Seed(name, content, [("deadline_never_met", place)])


def a_deadline_is_met_by_an_act_of_another_track(clean):
    for name, content, deadline in each_deadline(clean):
        if deadline["track"] in TRACKS:
            track = deadline["track"]
            other = "orders.approve" if track == "need" else "needs.submit"
            deadline["closes_on"].append(other)
            place = f"deadlines.{name}.closes_on"
            yield Seed(name, content, [("unknown_act", place)])


def a_deadline_is_over_before_it_starts(clean):
    for name, content, deadline in each_deadline(clean):
        deadline["n"] = -1
        yield Seed(name, content, [("negative_period", f"deadlines.{name}.n")])


def a_deadline_has_no_length(clean):
    switched = {s.get("sets") for s in clean["switches"]}
    for name, content, deadline in each_deadline(clean):
        place = f"deadlines.{name}.n"
        if place not in switched:
            deadline.pop("n")
            yield Seed(name, content, [("deadline_without_length", place)])


def a_deadline_waits_for_what_is_not_there(clean):
    for name, content, deadline in each_deadline(clean):
        if deadline["track"] in TRACKS and deadline["starts_on"].startswith("event:"):
            deadline["runs_in"] = "moon"
            place = f"deadlines.{name}.runs_in"
            yield Seed(name, content, [("unknown_stage", place)])


def a_deadline_waits_where_nothing_meets_it(clean):
    for name, content, deadline in each_deadline(clean):
        if deadline["track"] in TRACKS and deadline["starts_on"].startswith("event:"):
            steps = content[deadline["track"]]["transitions"]
            meeting = {
                o for s in steps if s["act"] in deadline["closes_on"] for o in s["from"]
            }
            for stage in content[deadline["track"]]["stages"]:
                if stage["id"] in meeting:
                    continue
                here = copied(content)
                own = next(d for d in here["deadlines"] if d["id"] == name)
                own["runs_in"] = stage["id"]
                place = f"deadlines.{name}.runs_in"
                yield Seed(
                    f"{name}.{stage['id']}", here, [("deadline_never_met", place)]
                )


def a_deadline_waits_after_no_event(clean):
    for name, content, deadline in each_deadline(clean):
        if deadline["track"] in TRACKS and deadline["closes_on"]:
            steps = content[deadline["track"]]["transitions"]
            meets = next(s for s in steps if s["act"] in deadline["closes_on"])
            deadline["runs_in"] = meets["from"][0]
            deadline["starts_on"] = f"act:{meets['act']}"
            place = f"deadlines.{name}.starts_on"
            yield Seed(name, content, [("waits_without_event", place)])


# ---- periods and assumptions


def a_time_ends_before_it_begins(clean):
    content = spoilt(clean)
    content["until"] = content["since"]
    yield Seed("until", content, [("ends_before_it_begins", "until")])
    for number, rule in enumerate(clean["transition_rules"]):
        place = f"transition_rules.{rule['id']}"
        if rule.get("submitted_from"):
            content = spoilt(clean)
            content["transition_rules"][number]["submitted_until"] = rule[
                "submitted_from"
            ]
            yield Seed(place, content, [("ends_before_it_begins", place)])
        content = spoilt(clean)
        other = next(
            k for k in ("national_task", "innovation_task") if k not in clean["kinds"]
        )
        content["transition_rules"][number]["kind"] = other
        yield Seed(f"{place}.kind", content, [("kind_not_governed", f"{place}.kind")])


def a_chance_is_impossible(clean):
    for number, chance in enumerate(clean["assumptions"]["chances"]):
        place = f"assumptions.chances.{chance['track']}.{chance['stage']}"
        content = spoilt(clean)
        content["assumptions"]["chances"][number]["percent"] = 101
        yield Seed(
            f"{place}.{chance['act']}", content, [("chances_do_not_add_up", place)]
        )


KINDS = {
    "a stage is replaced by another": a_stage_is_replaced_by_another,
    "a stage is cut off": a_stage_is_cut_off,
    "a stage leads nowhere": a_stage_leads_nowhere,
    "a track begins nowhere": a_track_begins_nowhere,
    "a step has nobody": a_step_has_nobody,
    "a step goes two ways": a_step_goes_two_ways,
    "a step leads out of the table": a_step_leads_out_of_the_table,
    "a step asks for an unknown form": a_step_asks_for_an_unknown_form,
    "a state is of another track": a_state_is_of_another_track,
    "a deadline has no owner": without("binding_on", "deadline_without_owner"),
    "a deadline has no consequence": without(
        "consequence", "deadline_without_consequence"
    ),
    "a deadline has no start": without("starts_on", "deadline_without_start"),
    "a deadline starts with nothing known": a_deadline_starts_with_nothing_known,
    "a deadline is never met": a_deadline_is_never_met,
    "a deadline is met elsewhere": a_deadline_is_met_by_an_act_of_another_track,
    "a deadline is over before it starts": a_deadline_is_over_before_it_starts,
    "a time ends before it begins": a_time_ends_before_it_begins,
    "a chance is impossible": a_chance_is_impossible,
    "a deadline has no length": a_deadline_has_no_length,
    "a deadline waits for what is not there": a_deadline_waits_for_what_is_not_there,
    "a deadline waits where nothing meets it": a_deadline_waits_where_nothing_meets_it,
    "a deadline waits after no event": a_deadline_waits_after_no_event,
}
NOTHING_TO_SPOIL: dict[str, set[str]] = {}


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_spoilt_is_found_and_nothing_else(kind, name):
    copies, differing = spoilt_and_found(KINDS, kind, name)
    assert differing == {}
    assert (not copies) is (name in NOTHING_TO_SPOIL.get(kind, set()))


@pytest.mark.parametrize("name", sorted(FILES))
def test_reading_only_what_was_spoilt_is_reading_the_whole(name):
    assert reading_differs(KINDS, name) == []


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_clean_copy_has_no_fault(name):
    assert found(shipped(name)) == Counter()


# ---- time, over all files together


def timelines():
    """Each beginning and end of a rule, moved by one day either way."""
    for name in sorted(FILES):
        for rule in shipped(name)["transition_rules"]:
            for key in ("submitted_from", "submitted_until"):
                for days in (-1, 1):
                    if rule.get(key):
                        yield name, rule["id"], key, days


def neighbours(kind):
    rules = [
        (rule.get("submitted_from") or "", name, rule)
        for name in FILES
        for rule in shipped(name)["transition_rules"]
        if rule["kind"] == kind
    ]
    return [(name, rule) for _start, name, rule in sorted(rules, key=lambda r: r[:2])]


@pytest.mark.parametrize(("name", "rule_id", "key", "days"), list(timelines()))
def test_a_day_too_few_is_a_gap_and_a_day_too_many_an_overlap(name, rule_id, key, days):
    contents = {n: copied(shipped(n)) for n in FILES}
    rule = next(r for r in contents[name]["transition_rules"] if r["id"] == rule_id)
    rule[key] = (date.fromisoformat(rule[key]) + timedelta(days=days)).isoformat()
    order = [(n, r["id"]) for n, r in neighbours(rule["kind"])]
    at = order.index((name, rule_id)) + (key == "submitted_until")
    expected = []
    if 0 < at < len(order):
        later = (days > 0) is (key == "submitted_from")
        place = "{}.transition_rules.{}".format(*order[at])
        expected = [("gap_in_time" if later else "overlap_in_time", place)]
    regimes = [read_regime(c, file=f"{n}.yaml") for n, c in contents.items()]
    assert [(f.code, f.path) for f in check_together(regimes)] == expected


def test_a_rule_inside_another_is_one_overlap_and_leaves_no_gap_behind_it():
    contents = {n: copied(shipped(n)) for n in FILES}
    rules = contents["moit_2014"]["transition_rules"]
    inside = {
        **copied(rules[0]),
        "id": "inside",
        "submitted_from": "2016-01-01",
        "submitted_until": "2017-01-01",
    }
    rules.append(inside)
    regimes = [read_regime(c, file=f"{n}.yaml") for n, c in contents.items()]
    assert [(f.code, f.path) for f in check_together(regimes)] == [
        ("overlap_in_time", "moit_2014.transition_rules.inside")
    ]


# ---- and as a person meets it: a file, a command, an exit code


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize(
    "kind",
    [
        "a stage is cut off",
        "a stage leads nowhere",
        "a deadline has no owner",
        "a deadline has no consequence",
    ],
)
def test_the_command_finds_a_spoilt_file(tmp_path, kind, name):
    seed = list(KINDS[kind](shipped(name)))[1]
    assert told_by_the_command(tmp_path, seed, name) == (1, sorted(seed.faults))
