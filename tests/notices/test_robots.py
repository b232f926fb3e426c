"""Robots and gateways against servers that check as the real services do, on this machine only."""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from luyue.notices import http, robots
from luyue.notices.robots import Gateway, Outcome, Request

SECRET = "SEC0123456789abcdef"
NOW = 1_772_000_000.25


@dataclass
class Server:
    """Keeps what it got and answers as `answer` says."""

    address: str = ""
    answer: Callable[[str, dict[str, str], bytes], tuple[int, bytes]] = lambda path, headers, body: (
        200,
        b"{}",
    )
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found.got.append((self.path, dict(self.headers), body))
            status, answer = found.answer(self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # who waited has given up
                self.wfile.write(answer)

        do_GET = do_PUT = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found
    httpd.shutdown()
    httpd.server_close()
    thread.join(5)


def judged(kind: str, request: Request) -> robots.Verdict:
    return robots.judge_robot(kind, *http.send(request))


def as_dingtalk(path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """Checks as DingTalk does: time within an hour (here: of NOW), HMAC over time and secret under the secret."""
    query = parse_qs(urlsplit(path).query)
    if query.get("access_token") != ["t0ken"]:
        return 200, b'{"errcode":300001,"errmsg":"token is not exist"}'
    stamp, sign = query.get("timestamp", ["0"])[0], query.get("sign", [""])[0]
    if abs(int(stamp) / 1000 - NOW) > 3600:
        return 200, json.dumps({"errcode": 310000, "errmsg": "invalid timestamp"}).encode()
    mac = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    if base64.b64decode(sign) != mac:
        return 200, json.dumps({"errcode": 310000, "errmsg": "sign not match"}).encode()
    message = json.loads(body)
    assert message["msgtype"] == "text"
    assert headers["Content-Type"].startswith("application/json")
    return 200, b'{"errcode":0,"errmsg":"ok"}'


def as_feishu(path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """Checks as Feishu does: the sign is the HMAC of nothing under time and secret, both in the body."""
    message = json.loads(body)
    stamp = message.get("timestamp", "0")
    wanted = base64.b64encode(
        hmac.new(f"{stamp}\n{SECRET}".encode(), digestmod=hashlib.sha256).digest()
    ).decode()
    if abs(int(stamp) - NOW) > 3600 or message.get("sign") != wanted:
        answer = {
            "code": 19021,
            "msg": "sign match fail or timestamp is not within one hour from current time",
        }
        return 200, json.dumps(answer).encode()
    assert message["msg_type"] == "text"
    assert isinstance(message["timestamp"], str)
    return 200, b'{"code":0,"msg":"success","data":{},"StatusCode":0,"StatusMessage":"success"}'


def as_wecom(path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """Knows one key; refuses a text of more than 2048 bytes."""
    if parse_qs(urlsplit(path).query).get("key") != ["k3y"]:
        return 200, b'{"errcode":93000,"errmsg":"invalid webhook url"}'
    if len(json.loads(body)["text"]["content"].encode()) > 2048:
        return 200, b'{"errcode":40058,"errmsg":"content exceed max length"}'
    return 200, b'{"errcode":0,"errmsg":"ok"}'


def test_dingtalk_takes_our_signature(server: Server) -> None:
    server.answer = as_dingtalk
    request = robots.robot_request(
        "dingtalk", f"{server.address}/robot/send?access_token=t0ken", SECRET, "超时", ["13800000000"], NOW
    )
    assert judged("dingtalk", request).outcome is Outcome.SENT
    assert json.loads(server.got[0][2])["at"]["atMobiles"] == ["13800000000"]


@pytest.mark.parametrize(
    ("token", "secret", "at", "words"),
    [
        ("t0ken", "SECother", NOW, "310000 sign not match"),
        ("t0ken", SECRET, NOW - 7200, "310000 invalid timestamp"),
        ("other", SECRET, NOW, "300001 token is not exist"),
    ],
)
def test_dingtalk_says_no_with_status_200(
    server: Server, token: str, secret: str, at: float, words: str
) -> None:
    server.answer = as_dingtalk
    address = f"{server.address}/robot/send?access_token={token}"
    verdict = judged("dingtalk", robots.robot_request("dingtalk", address, secret, "x", [], at))
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, words)


def test_feishu_takes_our_signature(server: Server) -> None:
    server.answer = as_feishu
    request = robots.robot_request(
        "feishu", f"{server.address}/open-apis/bot/v2/hook/x", SECRET, "超时", [], NOW
    )
    assert judged("feishu", request).outcome is Outcome.SENT


def test_feishu_says_no_with_status_200(server: Server) -> None:
    server.answer = as_feishu
    verdict = judged("feishu", robots.robot_request("feishu", server.address, "other", "x", [], NOW))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.reason.startswith("19021 ")


def test_a_known_example_of_each_signature() -> None:
    """Fixed values, so that a change of the algorithm is seen without any server."""
    address = robots.dingtalk_address("https://oapi.example/robot/send?access_token=a", SECRET, 1_700_000_000)
    mac = hmac.new(SECRET.encode(), f"1700000000000\n{SECRET}".encode(), "sha256").digest()
    query = parse_qs(urlsplit(address).query)
    assert query["timestamp"] == ["1700000000000"]
    assert base64.b64decode(query["sign"][0]) == mac
    assert "+" not in address.split("sign=")[1]
    # printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '100\ndemo' | xxd -p) -binary | base64
    assert robots.feishu_sign("demo", 100) == "jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg="


def test_wecom_takes_long_texts_cut_to_its_measure(server: Server) -> None:
    server.answer = as_wecom
    request = robots.robot_request(
        "wecom", f"{server.address}/cgi-bin/webhook/send?key=k3y", "", "超时" * 2000, [], NOW
    )
    assert judged("wecom", request).outcome is Outcome.SENT
    assert json.loads(server.got[0][2])["text"]["content"].endswith("…")


def test_wecom_with_a_wrong_key_is_refused(server: Server) -> None:
    server.answer = as_wecom
    verdict = judged("wecom", robots.robot_request("wecom", f"{server.address}/?key=no", "", "x", [], NOW))
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, "93000 invalid webhook url")


@pytest.mark.parametrize(
    ("kind", "status", "body", "outcome"),
    [
        ("wecom", 200, {"errcode": 45009, "errmsg": "api freq out of limit"}, Outcome.BUSY),
        ("wecom", 200, {"errcode": -1, "errmsg": "system busy"}, Outcome.LATER),
        ("dingtalk", 200, {"errcode": 130101, "errmsg": "send too fast"}, Outcome.BUSY),
        ("dingtalk", 200, {"errcode": 310000, "errmsg": "keywords not in content"}, Outcome.REFUSED),
        ("feishu", 200, {"code": 11232, "msg": "frequency limited"}, Outcome.BUSY),
        ("feishu", 200, {"StatusCode": 0, "StatusMessage": "success"}, Outcome.SENT),
        ("feishu", 400, {"code": 9499, "msg": "Bad Request"}, Outcome.REFUSED),
        ("wecom", 429, {}, Outcome.BUSY),
        ("wecom", 503, {}, Outcome.LATER),
    ],
)
def test_answers_are_told_apart(kind: str, status: int, body: Any, outcome: Outcome) -> None:
    assert robots.judge_robot(kind, status, json.dumps(body).encode()).outcome is outcome


@pytest.mark.parametrize("body", [b"", b"<html>login</html>", b"[]", b"null", b'{"errcode":"x"}'])
def test_an_answer_that_is_no_answer_is_not_success(body: bytes) -> None:
    assert robots.judge_robot("wecom", 200, body).outcome is Outcome.REFUSED


def test_redirects_are_not_followed(server: Server) -> None:
    server.answer = lambda path, headers, body: (302, b"")
    server.headers = {"Location": f"{server.address}/elsewhere"}
    verdict = judged("wecom", robots.robot_request("wecom", server.address, "", "x", [], NOW))
    assert verdict.outcome is Outcome.REFUSED
    assert len(server.got) == 1


def test_a_silent_server_costs_a_timeout_and_is_tried_later(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.3)
    server.answer = lambda path, headers, body: (time.sleep(0.8), (200, b"{}"))[1]
    with pytest.raises(http.Unreachable):
        http.send(robots.robot_request("wecom", server.address, "", "x", [], NOW))


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(http.Unreachable):
        http.send(robots.robot_request("wecom", "http://127.0.0.1:9/", "", "x", [], NOW))


def test_a_gateway_gets_json_with_escaped_values(server: Server) -> None:
    server.answer = lambda path, headers, body: (200, b'{"code": 0}')
    gateway = Gateway(
        "POST", f"{server.address}/sms", {"Authorization": "Bearer x"},
        '{"mobile": "{phone}", "content": "{text}"}', r'"code":\s*0',
    )  # fmt: skip
    text = '说 "急"\n{phone}'
    verdict = robots.judge_sms(gateway, *http.send(robots.sms_request(gateway, "+86 138", text)))
    assert verdict.outcome is Outcome.SENT
    _path, headers, body = server.got[0]
    assert json.loads(body) == {"mobile": "+86 138", "content": text}
    assert headers["Authorization"] == "Bearer x"


def test_a_gateway_gets_forms_and_addresses_escaped(server: Server) -> None:
    server.answer = lambda path, headers, body: (200, b"OK")
    gateway = Gateway("POST", f"{server.address}/?to={{phone}}", {}, "msg={text}&sign=1")
    http.send(robots.sms_request(gateway, "a&b=c", "x&sign=2 急"))
    path, _headers, body = server.got[0]
    assert parse_qs(urlsplit(path).query) == {"to": ["a&b=c"]}
    assert parse_qs(body.decode()) == {"msg": ["x&sign=2 急"], "sign": ["1"]}


def test_a_gateway_that_says_no_in_its_answer_is_believed(server: Server) -> None:
    server.answer = lambda path, headers, body: (200, b'{"code": 42, "msg": "balance"}')
    gateway = Gateway("POST", server.address, {}, "{phone}{text}", r'"code":\s*0')
    verdict = robots.judge_sms(gateway, *http.send(robots.sms_request(gateway, "1", "x")))
    assert verdict.outcome is Outcome.REFUSED
    assert "balance" in verdict.reason
