"""Webhooks over the network: answers, silence, and receivers that want to see a certificate (mutual TLS)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clarine.adapters.http import NetworkHttp, Tls
from clarine.domain.errors import Invalid


class Authority:
    """Signs certificates for one test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        certificate = self._builder(self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.path = self._write("authority", certificate.sign(self._key, hashes.SHA256()))

    def sign(self, name: str) -> Path:
        """A file with a certificate for *name* (and localhost), and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        certificate = self._builder(subject, key).add_extension(names, critical=False)
        return self._write(name, certificate.sign(self._key, hashes.SHA256()), key)

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    def _write(self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey | None = None) -> Path:
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        if key is not None:
            pem += key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        path = self._folder / f"{name}.pem"
        path.write_bytes(pem)
        return path


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest_asyncio.fixture
async def receiver(authority: Authority) -> AsyncIterator[str]:
    """A receiver that lets in only who shows a certificate of the authority."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.path))
    context.load_cert_chain(authority.sign("receiver"))
    context.verify_mode = ssl.CERT_REQUIRED

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "localhost", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    yield f"https://localhost:{port}/"
    server.close()


async def posted(url: str, tls: Tls | None) -> int | None:
    http = NetworkHttp(timeout_s=5, connections_max=2, tls=tls)
    try:
        return (await http.post(url, b"", {})).status
    finally:
        await http.close()


async def test_a_receiver_that_wants_a_certificate_gets_it(receiver: str, authority: Authority) -> None:
    shown = Tls(certificate=str(authority.sign("house")), authority=str(authority.path))
    assert await posted(receiver, shown) == 200


async def test_without_a_certificate_or_trust_such_a_receiver_is_not_reached(
    receiver: str, authority: Authority
) -> None:
    assert await posted(receiver, Tls(authority=str(authority.path))) is None
    assert await posted(receiver, Tls(certificate=str(authority.sign("house")))) is None
    assert await posted(receiver, None) is None


async def test_a_certificate_that_cannot_be_read_is_named_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"missing\.pem"):
        NetworkHttp(timeout_s=5, connections_max=2, tls=Tls(certificate=str(tmp_path / "missing.pem")))


async def test_a_refusal_is_kept_with_how_it_begins_and_an_acknowledgement_is_not() -> None:
    answers = [b"500 Oops\r\nContent-Length: 9\r\n\r\n no \0disk\r", b"200 OK\r\nContent-Length: 2\r\n\r\nok"]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + answers.pop(0).replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "localhost", 0)
    http = NetworkHttp(timeout_s=5, connections_max=2)
    url = f"http://localhost:{server.sockets[0].getsockname()[1]}/"
    said = [(found.status, found.said) for found in [await http.post(url, b"", {}) for _ in range(2)]]
    assert said == [(500, "no disk"), (200, None)]
    await http.close()
    server.close()
