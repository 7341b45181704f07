"""Whatever is spoilt in a shipped procedure is found at its place, and nothing else is.

Every stage, step, deadline, criterion, council, switch and source of every file in
``procedures/`` is spoilt in every way it can be, one copy at a time; of long lists of
alike (papers, fields, names) the first, the middle and the last. What must be found is
told by the seed itself, by code and by place, and compared with the whole answer.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from opensti.console.procedure import procedure
from opensti.domains.procedures.choices import END_STATES, Track
from opensti.domains.procedures.regimes.format import facts
from opensti.domains.procedures.regimes.loading import (
    load_file,
    regime_files,
    with_answers,
)
from opensti.domains.procedures.regimes.reading import read_regime
from opensti.domains.procedures.regimes.soundness import check_regime, check_together

FILES = {p.stem: p for p in regime_files()}
TRACKS = [t.value for t in Track]


class Seed(NamedTuple):
    """A spoilt copy, and the code and place of each fault that is in it."""

    name: str
    content: dict[str, Any]
    faults: list[tuple[str, str]]


@cache
def shipped(name):
    """A procedure as it is in force: its switches answered by default."""
    return with_answers(load_file(FILES[name]), {})


@cache
def whole(name):
    return read_regime(shipped(name), file="x.yaml")


TABLE = {"initial": "", "stages": [], "transitions": []}


def regime_of(content):
    """The copy as it is read; parts that are still as shipped are read once for all.

    Parts are read one by one and each from itself alone, given the source of the whole;
    ``test_reading_only_what_was_spoilt_is_reading_the_whole`` holds that.
    """
    clean, read = shipped(content["id"]), whole(content["id"])
    empty = {"assumptions": {}, **dict.fromkeys(TRACKS, TABLE)}
    same = {
        key: empty.get(key, [])
        for key, part in content.items()
        if isinstance(part, list | dict)
        and key in clean
        and part == clean[key]
        and content["src"] == clean["src"]
    }
    rest = read_regime({**content, **same}, file="x.yaml")
    return replace(rest, **{key: getattr(read, key) for key in same})


def told(content):
    """Every finding in a copy, by code and place."""
    return Counter((f.code, f.path) for f in check_regime(regime_of(content)))


def found(content):
    """What is wrong: all of it but remarks on articles that are still to be read."""
    return Counter({f: n for f, n in told(content).items() if f[0] != "no_article"})


def spoilt(content):
    """A copy to spoil, all but its forms."""
    rest = {key: part for key, part in content.items() if key != "forms"}
    return {**copied(rest), "forms": content["forms"]}


def copied(content):
    """A copy of plain data, by way of JSON: many times quicker than ``deepcopy``."""
    return json.loads(json.dumps(content))


def some(rows):
    """The first, the middle and the last of many alike."""
    rows = list(rows)
    picked = sorted({0, len(rows) // 2, len(rows) - 1}) if rows else []
    return [rows[n] for n in picked]


# ---- stages: what must be found is reckoned here, from the plain data, by closure


def edges(content, track):
    """Every way of a track as pairs, those of other answers to a switch included."""
    ways = set()
    for step in content[track]["transitions"]:
        targets = {step["to"]}
        place = f"{track}.transitions.{step.get('id')}.to"
        for switch in content["switches"]:
            if switch.get("sets") == place:
                targets |= {o["id"] for o in switch["options"]}
        ways |= {(origin, to) for origin in step["from"] for to in targets}
    return ways


def closure(start, ways):
    reached = set(start)
    while more := {b for a, b in ways if a in reached} - reached:
        reached |= more
    return reached


def lost_stages(content, track):
    """The stages that no step leads to, and those from which none leads to an end."""
    ways = edges(content, track)
    stages = {s["id"]: s["state"] for s in content[track]["stages"]}
    reached = closure({content[track]["initial"]}, ways) & set(stages)
    ends = {i for i, state in stages.items() if state in END_STATES[Track(track)]}
    ending = closure(ends, {(b, a) for a, b in ways})
    return [
        ("unreachable_stage", f"{track}.stages.{i}") for i in stages if i not in reached
    ] + [
        ("dead_end", f"{track}.stages.{i}")
        for i in stages
        if i in reached and i not in ending
    ]


def each_stage(clean):
    for track in TRACKS:
        for number, stage in enumerate(clean[track]["stages"]):
            yield track, number, stage["id"]


def answers_of(content, place):
    """The answers of the switch that sets a place, to be changed with it."""
    return [
        option
        for switch in content["switches"]
        if switch.get("sets") == place
        for option in switch["options"]
    ]


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
        other = {"need": "eligible", "order": "eligible", "dossier": "triaged"}[track]
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


# ---- score sheets and ratings


def criteria(sheet):
    """Each criterion as the numbers that lead to it, and where its faults are told."""

    def walk(items, way, above, place):
        for number, item in enumerate(items):
            here = f"{place}.{item['id']}"
            yield (*way, number), above, here
            yield from walk(item.get("items", []), (*way, number), here, here)

    place = f"score_sheets.{sheet['id']}.criteria"
    yield from walk(sheet["criteria"], (), place, place)


def criterion_at(sheet, way):
    items, item = sheet["criteria"], None
    for number in way:
        item = items[number]
        items = item.get("items", [])
    return item


def points_are_off(by):
    def seeds(clean):
        for number, sheet in enumerate(clean["score_sheets"]):
            for way, above, here in criteria(sheet):
                content = spoilt(clean)
                item = criterion_at(content["score_sheets"][number], way)
                item["max"] += by
                places = [above, here] if item.get("items") else [above]
                faults = [("criteria_do_not_add_up", p) for p in places]
                yield Seed(f"{here}{by:+}", content, faults)
            content = spoilt(clean)
            content["score_sheets"][number]["total"] += by
            place = f"score_sheets.{sheet['id']}.criteria"
            yield Seed(
                f"{sheet['id']}.total", content, [("criteria_do_not_add_up", place)]
            )

    return seeds


def a_threshold_cannot_be_reached(clean):
    for number, sheet in enumerate(clean["score_sheets"]):
        place = f"score_sheets.{sheet['id']}.thresholds"
        for at, _threshold in enumerate(sheet.get("thresholds", [])):
            for key, value, code in (
                ("at_least", sheet["total"] + 1, "threshold_out_of_reach"),
                ("criterion", "luck", "unknown_criterion"),
            ):
                content = spoilt(clean)
                content["score_sheets"][number]["thresholds"][at][key] = value
                yield Seed(f"{place}.{at}.{key}", content, [(code, place)])


def a_rating_is_no_level(clean):
    for number, rule in enumerate(clean.get("rating_rules", [])):
        for name in ("best", "worst", "otherwise"):
            content = spoilt(clean)
            content["rating_rules"][number][name] = "sublime"
            place = f"rating_rules.{rule['id']}.{name}"
            yield Seed(place, content, [("unknown_level", place)])
        for name in ("best_share", "worst_share"):
            content = spoilt(clean)
            content["rating_rules"][number][name]["fraction"] = "4/3"
            place = f"rating_rules.{rule['id']}.{name}"
            yield Seed(place, content, [("share_out_of_range", place)])


# ---- councils

SEATS_OF = {
    "chair": {"chair"},
    "chair_or_vice": {"chair", "vice"},
    "chair_or_authorised_vice": {"chair", "vice"},
    "both_reviewers": {"reviewer"},
    "one_reviewer": {"reviewer"},
    "secretary": {"secretary"},
    "council_representative": {"member"},
}


def each_council(clean):
    for number, rule in enumerate(clean["council_rules"]):
        yield number, rule, f"council_rules.{rule['id']}"


def the_seats_do_not_fit(clean):
    for number, rule, place in each_council(clean):
        most = sum(s["count_max"] for s in rule["seats"])
        least = sum(s["count_min"] for s in rule["seats"])
        for key, value in (("size_max", most + 1), ("size_min", least - 1)):
            content = spoilt(clean)
            content["council_rules"][number][key] = value
            yield Seed(
                f"{place}.{key}", content, [("seats_do_not_fit", f"{place}.seats")]
            )


def a_seat_of_the_quorum_is_gone(clean):
    """Another kind of seat takes its number, so that only the quorum lacks it."""
    for number, rule, place in each_council(clean):
        for at, seat in enumerate(rule["seats"]):
            content = spoilt(clean)
            seats = content["council_rules"][number]["seats"]
            other = seats[at - 1]
            gone = seats.pop(at)
            other["count_min"] += gone["count_min"]
            other["count_max"] += gone["count_max"]
            lacking = [
                ("quorum_role_without_seat", f"{place}.quorum_roles")
                for role in rule.get("quorum_roles", [])
                if seat["role"] in SEATS_OF[role]
            ]
            yield Seed(f"{place}.{seat['role']}", content, lacking)


def a_share_is_out_of_range(clean):
    for number, rule, place in each_council(clean):
        ballot = rule.get("ballot") or {}
        ways = [("quorum",)]
        ways += [("conclusion",)] * ("conclusion" in rule)
        ways += [("ballot", "zero_rule")] * ("zero_rule" in ballot)
        ways += [("ballot", "passes", n) for n in range(len(ballot.get("passes", [])))]
        for way in ways:
            for fraction in ("0", "3/2"):
                content = spoilt(clean)
                thing = content["council_rules"][number]
                for key in way:
                    thing = thing[key]
                thing["fraction"] = fraction
                where = ".".join([place, *map(str, way)])
                yield Seed(
                    f"{where}={fraction}", content, [("share_out_of_range", where)]
                )


def a_council_time_runs_backwards(clean):
    for number, rule, place in each_council(clean):
        for key in ("documents_before", "written_opinions_before", "meet_within"):
            if key in rule:
                content = spoilt(clean)
                content["council_rules"][number][key]["n"] = -1
                yield Seed(
                    f"{place}.{key}", content, [("negative_period", f"{place}.{key}")]
                )


def a_council_names_what_is_not_there(clean):
    for number, rule, place in each_council(clean):
        content = spoilt(clean)
        content["council_rules"][number]["conflicts"] = ["envy"]
        where = f"{place}.conflicts"
        yield Seed(where, content, [("unknown_conflict_rule", where)])
        if "ballot" not in rule:
            continue
        for key, value, code in (
            ("sheets", ["I.99"], "unknown_sheet"),
            ("form", "X-1", "unknown_form"),
            ("rating", "stars", "unknown_rating"),
        ):
            content = spoilt(clean)
            content["council_rules"][number]["ballot"][key] = value
            where = f"{place}.ballot.{key}"
            yield Seed(where, content, [(code, where)])


def a_ballot_decides_nothing(clean):
    key = {
        "vote": "passes",
        "items": "passes",
        "score": "pass_mean",
        "rating": "rating",
    }
    for number, rule, place in each_council(clean):
        if "ballot" in rule:
            content = spoilt(clean)
            ballot = content["council_rules"][number]["ballot"]
            ballot.pop(key[ballot["kind"]])
            where = f"{place}.ballot"
            yield Seed(where, content, [("ballot_without_pass_rule", where)])


# ---- switches, sources, names, periods


def a_switch_has_no_answer_or_no_place(clean):
    for number, switch in enumerate(clean["switches"]):
        place = f"switches.{switch['id']}"
        for key, value, code in (
            ("default", "perhaps", "default_not_an_option"),
            ("sets", "council_rules.nobody.ballot", "switch_without_place"),
            ("sets", "dossier.moon", "switch_without_place"),
        ):
            content = spoilt(clean)
            was = content["switches"][number]
            if key == "sets" and not was.get("sets"):
                continue
            # The step that the switch closes must not be without roles on top of it.
            for step in content["dossier"]["transitions"]:
                if was["sets"] == f"dossier.transitions.{step.get('id')}.by":
                    step["by"] = ["officer"]
            # Nor may a stage that only its other answer leads to be lost.
            lost = []
            was[key] = value
            # And a deadline whose days the switch would give needs its own.
            for deadline in content["deadlines"]:
                deadline.setdefault("n", 5)
            if switch.get("sets", "").endswith(".to") and key == "sets":
                lost = lost_stages(content, "dossier")
            yield Seed(f"{place}.{value}", content, [(code, f"{place}.{key}"), *lost])


def a_source_is_gone(clean):
    resting = list(facts(read_regime(clean, file="x.yaml")))
    for number, source in enumerate(clean["sources"]):
        content = copied(clean)
        content["sources"].pop(number)
        own = source["id"] == clean["src"]
        places = ["src"] if own else []
        places += [f"{p}.src" for p, f in resting if f.src == source["id"] and not own]
        yield Seed(source["id"], content, [("unknown_source", p) for p in places])


def a_name_is_given_twice(clean):
    ways = [
        *((key,) for key in ("sources", "switches", "actors", "task_types")),
        *((key,) for key in ("transition_rules", "deadlines", "council_rules")),
        *((key,) for key in ("conflict_rules", "score_sheets", "rating_rules")),
        *((key,) for key in ("forms", "papers", "bars", "checks")),
        *((track, "stages") for track in TRACKS),
    ]
    for way in ways:
        rows = clean
        for key in way:
            rows = rows.get(key, [])
        for row in some(rows):
            content = copied(clean)
            thing = content
            for key in way:
                thing = thing[key]
            double = next(r for r in thing if same(r, row))
            thing.append(copied(double))
            name = row.get("id") or row.get("code")
            lists = {".".join(way), *(["checks"] if way == ("bars",) else [])}
            yield Seed(
                ".".join([*way, name]),
                content,
                [("same_id_twice", f"{place}.{name}") for place in lists],
            )


def same(one, other):
    return (one.get("id"), one.get("code")) == (other.get("id"), other.get("code"))


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


# ---- forms and assumptions


def each_field(clean):
    """Every field of a procedure's forms; sections that forms share are taken once."""
    taken = set()
    for number, form in enumerate(clean["forms"]):
        for at, section in enumerate(form["sections"]):
            if section["id"] in taken:
                continue
            taken.add(section["id"])
            for nth, field in enumerate(section.get("fields", [])):
                yield (
                    (number, at, nth),
                    field,
                    f"forms.{form['code']}",
                )


