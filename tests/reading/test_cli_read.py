"""`luyue plan read` as people call it."""

import json
from pathlib import Path

import pytest

from luyue.cli import main

TEXT = "质保期三年。接到报修后2小时内到达现场。每季度巡检一次。设备共46台。\n"


def test_a_plan_file_that_the_check_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source, plan, out = tmp_path / "方案.txt", tmp_path / "plan.yaml", tmp_path / "out.json"
    source.write_bytes(TEXT.encode("gbk"))
    assert main(["plan", "read", str(source), "-o", str(plan), "--neutral", str(out)]) == 0
    said = capsys.readouterr().out
    assert "时限：1" in said and "“接到报修后2小时内到达现场”" in said
    assert "设备共46台" in said
    assert main(["plan", "check", str(plan)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["targets"][0]["within"] == "PT2H"
    assert "# 接到报修后2小时内到达现场" in plan.read_text(encoding="utf-8")


def test_json_tells_place_rule_and_sureness(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source = tmp_path / "a.md"
    source.write_text(TEXT, encoding="utf-8")
    assert main(["plan", "read", str(source), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["targets"][0]["found"]
    assert TEXT[found["quote"]["start"] : found["quote"]["end"]] == found["quote"]["words"]
    assert found["rule"] == "target.verb" and 0 < found["confidence"] <= 1


def test_the_summary_in_english_is_english(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source = tmp_path / "a.md"
    source.write_text(f"{TEXT}甲方在20日内付款。", encoding="utf-8")
    assert main(["plan", "read", str(source), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "sentences with figures that no promise took: 1 (1 more hold no promise)" in said
    assert "no promise took it: 设备共46台。" in said and "：" not in said


def test_nothing_promised_writes_a_beginning_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source, plan = tmp_path / "a.txt", tmp_path / "plan.yaml"
    source.write_text("我们的服务宗旨是用户满意。设备共46台。", encoding="utf-8")
    assert main(["plan", "read", str(source), "-o", str(plan), "--lang", "en"]) == 0
    assert "no promise was found" in capsys.readouterr().err
    assert "open: 设备共46台" in plan.read_text(encoding="utf-8")
    assert main(["plan", "check", str(plan)]) == 1
    assert "没有一条承诺" in capsys.readouterr().out
    source.write_text("", encoding="utf-8")
    assert main(["plan", "read", str(source)]) == 0


def test_more_promises_than_a_file_holds_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source, plan = tmp_path / "a.txt", tmp_path / "plan.yaml"
    source.write_text("".join(f"接到报修后{n}分钟内到达现场。" for n in range(1, 911)), encoding="utf-8")
    assert main(["plan", "read", str(source), "-o", str(plan)]) == 0
    said = capsys.readouterr()
    assert "时限：910" in said.out and "最多写 900 条承诺，另有 10 条" in said.err
    assert "10 more were read" in plan.read_text(encoding="utf-8")
    assert main(["plan", "check", str(plan)]) == 0


def test_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["plan", "read", str(tmp_path / "nowhere.docx")]) == 1
    assert "找不到文件" in capsys.readouterr().err
    scan = tmp_path / "a.docx"
    scan.write_bytes(b"PK\x03\x04")
    assert main(["plan", "read", str(scan)]) == 1
    assert "已损坏" in capsys.readouterr().err
