"""Blobs: whole or not at all, typed by their bytes, and no picture can fill the memory."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import signal
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from clarine.adapters.blobs import DiskBlobs, sniff
from clarine.domain.errors import Invalid, NotFound
from clarine.ports.blobs import Blobs

MIB = 1 << 20


@pytest.fixture
def blobs(tmp_path: Path) -> DiskBlobs:
    return DiskBlobs(tmp_path / "media")


async def in_chunks(data: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def kept(blobs: Blobs, data: bytes) -> str:
    return (await blobs.put(in_chunks(data), bytes_max=100 * MIB)).sha256


def files(blobs_root: Path) -> list[Path]:
    return [path for path in blobs_root.rglob("*") if path.is_file()]


def picture(form: str, size: tuple[int, int] = (800, 400), mode: str = "RGB", **how: object) -> bytes:
    buffer = io.BytesIO()
    colours: dict[str, int | str] = {"L": 1, "P": 1, "RGBA": "#f008"}
    colour = colours.get(mode, "red")
    Image.new(mode, size, colour).save(buffer, form, **how)
    return buffer.getvalue()


def empty_png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


async def test_what_is_put_is_kept_under_its_hash_and_size(blobs: DiskBlobs) -> None:
    data = os.urandom(3 * MIB + 17)
    blob = await blobs.put(in_chunks(data, 65_536), bytes_max=4 * MIB)
    assert blob == (hashlib.sha256(data).hexdigest(), len(data))
    assert blobs.path(blob.sha256).read_bytes() == data


async def test_the_same_bytes_are_kept_once(blobs: DiskBlobs, tmp_path: Path) -> None:
    first, second = await asyncio.gather(kept(blobs, b"cow" * 999), kept(blobs, b"cow" * 999))
    assert first == second
    assert files(tmp_path) == [blobs.path(first)]


async def test_one_byte_too_many_is_refused_and_leaves_nothing(blobs: DiskBlobs, tmp_path: Path) -> None:
    await blobs.put(in_chunks(b"x" * 5000), bytes_max=5000)
    before = files(tmp_path)
    with pytest.raises(Invalid) as refused:
        await blobs.put(in_chunks(b"y" * 5001), bytes_max=5000)
    assert refused.value.code == "media_size"
    assert files(tmp_path) == before


async def test_an_empty_file_is_refused(blobs: DiskBlobs, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        await kept(blobs, b"")
    assert files(tmp_path) == []


async def test_an_upload_that_breaks_off_leaves_nothing(blobs: DiskBlobs, tmp_path: Path) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"x" * (2 * MIB)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await blobs.put(breaking(), bytes_max=4 * MIB)
    assert files(tmp_path) == []


async def test_an_upload_that_is_cancelled_leaves_nothing(blobs: DiskBlobs, tmp_path: Path) -> None:
    waiting = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        waiting.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(blobs.put(endless(), bytes_max=4 * MIB))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files(tmp_path) == []


async def test_a_full_disk_leaves_nothing(blobs: DiskBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        await kept(blobs, b"x" * 1000)
    assert files(tmp_path) == []


KILLED_HALFWAY = """
import asyncio, sys
from pathlib import Path
from clarine.adapters.blobs import DiskBlobs

async def halves():
    yield b"x" * (2 << 20)
    print("half", flush=True)
    await asyncio.Event().wait()

