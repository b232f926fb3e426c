"""Writing, reviewing, finding and using articles."""

from datetime import timedelta

import pytest

from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed, NotFound, StaleVersion
from luyue.knowledge import actions, queries
from luyue.knowledge.actions import Text
from luyue.knowledge.models import Article
from luyue.ledger import wall
from luyue.ledger.models import Event
from tests import factories
from tests.factories import NOW

TEXT = Text("球机云台不转", "控制云台无反应", "断电一分钟再上电", "皮带老化", "每季度转满一圈")


def published(text: Text = TEXT, **facts) -> Article:
    made = actions.write_article(text, **{"kind": "fault", "actor": None, "now": NOW} | facts)
    actions.submit_article(made.pk, actor=None, now=NOW)
    return actions.approve_article(made.pk, actor=None, now=NOW)


def test_an_article_is_read_by_others_once_somebody_else_has_approved_it(everything):
    writer, chief = factories.person("engineer"), factories.person("supervisor")
    customer = factories.person("customer")
    made = actions.write_article(TEXT, kind="fault", for_customers=True, actor=writer, now=NOW)
    assert not queries.articles_for(customer).exists()
    actions.submit_article(made.pk, actor=writer, now=NOW)
    with pytest.raises(NotAllowed):
        actions.approve_article(made.pk, actor=writer, now=NOW)
    actions.approve_article(made.pk, actor=chief, now=NOW + timedelta(hours=1))
    assert [one.title for one in queries.articles_for(customer)] == ["球机云台不转"]
    events = Event.objects.filter(subject_kind="article", subject_id=made.pk).order_by("id")
    assert [event.kind for event in events] == [
        "article.written", "article.submitted", "article.approved",
    ]  # fmt: skip


def test_a_leader_does_not_approve_what_he_wrote_himself(everything):
    chief = factories.person("project_manager")
    made = actions.write_article(TEXT, kind="fault", actor=chief, now=NOW)
    actions.submit_article(made.pk, actor=chief, now=NOW)
    with pytest.raises(NotAllowed):
        actions.approve_article(made.pk, actor=chief, now=NOW)


def test_readers_keep_the_old_version_until_the_new_one_is_approved(everything):
    made = published()
    better = Text("球机云台不转", "控制云台无反应", "先查限位开关")
    actions.write_article(better, kind="fault", article_id=made.pk, base=1, actor=None, now=NOW)
    actions.submit_article(made.pk, actor=None, now=NOW)
    assert Article.objects.get(pk=made.pk).current.remedy == "断电一分钟再上电"
    assert not queries.suggest("限位开关", to=factories.person())
    actions.approve_article(made.pk, actor=None, now=NOW)
    assert Article.objects.get(pk=made.pk).current.number == 2
    assert [one.pk for one in queries.suggest("限位开关", to=factories.person())] == [made.pk]


def test_a_rejected_version_goes_back_with_the_reason_and_is_mended(everything):
    made = actions.write_article(TEXT, kind="fault", actor=None, now=NOW)
    actions.submit_article(made.pk, actor=None, now=NOW)
    with pytest.raises(BadInput):
        actions.reject_article(made.pk, reason=" ", actor=None, now=NOW)
    with pytest.raises(IllegalMove):
        actions.write_article(TEXT, kind="fault", article_id=made.pk, actor=None, now=NOW)
    actions.reject_article(made.pk, reason="缺原因", actor=None, now=NOW)
    assert Article.objects.get(pk=made.pk).state == "draft"
    actions.write_article(TEXT, kind="fault", article_id=made.pk, base=1, actor=None, now=NOW)
    assert queries.versions_of(made.pk)[0].number == 1


def test_who_did_not_see_the_last_version_is_told(everything):
    made = published()
    actions.write_article(TEXT, kind="fault", article_id=made.pk, base=1, actor=None, now=NOW)
    with pytest.raises(StaleVersion):
        actions.write_article(TEXT, kind="fault", article_id=made.pk, base=1, actor=None, now=NOW)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (Text("", "x", "x"), "title"),
        (Text("x", " ", "x"), "symptom"),
        (Text("x", "x", ""), "remedy"),
        (Text("x" * 151, "x", "x"), "title"),
        (Text("x", "x", "x", cause="a\0b"), "cause"),
        (Text("x", "x", "x" * 20_001), "remedy"),
    ],
)
def test_bad_texts_are_refused(everything, text, field):
    with pytest.raises(BadInput) as refusal:
        actions.write_article(text, kind="fault", actor=None, now=NOW)
    assert refusal.value.facts["field"] == field
    assert not Article.objects.exists()


