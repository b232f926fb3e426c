"""Signed addresses of papers, as they stand in QR codes: nobody can make one up or count through them."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

_SALT = "luyue.service_forms.verify"
FORM = "form"


def token_of(paper_id: int, kind: str = FORM) -> str:
    """A token for a paper; kind: whose register knows it."""
    said = str(paper_id) if kind == FORM else f"{kind}-{paper_id}"
    return signing.Signer(salt=_SALT).sign(said)


def paper_of(token: str) -> tuple[str, int] | None:
    """Kind and number of the paper that a token stands for; None for a forged one."""
    try:
        kind, _, number = signing.Signer(salt=_SALT).unsign(token).rpartition("-")
        return kind or FORM, int(number)
    except (signing.BadSignature, ValueError):
        return None


def address_of(paper_id: int, kind: str = FORM) -> str:
    """The whole address that tells whether a paper is genuine."""
    return settings.LUYUE_ADDRESS.rstrip("/") + reverse(
        "service_forms:verify", args=[token_of(paper_id, kind)]
    )
