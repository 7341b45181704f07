"""What every file is made of: the house that publishes, and the lives, read as often as asked.

Read anew for each file, or once for all: then all files tell the same moment, and a
house of a hundred thousand tasks is asked once.
"""

from __future__ import annotations

import pickle
import tempfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

    from opensti.domains.publications.queries import Life
    from opensti.exports.house import House

AT_ONCE = 200  # lives in one block of the disk; some hundred kilobytes
LENGTH = 8  # bytes before each block that say how long it is


@dataclass(frozen=True)
class Source:
    """The publisher and its lives; ``lives`` begins at the first one each time."""

    house: House
    lives: Callable[[], Iterator[Life]]


def counted(
    lives: Callable[[], Iterator[Life]], tell: Callable[[int], None]
) -> Callable[[], Iterator[Life]]:
    """The same lives; ``tell`` is handed how many were read, each time one is."""

    def read() -> Iterator[Life]:
        for number, life in enumerate(lives(), start=1):
            tell(number)
            yield life

    return read


@contextmanager
def kept(lives: Iterable[Life]) -> Iterator[Callable[[], Iterator[Life]]]:
    """Read the lives once, to a nameless file of the disk; hands out how to read them again.

    In blocks, so that memory does not grow with the house: about a kilobyte of disk for a life.
    """
    with tempfile.TemporaryFile() as file:
        left = iter(lives)
        while block := list(islice(left, AT_ONCE)):
            packed = zlib.compress(pickle.dumps(block), level=1)
            file.write(len(packed).to_bytes(LENGTH, "big"))
            file.write(packed)
        yield lambda: _read(file)


def _read(file: IO[bytes]) -> Iterator[Life]:
    """From the first life on; the place is remembered, so that two may read at once."""
    place = 0
    while True:
        file.seek(place)
        if not (length := file.read(LENGTH)):
            return
        packed = file.read(int.from_bytes(length, "big"))
        place += LENGTH + len(packed)
        # The file is our own and has no name: nobody else can have written to it.
        yield from pickle.loads(zlib.decompress(packed))  # noqa: S301
