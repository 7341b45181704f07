"""Whatever is spoilt in the contents of a procedure is found at its place, nothing else.

Score sheets and ratings, councils and ballots, switches, sources and names, forms.
"""

from __future__ import annotations

from collections import Counter

import pytest

from opensti.domains.procedures.choices import ALWAYS
from opensti.domains.procedures.regimes.format import facts
from opensti.domains.procedures.regimes.reading import read_regime
from tests.domains.procedures.seeds import (
    FILES,
    TRACKS,
    Seed,
    copied,
    lost_stages,
    reading_differs,
    shipped,
    some,
    spoilt,
    spoilt_and_found,
    told,
    told_by_the_command,
)

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


# ---- switches, sources, names


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


# ---- forms, papers, publications


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
    for track in sorted(ALWAYS):
        content = copied(clean)
        content["forms"] = [f for f in content["forms"] if f["track"] != track]
        yield Seed(track, content, [("no_form", "forms")])
    content = copied(clean)
    content["forms"] = [f for f in content["forms"] if f["track"] != "contract"]
    reports = [r["id"] for r in content["execution"]["reports"]]
    places = [("unknown_form", f"execution.reports.{r}.form") for r in reports]
    yield Seed("contract", content, places)
    for number, form in enumerate(clean["forms"]):
        content = copied(clean)
        content["forms"][number]["task_types"] = ["dream"]
        place = f"forms.{form['code']}.task_types"
        yield Seed(place, content, [("unknown_task_type", place)])


def a_publication_counts_from_nothing(clean):
    for number, publication in enumerate(clean["publications"]):
        content = spoilt(clean)
        spoil = content["publications"][number]
        spoil["within"] = {"n": 5, "unit": "day"}
        spoil.pop("starts_on", None)
        place = f"publications.{publication['id']}.starts_on"
        yield Seed(place, content, [("deadline_without_start", place)])


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
    "a field is faulty": a_field_is_faulty,
    "a track has no form": a_track_has_no_form,
    "a publication counts from nothing": a_publication_counts_from_nothing,
    "a paper has no title": a_paper_has_no_title,
    "a signed paper has no ground": a_signed_paper_has_no_ground,
    "signed papers have no place": signed_papers_have_no_place,
}
# No sheet has thresholds, no paper a number, in these: nothing to spoil.
NOTHING_TO_SPOIL = {
    "a threshold cannot be reached": {"moit_2014", "moit_2026", "national_2013"},
    "a council's time runs backwards": {"moit_2014", "moit_2026"},
}


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


# ---- and as a person meets it: a file, a command, an exit code


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize(
    "kind",
    ["a criterion has a point too many"],
)
def test_the_command_finds_a_spoilt_file(tmp_path, kind, name):
    seed = list(KINDS[kind](shipped(name)))[1]
    assert told_by_the_command(tmp_path, seed, name) == (1, sorted(seed.faults))
