"""Files that are whole or not there, known by their digest."""

from __future__ import annotations

from hashlib import file_digest
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np

from sti_methods.similarity.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from numpy.typing import NDArray


def write(path: Path, fill: Callable[[BinaryIO], object]) -> str:
    """Write a file beside its place, move it there when it is whole; return its SHA-256.

    Two workers may write the same file, one of them taken for dead: the content is
    the same, and each has a name of its own until the end.
    """
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with unfinished.open("wb") as file:
            fill(file)
        digest = digest_of(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return digest


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file. Cost: half a second a gigabyte."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def check(path: Path, digest: str) -> None:
    """Refuse a file that is not what was written.

    Raises
    ------
    Unreadable
        It is not there, or its digest is another.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        found = digest_of(path)
    except FileNotFoundError:
        raise Unreadable(f"{where} is missing") from None
    except OSError as error:
        raise Unreadable(f"{where} cannot be read: {error.strerror}") from None
    if found != digest:
        raise Unreadable(f"{where} was altered after it was written: SHA-256 {found}")


def save(folder: Path, **arrays: NDArray[Any]) -> dict[str, str]:
    """Write arrays as ``.npy`` files; return the digest of each file by its name."""
    digests = {}
    for name, array in arrays.items():
        whole = np.ascontiguousarray(array)
        place = folder / f"{name}.npy"

        def fill(file: BinaryIO, whole: NDArray[Any] = whole) -> None:
            np.lib.format.write_array(file, whole, allow_pickle=False)

        digests[place.name] = write(place, fill)
    return digests


def load(folder: Path, name: str) -> NDArray[Any]:
    """Map an array into memory: only what is read is loaded, and shared by processes.

    Mapped copy-on-write, since the compiled loops are compiled for arrays that could
    be written to; none of them writes.
    """
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="c"))
