"""A database with all migrations: made once for each state of them, copied afterwards, since making it takes longer
than most files of tests. It lies in `var/`, so that a fresh clone makes its own.
"""

import contextlib
import hashlib
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from luyue.project import places

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "test-databases"
STATES = 3


@cache
def _state() -> str:
    """A mark of all that migrations read: they themselves, the walls and tables of the ledger, and the libraries'."""
    code = ROOT / "src" / "luyue"
    read = [*code.glob("*/migrations/*.py"), *code.glob("ledger/*.py"), *code.glob("project/*.py"),
            *(ROOT / "requirements").glob("*.txt")]  # fmt: skip
    found = hashlib.sha256()
    for path in sorted(read):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def lay() -> bool:
    """Copy the kept database into the empty data folder; whether there was one. The server does not run yet."""
    kept, place = KEPT / _state(), places.data() / "pg"
    if not kept.is_dir() or place.exists():
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    _copy(kept, place)
    return True


def keep() -> None:
    """Keep the data folder's database, which has just been migrated. The server has been stopped."""
    KEPT.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=KEPT)) / "pg"
    _copy(places.data() / "pg", draft)
    with contextlib.suppress(OSError):  # another run was quicker
        draft.rename(KEPT / _state())
    shutil.rmtree(draft.parent, ignore_errors=True)
    states = sorted(
        (one for one in KEPT.iterdir() if len(one.name) == len(_state())), key=lambda one: one.stat().st_mtime
    )
    for old in states[:-STATES]:
        shutil.rmtree(old, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """With owners and rights: PostgreSQL insists on them."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
