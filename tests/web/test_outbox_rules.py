"""Rules of the phone's outbox, run by Node as they are."""

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

from luyue.domain.refusals import BadInput
from luyue.domain.rounds.checklists import Checklist
from luyue.domain.rounds.judging import Given, judge_all
from luyue.files.content import media_type

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
RULES, LACKING, PHOTOS = (
    (FRONTEND / f"src/outbox/{name}.js").as_uri() for name in ("rules", "lacking", "photos")
)


@pytest.fixture(scope="module")
def run():
    """Evaluate an expression in which the rules are at hand as `r`, what an act lacks as `l`, photographs as `p`."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("frontend_build", FRONTEND / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    node, _npm, environment = build.find_node()

    def evaluate(expression: str):
        modules = (
            f'import * as r from "{RULES}"; import * as l from "{LACKING}"; import * as p from "{PHOTOS}";'
        )
        script = f"{modules} console.log(JSON.stringify({expression}));"
        answer = subprocess.run(
            [*node, "--input-type=module", "-"],
            input=script, capture_output=True, text=True, env=os.environ | environment, timeout=60,
        )  # fmt: skip
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    return evaluate


def item(seq, order=1, *, status="waiting", next_at=0, act="accept", tries=0, **more):
    facts = {"seq": seq, "id": f"m{seq}", "order": order, "status": status, "next_at": next_at, "act": act}
    return facts | {"tries": tries, "files": [], "happened_at": seq} | more


def test_the_first_act_of_each_order_is_sent(run):
    items = [item(5, 2), item(3), item(4)]
    assert [one["seq"] for one in run(f"r.sendable({json.dumps(items)}, 0)")] == [3, 5]


def test_what_was_refused_holds_up_its_order_alone(run):
    items = [item(1, status="refused"), item(2), item(3, 2)]
    assert [one["seq"] for one in run(f"r.sendable({json.dumps(items)}, 0, {{force: true}})")] == [3]


def test_what_adds_to_an_order_goes_past_a_refused_act(run):
    # The end is refused while the safety check is open: the check must reach the server, or it stays refused for ever.
    items = [item(1, status="refused", act="finish"), item(2, act="check"), item(3, act="photo")]
    assert [one["seq"] for one in run(f"r.sendable({json.dumps(items)}, 0)")] == [2]
    behind = [item(1, status="refused", act="arrive"), item(2, act="start"), item(3, act="photo")]
    assert run(f"r.sendable({json.dumps(behind)}, 0)") == [], "it needs the start before it"


def test_a_refused_act_done_anew_comes_after_what_it_lacked(run):
    refused = item(1, status="refused", act="finish")
    assert run(f"r.keepsPlace({json.dumps([refused, item(2, act='check')])}, {json.dumps(refused)})") is False
    assert (
        run(f"r.keepsPlace({json.dumps([refused, item(2, act='confirm')])}, {json.dumps(refused)})") is True
    )


def test_a_pause_holds_up_the_order_unless_forced(run):
    items = json.dumps([item(1, next_at=100), item(2)])
    assert run(f"r.sendable({items}, 50)") == []
    assert run(f"r.sendable({items}, 50, {{force: true}}).length") == 1
    assert run(f"r.sendable({items}, 100).length") == 1


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ({"status": 200, "json": {"done": {"id": 1}}}, "done"),
        ({"status": 200, "json": None}, "later"),
        ({"status": 0}, "later"),
        ({"status": 0, "login": True}, "login"),
        ({"status": 401}, "login"),
        ({"status": 403, "json": None}, "token"),
        ({"status": 403, "json": {"code": "not_allowed"}}, "refused"),
        ({"status": 404, "json": {"code": "not_found"}}, "refused"),
        ({"status": 409, "json": {"code": "illegal_move"}}, "refused"),
        ({"status": 422, "json": {"code": "bad_input"}}, "refused"),
        ({"status": 413, "json": None}, "refused"),
        ({"status": 429}, "later"),
        ({"status": 500}, "later"),
        ({"status": 502}, "later"),
    ],
)
def test_what_an_answer_means(run, answer, meaning):
    assert run(f"r.meaning({json.dumps(answer)})") == meaning


def test_a_refused_act_is_kept_with_what_the_server_says(run):
    answer = {
        "status": 409,
        "json": {"code": "illegal_move", "detail": "现在不能", "order": {"state_word": "已取消"}},
    }
    kept = run(f"r.after({json.dumps(item(1))}, {json.dumps(answer)}, 0)")
    assert kept["status"] == "refused" and kept["id"] == "m1"
    assert kept["answer"]["detail"] == "现在不能" and kept["answer"]["state"] == "已取消"


def test_pauses_grow_and_end_at_five_minutes(run):
    pauses = run("[1, 2, 3, 6, 7, 50].map(r.pause)")
    assert pauses == [5_000, 10_000, 20_000, 160_000, 300_000, 300_000]
    later = run(f"r.after({json.dumps(item(1, tries=2))}, {{status: 503}}, 1000)")
    assert (later["tries"], later["next_at"], later["status"]) == (3, 21_000, "waiting")


def test_an_ended_session_changes_nothing_in_the_queue(run):
    one = item(1)
    assert run(f"r.after({json.dumps(one)}, {{status: 0, login: true}}, 0)") == one
    assert run(f"r.after({json.dumps(one)}, {{status: 200, json: {{done: {{}}}}}}, 0)") is None


def test_the_state_goes_on_with_what_waits(run):
    kit = {"state": "planned", "version": 1, "after": {"planned": {"accept": "accepted"}, "accepted": {"depart": "departed"}}}  # fmt: skip  # noqa: E501
    items = [item(2, act="depart"), item(1, act="accept")]
    assert run(f"r.stateOf({json.dumps(kit)}, null, {json.dumps(items)})") == "departed"
    known = {"state": "accepted", "version": 2}
    assert run(f"r.stateOf({json.dumps(kit)}, {json.dumps(known)}, {json.dumps(items[:1])})") == "departed"
    assert run(f"r.stateOf({json.dumps(kit)}, {json.dumps(known | {'version': 1})}, [])") == "planned"


def test_counts(run):
    items = [item(4, files=[{}, {}]), item(2, status="refused", files=[{}])]
    assert run(f"r.counts({json.dumps(items)})") == {"waiting": 1, "refused": 1, "photos": 3, "since": 2}


def test_the_clock_is_measured_in_the_middle_of_the_question(run):
    assert run("r.clockOff(1000, 3000, 302000)") == 300


CHECKLIST = Checklist.model_validate(
    {
        "code": "all-kinds", "zh": "各种", "en": "All kinds", "rounds": ["visit"],
        "items": [
            {"id": "lamps", "zh": "指示灯", "en": "Lamps"},
            {"id": "volts", "zh": "电压", "en": "Volts", "kind": "number", "low": 198, "high": 242},
            {"id": "days", "zh": "天数", "en": "Days", "kind": "reading"},
            {"id": "found", "zh": "所见", "en": "Found", "kind": "text"},
            {"id": "picture", "zh": "照片", "en": "Picture", "kind": "photo"},
        ],
    }
)  # fmt: skip
ITEMS = [
    {"id": one.id, "kind": one.kind, "low": one.low, "high": one.high, "drift": False}
    for one in CHECKLIST.items
]


def test_the_phone_lets_pass_what_the_server_takes_of_a_device_and_nothing_else(run):
    rng = random.Random(4)
    cases = []
    for _case in range(600):
        # Mostly good answers, so that both outcomes are common.
        usual = {"lamps": Given("ok"), "volts": Given(value="220"), "days": Given(value="31"),
                 "found": Given(note="在"), "picture": Given("ok")}  # fmt: skip
        for item in rng.sample(list(usual), rng.randint(0, 2)):
            verdict = rng.choice(["", "ok", "flag", "fail", "na"])
            if item in ("volts", "days", "found") and verdict == "ok":
                verdict = ""
            value = rng.choice(["", " ", "12", "2,5", "220。5", "abc", "1e999"])
            usual[item] = Given(verdict, value, rng.choice(["", " ", "灰"]))
        cases.append((usual, rng.randint(0, 1)))
    sent = [
        [
            {f"{part}-{item}": getattr(one, attribute) for item, one in given.items()
             for part, attribute in (("item", "verdict"), ("value", "value"), ("note", "note"))},
            pictures,
        ]
        for given, pictures in cases
    ]  # fmt: skip
    found = run(
        f"{json.dumps(sent)}.map(([given, files]) => l.lacking('look', given, {{ files, items: {json.dumps(ITEMS)} }}))"
    )
    taken = 0
    for (given, pictures), lacks in zip(cases, found, strict=True):
        try:
            judge_all(CHECKLIST, given, pictures=pictures, delivered={})
        except BadInput as refusal:
            assert lacks["missing"] or lacks["numbers"], (given, refusal.facts)
        else:
            taken += 1
            assert lacks == {"missing": [], "numbers": []}, given
    assert 100 < taken < 500


@pytest.mark.parametrize(
    ("act", "given", "more", "missing"),
    [
        ("log", {}, {}, ["text"]),
        ("log", {}, {"files": 1}, []),
        ("photo", {"note": "机柜"}, {}, ["upload"]),
        ("check", {"answer": "not_needed", "note": " "}, {}, ["note"]),
        ("check", {"answer": "done"}, {}, []),
        ("finish", {"solved": "yes", "fix": "换了电源"}, {}, ["cause"]),
        ("finish", {"solved": "no"}, {}, []),
        ("unsolved", {"reason": "缺备件"}, {}, ["upload"]),
        ("unsolved", {"reason": "缺备件"}, {"has": 1}, []),
        ("unsolved", {"no_picture": "不准拍照"}, {}, []),
        ("confirm", {"way": "signed", "name": "王科长"}, {}, ["signature"]),
        ("confirm", {"way": "paper", "name": "王科长"}, {}, ["upload"]),
        ("look", {"skip": "进不去"}, {"items": ITEMS}, []),
        ("accept", {}, {}, []),
    ],
)
def test_what_the_server_would_miss_the_phone_asks_for(run, act, given, more, missing):
    found = run(f"l.lacking({json.dumps(act)}, {json.dumps(given)}, {json.dumps(more)})")
    assert found["missing"] == missing


@pytest.mark.parametrize(
    "start",
    [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x00\x00\x00\x00WEBP", b"\x00\x00\x00\x18ftypheic",
     b"\x00\x00\x00\x18ftypisom", b"hello", b""],
)  # fmt: skip
def test_phone_and_server_agree_on_what_a_picture_is(run, start):
    kind = media_type(start, "a.jpg")
    expected = {"image/heic": "heic"}.get(kind, "picture" if kind.startswith("image/") else "other")
    assert run(f"p.kindOf({json.dumps(list(start[:12]))})") == expected
