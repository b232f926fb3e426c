"""`luyue plan` as people call it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from luyue.cli import main

BAD = "luyue: 1\nid: x\ntitle: {zh: 甲, en: A}\ncalendars: {}\ntargets:\n  - {id: a}\n"


def test_errors_are_printed_by_line_and_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "bad.yaml"
    file.write_text(BAD, encoding="utf-8")
    assert main(["plan", "check", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{file}:6: key.missing: targets[1] 缺少“clause”。"
    assert lines[-1] == "共检查 1 个方案文件：错误 5 处，提醒 0 处。"


def test_warnings_say_that_they_are_and_fail_only_when_strict(capsys: pytest.CaptureFixture[str]):
    assert main(["plan", "check", "software-maintenance", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("software-maintenance:")
    assert any(": ambiguous.metric: warning: arrive-or-solve" in line for line in lines)
    assert lines[-1].startswith("1 plan file(s): 0 error(s), ")
    assert main(["plan", "check", "software-maintenance", "--strict"]) == 1
    assert "：提醒：" in capsys.readouterr().out.replace(": 提醒：", "：提醒：")


def test_a_missing_file_is_an_error_of_its_own(capsys: pytest.CaptureFixture[str]):
    for name in ("nowhere.yaml", "/", "a\0b"):
        assert main(["plan", "check", name]) == 1
        assert f"{name}:1: file.missing: 找不到文件或无法读取。" in capsys.readouterr().out


def test_an_endless_file_is_too_large(capsys: pytest.CaptureFixture[str]):
    assert main(["plan", "check", "/dev/zero"]) == 1
    assert "/dev/zero:1: file.too_large: 文件超过 1 MB" in capsys.readouterr().out


def test_a_terminal_without_chinese_gets_an_answer_all_the_same():
    done = subprocess.run(
        [sys.executable, "-m", "luyue.cli", "plan", "explain", "hardware-supply"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "(hardware-supply)" in done.stdout and "??" in done.stdout


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]):
    assert main(["plan", "check"]) == 2
    assert main(["plan", "check", "x", "--lang", "fr"]) == 2
    assert main(["plan", "dance"]) == 2


def test_findings_as_json(capsys: pytest.CaptureFixture[str]):
    assert main(["plan", "check", "video-integration", "nowhere", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["errors"] == 1 and answer["warnings"] > 10
    order = next(one for one in answer["problems"] if one["code"] == "contradiction.order")
    assert order["about"] == ["serious-respond", "urgent-respond"] and order["level"] == "warning"


def test_a_plan_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["plan", "explain", "video-integration"]) == 0
    text = capsys.readouterr().out
    assert "[可执行] 10 分钟内响应 · 7×24 · 自报修起" in text
    assert main(["plan", "explain", "video-integration", "--json", "--lang", "en"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["plan"] == "video-integration" and told["counts"]["target"]["promises"] == 17
    file = tmp_path / "bad.yaml"
    file.write_text(BAD, encoding="utf-8")
    assert main(["plan", "explain", str(file)]) == 1
    assert "key.missing" in capsys.readouterr().err


def test_the_plan_commands_need_neither_django_nor_numpy():
    program = (
        "import sys; from luyue.cli import main; assert main(['plan', 'check', 'regional-video']) == 0; "
        "assert 'django' not in sys.modules and 'numpy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