def with_field(clean, where):
    """A copy, the fields of a section, and the one of them to spoil."""
    number, at, nth = where
    content = copied(clean)
    fields = content["forms"][number]["sections"][at]["fields"]
    return content, fields, fields[nth]


def a_field_is_faulty(clean):
    fields = list(each_field(clean))
    special = [f for f in fields if f[1]["type"] in ("choice", "multichoice", "table")]
    for where, field, form in [*some(fields), *special]:
        place = f"{form}.{field['id']}"
        content, _fields, spoil = with_field(clean, where)
        spoil["show_if"] = {"field": "ghost", "equals": "yes"}
        yield Seed(f"{place}.show_if", content, [("unknown_field", f"{place}.show_if")])
        content, fields, spoil = with_field(clean, where)
        fields.append(copied(spoil))
        yield Seed(f"{place} twice", content, [("same_id_twice", place)])
        if field["type"] in ("choice", "multichoice"):
            content, _fields, spoil = with_field(clean, where)
            spoil.pop("options")
            yield Seed(f"{place}.options", content, [("choice_without_options", place)])
        if field["type"] == "table":
            content, _fields, spoil = with_field(clean, where)
            spoil.pop("columns")
            yield Seed(f"{place}.columns", content, [("table_without_columns", place)])
            for kind, code in (("table", "table_in_table"), ("file", "file_in_table")):
                content, _fields, spoil = with_field(clean, where)
                spoil["columns"][0]["type"] = kind
                yield Seed(f"{place}.{kind}", content, [(code, place)])


