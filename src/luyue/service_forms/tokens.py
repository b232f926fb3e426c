"""Signed addresses of forms, as they stand in QR codes: nobody can make one up or count through them."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

_SALT = "luyue.service_forms.verify"


def token_of(form_id: int) -> str:
    return signing.Signer(salt=_SALT).sign(str(form_id))


def form_id_of(token: str) -> int | None:
    """The form that a token stands for; None for a forged one."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def address_of(form_id: int) -> str:
    """The whole address that tells whether a form is genuine."""
    return settings.LUYUE_ADDRESS.rstrip("/") + reverse("service_forms:verify", args=[token_of(form_id)])
