"""The demo as a newcomer and a machine start it: as a process, which ends without leaving another behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import psutil
import pytest

MARK = "CLARINE_TEST_MARK"


class Runs:
    """Starts demos whose every descendant can be told by a mark in its environment."""

    def __init__(self, folder: Path) -> None:
        self.mark = uuid.uuid4().hex
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self._environment = kept | {MARK: self.mark, "TMPDIR": str(folder)}

    def start(self, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "clarine", "demo", *options],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def survivors(self) -> list[str]:
        """The command lines of processes that a demo started and that still run."""
        return [" ".join(process.cmdline()) for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == self.mark and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


def test_once_prints_one_object_in_which_every_promise_is_kept_and_leaves_no_process(runs: Runs) -> None:
    with runs.start("--once", "--json", "--animals", "10") as demo:
        said, log = demo.communicate(timeout=100)
    assert demo.returncode == 0, log
    result = json.loads(said)
    assert result["animals"] == 10
    assert result["readings"] > 0
    assert sum(result["alerts"].values()) > 0
    assert [promise for promise in result["promises"] if not promise["kept"]] == []
    messages, micros, webhooks = result["messages"], result["micros"], result["webhooks"]
    assert messages["accepted"] == messages["delivered"] + messages["failed"]
    assert messages["refused"] == 2, "who never agreed, and who said STOP"
    assert 0 < messages["read"] <= messages["delivered"]
    assert micros["held"] == micros["posted"] + micros["voided"] > 0
    assert webhooks["posted"] == webhooks["acknowledged"] >= messages["accepted"]
    assert runs.survivors() == []


def test_the_story_ends_with_all_its_processes_when_it_is_told_to_stop(runs: Runs, tmp_path: Path) -> None:
    with runs.start("--data", str(tmp_path / "data"), "--port", "0", "--animals", "10") as demo:
        assert demo.stdout is not None
        opening = []
        for line in demo.stdout:
            opening.append(line)
            if "starts as a program of its own" in line:
                break
        assert any("herd" in process for process in runs.survivors()), "the herd is a process of its own"
        demo.send_signal(signal.SIGTERM)
        rest, log = demo.communicate(timeout=60)
    assert demo.returncode == 0, log
    assert opening[0].startswith("Clarine is running:  http://127.0.0.1:")
    assert "Stopping" in rest
    assert runs.survivors() == []
    assert (tmp_path / "data" / "demo.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_there_is_refused_in_a_sentence(runs: Runs, tmp_path: Path) -> None:
    with runs.start("--once", "--json", "--herd-data", str(tmp_path / "nowhere")) as demo:
        said, _ = demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert json.loads(said)["error"]["field"] == "herd_data"