asyncio.run(DiskBlobs(Path(sys.argv[1])).put(halves(), bytes_max=8 << 20))
"""


def test_a_process_killed_halfway_leaves_no_blob_and_its_rest_is_swept(blobs: DiskBlobs, tmp_path: Path) -> None:
    root = tmp_path / "media"
    process = subprocess.Popen([sys.executable, "-c", KILLED_HALFWAY, str(root)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert [path.parent.name for path in files(root)] == ["incoming"]
    assert blobs.sweep(now_s=time.time()) == 0  # it may still be somebody's upload
    assert blobs.sweep(now_s=time.time() + 2 * 86_400) == 1
    assert files(root) == []


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "A" * 64, "", "0" * 63 + "\n"])
def test_what_is_not_kept_is_not_found(blobs: DiskBlobs, name: str) -> None:
    with pytest.raises(NotFound):
        blobs.path(name)


ISO = b"\0\0\0\x18ftyp%b\0\0\0\0isommp42" + b"\0" * 40


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (picture("GIF"), "image/gif"),
        (ISO.replace(b"%b", b"isom"), "video/mp4"),
        (ISO.replace(b"%b", b"mp42"), "video/mp4"),
        (ISO.replace(b"%b", b"3gp5"), "video/3gpp"),
        (ISO.replace(b"%b", b"qt  "), "video/quicktime"),
        (ISO.replace(b"%b", b"M4A "), "audio/mp4"),
        (ISO.replace(b"%b", b"heic"), "image/heic"),
        (b"OggS\0\2" + b"\0" * 20 + b"\x01\x13OpusHead\1\2", "audio/ogg"),
        (b"OggS\0\2" + b"\0" * 20 + b"\x01\x1e\x01vorbis", "application/ogg"),
        (b"#!AMR\n\x3c\x91", "audio/amr"),
        (b"ID3\x04\0\0\0\0\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + b"\0" * 20, "audio/mpeg"),
        (b"\xff\xf1\x50\x80\x02\x1f\xfc", "audio/aac"),
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (b"PK\x03\x04" + b"\0" * 60, "application/zip"),
        ("Käse, 12 €\n".encode(), "text/plain"),
        ("बंद करो".encode() + "क".encode()[:2], "text/plain"),
        (b"<!DOCTYPE html><html>", "text/html"),
        (b"\n <script>alert(1)</script>", "text/html"),
        (b"<!-- --><html>", "text/html"),
        (b'<?xml version="1.0"?><svg onload="x">', "image/svg+xml"),
        (b"MZ\x90\0\3\0", "application/vnd.microsoft.portable-executable"),
        (bytes(range(7)) * 9, "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_files_are_what_their_bytes_are(head: bytes, mime: str) -> None:
    assert sniff(head) == mime


@given(st.binary(max_size=64))
def test_any_bytes_have_some_type(head: bytes) -> None:
    assert "/" in sniff(head)


@pytest.mark.parametrize(
    ("folder", "mime"),
    [("word", "wordprocessingml.document"), ("xl", "spreadsheetml.sheet"), ("ppt", "presentationml.presentation")],
)
async def test_office_files_are_told_apart_by_what_is_in_them(blobs: DiskBlobs, folder: str, mime: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "x" * 9000)
        archive.writestr(f"{folder}/document.xml", "x")
    found = await blobs.mime(await kept(blobs, buffer.getvalue()))
    assert found == f"application/vnd.openxmlformats-officedocument.{mime}"


async def test_old_office_files_are_told_apart_and_an_archive_stays_one(blobs: DiskBlobs) -> None:
    for stream, mime in (("Workbook", "application/vnd.ms-excel"), ("WordDocument", "application/msword")):
        header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
        struct.pack_into("<H", header, 30, 9)
        struct.pack_into("<I", header, 48, 3)
        name = stream.encode("utf-16-le")
        entry = name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2) + bytes(62)
        data = bytes(header) + bytes(3 * 512) + bytes(128) + entry + bytes(256)
        assert await blobs.mime(await kept(blobs, data)) == mime
    assert await blobs.mime(await kept(blobs, b"PK\x03\x04" + b"\0" * 60)) == "application/zip"


async def test_a_picture_is_measured_as_it_is_shown(blobs: DiskBlobs) -> None:
    assert await blobs.picture(await kept(blobs, picture("PNG"))) == (800, 400, False)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    assert await blobs.picture(await kept(blobs, picture("JPEG", exif=exif))) == (400, 800, False)
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    moving = picture("WEBP", (64, 64), save_all=True, append_images=frames, duration=100)
    assert await blobs.picture(await kept(blobs, moving)) == (64, 64, True)


@pytest.mark.parametrize(
    ("form", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGBA")],
)
async def test_a_thumbnail_is_small_upright_and_made_once(blobs: DiskBlobs, form: str, mode: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "the north barn"
    sha256 = await kept(blobs, picture(form, mode=mode, exif=exif))
    first, second = await asyncio.gather(blobs.thumbnail(sha256), blobs.thumbnail(sha256))
    assert first == second
    written = first.stat().st_mtime_ns
    assert (await blobs.thumbnail(sha256)).stat().st_mtime_ns == written
    with Image.open(first) as small:
        assert (small.format, small.size) == ("WEBP", (160, 320))
        assert not small.getexif()
        assert (small.mode == "RGBA") == (mode == "RGBA")


async def test_a_small_picture_is_not_blown_up(blobs: DiskBlobs) -> None:
    path = await blobs.thumbnail(await kept(blobs, picture("PNG", (40, 30))))
    with Image.open(path) as small:
        assert small.size == (40, 30)


@pytest.mark.parametrize(("width", "height"), [(8000, 8000), (60_000, 60_000)])
async def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(
    blobs: DiskBlobs, tmp_path: Path, width: int, height: int
) -> None:
    sha256 = await kept(blobs, empty_png(width, height))
    for ask in (blobs.picture, blobs.thumbnail):
        with pytest.raises(Invalid) as refused:
            await ask(sha256)
        assert refused.value.code == "media_bomb"
    assert files(tmp_path) == [blobs.path(sha256)]


@pytest.mark.parametrize("data", [b"hello", picture("JPEG")[:400], picture("GIF"), b"%PDF-1.7"])
async def test_what_is_no_whole_picture_gets_no_thumbnail(blobs: DiskBlobs, tmp_path: Path, data: bytes) -> None:
    sha256 = await kept(blobs, data)
    with pytest.raises(Invalid) as refused:
        await blobs.thumbnail(sha256)
    assert refused.value.code == "media_broken"
    assert files(tmp_path) == [blobs.path(sha256)]
