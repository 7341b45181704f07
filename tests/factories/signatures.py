"""PDF files with and without electronic signatures, by an authority made for the tests."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from asn1crypto import keys, x509
from cryptography import x509 as made
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)


def _name(common: str) -> made.Name:
    return made.Name([made.NameAttribute(NameOID.COMMON_NAME, common)])


@lru_cache(maxsize=4)
def authority(common: str = "Root of the tests") -> tuple[Any, Any]:
    """A root certificate and its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    root = (
        made.CertificateBuilder()
        .subject_name(_name(common))
        .issuer_name(_name(common))
        .public_key(key.public_key())
        .serial_number(made.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(BEGINS + timedelta(days=3650))
        .add_extension(made.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage(certifies=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return root, key


def _usage(*, certifies: bool) -> made.KeyUsage:
    return made.KeyUsage(
        digital_signature=not certifies,
        content_commitment=not certifies,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def root_pem(common: str = "Root of the tests") -> bytes:
    return authority(common)[0].public_bytes(serialization.Encoding.PEM)


@lru_cache(maxsize=8)
def signer(
    common: str = "Nguyễn Văn A", root: str = "Root of the tests"
) -> signers.SimpleSigner:
    """Somebody who signs, with a certificate of an authority."""
    top, top_key = authority(root)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own = (
        made.CertificateBuilder()
        .subject_name(_name(common))
        .issuer_name(top.subject)
        .public_key(key.public_key())
        .serial_number(made.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(BEGINS + timedelta(days=1825))
        .add_extension(made.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certifies=False), critical=True)
        .sign(top_key, hashes.SHA256())
    )
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(
            own.public_bytes(serialization.Encoding.DER)
        ),
        signing_key=keys.PrivateKeyInfo.load(
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ),
        cert_registry=SimpleCertificateStore(),
    )


@lru_cache(maxsize=8)
def plain_pdf(text: str = "HOP DONG") -> bytes:
    """A PDF of one page that nobody signed."""
    writer = PdfFileWriter()
    stream = generic.StreamObject(
        stream_data=f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    )
    resources = generic.DictionaryObject(
        {
            generic.pdf_name("/Font"): generic.DictionaryObject(
                {
                    generic.pdf_name("/F1"): generic.DictionaryObject(
                        {
                            generic.pdf_name("/Type"): generic.pdf_name("/Font"),
                            generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
                            generic.pdf_name("/BaseFont"): generic.pdf_name(
                                "/Helvetica"
                            ),
                        }
                    )
                }
            )
        }
    )
    writer.insert_page(
        PageObject(
            contents=writer.add_object(stream),
            media_box=generic.ArrayObject(
                [generic.NumberObject(n) for n in (0, 0, 595, 842)]
            ),
            resources=resources,
        )
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def signed_pdf(content: bytes = b"", *, by: Any = None, field: str = "Ben_A") -> bytes:
    """The same file with one signature more."""
    out = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(content or plain_pdf())),
        signers.PdfSignatureMetadata(field_name=field),
        signer=by or signer(),
    )
    return bytes(out.getbuffer())


def overwritten(content: bytes) -> bytes:
    """A byte that was signed is another one now."""
    return content.replace(b"(HOP DONG)", b"(HOP DANG)", 1)


def replaced_page(content: bytes) -> bytes:
    """Another page was put over the signed one by an update of the file."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    stream = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 720 Td (KHAC) Tj ET")
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/Contents")] = writer.add_object(stream)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
