"""English is complete: every Chinese sentence of pages and code has one, with the same placeholders."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import messages


def test_every_sentence_has_its_english():
    assert messages.faults(messages.found(), messages.read()) == []


def test_a_translation_that_loses_a_placeholder_is_told():
    catalog = messages.Catalog(locale="en")
    catalog.add("还剩 {length}", "left")
    told = messages.faults({(None, "还剩 {length}", None): {"a.py"}}, catalog)
    assert len(told) == 1 and "placeholders" in told[0]
