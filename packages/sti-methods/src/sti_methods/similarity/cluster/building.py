"""The index of a partitioned corpus: what all partitions share, and what each has.

1. Each partition numbers its own words in the order they come, and counts in how many
   of its records each stands.
2. One task numbers the words of all, partition after partition: the numbers are those
   one index would give. Sums of whole numbers have no order, so the weights are its too.
3. Each partition is inverted in these numbers, with the weights of the whole corpus, and
   counts its pairs of words.
4. The table of pairs is summed stretch by stretch, then joined.

Every task writes files by their final content, so that one done twice does no harm.
"""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sti_methods.similarity import _kernels as kernels
from sti_methods.similarity.cluster.corpus import read_part
from sti_methods.similarity.cluster.files import check, load, save, write
from sti_methods.similarity.index import (
    LOG_TF,
    TITLE_WEIGHT,
    VERSION,
    mean_length,
    rarity,
    shift_of,
    spoken,
)
from sti_methods.similarity.reading import Unreadable
from sti_methods.similarity.store import Store, Terms

if TYPE_CHECKING:
    from pathlib import Path

    from sti_methods.similarity.cluster.corpus import Corpus, Part
    from sti_methods.similarity.cluster.workers import Workers

FORMAT, MADE = 1, "index.json"
STRETCH = 1 << 24  # places of the table of pairs that one task sums: 64 MB
WORDS, PAIRS = "words.txt", "pair_df.npy"


class Made(NamedTuple):
    """An index on disk, and the few numbers its tasks need."""

    folder: Path
    words: int  # how many different ones
    shift: int
    mean_length: float
    languages: int  # a bit for each set of languages that some record has
    files: dict[str, str]  # SHA-256 by name


class Counted(NamedTuple):
    length: int
    languages: int


def place_of(corpus: Corpus) -> Path:
    """Return where the index of exactly this corpus and method is."""
    name = sha256(f"{FORMAT}\n{VERSION}\n{corpus.digest}".encode()).hexdigest()
    return corpus.folder / f"index-{name[:16]}"


def made(corpus: Corpus, workers: Workers) -> Made:
    """Return a corpus's index, built if it is not there yet, else checked file by file.

    Raises
    ------
    Unreadable
        A partition or a file of the index is missing or was altered, or the index
        cannot be written.
    """
    where = place_of(corpus)
    known = _known(where)
    try:
        if known is None:
            return _build(corpus, where, workers)
        _check(corpus, known, workers)
    except Unreadable as refusal:
        raise Unreadable(
            f"{refusal}. Partition {corpus.folder.name} again, or, if it is a file of {where.name}, delete that folder"
        ) from None
    except OSError as error:
        raise Unreadable(f"{where.name} cannot be written: {error}") from None
    return known


def _check(corpus: Corpus, known: Made, workers: Workers) -> None:
    expected = {corpus.folder / part.file: part.digest for part in corpus.parts}
    expected |= {known.folder / name: digest for name, digest in known.files.items()}
    workers.expect(len(expected))
    for handle in [workers.submit(check, *each) for each in expected.items()]:
        workers.result(handle)


def _known(where: Path) -> Made | None:
    try:
        told = json.loads((where / MADE).read_text("utf-8"))
        return Made(where, **told)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError):
        raise Unreadable(
            f"{where.name}/{MADE} is damaged: delete the folder {where.name}"
        ) from None


def _build(corpus: Corpus, where: Path, workers: Workers) -> Made:
    parts = corpus.parts
    where.mkdir(exist_ok=True)
    workers.expect(2 * len(parts) + 1)
    each = [workers.submit(count, corpus.folder, part, where) for part in parts]
    counted = [workers.result(handle) for handle in each]
    length = sum(c.length for c in counted)
    shift = shift_of(length)
    files: dict[str, str] = {}
    words, digests = workers.result(
        workers.submit(number, where, [part.name for part in parts], corpus.records)
    )
    files |= digests
    each = [workers.submit(invert, where, part.name, shift) for part in parts]
    for handle in each:
        files |= workers.result(handle)
    places = range(0, 1 << (64 - shift), STRETCH)
    workers.expect(len(places) + 1)
    each = [
        workers.submit(add_up, where, [part.name for part in parts], first, shift)
        for first in places
    ]
    stretches = [workers.result(handle) for handle in each]
    files |= workers.result(workers.submit(join, where, stretches, shift))
    languages = 0
    for c in counted:
        languages |= c.languages
    known = Made(
        where, words, shift, mean_length(length, corpus.records), languages, files
    )
    told = known._asdict()
    del told["folder"]
    text = json.dumps(told, indent=1) + "\n"
    write(where / MADE, lambda file: file.write(text.encode()))
    for name in [*(part.name for part in parts), "stretches"]:
        shutil.rmtree(where / "unfinished" / name, ignore_errors=True)
    shutil.rmtree(where / "unfinished", ignore_errors=True)
    return known


