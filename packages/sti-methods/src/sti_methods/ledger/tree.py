"""The Merkle tree of RFC 6962: grow it, prove with it, check the proofs.

``MTH({}) = SHA-256()``, ``MTH({d}) = SHA-256(0x00 || d)`` and
``MTH(D) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n]))`` with ``k`` the largest power
of two smaller than ``n``. An append costs two hashes on average; a proof has at most
``ceil(log2 n)`` hashes (inclusion) or one more (consistency).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Nodes = Callable[[int, int], bytes]

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one entry."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash that joins two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf (or equally high subtree) hashes, level by level."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        above = [
            sha256(b"\x01" + a + b).digest()
            for a, b in zip(row[::2], row[1::2], strict=False)
        ]
        if len(row) & 1:
            above.append(row[-1])
        row = above
    return row[0]


class Frontier:
    """The least that must be kept to go on appending: one hash per one-bit of size."""

    def __init__(self) -> None:
        self.size = 0
        self.nodes: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        size = self.size
        nodes = self.nodes
        while size & 1:
            leaf = sha256(b"\x01" + nodes.pop() + leaf).digest()
            size >>= 1
        nodes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        return join(self.nodes)


def join(nodes: Sequence[bytes]) -> bytes:
    """Return the root over subtrees of falling height, left to right."""
    if not nodes:
        return EMPTY_ROOT
    root = nodes[-1]
    for node in reversed(nodes[:-1]):
        root = node_hash(node, root)
    return root


class Tree:
    """The whole tree in memory: every complete subtree's hash, by height."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        self.extend(leaves)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        levels = self._levels
        height = 0
        row = levels[0]
        row.append(leaf)
        while not len(row) & 1:
            joined = sha256(b"\x01" + row[-2] + row[-1]).digest()
            height += 1
            if height == len(levels):
                levels.append([])
            row = levels[height]
            row.append(joined)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add many leaf hashes, a level at a time; equal to appending each."""
        row = self._levels[0]
        row.extend(leaves)
        height = 0
        while len(row) > 1:
            height += 1
            if height == len(self._levels):
                self._levels.append([])
            above = self._levels[height]
            start = 2 * len(above)
            above += [
                sha256(b"\x01" + a + b).digest()
                for a, b in zip(row[start::2], row[start + 1 :: 2], strict=False)
            ]
            row = above

    def node(self, height: int, index: int) -> bytes:
        """Return the hash over leaves ``[index << height, (index + 1) << height)``."""
        return self._levels[height][index]

    def root(self, size: int | None = None) -> bytes:
        """Return the root now, or as it was at an earlier size."""
        size = len(self) if size is None else size
        if not 0 <= size <= len(self):
            raise ValueError(f"the tree has {len(self)} leaves, not {size}.")
        return range_hash(start=0, end=size, node=self.node)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        size = len(self) if size is None else size
        return inclusion_proof(index=index, size=size, node=self.node)

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        new = len(self) if new is None else new
        return consistency_proof(old=old, new=new, node=self.node)


def range_hash(*, start: int, end: int, node: Nodes) -> bytes:
    """Return ``MTH(D[start:end])`` from complete subtrees (``start`` as in a proof)."""
    nodes = []
    while start < end:
        height = (end - start).bit_length() - 1
        nodes.append(node(height, start >> height))
        start += 1 << height
    return join(nodes)


def inclusion_proof(*, index: int, size: int, node: Nodes) -> list[bytes]:
    """Return the audit path ``PATH(index, D[size])``, the leaf's sibling first."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}.")
    ranges = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return [range_hash(start=a, end=b, node=node) for a, b in reversed(ranges)]


def consistency_proof(*, old: int, new: int, node: Nodes) -> list[bytes]:
    """Return ``PROOF(old, D[new])``: that nothing before ``old`` has changed."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot follow one of {old}.")
    if old in (0, new):
        return []
    ranges = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, end))
    return [range_hash(start=a, end=b, node=node) for a, b in reversed(ranges)]


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether ``proof`` binds the leaf hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            found = node_hash(found, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and found == root


def verify_consistency(  # noqa: C901 -- the RFC's algorithm, step by step
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether the newer tree only adds to the older (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position >>= 1
        last >>= 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            before = node_hash(sibling, before)
            after = node_hash(sibling, after)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            after = node_hash(after, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and before == old_root and after == new_root


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
