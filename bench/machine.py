"""The machine that a figure was measured on, and the CPU time that processes used."""

from __future__ import annotations

import os
import platform

import psutil


def machine_line() -> str:
    """One line that must stand beside every figure."""
    memory_gib = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores {_processor()}, {memory_gib:.0f} GiB, {platform.system()} {platform.release()}, "
        f"CPython {platform.python_version()}"
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            return next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "")
    except OSError:
        return platform.processor()


def cpu_s(process: psutil.Process) -> float:
    """User and system seconds of *process* alone, so far."""
    times = process.cpu_times()
    return times.user + times.system


def cpu_s_of_database(folder: str) -> float:
    """User and system seconds of every living PostgreSQL process whose postmaster serves *folder*."""
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "postgres" and folder in " ".join(process.info["cmdline"] or []):
            # Backends that ended are in the postmaster's children times; those of the pool live as long as the run.
            times = process.cpu_times()
            ended = times.children_user + times.children_system
            return cpu_s(process) + ended + sum(cpu_s(child) for child in process.children(recursive=True))
    raise LookupError(f"no PostgreSQL serves {folder}")