def _rough(where: Path, name: str) -> Path:
    """Return where a partition's work that is not part of the index stands."""
    folder = where / "unfinished" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def count(folder: Path, part: Part, where: Path) -> Counted:
    """Read a partition's words, in numbers of its own."""
    check(folder / part.file, part.digest)
    terms = Terms()
    store, languages = Store(terms), bytearray()
    for record in read_part(folder, part):
        store.append(record)
        languages.append(spoken(record))
    texts = store.texts
    df = np.zeros(len(terms.of_stem), np.int32)
    # pairs are counted later, when words have their numbers: here in two places
    kernels.count_frequencies(*texts, df, np.zeros(2, np.int32), 63)
    rough = _rough(where, part.name)
    said = np.frombuffer(languages, np.int8)
    save(
        rough, df=df, years=store.years, groups=store.groups, spoken=said,
        **texts._asdict(),
    )  # fmt: skip
    write(rough / WORDS, lambda file: file.write(b"\n".join(terms.of_stem)))
    sets = 0
    for bits in set(languages):
        sets |= 1 << bits
    return Counted(texts.stream.size, sets)


def read_words(path: Path) -> list[bytes]:
    text = path.read_bytes()
    return text.split(b"\n") if text else []


def number(where: Path, names: list[str], records: int) -> tuple[int, dict[str, str]]:
    """Number the words of all partitions, and weigh them.

    Cost: 0.3 µs a word and partition, 150 bytes a word of memory.
    """
    numbers: dict[bytes, int] = {}
    for name in names:
        words = read_words(_rough(where, name) / WORDS)
        own = [numbers.setdefault(word, len(numbers)) for word in words]
        save(_rough(where, name), numbers=np.array(own, np.int32))
    df = np.zeros(len(numbers), np.int32)
    for name in names:
        rough = _rough(where, name)
        df[load(rough, "numbers")] += load(rough, "df")
    files = save(
        where,
        idf=rarity(df, records),
        pair_idf=rarity(np.arange(records + 1), records),
    )
    files[WORDS] = write(where / WORDS, lambda file: file.write(b"\n".join(numbers)))
    return len(numbers), files


def invert(where: Path, name: str, shift: int) -> dict[str, str]:
    """Write a partition's part of the index.

    Its postings are by its own words only, in the order of their numbers, so that
    sums are added up in the order of one index.
    """
    rough, idf = _rough(where, name), load(where, "idf")
    numbers, df = load(rough, "numbers"), load(rough, "df")
    starts, bodies = load(rough, "starts"), load(rough, "bodies")
    stream, others = load(rough, "stream"), load(rough, "others")
    other_starts = load(rough, "other_starts")
    order = np.argsort(numbers)
    terms = numbers[order]
    place = np.empty(order.size, np.int32)
    place[order] = np.arange(order.size, dtype=np.int32)
    at, docs, counts, norms = kernels.invert(
        place[stream], starts, bodies, place[others], other_starts,
        TITLE_WEIGHT, df[order], idf[terms], LOG_TF,
    )  # fmt: skip
    stream = numbers[stream]
    folder = where / name
    folder.mkdir(exist_ok=True)
    kept: dict[str, Any] = {
        "stream": stream, "starts": starts, "bodies": bodies,
        "others": numbers[others], "other_starts": other_starts,
        "terms": terms, "at": at, "docs": docs, "counts": counts, "norms": norms,
    }  # fmt: skip
    kept |= {each: load(rough, each) for each in ("years", "groups", "spoken")}
    files = save(folder, **kept)
    places, often = np.unique(
        kernels.pair_places(stream, starts, bodies, shift), return_counts=True
    )
    save(rough, places=places, often=often.astype(np.int32))
    return {f"{name}/{each}": digest for each, digest in files.items()}


def add_up(where: Path, names: list[str], first: int, shift: int) -> str:
    """Write in how many records the pairs of a stretch of places stand."""
    total = np.zeros(min(STRETCH, (1 << (64 - shift)) - first), np.int32)
    for name in names:
        rough = _rough(where, name)
        places = load(rough, "places")
        some = slice(*np.searchsorted(places, [first, first + total.size]))
        total[places[some] - first] += load(rough, "often")[some]
    stretch = f"{first:016x}"
    save(_rough(where, "stretches"), **{stretch: total})
    return stretch


def join(where: Path, stretches: list[str], shift: int) -> dict[str, str]:
    """Write the stretches of the table of pairs as one file."""

    def fill(file: Any) -> None:
        np.lib.format.write_array_header_1_0(
            file,
            {"descr": "<i4", "fortran_order": False, "shape": (1 << (64 - shift),)},
        )
        for stretch in stretches:
            file.write(load(_rough(where, "stretches"), stretch).data)

    return {PAIRS: write(where / PAIRS, fill)}
