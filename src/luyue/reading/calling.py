"""The call to a second reader: one request for each part of a document, over the chat interface of OpenAI."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

LARGEST_REPLY = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Service:
    """Where the second reader is. address: its root, e.g. `https://models.example.com/v1`; key: may be empty."""

    address: str
    key: str
    model: str
    seconds: float = 60.0


def configured(environment: Mapping[str, str]) -> Service | None:
    """The service that the settings of an installation name (docs/settings.md); None: they name none."""
    if not (address := environment.get("LUYUE_READER_URL", "").strip()):
        return None
    return Service(
        address, environment.get("LUYUE_READER_KEY", ""), environment.get("LUYUE_READER_MODEL", "")
    )


class NoAnswer(Exception):
    """The second reader cannot be asked. `code` is public: address, unreachable, refused, too_large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Straight(urllib.request.HTTPRedirectHandler):
    """A reply that leads elsewhere is not followed: the document and the key go to the address that was set only."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


def ask(service: Service, body: dict[str, Any]) -> bytes:
    """One reply. Raises NoAnswer."""
    if not service.address.startswith(("http://", "https://")):
        raise NoAnswer("address")
    headers = {"Content-Type": "application/json"}
    if service.key:
        headers["Authorization"] = f"Bearer {service.key}"
    request = urllib.request.Request(  # noqa: S310 only http and https, see above
        f"{service.address.rstrip('/')}/chat/completions",
        json.dumps(body, ensure_ascii=False).encode(),
        headers,
    )
    try:
        with urllib.request.build_opener(_Straight).open(request, timeout=service.seconds) as reply:
            content: bytes = reply.read(LARGEST_REPLY + 1)
    except urllib.error.HTTPError as bad:
        bad.close()
        raise NoAnswer("refused") from bad
    except (OSError, HTTPException, ValueError) as bad:
        raise NoAnswer("unreachable") from bad
    if len(content) > LARGEST_REPLY:
        raise NoAnswer("too_large")
    return content
