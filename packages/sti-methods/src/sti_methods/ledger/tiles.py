"""The tree cut into tiles of 256 hashes, as C2SP tlog-tiles serves and stores it.

A tile at level ``l`` holds the roots of complete subtrees of ``256**l`` leaves; a full
tile never changes, so it is written once and cached for ever. The partial tiles at the
right edge are all that an append must read and write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sti_methods.ledger.tree import join, root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
HASH = 32
LONGEST_ENTRY = 0xFFFF
TOP_LEVEL = 63
PATH = re.compile(
    r"(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, order=True)
class Tile:
    """Where a tile is; ``level`` is None for a bundle of entries."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Return the path below ``<prefix>/tile/``."""
        level = "entries" if self.level is None else str(self.level)
        parts = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        partial = f".p/{self.width}" if self.width < TILE_WIDTH else ""
        return f"{level}/{'/'.join(parts)}{partial}"

    def exists_in(self, size: int) -> bool:
        """Say whether a tree of ``size`` entries has these hashes."""
        available = size >> (TILE_HEIGHT * (self.level or 0))
        return self.index * TILE_WIDTH + self.width <= available


def parse_tile_path(path: str) -> Tile:
    """Return the tile that ``path`` (below ``tile/``) names; only the canonical path."""
    match = PATH.fullmatch(path)
    if not match:
        raise ValueError(f"{path!r} is not the path of a tile.")
    level = None if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("/", "").replace("x", ""))
    width = int(match["width"]) if match["width"] else TILE_WIDTH
    tile = Tile(level, index, width)
    if tile.path != path or (level or 0) > TOP_LEVEL:
        raise ValueError(f"{path!r} is not the path of a tile.")
    return tile


def tiles_of(size: int) -> list[Tile]:
    """Return every hash tile of a tree with ``size`` entries, partial ones included."""
    tiles = []
    level = 0
    while size:
        full, width = divmod(size, TILE_WIDTH)
        tiles += [Tile(level, index) for index in range(full)]
        if width:
            tiles.append(Tile(level, full, width))
        size = full
        level += 1
    return tiles


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Join entries, each led by its length in two bytes."""
    out = bytearray()
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise ValueError(
                f"an entry of {len(entry)} bytes is too long for a bundle."
            )
        out += len(entry).to_bytes(2, "big") + entry
    return bytes(out)


def parse_bundle(data: bytes) -> list[bytes]:
    entries = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise ValueError("the bundle breaks off within an entry.")
        entries.append(data[at + 2 : end])
        at = end
    return entries


class Edge:
    """The partial tiles at the right edge: enough to append and to know the root."""

    def __init__(self, size: int = 0, packed: bytes = b"") -> None:
        self.size = size
        self.levels: list[list[bytes]] = []
        at = 0
        while size:
            width = size % TILE_WIDTH
            size //= TILE_WIDTH
            ends = range(at + HASH, at + HASH * width + 1, HASH)
            self.levels.append([packed[end - HASH : end] for end in ends])
            at += HASH * width
        if at != len(packed):
            raise ValueError("the edge does not fit the size of the tree.")

    @property
    def packed(self) -> bytes:
        return b"".join(hash_ for level in self.levels for hash_ in level)

    def append(self, leaf: bytes) -> list[tuple[Tile, bytes]]:
        """Add one leaf hash; return the tiles that are now full, lowest first."""
        full: list[tuple[Tile, bytes]] = []
        self.size += 1
        level, value = 0, leaf
        while True:
            if level == len(self.levels):
                self.levels.append([])
            row = self.levels[level]
            row.append(value)
            if len(row) < TILE_WIDTH:
                return full
            index = (self.size >> (TILE_HEIGHT * (level + 1))) - 1
            full.append((Tile(level, index), b"".join(row)))
            value = root_of(row)
            row.clear()
            level += 1

    def root(self) -> bytes:
        """Return the root over all entries, from the edge alone."""
        nodes: list[bytes] = []
        for row in reversed(self.levels):
            at, left = 0, len(row)
            while left:
                width = 1 << (left.bit_length() - 1)
                nodes.append(root_of(row[at : at + width]))
                at += width
                left -= width
        return join(nodes)


class TileNodes:
    """Subtree hashes taken from tiles; ``read`` returns a tile's joined hashes."""

    def __init__(self, read: Callable[[int, int], bytes]) -> None:
        self._read = read
        self._tiles: dict[tuple[int, int], bytes] = {}

    def __call__(self, height: int, index: int) -> bytes:
        level, within = divmod(height, TILE_HEIGHT)
        first = index << within
        number, start = divmod(first, TILE_WIDTH)
        key = (level, number)
        if key not in self._tiles:
            self._tiles[key] = self._read(level, number)
        tile = self._tiles[key]
        end = start + (1 << within)
        if len(tile) < end * HASH:
            raise LookupError(f"tile {Tile(level, number).path} lacks hash {end - 1}.")
        return root_of([tile[i * HASH : (i + 1) * HASH] for i in range(start, end)])
