"""Where an installation keeps its own files: `$LUYUE_DATA`, else `var` in the current folder."""

import os
import secrets
from pathlib import Path


def data() -> Path:
    """The data folder, absolute. Not made here."""
    return Path(os.environ.get("LUYUE_DATA") or "var").expanduser().resolve()


def secret_key() -> str:
    """The installation's secret: `$LUYUE_SECRET_KEY`, else made once and kept in the data folder."""
    return os.environ.get("LUYUE_SECRET_KEY") or _kept("secret-key")


def secrets_keys() -> list[str]:
    """The keys of encrypted columns: `$LUYUE_SECRETS_KEY`, comma-separated, the first of which encrypts; else one that
    is made once and kept in the data folder. Without it what was encrypted is lost: keep a copy apart."""
    return secrets_keys_here() or [_kept("secrets-key")]


def secrets_keys_here() -> list[str]:
    """The same keys, as far as there are some; none is made."""
    given = [key.strip() for key in os.environ.get("LUYUE_SECRETS_KEY", "").split(",") if key.strip()]
    kept = data() / "secrets-key"
    return given or ([kept.read_text()] if kept.exists() else [])


def _kept(name: str) -> str:
    """A random word in a file of the data folder, made when it is not there, readable for the owner only."""
    kept = data() / name
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        # Exclusive: of two processes that start together one writes, the other reads what the first wrote.
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return kept.read_text()
