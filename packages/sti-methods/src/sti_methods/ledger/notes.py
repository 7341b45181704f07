"""What the log says and signs: notes, checkpoints, verifier keys, offline proofs.

Formats of C2SP signed-note, tlog-checkpoint and tlog-proof, parsed strictly: text that
is not exactly what would have been written is refused with :class:`ValueError`.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sti_methods.ledger.tree import verify_inclusion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Verify = Callable[["VerifierKey", bytes, bytes], bool]

ED25519 = 0x01
MOST_SIGNATURES = 64
HASH = 32
KEY_ID = 4
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name it signs under (a "vkey")."""

    name: str
    public: bytes
    algorithm: int = ED25519

    @property
    def key_id(self) -> bytes:
        return key_identifier(
            name=self.name, algorithm=self.algorithm, public=self.public
        )

    def __str__(self) -> str:
        material = _to_base64(bytes([self.algorithm]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{material}"


def key_identifier(*, name: str, algorithm: int, public: bytes) -> bytes:
    """Return ``SHA-256(name || 0x0A || algorithm || public key)[:4]``."""
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:KEY_ID]


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a vkey; its id must be the one that follows from name and key."""
    name, _, rest = text.strip().partition("+")
    stated, _, material = rest.partition("+")
    raw = _from_base64(material)
    if not _is_name(name) or len(raw) < 1 + HASH:
        raise ValueError("this is not a verifier key (name+id+key).")
    key = VerifierKey(name, raw[1:], raw[0])
    if key.key_id.hex() != stated:
        raise ValueError("the verifier key's id does not belong to its name and key.")
    return key


@dataclass(frozen=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {_to_base64(self.key_id + self.value)}"


@dataclass(frozen=True)
class Note:
    """Text that ends in a newline, with the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return (
            self.text
            + "\n"
            + "".join(f"{signature}\n" for signature in self.signatures)
        )


def parse_note(source: str) -> Note:
    """Split a signed note; no signature is trusted by this."""
    if any(char < " " and char != "\n" for char in source):
        raise ValueError("a note has no control characters.")
    text, blank, block = source.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise ValueError("a note is a text, an empty line and signature lines.")
    lines = block[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise ValueError("the note has too many signatures.")
    return Note(text + "\n", tuple(_parse_signature(line) for line in lines))


def _parse_signature(line: str) -> Signature:
    match line.split(" "):
        case ["—", name, encoded] if _is_name(name):
            raw = _from_base64(encoded)
            if len(raw) > KEY_ID:
                return Signature(name, raw[:KEY_ID], raw[KEY_ID:])
    raise ValueError(f"{line!r} is not a signature line.")


def open_note(*, source: str, keys: Iterable[VerifierKey], verify: Verify) -> Note:
    """Return the note if a known key signed it and no known key's signature is wrong.

    The note returned carries only the verified signatures.
    """
    note = parse_note(source)
    known = {(key.name, key.key_id): key for key in keys}
    verified = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not verify(key, note.text.encode(), signature.value):
            raise ValueError(f"the signature of {key.name} is not valid.")
        verified.append(signature)
    if not verified:
        raise ValueError("the note is not signed by a known key.")
    return Note(note.text, tuple(verified))


@dataclass(frozen=True)
class Checkpoint:
    """The log's word: this many entries, under this root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        lines = (self.origin, str(self.size), _to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint note (without its signatures)."""
    lines = text.split("\n")
    if lines.pop() != "" or len(lines) < 3 or not all(lines):  # noqa: PLR2004 -- origin, size, root
        raise ValueError("a checkpoint has an origin, a size and a root.")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, _number(size), _hash(root), tuple(extensions))


@dataclass(frozen=True)
class Proof:
    """That an entry is in the log: place, audit path, signed checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def __str__(self) -> str:
        lines = [PROOF_HEADER]
        if self.extra is not None:
            lines.append(f"extra {_to_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [_to_base64(hash_) for hash_ in self.hashes]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    def opened(
        self, *, leaf: bytes, keys: Iterable[VerifierKey], verify: Verify
    ) -> Checkpoint:
        """Return the checkpoint that holds the leaf hash, or raise ``ValueError``."""
        note = open_note(source=self.checkpoint, keys=keys, verify=verify)
        checkpoint = parse_checkpoint(note.text)
        if checkpoint.origin not in {signature.name for signature in note.signatures}:
            raise ValueError("the checkpoint is of another log than its signer's.")
        if not verify_inclusion(
            leaf=leaf,
            index=self.index,
            size=checkpoint.size,
            proof=self.hashes,
            root=checkpoint.root,
        ):
            raise ValueError("the entry is not under the root that was signed.")
        return checkpoint


def parse_proof(source: str) -> Proof:
    """Read a ``.tlog-proof``; nothing in it is trusted by this."""
    head, blank, checkpoint = source.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != PROOF_HEADER:
        raise ValueError(f"a proof begins with {PROOF_HEADER!r}.")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _from_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise ValueError("the proof lacks its index.")
    index = _number(lines.pop(0).removeprefix("index "))
    parse_note(checkpoint)
    return Proof(index, tuple(_hash(line) for line in lines), checkpoint, extra)


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number of entries.")
    return int(text)


def _hash(text: str) -> bytes:
    raw = _from_base64(text)
    if len(raw) != HASH:
        raise ValueError(f"{text!r} is not a SHA-256 hash.")
    return raw


def _to_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _from_base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{text!r} is not base64.") from None
    if _to_base64(raw) != text:
        raise ValueError(f"{text!r} is not base64 as it is written.")
    return raw
