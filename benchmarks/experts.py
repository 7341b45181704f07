"""How well experts are ranked, and how quickly, in one run.

    python benchmarks/experts.py [--gold FOLDER] [--model FOLDER --vectors FILE]
        [--experts 5000] [--works 20] [--proposals 1000]

Prints one JSON line: the loss on self-rated expertise (arXiv:2303.16750; lower is
better) for each set of profiles, by words and with the model if one is named; then
seconds and peak memory of ranking all made-up experts for all made-up proposals, by
words. Texts are drawn: 150 words each, frequencies as in language (Zipf), a subject for
each expert. ``cpu`` is processor time of all threads, ``wall`` the clock's.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from sti_methods.embeddings import Encoder
from sti_methods.expertise import (
    VERSION,
    Expert,
    Piece,
    Pool,
    Proposal,
    loss,
    read_experts,
    read_proposals,
)

GOLD = Path(__file__).parents[2] / "shared/data/reviewer/gold"
WORDS, SUBJECTS, OF_SUBJECT, LENGTH, SEED = 60_000, 300, 150, 150, 7


def ratings(folder: Path) -> dict[tuple[str, str], float]:
    with (folder / "evaluations.csv").open(encoding="utf-8") as file:
        return {
            (row["ParticipantID"], row[f"Paper{n}"]): float(row[f"Expertise{n}"])
            for row in csv.DictReader(file, delimiter="\t")
            for n in range(1, 11)
            if row[f"Paper{n}"]
        }


def losses(folder: Path, encoder: Encoder | None) -> dict[str, float]:
    said = ratings(folder)
    found = {}
    for place in sorted(folder.glob("d_*")):
        proposals = read_proposals(place / "proposals.jsonl")
        experts = read_experts(place / "experts.jsonl")
        scores = Pool(experts, proposals, encoder=encoder).scores(proposals)
        guessed = {pair: scores.of(*pair) for pair in said}
        found[place.name] = round(loss(guessed, said), 4)
    return found


class World:
    """Texts of made-up words: half of a subject, half of everybody's."""

    def __init__(self) -> None:
        self.chance = np.random.default_rng(SEED)
        letters = np.array(list("aeioubcdfghklmnprst"))
        spelled = self.chance.choice(letters, (WORDS, 9))
        self.words = np.array(["".join(row) for row in spelled])
        self.common = 1 / np.arange(1, WORDS + 1) ** 1.05
        self.common /= self.common.sum()
        self.subjects = self.chance.integers(0, WORDS, (SUBJECTS, OF_SUBJECT))

    def texts(self, subjects: np.ndarray[Any, Any]) -> list[tuple[str, str]]:
        everybodys = self.chance.choice(
            WORDS, (subjects.size, LENGTH // 2), p=self.common
        )
        places = self.chance.integers(0, OF_SUBJECT, everybodys.shape)
        own = self.subjects[subjects[:, np.newaxis], places]
        drawn = np.concatenate([own, everybodys], axis=1)
        drawn = self.chance.permuted(drawn, axis=1)
        said = [" ".join(row) for row in self.words[drawn]]
        return [(text[:80], text[80:]) for text in said]


def speed(experts: int, works: int, proposals: int) -> dict[str, Any]:
    world = World()
    subjects = world.chance.integers(0, SUBJECTS, experts)
    texts = iter(world.texts(np.repeat(subjects, works)))
    people = [
        Expert(
            id=f"e{n}",
            pieces=tuple(
                Piece(id=f"{n}.{k}", title=title, abstract=abstract)
                for k, (title, abstract) in zip(range(works), texts, strict=False)
            ),
        )
        for n in range(experts)
    ]
    asked = [
        Proposal(id=f"p{n}", title=title, abstract=abstract)
        for n, (title, abstract) in enumerate(
            world.texts(world.chance.integers(0, SUBJECTS, proposals))
        )
    ]
    before = peak()
    cpu, wall = process_time(), perf_counter()
    pool = Pool(people, asked)
    built = perf_counter() - wall
    scores = pool.scores(asked)
    return {
        "experts": experts, "works": experts * works, "proposals": proposals,
        "scores": int(scores.matrix.nnz), "build_wall": round(built, 2),
        "wall": round(perf_counter() - wall, 2),
        "cpu": round(process_time() - cpu, 2), "peak_mb": peak(), "texts_mb": before,
    }  # fmt: skip


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--experts", type=int, default=5000)
    parser.add_argument("--works", type=int, default=20)
    parser.add_argument("--proposals", type=int, default=1000)
    given = parser.parse_args()
    found: dict[str, Any] = {"method": VERSION, "cores": os.cpu_count()}
    found["speed"] = speed(given.experts, given.works, given.proposals)
    if given.gold.is_dir():
        found["loss_words"] = losses(given.gold, None)
        if given.model:
            encoder = Encoder(given.model, cache=given.vectors)
            found |= {"model": encoder.name, "loss_model": losses(given.gold, encoder)}
    else:
        found["left_out"] = f"no ratings in {given.gold.name}"
    print(json.dumps(found))


if __name__ == "__main__":
    main()
