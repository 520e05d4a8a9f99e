"""Media limits: what the Cloud API takes is taken, one byte more is not."""

from __future__ import annotations

import pytest

from clarine.domain.errors import Invalid
from clarine.domain.media import check_media
from clarine.domain.message import MediaKind

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("kind", "mime", "animated", "bytes_max"),
    [
        ("image", "image/jpeg", False, 5 * MIB),
        ("image", "image/png", False, 5 * MIB),
        ("video", "video/mp4", False, 16 * MIB),
        ("video", "video/3gpp", False, 16 * MIB),
        ("audio", "audio/ogg", False, 16 * MIB),
        ("audio", "audio/mpeg", False, 16 * MIB),
        ("document", "application/pdf", False, 100 * MIB),
        ("document", "image/jpeg", False, 100 * MIB),
        ("sticker", "image/webp", False, 100 * 1024),
        ("sticker", "image/webp", True, 500 * 1024),
    ],
)
def test_each_kind_is_taken_up_to_its_limit_and_not_beyond(
    kind: MediaKind, mime: str, animated: bool, bytes_max: int
) -> None:
    assert check_media(kind, mime=mime, size=bytes_max, animated=animated) == kind
    for size in (bytes_max + 1, 0):
        with pytest.raises(Invalid) as refused:
            check_media(kind, mime=mime, size=size, animated=animated)
        assert refused.value.code == "media_size"


@pytest.mark.parametrize(
    ("kind", "mime"),
    [
        ("image", "image/webp"),
        ("image", "image/gif"),
        ("image", "video/mp4"),
        ("video", "video/quicktime"),
        ("audio", "application/ogg"),
        ("sticker", "image/png"),
        ("document", "text/html"),
        ("document", "image/svg+xml"),
        ("document", "application/octet-stream"),
        (None, "application/x-msdownload"),
    ],
)
def test_a_type_that_does_not_fit_its_kind_is_refused(kind: MediaKind | None, mime: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_media(kind, mime=mime, size=10)
    assert refused.value.code == "media_type"


@pytest.mark.parametrize(
    ("mime", "kind"),
    [("image/png", "image"), ("video/mp4", "video"), ("audio/amr", "audio"), ("image/webp", "sticker"),
     ("text/plain", "document")],
)  # fmt: skip
def test_without_a_kind_the_type_decides(mime: str, kind: MediaKind) -> None:
    assert check_media(None, mime=mime, size=10) == kind
