"""One request to an address that the administrator typed: no redirects, no proxies, ten seconds."""

import http.client
import ssl
import time
from urllib.parse import urlsplit

from luyue.notices.robots import Request

TIMEOUT_SECONDS = 10.0
LONGEST_ANSWER = 65_536


class Unreachable(Exception):
    """No answer came: no connection, a broken one, or none in time."""


def send(request: Request) -> tuple[int, bytes]:
    """Status and the beginning of the body.

    Raises:
        Unreachable
    """
    parts = urlsplit(request.address)
    until = time.monotonic() + TIMEOUT_SECONDS
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(request.method, path, body=request.body or None, headers=dict(request.headers))
        answer = connection.getresponse()
        body = b""
        # A server that drips must not hold a worker longer than one that is silent.
        while len(body) < LONGEST_ANSWER and (piece := answer.read1(8192)):
            body += piece
            if time.monotonic() > until:
                raise Unreachable("timed out")
        return answer.status, body
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(str(error) or type(error).__name__) from error
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(
            host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
