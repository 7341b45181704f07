"""Whatever is spoilt in the rules for what comes after the decision is found, nothing else."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.domains.procedures.seeds import (
    FILES,
    Seed,
    copied,
    found,
    reading_differs,
    shipped,
    spoilt,
    spoilt_and_found,
    told_by_the_command,
)

PARTS = ("contract", "acceptance", "execution", "aftermath")


def switches_into(clean, *parts):
    """The switches that would set a place in a part, or a deadline, that is gone."""
    gone = {f"deadlines.{d['id']}" for d in clean["deadlines"] if d["track"] in parts}
    return [
        ("switch_without_place", f"switches.{s['id']}.sets")
        for s in clean["switches"]
        if (place := s.get("sets", "")).split(".")[0] in parts
        or ".".join(place.split(".")[:2]) in gone
    ]


def a_part_is_missing(clean):
    """One of the four alone, or all but one."""
    for part in PARTS:
        others = tuple(p for p in PARTS if p != part)
        for gone in ((part,), others):
            content = spoilt(clean)
            for name in gone:
                content.pop(name)
            # What is due in a track that is gone is no fault of the deadline.
            content["deadlines"] = [
                d for d in content["deadlines"] if d["track"] not in gone
            ]
            missing = [("half_an_aftermath", name) for name in gone]
            faults = [*missing, *switches_into(clean, *gone)]
            yield Seed("+".join(gone), content, faults)


def a_rule_stands_twice(clean):
    for part, lists in (
        ("execution", ("lump_sums", "approval", "reports", "amendments")),
        ("aftermath", ("ownership", "benefits")),
    ):
        for name in lists:
            for number, row in enumerate(clean[part].get(name, [])):
                content = spoilt(clean)
                rows = content[part][name]
                rows.insert(number, copied(row))
                faults = [("same_id_twice", f"{part}.{name}.{row['id']}")]
                if name == "amendments":  # the same change is then ruled twice as well
                    what = f"{row['what']}/{row.get('lump', 'any')}"
                    faults.append(("same_id_twice", f"execution.amendments.{what}"))
                if name == "ownership":  # and a day falls under two
                    faults.append(("gap_in_time", "aftermath.ownership"))
                yield Seed(f"{part}.{name}.{row['id']}", content, faults)


def a_change_is_ruled_twice(clean):
    for row in clean["execution"]["amendments"]:
        content = spoilt(clean)
        content["execution"]["amendments"].append({**copied(row), "id": "again"})
        what = f"{row['what']}/{row.get('lump', 'any')}"
        place = f"execution.amendments.{what}"
        yield Seed(row["id"], content, [("same_id_twice", place)])


def a_report_has_an_unknown_form(clean):
    for number, report in enumerate(clean["execution"]["reports"]):
        content = spoilt(clean)
        content["execution"]["reports"][number]["form"] = "X-1"
        place = f"execution.reports.{report['id']}.form"
        yield Seed(report["id"], content, [("unknown_form", place)])


def the_approval_leads_to_no_signature(clean):
    """Whoever comes last, one who may not agree; or nobody at all."""
    for last in ("auditor", ""):
        content = spoilt(clean)
        levels = content["execution"]["approval"]
        if last:
            levels[-1]["role"] = last
        else:
            levels.clear()
        yield Seed(
            last or "nobody", content, [("approval_without_end", "execution.approval")]
        )


def the_acceptance_names_what_is_not_there(clean):
    for key in ("council", "rating"):
        content = spoilt(clean)
        content["aftermath"]["acceptance"][key] = "nowhere"
        place = f"aftermath.acceptance.{key}"
        yield Seed(key, content, [(f"unknown_{key}", place)])


def a_day_of_formation_falls_under_no_rule_or_two(clean):
    rules = clean["aftermath"]["ownership"]
    for number, rule in enumerate(rules):
        content = spoilt(clean)
        content["aftermath"]["ownership"].pop(number)
        yield Seed(
            f"without {rule['id']}", content, [("gap_in_time", "aftermath.ownership")]
        )
        for key in ("formed_from", "formed_until"):
            content = spoilt(clean)
            spoil = content["aftermath"]["ownership"][number]
            spoil[key] = None if spoil.get(key) else "1990-01-01"
            yield Seed(
                f"{rule['id']}.{key}", content, [("gap_in_time", "aftermath.ownership")]
            )


KINDS = {
    "a part is missing": a_part_is_missing,
    "a rule stands twice": a_rule_stands_twice,
    "a change is ruled twice": a_change_is_ruled_twice,
    "a report has an unknown form": a_report_has_an_unknown_form,
    "the approval leads to no signature": the_approval_leads_to_no_signature,
    "the acceptance names what is not there": the_acceptance_names_what_is_not_there,
    "a day of formation": a_day_of_formation_falls_under_no_rule_or_two,
}


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_spoilt_is_found_and_nothing_else(kind, name):
    copies, differing = spoilt_and_found(KINDS, kind, name)
    assert differing == {}
    assert copies


@pytest.mark.parametrize("name", sorted(FILES))
def test_reading_only_what_was_spoilt_is_reading_the_whole(name):
    assert reading_differs(KINDS, name) == []


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_procedure_that_ends_with_the_decision_is_whole(name):
    """As those frozen before the format went on."""
    content = spoilt(shipped(name))
    for part in PARTS:
        content.pop(part)
    content["deadlines"] = [d for d in content["deadlines"] if d["track"] not in PARTS]
    into = Counter(switches_into(shipped(name), *PARTS))
    assert found(content) == into


def test_the_command_finds_a_spoilt_file(tmp_path):
    seed = next(a_change_is_ruled_twice(shipped("moit_2014")))
    assert told_by_the_command(tmp_path, seed, "moit_2014") == (1, sorted(seed.faults))
