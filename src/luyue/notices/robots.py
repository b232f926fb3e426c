"""What group robots and SMS gateways are sent, and how their answers read. Pure: no clock, no network, no database.

All three robots take JSON by POST and answer with HTTP 200 also when they refuse; the reason is in the body.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote, quote_plus, urlsplit

WECOM, DINGTALK, FEISHU, SMS = "wecom", "dingtalk", "feishu", "sms"
# Longest text in bytes of UTF-8: WeCom cuts off behind 2048, the other two take about 20 kB in all.
LONGEST = {WECOM: 2000, DINGTALK: 15_000, FEISHU: 15_000, SMS: 1000}
# Posts a minute that a robot takes: more is answered with a refusal, and at DingTalk with ten minutes of silence.
PER_MINUTE = {WECOM: 18, DINGTALK: 18, FEISHU: 90, SMS: 600}
REST_SECONDS = {WECOM: 60, DINGTALK: 600, FEISHU: 60, SMS: 60}


class Outcome(Enum):
    """How a try ended. REFUSED: the same again would be refused again; LATER: it may work another time."""

    SENT = "sent"
    BUSY = "busy"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer means, with the other side's own words."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, complete."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Gateway:
    """An SMS gateway as the administrator described it. Placeholders of address, headers and body: {phone}, {text}."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    success: str = ""  # regular expression that the answer must match; empty: any answer of 200 to 299


def robot_request(
    kind: str, address: str, secret: str, text: str, phones: Sequence[str], at: float
) -> Request:
    """A text to a group, signed when there is a secret.

    Args:
        phones: who is called by name in the group; Feishu's robots cannot do so.
        at: UTC seconds; the services refuse a signature that is an hour old.
    """
    text = cut(text, LONGEST[kind])
    if kind == WECOM:
        body: dict[str, object] = {
            "msgtype": "text",
            "text": {"content": text, "mentioned_mobile_list": list(phones)},
        }
    elif kind == DINGTALK:
        body = {
            "msgtype": "text",
            "text": {"content": text},
            "at": {"atMobiles": list(phones), "isAtAll": False},
        }
        if secret:
            address = dingtalk_address(address, secret, at)
    elif kind == FEISHU:
        body = {"msg_type": "text", "content": {"text": text}}
        if secret:
            body = {"timestamp": str(int(at)), "sign": feishu_sign(secret, int(at))} | body
    else:
        raise KeyError(kind)
    raw = json.dumps(body, ensure_ascii=False).encode()
    return Request("POST", address, {"Content-Type": "application/json; charset=utf-8"}, raw)


def dingtalk_address(address: str, secret: str, at: float) -> str:
    """The address with time (milliseconds) and signature: HMAC-SHA256 of "time\\nsecret" under the secret."""
    stamp = str(int(at * 1000))
    mac = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    joint = "&" if urlsplit(address).query else "?"
    return f"{address}{joint}timestamp={stamp}&sign={quote_plus(base64.b64encode(mac))}"


def feishu_sign(secret: str, at: int) -> str:
    """Feishu's own way: the HMAC-SHA256 of nothing, under the key "time\\nsecret" (time in seconds)."""
    return base64.b64encode(hmac.new(f"{at}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


_PLACEHOLDER = re.compile(r"\{(phone|text)\}")


def sms_request(gateway: Gateway, phone: str, text: str) -> Request:
    """One text message. Values are escaped for the place where they stand: address, JSON or form."""
    text = cut(text, LONGEST[SMS])
    values = {"phone": phone, "text": text}
    kind = next((v for k, v in gateway.headers.items() if k.lower() == "content-type"), "")
    headers = dict(gateway.headers)
    if gateway.body and not kind:
        kind = headers["Content-Type"] = (
            "application/json; charset=utf-8"
            if gateway.body.lstrip().startswith(("{", "["))
            else "application/x-www-form-urlencoded; charset=utf-8"
        )
    escape: Callable[[str], str] = (
        _in_json if "json" in kind else quote_plus if "urlencoded" in kind else _as_it_is
    )
    return Request(
        gateway.method,
        _filled(gateway.address, values, lambda value: quote(value, safe="")),
        headers,
        _filled(gateway.body, values, escape).encode() if gateway.method != "GET" else b"",
    )


def _filled(template: str, values: Mapping[str, str], escape: Callable[[str], str]) -> str:
    return _PLACEHOLDER.sub(lambda found: escape(values[found[1]]), template)


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _as_it_is(value: str) -> str:
    return value


# Codes that ask for patience; all others but 0 mean that robot, key, signature or text is wrong.
_BUSY_CODES = {
    WECOM: frozenset({45009, 45033}),
    DINGTALK: frozenset({130101, 90030, 90018}),
    FEISHU: frozenset({11232, 11233, 99991400}),
}
_LATER_CODES = {WECOM: frozenset({-1}), DINGTALK: frozenset({-1}), FEISHU: frozenset({1500, 1551})}


def judge_robot(kind: str, status: int, body: bytes) -> Verdict:
    """What a robot's answer means."""
    if (bad := _by_status(status, body)) is not None:
        return bad
    try:
        answer = json.loads(body)
        code = int(
            answer["code"]
            if kind == FEISHU and "code" in answer
            else answer.get("errcode", answer.get("StatusCode"))
        )
        words = str(answer.get("errmsg") or answer.get("msg") or answer.get("StatusMessage") or "")
    except (ValueError, TypeError, KeyError, AttributeError):
        return Verdict(Outcome.REFUSED, _shown(body) or "empty answer")
    if code == 0:
        return Verdict(Outcome.SENT)
    reason = f"{code} {words}".strip()[:250]
    if code in _BUSY_CODES[kind]:
        return Verdict(Outcome.BUSY, reason)
    return Verdict(Outcome.LATER if code in _LATER_CODES[kind] else Outcome.REFUSED, reason)


def judge_sms(gateway: Gateway, status: int, body: bytes) -> Verdict:
    """What a gateway's answer means: the status, and what the administrator said success looks like."""
    if (bad := _by_status(status, body)) is not None:
        return bad
    if gateway.success and not re.search(gateway.success, body.decode(errors="replace")):
        return Verdict(Outcome.REFUSED, _shown(body) or "empty answer")
    return Verdict(Outcome.SENT)


def _by_status(status: int, body: bytes) -> Verdict | None:
    if 200 <= status < 300:
        return None
    reason = f"HTTP {status} {_shown(body)}".strip()
    if status == 429:
        return Verdict(Outcome.BUSY, reason)
    # A redirect is not followed: the administrator typed this address and no other.
    return Verdict(Outcome.LATER if status >= 500 or status == 408 else Outcome.REFUSED, reason)


def _shown(body: bytes) -> str:
    return " ".join(body[:800].decode(errors="replace").split())[:200]


def cut(text: str, most: int) -> str:
    """At most so many bytes of UTF-8, with a mark where something was cut off."""
    raw = text.encode()
    if len(raw) <= most:
        return text
    return raw[: most - 3].decode(errors="ignore") + "…"
