"""An append-only log that anyone can check: Merkle tree, tiles, signed notes.

The tree is that of RFC 6962 and RFC 9162 (section 2.1); tiles, checkpoints and
offline proofs follow the C2SP specifications tlog-tiles, signed-note,
tlog-checkpoint and tlog-proof, witnesses tlog-cosignature, tlog-witness and
tlog-policy. Only :mod:`hashlib` is used; signatures are made and verified by
functions the caller passes in.
"""

from sti_methods.ledger.notes import (
    Checkpoint,
    Note,
    Proof,
    Signature,
    VerifierKey,
    key_identifier,
    open_note,
    parse_checkpoint,
    parse_note,
    parse_proof,
    parse_verifier_key,
)
from sti_methods.ledger.policy import Party, Policy, parse_policy
from sti_methods.ledger.tiles import (
    TILE_WIDTH,
    Edge,
    Tile,
    TileNodes,
    encode_bundle,
    parse_bundle,
    parse_tile_path,
    tiles_of,
)
from sti_methods.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    range_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from sti_methods.ledger.witnesses import (
    Submission,
    cosigned_message,
    parse_submission,
    split_cosignature,
)

__all__ = [
    "EMPTY_ROOT",
    "TILE_WIDTH",
    "Checkpoint",
    "Edge",
    "Frontier",
    "Note",
    "Party",
    "Policy",
    "Proof",
    "Signature",
    "Submission",
    "Tile",
    "TileNodes",
    "Tree",
    "VerifierKey",
    "consistency_proof",
    "cosigned_message",
    "encode_bundle",
    "inclusion_proof",
    "key_identifier",
    "leaf_hash",
    "node_hash",
    "open_note",
    "parse_bundle",
    "parse_checkpoint",
    "parse_note",
    "parse_policy",
    "parse_proof",
    "parse_submission",
    "parse_tile_path",
    "parse_verifier_key",
    "range_hash",
    "root_of",
    "split_cosignature",
    "tiles_of",
    "verify_consistency",
    "verify_inclusion",
]
