"""Rules of the phone's outbox, run by Node as they are."""

import json
import os
import subprocess
from pathlib import Path

import pytest

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
RULES = (FRONTEND / "src/outbox/rules.js").as_uri()


@pytest.fixture(scope="module")
def run():
    """Evaluate an expression in which the rules are at hand as `r`."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("frontend_build", FRONTEND / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    node, _npm, environment = build.find_node()

    def evaluate(expression: str):
        script = f'import * as r from "{RULES}"; console.log(JSON.stringify({expression}));'
        answer = subprocess.run(
            [*node, "--input-type=module", "-e", script],
            capture_output=True, text=True, env=os.environ | environment, timeout=60,
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
