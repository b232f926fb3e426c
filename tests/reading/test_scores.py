"""How much of the labelled documents is read. Figures of the day are in docs/reading.md; these are floors."""

import os
from pathlib import Path

import pytest

from tests.reading.scoring import blind, latest, scored, sector, seen


def test_documents_that_rules_were_made_with():
    tallies = scored(seen())
    assert tallies["all"].f1 >= 0.91
    assert tallies["all"].precision >= 0.93


def test_documents_written_blind():
    tallies = scored(blind())
    assert tallies["all"].f1 >= 0.88
    assert tallies["all"].precision >= 0.88


def test_documents_of_the_latest_hand():
    tallies = scored(latest())
    assert tallies["all"].f1 >= 0.78
    assert tallies["all"].precision >= 0.83


def test_labels_beside_the_repository():
    """Plans of the sector with labels of others, where the environment names the two folders."""
    plans, gold = os.environ.get("LUYUE_TEST_PLANS"), os.environ.get("LUYUE_TEST_LABELS")
    if not plans or not gold:
        pytest.skip("LUYUE_TEST_PLANS and LUYUE_TEST_LABELS name no folders")
    found = sector(Path(plans), Path(gold))["all"]
    assert found.precision >= 0.95
    assert found.f1 >= 0.95
