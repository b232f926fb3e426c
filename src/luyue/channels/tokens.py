"""Addresses that nobody can guess and anybody may open: a random part and its seal by the installation's secret.

The random part finds the row, the seal binds it to what the row is about: a row that was copied or guessed by number
opens nothing. A link is called back by ending its row; a new installation secret ends all of them.
"""

import base64
import re
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

NONCE = 16  # characters, 96 random bits
SEAL = 16  # characters, 96 bits of HMAC-SHA256
_SHAPE = re.compile(rf"[A-Za-z0-9_-]{{{NONCE + SEAL}}}")


def new_nonce() -> str:
    """A fresh random part."""
    return secrets.token_urlsafe(NONCE * 6 // 8)


def sealed(nonce: str, *, purpose: str, about: int) -> str:
    """The token of a row: its random part and the seal over it and what it is about."""
    return nonce + _seal(nonce, purpose, about)


def nonce_in(token: str) -> str | None:
    """The random part of something that looks like a token; None for anything else."""
    return token[:NONCE] if _SHAPE.fullmatch(token) else None


def fits(token: str, *, purpose: str, about: int) -> bool:
    """Whether the seal of a token is right."""
    return constant_time_compare(token[NONCE:], _seal(token[:NONCE], purpose, about))


def _seal(nonce: str, purpose: str, about: int) -> str:
    digest = salted_hmac(f"luyue.channels.{purpose}", f"{nonce}:{about}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[: SEAL * 6 // 8]).decode()
