"""What the rules read of any document is what a person may keep."""

from luyue.domain.drafting import facts
from luyue.drafting import taking
from luyue.reading.engine import read_text
from luyue.reading.planwords import ACTS
from luyue.reading.sources import open_document
from tests.reading.scoring import seen


def test_facts_of_every_document_that_we_have_are_facts_of_their_kind() -> None:
    number = 0
    for file in seen():
        opened = open_document(file.read_bytes())
        reading = read_text(opened.text, opened.headings)
        for kind, (_, name) in taking.KINDS.items():
            for promise in getattr(reading, name):
                made = taking.facts_of(promise)
                assert facts.checked(kind, made) == made
                number += 1
    assert number > 1000


def test_the_metrics_are_those_that_plan_files_can_say() -> None:
    assert frozenset(ACTS) == facts.METRICS
    assert facts.FIELDS.keys() == taking.KINDS.keys()
