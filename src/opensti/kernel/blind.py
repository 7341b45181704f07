"""Blind RSA signatures: sign what one does not see, so that a ballot tells no voter.

RSABSSA-SHA384-PSS-Randomized of RFC 9474, in the RFC's own steps: the voter prepares
and blinds, the house signs blindly, the voter finalizes, anybody verifies. The house
sees a number that is uniform whatever the message is; no computing power links it to
the signature that comes back later. The arithmetic of the house stands here; that of
the voter stands here for tests and offline checks, and in ``secret_ballot.js`` for
browsers.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from math import gcd

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

BITS = 3072
EXPONENT = 65537
HASH_BYTES = 48
SALT_BYTES = 48
PREFIX_BYTES = 32


class Unsignable(ValueError):  # noqa: N818 -- reads as what it is
    """The number handed in cannot have come from blinding under this key."""


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """Modulus and exponent, in hex for pages and rows."""

    n: int
    e: int = EXPONENT

    @property
    def size(self) -> int:
        """Bytes of a signature."""
        return (self.n.bit_length() + 7) // 8

    @classmethod
    def from_hex(cls, n: str) -> PublicKey:
        return cls(n=int(n, 16))

    @property
    def hex(self) -> str:
        return f"{self.n:x}"


@dataclass(frozen=True, kw_only=True)
class Blinded:
    """What goes to the signer, and what stays with the voter."""

    message: bytes
    inverse: int


def new_key(*, bits: int = BITS) -> str:
    """Make a key pair; returns its private part as PEM text."""
    key = rsa.generate_private_key(public_exponent=EXPONENT, key_size=bits)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_part(private: str) -> PublicKey:
    numbers = _private(private).private_numbers().public_numbers
    return PublicKey(n=numbers.n, e=numbers.e)


def blind_sign(*, private: str, blinded: bytes) -> bytes:
    """Sign a blinded message; ``Unsignable`` for a number that is none."""
    numbers = _private(private).private_numbers()
    public = numbers.public_numbers
    key = PublicKey(n=public.n, e=public.e)
    m = int.from_bytes(blinded, "big")
    if len(blinded) != key.size or not 0 < m < key.n or gcd(m, key.n) != 1:
        raise Unsignable("not a blinded message of this key")
    # Blinded once more by the house itself: the time of ``pow`` tells nothing of d.
    r = _unit(key.n)
    s = pow(m * pow(r, key.e, key.n) % key.n, numbers.d, key.n)
    s = s * pow(r, -1, key.n) % key.n
    if pow(s, key.e, key.n) != m:
        raise Unsignable("signing failed")
    return s.to_bytes(key.size, "big")


def verify(*, public: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the prepared message (prefix and text) is the key's."""
    if len(signature) != public.size:
        return False
    key = rsa.RSAPublicNumbers(public.e, public.n).public_key()
    try:
        key.verify(
            signature,
            message,
            padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=SALT_BYTES),
            hashes.SHA384(),
        )
    except InvalidSignature:
        return False
    return True


# ---- the voter's part


def prepare(text: bytes, *, prefix: bytes | None = None) -> bytes:
    """Put 32 random bytes before the text, so that nobody chose what is signed."""
    return (secrets.token_bytes(PREFIX_BYTES) if prefix is None else prefix) + text


def blind(
    *,
    public: PublicKey,
    message: bytes,
    salt: bytes | None = None,
    inverse: int | None = None,
) -> Blinded:
    """Blind a prepared message; ``salt`` and ``inverse`` are given only by test vectors."""
    encoded = int.from_bytes(
        _encode(
            message,
            public.n.bit_length() - 1,
            secrets.token_bytes(SALT_BYTES) if salt is None else salt,
        ),
        "big",
    )
    if gcd(encoded, public.n) != 1:
        raise Unsignable("the encoded message shares a factor with the modulus")
    inv = _unit(public.n) if inverse is None else inverse
    r = pow(inv, -1, public.n)
    z = encoded * pow(r, public.e, public.n) % public.n
    return Blinded(message=z.to_bytes(public.size, "big"), inverse=inv)


def finalize(
    *, public: PublicKey, message: bytes, blind_signature: bytes, inverse: int
) -> bytes:
    """Take the blinding off; ``Unsignable`` if the house signed something else."""
    if len(blind_signature) != public.size:
        raise Unsignable("the blind signature has another length")
    s = int.from_bytes(blind_signature, "big") * inverse % public.n
    signature = s.to_bytes(public.size, "big")
    if not verify(public=public, message=message, signature=signature):
        raise Unsignable("the blind signature is not the key's")
    return signature


def _private(text: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("not an RSA key")
    return key


def _unit(n: int) -> int:
    while True:
        r = secrets.randbelow(n - 1) + 1
        if gcd(r, n) == 1:
            return r


def _encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE of RFC 8017, 9.1.1, with SHA-384 and MGF1-SHA-384."""
    length = (bits + 7) // 8
    digest = hashlib.sha384(message).digest()
    h = hashlib.sha384(bytes(8) + digest + salt).digest()
    block = bytes(length - len(salt) - HASH_BYTES - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mask(h, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + h + b"\xbc"


def _mask(seed: bytes, length: int) -> bytes:
    found = b""
    for counter in range(-(-length // HASH_BYTES)):
        found += hashlib.sha384(seed + counter.to_bytes(4, "big")).digest()
    return found[:length]