def test_a_withdrawn_article_is_not_suggested_and_comes_back_by_a_new_version(everything):
    made = published()
    actions.withdraw_article(made.pk, reason="已过时", actor=None, now=NOW)
    assert not queries.suggest("球机云台", to=factories.person())
    actions.write_article(TEXT, kind="fault", article_id=made.pk, actor=None, now=NOW)
    actions.submit_article(made.pk, actor=None, now=NOW)
    actions.approve_article(made.pk, actor=None, now=NOW)
    assert queries.suggest("球机云台", to=factories.person())


@pytest.mark.parametrize("typed", ["云台", "北门球机的云台不转了", "皮带", "控制"])
def test_a_few_characters_of_a_report_find_the_article(everything, typed):
    made = published()
    published(Text("交换机端口掉线", "端口时通时断", "固定速率"))
    assert [one.pk for one in queries.suggest(typed, to=factories.person())] == [made.pk]


def test_articles_for_the_kind_of_device_come_first(everything):
    for_all = published(Text("画面黑屏", "画面黑屏", "查供电"))
    for_domes = published(Text("画面黑屏", "画面黑屏", "查供电"), device_kinds=["dome"])
    person = factories.person()
    assert [one.pk for one in queries.suggest("画面黑屏", to=person, device_kind="dome")] == [
        for_domes.pk,
        for_all.pk,
    ]


def test_an_article_of_a_contract_stays_behind_its_wall(everything):
    mine, other = factories.contract(), factories.contract()
    made = published(contract_id=mine.pk)
    operator = factories.person("operator")
    assert queries.suggest("球机云台", to=operator, contract_id=mine.pk)
    assert not queries.suggest("球机云台", to=operator, contract_id=other.pk)
    with wall.Scope.of([other.pk]).entered():
        assert not Article.objects.filter(pk=made.pk).exists()
        with pytest.raises(NotFound):
            queries.article(made.pk, to=operator)


def test_using_an_article_counts_once_and_can_be_taken_back(everything):
    made = published()
    of = factories.contract()
    case, second = factories.case(of), factories.case(of)
    for _ in range(2):
        actions.use_article(made.pk, case.pk, actor=None, now=NOW)
    actions.use_article(made.pk, second.pk, actor=None, now=NOW)
    assert Article.objects.get(pk=made.pk).used == 2
    actions.put_back_article(made.pk, case.pk, actor=None, now=NOW)
    actions.put_back_article(made.pk, case.pk, actor=None, now=NOW)
    assert Article.objects.get(pk=made.pk).used == 1
    kinds = Event.objects.filter(subject_kind="case", subject_id=case.pk, kind__contains="article").order_by(
        "id"
    )
    assert [event.kind for event in kinds] == ["case.article_used", "case.article_put_back"]


def test_the_count_is_of_all_contracts_whoever_counts(everything):
    made = published()
    first, second = factories.contract(), factories.contract()
    one, two = factories.case(first), factories.case(second)
    actions.use_article(made.pk, one.pk, actor=None, now=NOW)
    with wall.Scope.of([second.pk]).entered():
        actions.use_article(made.pk, two.pk, actor=None, now=NOW)
        assert Article.objects.get(pk=made.pk).used == 2
        assert queries.cases_of(made).count() == 1


def test_what_helped_stands_before_what_may_help(everything):
    helped, may = published(), published(Text("球机画面抖动", "画面抖动", "紧固支架"))
    case = factories.case(factories.contract(), title="北门球机画面抖动")
    actions.use_article(helped.pk, case.pk, actor=None, now=NOW)
    found = queries.for_case(case, to=factories.person())
    assert [(one.article.pk, one.used) for one in found] == [(helped.pk, True), (may.pk, False)]


def test_a_word_that_only_the_remedy_shares_by_chance_brings_nothing(everything):
    published(Text("水晶头松动", "画面断续", "重新压接水晶头"))
    assert not queries.suggest("改权限后须重新登录", to=factories.person())
