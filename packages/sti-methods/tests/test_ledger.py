from __future__ import annotations

from hashlib import sha256
from time import perf_counter

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from hypothesis import assume, given
from hypothesis import strategies as st
from sti_methods import ledger

# The reference vectors of Certificate Transparency's merkle tree tests.
INPUTS = [
    bytes.fromhex(x)
    for x in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
SIZES = st.integers(1, 700)


def leaves(count: int, salt: bytes = b"") -> list[bytes]:
    return [ledger.leaf_hash(salt + str(i).encode()) for i in range(count)]


def definition(hashes: list[bytes]) -> bytes:
    """MTH word for word from RFC 6962, section 2.1."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return sha256(b"\x01" + definition(hashes[:k]) + definition(hashes[k:])).digest()


def verify(key: ledger.VerifierKey, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


# ------------------------------------------------------------------ the tree


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size):
    hashes = [ledger.leaf_hash(x) for x in INPUTS[:size]]
    frontier = ledger.Frontier()
    edge = ledger.Edge()
    for hash_ in hashes:
        frontier.append(hash_)
        edge.append(hash_)

    assert [
        root.hex()
        for root in (
            ledger.root_of(hashes),
            ledger.Tree(hashes).root(),
            frontier.root(),
            edge.root(),
        )
    ] == [ROOTS[size]] * 4


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index, size):
    tree = ledger.Tree(ledger.leaf_hash(x) for x in INPUTS)

    proof = tree.inclusion_proof(index, size)

    assert [hash_.hex() for hash_ in proof] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old, new):
    tree = ledger.Tree(ledger.leaf_hash(x) for x in INPUTS)

    proof = tree.consistency_proof(old, new)

    assert [hash_.hex() for hash_ in proof] == CONSISTENCY[old, new]


@given(SIZES, SIZES)
def test_every_way_to_append_gives_the_root_of_the_definition(first, second):
    hashes = leaves(first + second)
    batch = ledger.Tree(hashes[:first])
    batch.extend(hashes[first:])
    loop = ledger.Tree()
    frontier = ledger.Frontier()
    for hash_ in hashes:
        loop.append(hash_)
        frontier.append(hash_)

    assert {batch.root(), loop.root(), frontier.root(), ledger.root_of(hashes)} == {
        definition(hashes)
    }
    assert batch.root(first) == definition(hashes[:first])
    assert batch._levels == loop._levels


@given(SIZES, st.data())
def test_inclusion_holds_for_the_leaf_and_for_nothing_else(size, data):
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    tree = ledger.Tree(hashes)
    proof = tree.inclusion_proof(index)
    good = {
        "leaf": hashes[index],
        "index": index,
        "size": size,
        "proof": proof,
        "root": tree.root(),
    }

    assert ledger.verify_inclusion(**good)
    assert len(proof) <= (size - 1).bit_length()
    wrong = [
        {"leaf": bytes(32)},
        {"root": bytes(32)},
        {"index": size},
        {"index": -1},
        {"proof": [*proof, bytes(32)]},
        *({"proof": proof[:i] + proof[i + 1 :]} for i in range(len(proof))),
        *(
            {"proof": [*proof[:i], bytes(32), *proof[i + 1 :]]}
            for i in range(len(proof))
        ),
        *({"index": i} for i in {0, size - 1, index ^ 1} - {index}),
    ]
    assert [
        change for change in wrong if ledger.verify_inclusion(**good | change)
    ] == []


@given(SIZES, SIZES)
def test_consistency_holds_between_two_sizes_and_not_after_a_change(first, second):
    old, new = sorted((first, second))
    hashes = leaves(new)
    tree = ledger.Tree(hashes)
    proof = tree.consistency_proof(old)
    good = {
        "old": old,
        "new": new,
        "old_root": tree.root(old),
        "new_root": tree.root(),
        "proof": proof,
    }
    forged = ledger.Tree([ledger.leaf_hash(b"forged"), *hashes[1:]])

    assert ledger.verify_consistency(**good)
    assert not ledger.verify_consistency(**good | {"new_root": bytes(32)})
    assert not ledger.verify_consistency(**good | {"old_root": bytes(32)})
    assert not ledger.verify_consistency(**good | {"proof": [*proof, bytes(32)]})
    assert not ledger.verify_consistency(
        **good | {"new_root": forged.root(), "proof": forged.consistency_proof(old)}
    )


def test_proofs_of_what_is_not_there_are_refused():
    tree = ledger.Tree(leaves(3))

    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            tree.inclusion_proof(index, size)
    with pytest.raises(ValueError, match="cannot follow"):
        tree.consistency_proof(4)
    with pytest.raises(ValueError, match="has 3 leaves"):
        tree.root(4)
    assert not ledger.verify_consistency(
        old=2, new=1, old_root=b"", new_root=b"", proof=[]
    )


def test_a_hundred_thousand_appends_take_well_under_a_second():
    entries = [str(i).encode() for i in range(100_000)]

    start = perf_counter()
    tree = ledger.Tree()
    for entry in entries:
        tree.append(ledger.leaf_hash(entry))
    seconds = perf_counter() - start

    assert len(tree) == 100_000
    assert seconds < 1.0


# ------------------------------------------------------------------ tiles


def test_a_tree_of_70000_has_the_tiles_of_the_specification():
    tiles = ledger.tiles_of(70_000)

    assert [
        (level, sum(t.level == level for t in tiles), [t.width for t in tiles if t.level == level][-1])
        for level in (0, 1, 2)
    ] == [(0, 274, 112), (1, 2, 17), (2, 1, 1)]  # fmt: skip
    assert [t.path for t in ledger.tiles_of(256)] == ["0/000", "1/000.p/1"]


def test_the_path_of_index_1234067_is_the_one_of_the_specification():
    assert ledger.Tile(0, 1_234_067).path == "0/x001/x234/067"
    assert ledger.Tile(None, 5, 3).path == "entries/005.p/3"


@given(
    st.one_of(st.none(), st.integers(0, 63)),
    st.integers(0, 10**10),
    st.integers(1, 256),
)
def test_tile_paths_go_there_and_back(level, index, width):
    tile = ledger.Tile(level, index, width)

    assert ledger.parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0/1",
        "00/001",
        "64/001",
        "0/x000/001",
        "0/001/002",
        "0/x001",
        "0/001.p/0",
        "0/001.p/256",
        "0/001.p/01",
        "entries/x/1",
        "0/\u0660\u0660\u0661",
        "0/001\n",
        "-1/001",
    ],
)
def test_other_paths_are_refused(path):
    with pytest.raises(ValueError, match="not the path of a tile"):
        ledger.parse_tile_path(path)


def store(hashes: list[bytes]) -> tuple[ledger.Edge, dict[tuple[int, int], bytes]]:
    """Append one by one as a database would: unpack, append, pack."""
    edge = ledger.Edge()
    tiles: dict[tuple[int, int], bytes] = {}
    for hash_ in hashes:
        for tile, joined in edge.append(hash_):
            tiles[tile.level or 0, tile.index] = joined
    edge = ledger.Edge(edge.size, edge.packed)
    for level, row in enumerate(edge.levels):
        if row:
            tiles[level, edge.size >> (8 * (level + 1))] = b"".join(row)
    return edge, tiles


@given(st.integers(0, 1400), st.data())
def test_tiles_give_the_roots_and_proofs_of_the_tree(size, data):
    hashes = leaves(size)
    tree = ledger.Tree(hashes)
    edge, tiles = store(hashes)
    node = ledger.TileNodes(lambda level, index: tiles[level, index])

    assert edge.root() == tree.root()
    assert {(t.level, t.index, t.width) for t in ledger.tiles_of(size)} == {
        (level, index, len(joined) // 32) for (level, index), joined in tiles.items()
    }
    assume(size)
    index = data.draw(st.integers(0, size - 1))
    assert ledger.inclusion_proof(
        index=index, size=size, node=node
    ) == tree.inclusion_proof(index)
    assert ledger.consistency_proof(
        old=index, new=size, node=node
    ) == tree.consistency_proof(index)


def test_level_two_begins_at_65536():
    size = 256 * 256 + 300
    hashes = leaves(size)
    edge, tiles = store(hashes)

    assert edge.root() == ledger.root_of(hashes)
    assert sorted(key for key in tiles if key[0]) == [(1, 0), (1, 1), (2, 0)]


def test_an_edge_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        ledger.Edge(3, bytes(32 * 2))
    with pytest.raises(LookupError, match="lacks hash"):
        ledger.TileNodes(lambda _level, _index: bytes(32))(0, 1)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_go_there_and_back(entries):
    assert ledger.parse_bundle(ledger.encode_bundle(entries)) == entries


def test_broken_bundles_are_refused():
    with pytest.raises(ValueError, match="too long"):
        ledger.encode_bundle([bytes(65_536)])
    for broken in (b"\x00", b"\x00\x02a"):
        with pytest.raises(ValueError, match="breaks off"):
            ledger.parse_bundle(broken)


# ------------------------------------------------------------------ notes

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def test_the_note_of_the_specification_opens_with_its_key():
    key = ledger.parse_verifier_key(EXAMPLE_KEY)

    note = ledger.open_note(source=EXAMPLE_NOTE, keys=[key], verify=verify)

    assert str(key) == EXAMPLE_KEY
    assert note.text == "This is an example message.\n"
    assert str(note) == EXAMPLE_NOTE


def test_a_changed_note_or_an_unknown_key_is_refused():
    key = ledger.parse_verifier_key(EXAMPLE_KEY)

    with pytest.raises(ValueError, match="not valid"):
        ledger.open_note(
            source=EXAMPLE_NOTE.replace("an", "no"), keys=[key], verify=verify
        )
    with pytest.raises(ValueError, match="not signed by a known key"):
        ledger.open_note(source=EXAMPLE_NOTE, keys=[], verify=verify)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "no signature\n",
        "text\n\n- example.com/foo Uw2QOkk=\n",
        "text\n\n— example.com/foo Uw2QOg==\n",
        "text\n\n— example.com/foo !!!!\n",
        "text\n\n— exa+mple Uw2QOkk=\n",
        "te\txt\n\n— example.com/foo Uw2QOkk=\n",
        "text\n\n— example.com/foo Uw2QOkk=",
        "text\n\n" + "— example.com/foo Uw2QOkk=\n" * 65,
    ],
)
def test_what_is_not_a_note_is_refused(source):
    with pytest.raises(ValueError, match=r"note|signature|base64"):
        ledger.parse_note(source)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_what_is_not_a_verifier_key_is_refused(text):
    with pytest.raises(ValueError, match=r"verifier key|base64"):
        ledger.parse_verifier_key(text)


def test_the_checkpoint_of_the_specification_goes_there_and_back():
    text = (
        "example.com/behind-the-sofa\n20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )

    checkpoint = ledger.parse_checkpoint(text)

    assert (checkpoint.origin, checkpoint.size) == (
        "example.com/behind-the-sofa",
        20852163,
    )
    assert checkpoint.text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        "origin\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n1\nCsUYapGGPo4dkMgI\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        "origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text):
    with pytest.raises(ValueError, match=r"checkpoint|number|hash|base64"):
        ledger.parse_checkpoint(text)


def signed(private: Ed25519PrivateKey, origin: str, tree: ledger.Tree) -> str:
    text = ledger.Checkpoint(origin, len(tree), tree.root()).text
    key = ledger.VerifierKey(origin, private.public_key().public_bytes_raw())
    signature = ledger.Signature(origin, key.key_id, private.sign(text.encode()))
    return str(ledger.Note(text, (signature,)))


@given(st.integers(1, 300), st.data(), st.one_of(st.none(), st.binary(max_size=50)))
def test_proofs_go_there_and_back_and_hold_offline(size, data, extra):
    index = data.draw(st.integers(0, size - 1))
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key = ledger.VerifierKey("log.example", private.public_key().public_bytes_raw())
    hashes = leaves(size)
    tree = ledger.Tree(hashes)
    proof = ledger.Proof(
        index,
        tuple(tree.inclusion_proof(index)),
        signed(private, "log.example", tree),
        extra,
    )

    again = ledger.parse_proof(str(proof))

    assert again == proof
    assert (
        again.opened(leaf=hashes[index], keys=[key], verify=verify).root == tree.root()
    )
    with pytest.raises(ValueError, match="not under the root"):
        again.opened(leaf=bytes(32), keys=[key], verify=verify)
    other = ledger.VerifierKey("other.example", key.public)
    with pytest.raises(ValueError, match="not signed by a known key"):
        again.opened(leaf=hashes[index], keys=[other], verify=verify)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("index 1", "index 01"),
        ("index 1", "indices 1"),
        ("index 1\n", ""),
        ("extra YQ==", "extra YR=="),
        ("\n\n", "\n"),
    ],
)
def test_what_is_not_a_proof_is_refused(old, new):
    tree = ledger.Tree(leaves(2))
    note = signed(Ed25519PrivateKey.from_private_bytes(bytes(32)), "log.example", tree)
    text = str(ledger.Proof(1, tuple(tree.inclusion_proof(1)), note, b"a"))
    assert ledger.parse_proof(text).extra == b"a"

    with pytest.raises(ValueError, match=r"proof|index|number|base64|note|signature"):
        ledger.parse_proof(text.replace(old, new))
