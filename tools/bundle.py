"""Everything an installation needs, in one file for machines without the internet: `make bundle`.

The bundle fits machines like the one that makes it: the same Python (3.11, say), kind of processor and system. It holds
all packages by their locked hashes, Luyue itself with its built pages and languages, and an installer that asks no
network.
"""

import platform
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def installer(version: str, system: str) -> str:
    """The text of `install.sh` for a version of Python ("3.11") and a platform by `sysconfig`."""
    text = (ROOT / "tools/install.sh").read_text(encoding="utf-8")
    return text.replace("@VERSION@", version).replace("@PLATFORM@", system)


def main() -> int:
    """Make `dist/luyue-VERSION-PLATFORM-pyXY.tar.gz`; prints where it lies."""
    from luyue import __version__

    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    name = (
        f"luyue-{__version__}-{platform.system().lower()}-{platform.machine()}-py{version.replace('.', '')}"
    )
    folder = ROOT / "dist" / name
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    locked = ROOT / "requirements" / "base.txt"
    words = [
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        "--dest",
        str(wheels),
        "-r",
        str(locked),
    ]
    subprocess.run([*pip, "download", *words], check=True)
    # What an earlier build left beside the sources would go into the package.
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    subprocess.run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(ROOT)], check=True)
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    shutil.copy(locked, folder / "requirements.txt")
    script = folder / "install.sh"
    script.write_text(installer(version, sysconfig.get_platform()), encoding="utf-8")
    script.chmod(0o755)
    made = folder.with_name(f"{name}.tar.gz")
    with tarfile.open(made, "w:gz", compresslevel=1) as archive:  # wheels are compressed
        archive.add(folder, name)
    shutil.rmtree(folder)
    print(f"{made.relative_to(ROOT)}  {made.stat().st_size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
