"""For clients that cannot be told where the API is: HTTPS under a private CA before Clarine, and a CONNECT proxy to it."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp import web

#: The API's two host names; both lead here.
HOSTS: Final = ("graph.facebook.com", "api.facebook.com")
#: Headers that belong to one connection.
_OF_THE_HOP: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "content-encoding", "content-length"})


@dataclass(frozen=True)
class Certificates:
    """*authority* is what a client is told to trust; the other two are the front's own."""

    authority: Path
    chain: Path
    key: Path


def make_certificates(folder: Path) -> Certificates:
    """A CA of one run, and a certificate of it for the API's host names and this machine. Needs openssl."""
    names = ",".join([*(f"DNS:{host}" for host in HOSTS), "DNS:localhost", "IP:127.0.0.1"])
    extensions = folder / "extensions.cnf"
    extensions.write_text(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    new = ("-newkey", "rsa:2048", "-nodes")
    authority = ("-x509", "-days", "2", "-subj", "/CN=Clarine test CA", "-addext", "keyUsage=critical,keyCertSign")
    _openssl(folder, "req", *new, *authority, "-keyout", "ca.key", "-out", "ca.pem")
    _openssl(folder, "req", *new, "-subj", f"/CN={HOSTS[0]}", "-keyout", "front.key", "-out", "front.csr")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", extensions.name)
    _openssl(folder, "x509", "-req", "-in", "front.csr", *signed, "-out", "front.pem")
    return Certificates(folder / "ca.pem", folder / "front.pem", folder / "front.key")


def make_public_key(certificates: Certificates, path: Path) -> None:
    """A public key, in PEM, for the calls that want one."""
    _openssl(path.parent, "rsa", "-in", str(certificates.key), "-pubout", "-out", str(path))


def _openssl(folder: Path, *words: str) -> None:
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@asynccontextmanager
async def open_front(url: str, certificates: Certificates) -> AsyncIterator[int]:
    """HTTPS on a free port, handed on to *url* with the headers a reverse proxy adds; the port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.chain, certificates.key)
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def hand_on(request: web.Request) -> web.Response:
            headers = {name: value for name, value in request.headers.items() if name.lower() not in _OF_THE_HOP}
            headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-Host": request.host}
            body = await request.read()
            async with session.request(
                request.method, url + request.raw_path, data=body, headers=headers, allow_redirects=False
            ) as answer:
                kept = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_THE_HOP}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)

        application = web.Application(client_max_size=128 * 1024 * 1024)
        application.router.add_route("*", "/{path:.*}", hand_on)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        try:
            yield int(runner.addresses[0][1])
        finally:
            await runner.cleanup()


@asynccontextmanager
async def open_proxy(front_port: int) -> AsyncIterator[str]:
    """A CONNECT proxy that leads the API's host names to the front and nothing anywhere else; its address."""

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)
        if asked[0] != b"CONNECT" or asked[1].decode() not in {f"{host}:443" for host in HOSTS}:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 200 Connection Established\r\n\r\n")
            there, back = await asyncio.open_connection("127.0.0.1", front_port)
            await asyncio.gather(_pour(reader, back), _pour(there, writer))
        writer.close()

    server = await asyncio.start_server(tunnel, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await source.read(65_536):
            target.write(chunk)
            await target.drain()
        target.close()
