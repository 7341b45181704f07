"""Blind signatures: the RFC's own numbers, and what must not be signed or believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from opensti.kernel import blind

VECTOR = json.loads(
    (Path(__file__).parent / "rfc9474.json").read_text(encoding="utf-8")
)
E = 65537


def vector(name):
    return bytes.fromhex(VECTOR[name])


@pytest.fixture(scope="module")
def private():
    return blind.new_key(bits=2048)


@pytest.fixture(scope="module")
def public(private):
    return blind.public_part(private)


def _rfc_key():
    p, q = int(VECTOR["p"], 16), int(VECTOR["q"], 16)
    d = pow(E, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(E, p * q),
    )
    return (
        numbers.private_key()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def test_the_vector_of_the_rfc_comes_out_byte_by_byte():
    private = _rfc_key()
    public = blind.public_part(private)
    message = blind.prepare(vector("msg"), prefix=vector("prefix"))
    blinded = blind.blind(
        public=public,
        message=message,
        salt=vector("salt"),
        inverse=int(VECTOR["inv"], 16),
    )
    signed = blind.blind_sign(private=private, blinded=blinded.message)
    signature = blind.finalize(
        public=public,
        message=message,
        blind_signature=signed,
        inverse=blinded.inverse,
    )
    assert (signed.hex(), signature.hex()) == (VECTOR["blind_sig"], VECTOR["sig"])
    assert blind.verify(public=public, message=message, signature=vector("sig"))


@given(text=st.binary(max_size=200))
@settings(max_examples=10, deadline=None)
def test_whatever_is_blinded_comes_back_as_a_signature_of_itself_alone(
    text, private, public
):
    message = blind.prepare(text)
    blinded = blind.blind(public=public, message=message)
    signed = blind.blind_sign(private=private, blinded=blinded.message)
    signature = blind.finalize(
        public=public,
        message=message,
        blind_signature=signed,
        inverse=blinded.inverse,
    )
    assert blind.verify(public=public, message=message, signature=signature)
    assert not blind.verify(public=public, message=message + b"x", signature=signature)
    assert not blind.verify(public=public, message=message, signature=signed)


def test_the_same_message_is_blinded_differently_each_time(public):
    message = blind.prepare(b"yes")
    assert (
        blind.blind(public=public, message=message).message
        != blind.blind(public=public, message=message).message
    )


def test_any_pair_of_blinded_and_final_fits_so_nothing_links_them(private, public):
    """For every signature there is a blinding factor that leads to every request."""
    final = []
    for text in (b"yes", b"no"):
        message = blind.prepare(text)
        blinded = blind.blind(public=public, message=message)
        signed = blind.blind_sign(private=private, blinded=blinded.message)
        final.append(
            (
                blinded.message,
                blind.finalize(
                    public=public,
                    message=message,
                    blind_signature=signed,
                    inverse=blinded.inverse,
                ),
            )
        )
    for request, _own in final:
        for _request, signature in final:
            s = int.from_bytes(signature, "big")
            encoded = pow(s, public.e, public.n)
            z = int.from_bytes(request, "big")
            signed = int.from_bytes(
                blind.blind_sign(private=private, blinded=request), "big"
            )
            r = signed * pow(s, -1, public.n) % public.n
            assert encoded * pow(r, public.e, public.n) % public.n == z


@pytest.mark.parametrize("number", ["zero", "one too many", "short", "long"])
def test_what_is_no_blinded_message_is_not_signed(number, private, public):
    wrong = {
        "zero": bytes(public.size),
        "one too many": public.n.to_bytes(public.size, "big"),
        "short": b"\x01" * (public.size - 1),
        "long": b"\x01" * (public.size + 1),
    }[number]
    with pytest.raises(blind.Unsignable):
        blind.blind_sign(private=private, blinded=wrong)


def test_a_signature_of_another_key_is_not_believed(private, public):
    message = blind.prepare(b"yes")
    other = blind.new_key(bits=2048)
    blinded = blind.blind(public=public, message=message)
    try:
        signed = blind.blind_sign(private=other, blinded=blinded.message)
    except blind.Unsignable:
        return
    with pytest.raises(blind.Unsignable):
        blind.finalize(
            public=public,
            message=message,
            blind_signature=signed,
            inverse=blinded.inverse,
        )
