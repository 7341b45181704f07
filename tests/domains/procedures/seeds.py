"""Shipped procedures spoilt one copy at a time, and what must be found in each copy.

Every stage, step, deadline, criterion, council, switch and source of every file in
``procedures/`` is spoilt in every way it can be; of long lists of alike (papers, fields,
names) the first, the middle and the last. What must be found is told by the seed itself,
by code and by place, and compared with the whole answer.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from click.testing import CliRunner

from opensti.console.procedure import procedure
from opensti.domains.procedures.choices import END_STATES, Track
from opensti.domains.procedures.regimes.loading import (
    load_file,
    regime_files,
    with_answers,
)
from opensti.domains.procedures.regimes.reading import read_regime
from opensti.domains.procedures.regimes.soundness import check_regime

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
        if (isinstance(part, list) or key in empty)
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


# ---- what every room of spoilt copies asks


def reading_differs(kinds, name):
    """Names of first copies of each kind that ``regime_of`` reads otherwise than whole."""
    firsts = [next(seeds(shipped(name)), None) for seeds in kinds.values()]
    return [
        seed.name
        for seed in firsts
        if seed is not None
        and regime_of(seed.content) != read_regime(seed.content, file="x.yaml")
    ]


def spoilt_and_found(kinds, kind, name):
    """How many copies a kind of fault gives, and those in which other faults are found."""
    seeds = list(kinds[kind](shipped(name)))
    differing = {
        seed.name: (here, seed.faults)
        for seed in seeds
        if (here := found(seed.content)) != Counter(seed.faults)
    }
    return len(seeds), differing


def told_by_the_command(folder, seed, name):
    """What a person is told of a spoilt file: the exit code, and each fault."""
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(seed.content, indent=1), encoding="utf-8")
    result = CliRunner().invoke(
        procedure, ["check", "--json", "--lang", "en", str(path)]
    )
    said = sorted((f["code"], f["path"]) for f in json.loads(result.output))
    return result.exit_code, said