def a_track_has_no_form(clean):
    for track in TRACKS:
        content = copied(clean)
        content["forms"] = [f for f in content["forms"] if f["track"] != track]
        yield Seed(track, content, [("no_form", "forms")])
    for number, form in enumerate(clean["forms"]):
        content = copied(clean)
        content["forms"][number]["task_types"] = ["dream"]
        place = f"forms.{form['code']}.task_types"
        yield Seed(place, content, [("unknown_task_type", place)])


def a_chance_is_impossible(clean):
    for number, chance in enumerate(clean["assumptions"]["chances"]):
        place = f"assumptions.chances.{chance['track']}.{chance['stage']}"
        content = spoilt(clean)
        content["assumptions"]["chances"][number]["percent"] = 101
        yield Seed(
            f"{place}.{chance['act']}", content, [("chances_do_not_add_up", place)]
        )


def a_publication_counts_from_nothing(clean):
    for number, publication in enumerate(clean["publications"]):
        content = spoilt(clean)
        spoil = content["publications"][number]
        spoil["within"] = {"n": 5, "unit": "day"}
        spoil.pop("starts_on", None)
        place = f"publications.{publication['id']}.starts_on"
        yield Seed(place, content, [("deadline_without_start", place)])


def a_deadline_has_no_length(clean):
    switched = {s.get("sets") for s in clean["switches"]}
    for name, content, deadline in each_deadline(clean):
        place = f"deadlines.{name}.n"
        if place not in switched:
            deadline.pop("n")
            yield Seed(name, content, [("deadline_without_length", place)])


