"""Secrets that the database keeps and cannot read: the one way to encrypt a column, shared by all apps.

    row.secret = encrypt(text, purpose="notices.robot")     # a text that goes into a TextField
    text = decrypt(row.secret, purpose="notices.robot")

The key lies outside of the database: `$LUYUE_SECRETS_KEY`, else a file made once in the data folder
(`settings.LUYUE_SECRETS_KEYS`). Each purpose has a key of its own, derived from it, so that a text copied from one
column into another does not open there. Several keys are the way to a new one: the first seals, all of them open.
"""

import base64
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from luyue.domain.refusals import Refusal


class Undecipherable(Refusal):
    """A secret does not open: the key is another one, or the text was changed. Facts: purpose."""

    code = "undecipherable"


def encrypt(text: str, *, purpose: str, row: str = "") -> str:
    """Seal a text (Fernet: AES-128-CBC with HMAC-SHA256, a new initial value each time).

    Args:
        purpose: what the secret is for, e.g. `vault.secret`; part of the key, so never renamed.
        row: which row it belongs to; part of the key too, so that it opens nowhere else.
    """
    return _sealer(tuple(settings.LUYUE_SECRETS_KEYS), purpose, row).encrypt(text.encode()).decode()


def decrypt(sealed: str, *, purpose: str, row: str = "") -> str:
    """Open what `encrypt` sealed for the same purpose and row.

    Raises:
        Undecipherable: no key at hand opens it.
    """
    try:
        return _sealer(tuple(settings.LUYUE_SECRETS_KEYS), purpose, row).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise Undecipherable(purpose=purpose) from error


def reseal(sealed: str, *, purpose: str, row: str = "") -> str:
    """The same secret under the first key, for the change to a new one. Raises Undecipherable."""
    return encrypt(decrypt(sealed, purpose=purpose, row=row), purpose=purpose, row=row)


# A few at a time: with rows there are as many keys as secrets, and none of them is to stay in memory for long.
@lru_cache(maxsize=16)
def _sealer(keys: Sequence[str], purpose: str, row: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key, f"{purpose}\0{row}" if row else purpose)) for key in keys])


def _derived(key: str, use: str) -> bytes:
    """Keys are 256 random bits, so a quick derivation is enough."""
    derive = HKDF(SHA256(), length=32, salt=None, info=f"luyue:{use}".encode())
    return base64.urlsafe_b64encode(derive.derive(key.encode()))
