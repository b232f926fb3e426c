"""Secrets that the database keeps and cannot read: the one way to encrypt a column, shared by all apps.

    row.secret = encrypt(text, purpose="notices.robot")     # a text that goes into a TextField
    text = decrypt(row.secret, purpose="notices.robot")

The key lies outside of the database: `$LUYUE_SECRETS_KEY`, else a file made once in the data folder
(`settings.LUYUE_SECRETS_KEYS`). Each purpose has a key of its own, derived from it, so that a text copied from one
column into another does not open there. Several keys are the way to a new one: the first seals, all of them open.
"""

import base64
from collections.abc import Sequence
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from luyue.domain.refusals import Refusal


class Undecipherable(Refusal):
    """A secret does not open: the key is another one, or the text was changed. Facts: purpose."""

    code = "undecipherable"


def encrypt(text: str, *, purpose: str) -> str:
    """Seal a text (Fernet: AES-128-CBC with HMAC-SHA256, a new initial value each time).

    Args:
        purpose: what the secret is for, e.g. `vault.secret`; part of the key, so never renamed.
    """
    return _sealer(tuple(settings.LUYUE_SECRETS_KEYS), purpose).encrypt(text.encode()).decode()


def decrypt(sealed: str, *, purpose: str) -> str:
    """Open what `encrypt` sealed for the same purpose.

    Raises:
        Undecipherable: no key at hand opens it.
    """
    try:
        return _sealer(tuple(settings.LUYUE_SECRETS_KEYS), purpose).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise Undecipherable(purpose=purpose) from error


def reseal(sealed: str, *, purpose: str) -> str:
    """The same secret under the first key, for the change to a new one. Raises Undecipherable."""
    return encrypt(decrypt(sealed, purpose=purpose), purpose=purpose)


@cache
def _sealer(keys: Sequence[str], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key, purpose)) for key in keys])


def _derived(key: str, purpose: str) -> bytes:
    """Keys are 256 random bits, so a quick derivation is enough."""
    derive = HKDF(SHA256(), length=32, salt=None, info=f"luyue:{purpose}".encode())
    return base64.urlsafe_b64encode(derive.derive(key.encode()))