def a_signed_paper_has_no_ground(clean):
    for number, paper in enumerate(clean.get("signed_papers", [])):
        content = spoilt(clean)
        content["signed_papers"][number]["code"] = "X-1"
        yield Seed(paper["code"], content, [("unknown_form", "signed_papers.X-1")])
        content = spoilt(clean)
        content["signed_papers"][number]["show_if"] = {"field": "ghost", "equals": "1"}
        place = f"signed_papers.{paper['code']}.show_if"
        forms = [f for f in clean["forms"] if f["track"] == "dossier"]
        yield Seed(place, content, [("condition_on_nothing", place)] * len(forms))


def signed_papers_have_no_place(clean):
    for number, form in enumerate(clean["forms"]):
        if form["track"] == "dossier" and clean.get("signed_papers"):
            content = copied(clean)
            sections = content["forms"][number]["sections"]
            sections[:] = [s for s in sections if s.get("part") != "attachments"]
            place = f"forms.{form['code']}.sections"
            yield Seed(place, content, [("no_place_for_papers", place)])


def a_paper_has_no_title(clean):
    for number, paper in some(enumerate(clean["papers"])):
        content = spoilt(clean)
        content["papers"][number]["title_vi"] = " "
        yield Seed(paper["code"], content, [("no_title", f"papers.{paper['code']}")])


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
    "a criterion has a point too many": points_are_off(1),
    "a criterion has a point too few": points_are_off(-1),
    "a threshold cannot be reached": a_threshold_cannot_be_reached,
    "a rating is no level": a_rating_is_no_level,
    "the seats do not fit": the_seats_do_not_fit,
    "a seat of the quorum is gone": a_seat_of_the_quorum_is_gone,
    "a share is out of range": a_share_is_out_of_range,
    "a council's time runs backwards": a_council_time_runs_backwards,
    "a council names what is not there": a_council_names_what_is_not_there,
    "a ballot decides nothing": a_ballot_decides_nothing,
    "a switch has no answer or no place": a_switch_has_no_answer_or_no_place,
    "a source is gone": a_source_is_gone,
    "a name is given twice": a_name_is_given_twice,
    "a time ends before it begins": a_time_ends_before_it_begins,
    "a field is faulty": a_field_is_faulty,
    "a track has no form": a_track_has_no_form,
    "a chance is impossible": a_chance_is_impossible,
    "a publication counts from nothing": a_publication_counts_from_nothing,
    "a paper has no title": a_paper_has_no_title,
    "a deadline has no length": a_deadline_has_no_length,
    "a signed paper has no ground": a_signed_paper_has_no_ground,
    "signed papers have no place": signed_papers_have_no_place,
}
# No sheet has thresholds or ratings, no paper a number, in these: nothing to spoil.
NOTHING_TO_SPOIL = {
    "a threshold cannot be reached": {"moit_2014", "moit_2026", "national_2013"},
    "a rating is no level": {"moit_2026", "nd268_2025"},
    "a council's time runs backwards": {"moit_2014", "moit_2026"},
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_clean_copy_has_no_fault(name):
    assert found(shipped(name)) == Counter()


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_spoilt_is_found_and_nothing_else(kind, name):
    seeds = list(KINDS[kind](shipped(name)))
    differing = {
        seed.name: (here, seed.faults)
        for seed in seeds
        if (here := found(seed.content)) != Counter(seed.faults)
    }
    assert differing == {}
    assert (not seeds) is (name in NOTHING_TO_SPOIL.get(kind, set()))


@pytest.mark.parametrize("name", sorted(FILES))
def test_reading_only_what_was_spoilt_is_reading_the_whole(name):
    firsts = [next(seeds(shipped(name)), None) for seeds in KINDS.values()]
    differing = [
        seed.name
        for seed in firsts
        if seed is not None
        and regime_of(seed.content) != read_regime(seed.content, file="x.yaml")
    ]
    assert differing == []


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_verified_fact_that_loses_its_article_is_remarked_upon(name):
    clean = shipped(name)
    before = told(clean)
    for key in ("deadlines", "bars", "checks", "papers", "conflict_rules"):
        for number, row in enumerate(clean.get(key, [])):
            if row["v"] == "V" and row["art"]:
                content = copied(clean)
                content[key][number]["art"] = ""
                place = f"{key}.{row.get('id') or row['code']}.art"
                assert told(content) - before == Counter([("no_article", place)])


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
        "a criterion has a point too many",
    ],
)
def test_the_command_finds_a_spoilt_file(tmp_path, kind, name):
    seed = list(KINDS[kind](shipped(name)))[1]
    path = tmp_path / f"{name}.yaml"
    path.write_text(json.dumps(seed.content, indent=1), encoding="utf-8")
    result = CliRunner().invoke(
        procedure, ["check", "--json", "--lang", "en", str(path)]
    )
    said = sorted((f["code"], f["path"]) for f in json.loads(result.output))
    assert (result.exit_code, said) == (1, sorted(seed.faults))
