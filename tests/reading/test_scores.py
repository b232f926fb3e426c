"""How much of the labelled documents is read. Figures of the day are in docs/reading.md; these are floors."""

import json
import os
from pathlib import Path

import pytest

from luyue.reading.engine import read_text
from luyue.reading.neutral import neutral
from luyue.reading.sources import open_document
from tests.reading.scoring import LISTS, documents, keys, scored


def test_documents_that_rules_were_made_with():
    tallies = scored(documents(0))
    assert tallies["all"].f1 >= 0.86
    assert tallies["all"].precision >= 0.90


def test_documents_that_were_held_out():
    tallies = scored(documents(1))
    assert tallies["all"].f1 >= 0.67
    assert tallies["all"].precision >= 0.74


def test_labels_beside_the_repository():
    """Plans of the sector with labels of others, where the environment names the two folders."""
    plans, gold = os.environ.get("LUYUE_TEST_PLANS"), os.environ.get("LUYUE_TEST_LABELS")
    if not plans or not gold:
        pytest.skip("LUYUE_TEST_PLANS and LUYUE_TEST_LABELS name no folders")
    right = read = labelled = 0
    for label in sorted(Path(gold).glob("[0-9]*.json")):
        source = next(Path(plans).glob(f"{label.stem}*"))
        opened = open_document(source.read_bytes())
        found = keys(neutral(read_text(opened.text, opened.headings)))
        wanted = keys(json.loads(label.read_text(encoding="utf-8")))
        for name in LISTS:
            right += len(found[name] & wanted[name])
            read += len(found[name])
            labelled += len(wanted[name])
    precision, recall = right / read, right / labelled
    assert precision >= 0.95
    assert 2 * precision * recall / (precision + recall) >= 0.95
