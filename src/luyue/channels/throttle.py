"""How often strangers may send something: counted in the database, so that all processes count together.

A request's count is written in its transaction. An answer of 400 and above rolls that back; `count_refused` then
counts it once more, after the transaction.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from luyue.channels.models import Tally
from luyue.domain.refusals import TooOften
from luyue.web.asked import after_rollback

KEPT = timedelta(days=1)

_COUNT = """
INSERT INTO channels_tally (key, begins_at, count) VALUES (%s, %s, 1)
ON CONFLICT (key, begins_at) DO UPDATE SET count = channels_tally.count + 1 RETURNING count"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in each stretch of `minutes`, which begin at whole multiples of it."""

    name: str
    most: int
    minutes: int


def count(limits: Sequence[tuple[Limit, str]], *, now: datetime) -> None:
    """Count one for each (limit, who). Raises TooOften when one of them is over its limit, after all are counted."""
    wait = 0
    for limit, who in limits:
        length = limit.minutes * 60
        begins = int(now.timestamp()) // length * length
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [_key(limit, who), datetime.fromtimestamp(begins, UTC)])
            number: int = cursor.fetchone()[0]
        if number > limit.most:
            wait = max(wait, begins + length - int(now.timestamp()))
    if wait:
        raise TooOften(seconds=wait, minutes=-(-wait // 60))


def count_refused(request: HttpRequest, limits: Sequence[tuple[Limit, str]], *, now: datetime) -> None:
    """Let the request count even if its answer is a refusal."""

    def again() -> None:
        with transaction.atomic(), suppress(TooOften):  # the answer has been given
            count(limits, now=now)

    after_rollback(request, again)


def forget(before: datetime) -> int:
    """Remove old counts; returns how many."""
    return Tally.objects.filter(begins_at__lt=before).delete()[0]


def sender(request: HttpRequest) -> str:
    """The address a request came from; behind the proxy that the settings speak of, what that proxy wrote last."""
    if settings.SECURE_PROXY_SSL_HEADER and (told := request.META.get("HTTP_X_FORWARDED_FOR")):
        return str(told).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _key(limit: Limit, who: str) -> str:
    return f"{limit.name}:{salted_hmac('luyue.channels.tally', who, algorithm='sha256').hexdigest()[:40]}"
