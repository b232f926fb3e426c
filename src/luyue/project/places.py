"""Where an installation keeps its own files: `$LUYUE_DATA`, else `var` in the current folder."""

import os
import secrets
from pathlib import Path


def data() -> Path:
    """The data folder, absolute. Not made here."""
    return Path(os.environ.get("LUYUE_DATA") or "var").expanduser().resolve()


def secret_key() -> str:
    """The installation's secret: `$LUYUE_SECRET_KEY`, else made once and kept in the data folder, readable for the
    owner only."""
    if given := os.environ.get("LUYUE_SECRET_KEY"):
        return given
    kept = data() / "secret-key"
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        # Exclusive: of two processes that start together one writes, the other reads what the first wrote.
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return kept.read_text()
