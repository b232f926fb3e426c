"""Addresses that stand in codes, open to whoever holds them: to sign in (short-lived), of one's own attendance, of a
certificate. Nobody can make one up or count through them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

_SIGN_IN, _OWN, _CERTIFICATE = "luyue.training.sign_in", "luyue.training.own", "luyue.training.certificate"
# The projector shows a fresh code each minute; who has opened the page gets time to type.
OPENS, SENDS = timedelta(minutes=5), timedelta(minutes=20)
# Signing in is possible so long before the begin and after the planned end.
BEFORE, AFTER = timedelta(hours=2), timedelta(hours=1)
# Feedback is taken so long after the end.
FEEDBACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a code for signing in stands for: the session, and since when it is shown."""

    session_id: int
    shown_at: datetime


def sign_in_token(session_id: int, *, now: datetime) -> str:
    """The same within a minute, so that a page that is drawn anew does not change the code under the phones."""
    return signing.Signer(salt=_SIGN_IN).sign(f"{session_id}.{int(now.timestamp()) // 60 * 60}")


def sign_in_pass(token: str, *, now: datetime, sending: bool) -> Pass | None:
    """What a token stands for; None for a forged or old one. sending: the form comes back, not the first look."""
    try:
        number, _, at = signing.Signer(salt=_SIGN_IN).unsign(token).partition(".")
        shown = datetime.fromtimestamp(int(at), tz=now.tzinfo)
        found = Pass(int(number), shown)
    except (signing.BadSignature, ValueError, OverflowError):
        return None
    age = now - shown
    return found if timedelta(0) <= age <= (SENDS if sending else OPENS) else None


def sign_in_address(session_id: int, *, now: datetime) -> str:
    return _whole("training:sign_in", sign_in_token(session_id, now=now))


def own_token(attendance_id: int) -> str:
    return signing.Signer(salt=_OWN).sign(str(attendance_id))


def attendance_of(token: str) -> int | None:
    return _number(token, _OWN)


def certificate_token(attendance_id: int) -> str:
    return signing.Signer(salt=_CERTIFICATE).sign(str(attendance_id))


def certified(token: str) -> int | None:
    return _number(token, _CERTIFICATE)


def certificate_address(attendance_id: int) -> str:
    return _whole("training:verify", certificate_token(attendance_id))


def _number(token: str, salt: str) -> int | None:
    try:
        return int(signing.Signer(salt=salt).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def _whole(name: str, token: str) -> str:
    return settings.LUYUE_ADDRESS.rstrip("/") + reverse(name, args=[token])
