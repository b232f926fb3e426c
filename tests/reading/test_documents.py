"""The documents to read and their labels are what their README says."""

import json
import re
from pathlib import Path

import pytest

from tests.reading.documents import make_docx

HERE = Path(__file__).with_name("documents")
LABELS = sorted(HERE.glob("[0-9]*-*.json"))
FIELDS = {
    "periods": ("kind", "length", "starts"),
    "targets": ("metric", "severity", "within", "basis", "scope"),
    "duties": ("activity", "every", "count", "count_per", "min_hours"),
    "service_hours": ("channel", "basis"),
    "quotas": ("what", "op", "value", "unit"),
    "charges": ("phase", "labour", "parts", "travel"),
}
PRICES = {"free", "cost", "charged", "unspecified"}
WORDS = {
    "kind": {"warranty", "post_warranty", "onsite_staff", "service_contract", "repair_warranty"},
    "starts": {"final_acceptance", "acceptance", "delivery", "unspecified"},
    "metric": {
        "respond", "remote_support", "depart", "arrive", "resolve", "replace", "loaner", "plan", "report",
        "answer_call", "repair_return", "spare_delivery",
    },
    "activity": {
        "inspection", "maintenance", "follow_up", "training", "report", "meeting", "backup", "upgrade", "survey",
        "drill",
    },
    "channel": {"hotline", "remote", "onsite", "any"},
    "op": {">=", "<=", "="},
    "phase": {"in_warranty", "post_warranty"},
    "labour": PRICES,
    "parts": PRICES,
    "travel": PRICES,
}  # fmt: skip
OPEN = {"kind", "starts", "metric", "activity"}  # fields that also take other:<word>
BASES = {"24x7", "5x8", "business_day", "business_hours", "calendar", "unspecified"}
DURATION = re.compile(r"P(?=.)(\d+(\.\d+)?[YMWD])*(T(\d+(\.\d+)?[HMS])+)?")
NAME = re.compile(r"[a-z][a-z0-9_]*")


def text_of(label: Path) -> str:
    content = next(
        p for p in (label.with_suffix(".txt"), label.with_suffix(".md")) if p.exists()
    ).read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("gbk")


def bare(text: str) -> str:
    return re.sub(r"[\s|]", "", text)


def wrong(field: str, value: object) -> bool:
    """Whether a field's value is none that the labels allow."""
    if field in WORDS:
        other = field in OPEN and NAME.fullmatch(str(value).removeprefix("other:")) and ":" in str(value)
        return value not in WORDS[field] and not other
    if field in ("length", "within"):
        return not DURATION.fullmatch(str(value))
    if field == "every":
        return not (
            value == "once" or DURATION.fullmatch(str(value)) or re.fullmatch(r"event:\S+", str(value))
        )
    if field == "basis":
        return value not in BASES and not re.fullmatch(r"\dx\d+", str(value))
    if field in ("count", "min_hours", "count_per"):
        return value is not None and not (isinstance(value, int | float) and value > 0)
    if field == "value":
        return not isinstance(value, int | float)
    if field == "what":
        return not NAME.fullmatch(str(value))
    return not isinstance(value, str) or (field == "severity" and not value)


def test_there_are_documents_with_labels():
    texts = {p.stem for p in HERE.iterdir() if p.suffix in (".txt", ".md") and p.stem != "README"}
    assert texts == {p.stem for p in LABELS}


@pytest.mark.parametrize("label", LABELS, ids=lambda p: p.stem)
def test_labels_keep_to_the_schema_and_quote_the_text(label):
    text = text_of(label)
    plan = json.loads(label.read_text(encoding="utf-8"))
    assert list(plan) == list(FIELDS)
    for name, fields in FIELDS.items():
        for item in plan[name]:
            assert tuple(item) == (*fields, "quote"), item
            assert item["quote"] and item["quote"] in text, item
            assert not [f for f in fields if wrong(f, item[f])], item
        assert len({json.dumps(i, sort_keys=True) for i in plan[name]}) == len(plan[name]), "a label twice"


@pytest.mark.parametrize("name", make_docx.LOOKS)
def test_a_word_file_says_what_its_text_says(name):
    content = (HERE / f"{name}.docx").read_bytes()
    again = make_docx.made((HERE / f"{name}.txt").read_text(encoding="utf-8"), make_docx.LOOKS[name])
    assert make_docx.text_in(content) == make_docx.text_in(again)
    said = bare(make_docx.text_in(content))
    plan = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    assert not [i["quote"] for items in plan.values() for i in items if bare(i["quote"]) not in said]
