"""One line per step with its seconds, and stamps that let a step be skipped when nothing it reads has changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"


class SetupStoppedError(Exception):
    """The machine lacks something that only its owner can give; the message says what and how."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print *name* now and its seconds when it is done."""
    print(f"  {name} …", end="", flush=True)
    started_s = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - started_s:.1f} s", flush=True)


def run(command: Sequence[str | Path], *, cwd: Path = ROOT, environment: Mapping[str, str] | None = None) -> None:
    """Run *command* silently; when it fails, show what it said and stop."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        check=False,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        sys.stdout.write(f"\n{done.stdout}\n")
        raise SetupStoppedError(f"{' '.join(words[:6])} ended with {done.returncode}; what it said stands above.")


def contents(paths: Iterable[Path], *also: str) -> str:
    """A fingerprint of what *paths* hold and of the words in *also*."""
    fingerprint = hashlib.sha256("\0".join(also).encode())
    for path in paths:
        fingerprint.update(path.read_bytes())
    return fingerprint.hexdigest()


def appearances(paths: Iterable[Path], *also: str) -> str:
    """A quicker fingerprint, of names, sizes and times of change."""
    fingerprint = hashlib.sha256("\0".join(also).encode())
    for path in sorted(paths):
        seen = path.stat()
        fingerprint.update(f"{path.relative_to(ROOT)}\0{seen.st_size}\0{seen.st_mtime_ns}\n".encode())
    return fingerprint.hexdigest()


def is_stamped(name: str, fingerprint: str) -> bool:
    """Whether the step *name* ended well when it last saw *fingerprint*."""
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == fingerprint


def stamp(name: str, fingerprint: str) -> None:
    """Remember that the step *name* ended well."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(fingerprint)
