"""The examples of the guide run as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import httpx

from clarine.pytest_plugin import Clarine

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node") or Path(sys.executable).with_name("node")
GUIDE = ROOT / "docs" / "guides" / "sandbox.md"


def example(language: str) -> str:
    """The one example of the guide in *language*."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_pytest_example_passes(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(example("python"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "test_shop.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_the_node_example_passes(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    modules.mkdir()
    (modules / "clarine-sandbox").symlink_to(ROOT / "clients" / "node-sandbox")
    (tmp_path / "shop.test.mjs").write_text(example("javascript"), encoding="utf-8")
    environment = {**os.environ, "CLARINE": str(Path(sys.executable).with_name("clarine"))}
    done = subprocess.run(
        [NODE, "--test", "shop.test.mjs"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\bpass 1\b", done.stdout), done.stdout


def test_the_calls_by_hand_are_answered(clarine: Clarine) -> None:
    by_hand = GUIDE.read_text("utf-8").partition("## By hand")[2].partition("\n## ")[0]
    calls = [shlex.split(each) for each in re.findall(r"^curl .*$|(?<=`)curl [^`]*(?=`)", by_hand, re.MULTILINE)]
    assert len(calls) >= 6
    for call in calls:
        url = next(word for word in call if word.startswith("http")).replace("http://127.0.0.1:8400", clarine.url)
        options = dict(pairwise(call))
        method = options.get("-X", "POST" if "-d" in options else "GET")
        headers = dict([options["-H"].split(": ")]) if "-H" in options else {}
        response = httpx.request(method, url, headers=headers, content=options.get("-d"))
        assert response.status_code == 200, (call, response.text)
