"""The second reader: what it proposes is checked against the document, and it is asked only when somebody wants it."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.cli import main
from luyue.reading.calling import NoAnswer, Service, ask
from luyue.reading.engine import read_text
from luyue.reading.planfile import plan_yaml
from luyue.reading.second import AROUND, PART, RULE, added, parts, proposals, question

TEXT = (
    "质保期三年。接到报修后2小时内到达现场。设备共46台。备件金库每2880分钟清仓，凭单处理。甲方在20日内付款。"
)
GOOD = {"metric": "spare_delivery", "within": "P20D", "quote": "甲方在20日内付款"}


def reply(answer: object) -> bytes:
    content = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


def test_only_what_no_rule_took_is_asked_about():
    reading = read_text("接到报修后2小时内到达现场。" * 40 + "设备共46台。" + "甲方在20日内付款。")
    (part,) = parts(reading)
    assert "设备共46台" in part and len(part) <= PART + 2 * AROUND
    assert len(part) < len(reading.text)
    body = question(part, "small")
    assert body["model"] == "small" and body["temperature"] == 0 and body["messages"][-1]["content"] == part
    assert parts(read_text("接到报修后2小时内到达现场。")) == []


def test_a_proposal_has_its_words_in_the_document_and_is_marked():
    reading = read_text(TEXT)
    found = proposals(reading, [reply({"quotas": [{"what": "devices", "value": 46, "quote": "设备共46台"}]})])
    (one,) = found.promises
    assert (one.what, one.value, one.op) == ("devices", 46, ">=")
    assert TEXT[one.found.quote.start : one.found.quote.end] == "设备共46台"
    assert one.found.rule == RULE and one.found.confidence < 0.5
    assert added(reading, found).quotas == [one]
    assert plan_yaml(reading) is not None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"quotas": [{"what": "x", "value": 46, "quote": "设备共四十六台"}]}, "quote"),
        ({"quotas": [{"what": "x", "value": 46, "quote": ""}]}, "quote"),
        ({"quotas": [{"what": "x", "value": 47, "quote": "设备共46台"}]}, "figure"),
        ({"targets": [{**GOOD, "within": "P2D"}]}, "figure"),
        ({"targets": [{**GOOD, "metric": "pay"}]}, "facts"),
        ({"targets": [{**GOOD, "within": "two days"}]}, "facts"),
        ({"quotas": [{"what": "x", "value": float("inf"), "quote": "设备共46台"}]}, "facts"),
        ({"targets": [{"metric": "arrive", "within": "PT2H", "quote": "2小时内到达现场"}]}, "known"),
        ({"targets": ["2小时"]}, "unusable"),
        ("I cannot help with that.", "unusable"),
        ([], "unusable"),
        ("[" * 100_000, "unusable"),
    ],
)
def test_what_cannot_be_believed_is_refused_with_a_reason(answer, reason):
    found = proposals(read_text(TEXT), [reply(answer)])
    assert (found.promises, found.refused) == ([], {reason: 1})


def test_a_fenced_answer_is_read_and_said_twice_it_counts_once():
    fenced = f"```json\n{json.dumps({'targets': [GOOD]}, ensure_ascii=False)}\n```"
    found = proposals(read_text(TEXT), [reply(fenced), reply({"targets": [GOOD]})])
    assert [one.within for one in found.promises] == ["P20D"]
    assert found.refused == {"known": 1}


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["设备共46台", "P20D", "targets", "quote"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["targets", "quotas", "duties", "quote", "metric", "within", "value", "what"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(ANY.map(reply) | st.binary(max_size=60), max_size=3))
def test_any_answer_gives_proposals_whose_words_are_there_or_none(replies):
    found = proposals(read_text(TEXT), replies)
    for one in found.promises:
        assert TEXT[one.found.quote.start : one.found.quote.end] == one.found.quote.words


@contextmanager
def service(status: int, content: bytes, headers: dict[str, str] | None = None):
    """A server on this machine that answers every request alike, with the requests that it got."""
    seen: list[tuple[str, str | None, dict]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, self.headers["Authorization"], body))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments):
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_call_names_model_and_key():
    with service(200, b"{}") as (address, seen):
        assert ask(Service(address, "secret", "small"), question("文字", "small")) == b"{}"
    ((path, key, body),) = seen
    assert (path, key, body["model"]) == ("/v1/chat/completions", "Bearer secret", "small")


def test_a_service_that_gives_no_answer_says_why():
    with service(401, b"no") as (address, _):
        assert _code(Service(address, "", "")) == "refused"
    with service(200, b"0" * 1_000_001) as (address, _):
        assert _code(Service(address, "", "")) == "too_large"
    assert _code(Service("ftp://example.com", "", "")) == "address"
    assert _code(Service(address, "", "", 1.0)) == "unreachable"  # that server has gone


def test_neither_document_nor_key_follows_a_reply_that_leads_elsewhere():
    with service(200, b"{}") as (elsewhere, reached):
        with service(307, b"", {"Location": f"{elsewhere}/chat/completions"}) as (address, _):
            assert _code(Service(address, "secret", "")) == "refused"
        assert reached == []


def _code(to: Service) -> str:
    with pytest.raises(NoAnswer) as bad:
        ask(to, question("文字", to.model))
    return bad.value.code


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def test_the_command_asks_only_when_told_to(document, monkeypatch, capsys):
    answer = reply({"quotas": [{"what": "devices", "value": 46, "quote": "设备共46台"}]})
    with service(200, answer) as (address, seen):
        monkeypatch.setenv("LUYUE_READER_URL", address)
        monkeypatch.setenv("LUYUE_READER_MODEL", "small")
        assert main(["plan", "read", document]) == 0
        assert seen == []
        capsys.readouterr()
        assert main(["plan", "read", document, "--second-reader"]) == 0
        said = capsys.readouterr()
    assert [body["model"] for _, _, body in seen] == ["small"]
    assert "“设备共46台”" in said.out and "second_reader 0.30" in said.out
    assert "建议了 1 条" in said.err


def test_without_a_service_the_rules_are_all(document, monkeypatch, capsys):
    monkeypatch.delenv("LUYUE_READER_URL", raising=False)
    assert main(["plan", "read", document, "--second-reader", "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert "No second reader is set up" in said.err and "limits: 1" in said.out
