"""Clauses run in the order of their document, and every promise of the shipped plans has its words."""

import pytest

from luyue.contracts.clauses import by_chapter, chapter, in_order, lines_of
from luyue.contracts.plans import shipped_plans
from luyue.domain.plan.loader import load_plan


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("6.2.4; 8.11", "6.2"),
        ("体系 4/电话邮件", "体系 4"),
        ("三.4(4)", "三.4"),
        ("一(一); 一(二)一", "一"),
        ("5/项目经理/J", "5"),
        ("可选服务/应急保障", "可选服务"),
        ("应急(2)", "应急"),
        ("8.12.3", "8.12"),
    ],
)
def test_the_chapter_of_a_clause_is_where_it_stands_first(clause, expected):
    assert chapter(clause) == expected


def test_clauses_sort_by_number_not_by_letter():
    clauses = ["8.10", "8.9", "8.2", "三.4(4)", "三.2", "十.1", "体系 10", "体系 9"]
    assert sorted(clauses, key=in_order) == [
        "三.2",
        "三.4(4)",
        "8.2",
        "8.9",
        "8.10",
        "十.1",
        "体系 9",
        "体系 10",
    ]


@pytest.mark.parametrize("plan", sorted(shipped_plans()))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_promise_of_a_shipped_plan_stands_in_one_chapter_with_its_line(plan, language):
    source = load_plan(shipped_plans()[plan].read_bytes())
    lines = lines_of(source, language)
    assert sorted(line.promise.id for one in by_chapter(lines) for line in one.lines) == sorted(
        source.plan.by_id
    )
    assert all(line.text and line.status_word and line.reason for line in lines)
    assert [line.line for line in lines] == [source.line_of_promise(line.promise.id) for line in lines]
