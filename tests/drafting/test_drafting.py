"""From a document to a plan version: read, reviewed, adopted; and who may see it."""

from datetime import datetime

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from luyue.accounts.models import Person
from luyue.contracts.models import PlanVersion
from luyue.domain.drafting.facts import checked
from luyue.domain.plan.loader import load_plan
from luyue.domain.refusals import AlreadyThere, BadInput, IllegalMove, NotAllowed, NotFound
from luyue.drafting import actions, queries
from luyue.drafting.models import Clause, Draft, Drafted, Sentence, State
from luyue.ledger import wall
from luyue.ledger.models import Event
from tests import factories

NOW = factories.NOW
TEXT = """售后服务方案
一、质保期
本项目质保期为自验收合格之日起3年。
二、故障响应
接到故障报修后，我方2小时内响应，4小时内到达现场，24小时内解决。
重大故障1天内到达现场。
三、巡检
每季度进行一次巡检。
客户满意度不低于95%。
四、付款
合同签订后7日内支付合同总价的30%。
"""


def read(author: Person | None = None, text: str = TEXT, **facts: str) -> Draft:
    made = actions.upload(
        text.encode(), file_name="方案.txt", title=facts.get("title", "某医院方案"), plan=facts.get("plan", ""),
        actor=author, now=NOW, defer=False,
    )  # fmt: skip
    assert actions.read_draft(made.pk, clock=lambda: NOW) == State.READY
    return queries.draft(made.pk, to=None)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


# -- the way through ------------------------------------------------------------------------------------------


def test_a_document_becomes_a_plan_version_whose_promises_know_their_words(everything: wall.Scope) -> None:
    author = factories.person("project_manager")
    of = read(author, plan="hospital")
    rows = list(queries.promises(of))
    assert {row.kind for row in rows} >= {"target", "period", "duty", "quota"}
    assert all(of.text[row.start : row.end] == row.words for row in rows)
    assert actions.decide_all(of.pk, "accept", actor=author, now=NOW) == len(rows)
    version = actions.adopt(of.pk, actor=author, now=NOW)
    plan = load_plan(version.source.encode()).plan
    assert (version.plan, version.number, version.created_by) == ("hospital", 1, author.name)
    assert of.digest in version.source
    kept = {one.promise: one for one in Clause.objects.filter(version=version)}
    ids = {one.id for one in plan.promises} | {one.id for one in plan.periods}
    assert set(kept) == ids
    assert all(of.text[one.start : one.end] == one.words for one in kept.values())
    assert any(one.metric == ("arrive",) and one.within.seconds == 4 * 3600 for one in plan.targets)
    # The file first, then what is done with it.
    events = Event.objects.filter(subject_kind="plan_draft", subject_id=of.pk).order_by("pk")
    assert [one.kind for one in events][1:] == [
        "plan_draft.uploaded", "plan_draft.read", "plan_draft.decided", "plan_draft.adopted",
    ]  # fmt: skip


def test_the_same_promises_again_are_the_same_version_and_others_the_next(everything: wall.Scope) -> None:
    of = read()
    actions.decide_all(of.pk, "accept", actor=None, now=NOW)
    first = actions.adopt(of.pk, actor=None, now=NOW)
    assert actions.adopt(of.pk, actor=None, now=NOW) == first
    row = queries.accepted(of).filter(kind="target")[0]
    actions.decide(of.pk, [row.pk], "reject", actor=None, now=NOW)
    second = actions.adopt(of.pk, actor=None, now=NOW)
    assert (second.plan, second.number) == (first.plan, 2)
    assert (
        len(load_plan(second.source.encode()).plan.targets)
        == len(load_plan(first.source.encode()).plan.targets) - 1
    )


def test_a_plan_may_be_called_by_a_number(everything: wall.Scope) -> None:
    of = read(plan="2026")
    actions.decide_all(of.pk, "accept", actor=None, now=NOW)
    assert actions.adopt(of.pk, actor=None, now=NOW).plan == "2026"


def test_what_nobody_accepted_makes_no_plan(everything: wall.Scope) -> None:
    of = read()
    with pytest.raises(BadInput):
        actions.adopt(of.pk, actor=None, now=NOW)
    assert not PlanVersion.objects.filter(plan=of.plan).exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old_word"),
        (b"PK\x03\x04broken", "broken"),
        (b" \n ", "no_text"),
    ],
)
def test_what_cannot_be_read_says_why(everything: wall.Scope, content: bytes, problem: str) -> None:
    of = actions.upload(content, file_name="a.doc", title="x", plan="", actor=None, now=NOW, defer=False)
    assert actions.read_draft(of.pk, clock=lambda: NOW) == State.FAILED
    assert Draft.objects.get(pk=of.pk).problem == problem
    with pytest.raises(IllegalMove):
        actions.decide_all(of.pk, "accept", actor=None, now=NOW)


def test_reading_twice_keeps_what_people_decided(everything: wall.Scope) -> None:
    of = read()
    actions.decide_all(of.pk, "accept", actor=None, now=NOW)
    assert actions.read_draft(of.pk, clock=lambda: NOW) == State.READY
    assert not queries.promises(of).exclude(state="accepted").exists()


def test_what_fails_in_the_database_ends_as_a_sentence_and_does_not_hang(everything: wall.Scope) -> None:
    of = actions.upload(
        TEXT.encode(), file_name="a.txt", title="x", plan="", actor=None, now=NOW, defer=False
    )
    asked = iter(["SELECT 1/0", "SELECT 1"])

    def clock() -> datetime:
        with connection.cursor() as cursor:
            cursor.execute(next(asked))
        return NOW

    assert actions.read_draft(of.pk, clock=clock) == State.FAILED
    assert Draft.objects.get(pk=of.pk).problem == "interrupted"
    actions.read_again(of.pk, actor=None, now=NOW, defer=False)
    assert actions.read_draft(of.pk, clock=lambda: NOW) == State.READY


def test_a_database_that_is_away_is_left_to_the_queue(everything: wall.Scope) -> None:
    of = actions.upload(
        TEXT.encode(), file_name="a.txt", title="x", plan="", actor=None, now=NOW, defer=False
    )

    def clock() -> datetime:
        raise OperationalError

    with pytest.raises(OperationalError):
        actions.read_draft(of.pk, clock=clock)
    assert Draft.objects.get(pk=of.pk).state == State.READING


def test_the_same_document_again_leads_to_its_first_draft(everything: wall.Scope) -> None:
    author, other = factories.person("project_manager"), factories.person("project_manager")
    of = read(author)
    with pytest.raises(AlreadyThere) as there:
        read(author)
    assert there.value.facts["draft"] == of.pk
    assert read(other).pk != of.pk  # a stranger hears nothing of it
    answer = client_of(author).post("/drafts/new/", {"text": TEXT}, follow=True)
    assert answer.redirect_chain == [(f"/drafts/{of.pk}/", 302)]
    assert "已经上传过" in answer.content.decode()


def test_a_zero_letter_in_a_file_keeps_positions(everything: wall.Scope) -> None:
    of = read(text="一、响应\n接到报修后\x00我方2小时内响应。")
    assert all(of.text[row.start : row.end] == row.words for row in queries.promises(of))
    assert "\x00" not in of.text


# -- reviewing -----------------------------------------------------------------------------------------------


def test_a_corrected_figure_is_in_the_plan_and_the_read_one_is_remembered(everything: wall.Scope) -> None:
    of = read()
    row = queries.promises(of).filter(kind="target", facts__metric="respond")[0]
    actions.change(row.pk, row.facts | {"within": "PT30M"}, actor=None, now=NOW, accept=True)
    row.refresh_from_db()
    assert (row.state, row.edited, row.read["within"]) == ("accepted", True, "PT2H")
    plan = load_plan(actions.adopt(of.pk, actor=None, now=NOW).source.encode()).plan
    assert [one.within.seconds for one in plan.targets] == [1800]


def test_facts_of_another_kind_are_refused(everything: wall.Scope) -> None:
    of = read()
    row = queries.promises(of).filter(kind="target")[0]
    with pytest.raises(BadInput):
        actions.change(row.pk, {"what": "satisfaction"}, actor=None, now=NOW)


def test_merged_promises_follow_the_one_that_stays_and_come_back(everything: wall.Scope) -> None:
    of = read()
    first, second = queries.promises(of).filter(kind="target").order_by("start")[:2]
    kept = actions.merge(of.pk, [second.pk, first.pk], actor=None, now=NOW)
    assert kept == first
    second.refresh_from_db()
    assert (second.state, second.into) == ("merged", first)
    actions.decide(of.pk, [second.pk], "reopen", actor=None, now=NOW)
    second.refresh_from_db()
    assert (second.state, second.into) == ("proposed", None)


def test_promises_of_two_kinds_are_not_merged(everything: wall.Scope) -> None:
    of = read()
    ids = [queries.promises(of).filter(kind=kind)[0].pk for kind in ("target", "quota")]
    with pytest.raises(BadInput):
        actions.merge(of.pk, ids, actor=None, now=NOW)


def test_a_split_promise_is_two_with_their_own_words(everything: wall.Scope) -> None:
    of = read()
    at = of.text.index("我方2小时内响应，4小时内到达现场")
    made = actions.add(
        of.pk, kind="target", facts=queries.promises(of).filter(kind="target")[0].facts, start=at, end=at + 17,
        actor=None, now=NOW,
    )  # fmt: skip
    first, second = actions.split(made.pk, made.words.index("，") + 1, actor=None, now=NOW)
    assert (first.words + second.words, first.state, second.state) == (made.words, "proposed", "proposed")
    for row in (first, second):
        assert of.text[row.start : row.end] == row.words


def test_coverage_reaches_all_when_everything_is_decided(everything: wall.Scope) -> None:
    of = read()
    assert queries.coverage_of(of).open == queries.coverage_of(of).sentences > 0
    actions.decide_all(of.pk, "accept", actor=None, now=NOW)
    before = queries.coverage_of(of)
    assert before.bound > 0
    assert before.open > 0
    actions.set_aside_all(of.pk, actor=None, now=NOW)
    left = list(Sentence.objects.filter(draft=of, aside=False).values_list("pk", flat=True))
    actions.set_aside(of.pk, left, aside=True, actor=None, now=NOW)
    assert queries.coverage_of(of).percent == 100


def test_an_ambiguous_day_is_answered(everything: wall.Scope) -> None:
    of = read()
    row = queries.promises(of).filter(kind="target", facts__within="P1D")[0]
    actions.answer(row.pk, "day", "working_day", actor=None, now=NOW)
    row.refresh_from_db()
    assert (row.facts["basis"], row.answered) == ("business_day", ["day"])
    with pytest.raises(BadInput):
        actions.answer(row.pk, "day", "moon", actor=None, now=NOW)


def test_ids_of_another_draft_are_not_found(everything: wall.Scope) -> None:
    of, other = read(), read()
    with pytest.raises(NotFound):
        actions.decide(of.pk, [queries.promises(other)[0].pk], "accept", actor=None, now=NOW)
    with pytest.raises(NotFound):
        actions.set_aside(
            of.pk, [Sentence.objects.filter(draft=other)[0].pk], aside=True, actor=None, now=NOW
        )


# -- who may ---------------------------------------------------------------------------------------------------


def test_outside_of_the_firms_scope_there_are_no_drafts(db: None) -> None:
    with wall.scope(wall.Scope.everything()):
        of = read()
        assert Drafted.objects.filter(draft=of).exists()
    with wall.scope(wall.Scope.of([1])):
        assert not Draft.objects.exists()
        assert not Drafted.objects.exists()


def test_a_project_manager_sees_his_own_drafts_and_nobody_elses(everything: wall.Scope) -> None:
    author, other, lead = (
        factories.person(role) for role in ("project_manager", "project_manager", "manager")
    )
    of = read(author)
    row = queries.promises(of)[0]
    for person, status in ((author, 200), (lead, 200), (other, 404)):
        for address in (
            f"/drafts/{of.pk}/",
            f"/drafts/promises/{row.pk}/",
            f"/drafts/{of.pk}/document/",
            f"/drafts/{of.pk}/add/",
        ):
            assert client_of(person).get(address).status_code == status, (person.role, address)
    assert client_of(other).post(f"/drafts/{of.pk}/decide/", {"act": "accept_all"}).status_code == 404
    assert not queries.accepted(of).exists()


@pytest.mark.parametrize("role", ["engineer", "operator", "customer", "inspector"])
def test_others_may_not_even_look(everything: wall.Scope, role: str) -> None:
    person = factories.person(role)
    of = read()
    assert client_of(person).get("/drafts/").status_code == 403
    assert client_of(person).get(f"/drafts/{of.pk}/").status_code == 403
    assert client_of(person).get(f"/files/{of.file_id}/").status_code == 404
    with pytest.raises(NotAllowed):
        actions.adopt(of.pk, actor=person, now=NOW)


# -- pages -------------------------------------------------------------------------------------------------------


def test_the_whole_way_through_pages_without_a_script(everything: wall.Scope) -> None:
    lead = factories.person("manager")
    client = client_of(lead)
    answer = client.post("/drafts/new/", {"title": "", "text": TEXT, "plan": "by-pages"})
    assert answer.status_code == 302
    of = Draft.objects.latest("pk")
    assert "排队中" in client.get(f"/drafts/{of.pk}/").content.decode()
    actions.read_draft(of.pk, clock=timezone.now)
    for tab in ("review", "asks", "conflicts", "left", "creates"):
        assert client.get(f"/drafts/{of.pk}/?tab={tab}").status_code == 200, tab
    page = client.get(f"/drafts/{of.pk}/").content.decode()
    assert "4小时内到达现场" in page
    assert client.post(f"/drafts/{of.pk}/decide/", {"act": "accept_all"}).status_code == 302
    assert "会生成什么" in client.get(f"/drafts/{of.pk}/?tab=creates").content.decode()
    answer = client.post(f"/drafts/{of.pk}/adopt/")
    version = PlanVersion.objects.get(plan="by-pages")
    assert answer["Location"] == f"/plans/{version.pk}/"
    assert f"/plans/{version.pk}/document/" in client.get(f"/plans/{version.pk}/").content.decode()
    behind = client.get(f"/plans/{version.pk}/document/").content.decode()
    assert "4小时内到达现场" in behind
    assert of.digest in behind


def test_the_name_and_id_in_the_form_are_those_of_the_plan(everything: wall.Scope) -> None:
    """One form with two buttons: what stands in it when the plan is made counts, saved or not."""
    client = client_of(factories.person("manager"))
    of = read()
    actions.decide_all(of.pk, "accept", actor=None, now=NOW)
    page = client.get(f"/drafts/{of.pk}/?tab=creates").content.decode()
    form = page[page.index('name="plan"') :]
    assert f'formaction="/drafts/{of.pk}/adopt/"' in form[: form.index("</form>")]
    refused = client.post(f"/drafts/{of.pk}/adopt/", {"title": "医院维保", "plan": "医院 方案"}, follow=True)
    assert "“医院 方案”：编号只用小写字母" in refused.content.decode()
    assert not PlanVersion.objects.filter(title_zh="医院维保").exists()
    client.post(f"/drafts/{of.pk}/adopt/", {"title": "医院维保", "plan": "hospital"})
    made = PlanVersion.objects.get(plan="hospital")
    assert (made.title_zh, made.number) == ("医院维保", 1)


def test_one_click_redraws_one_card(everything: wall.Scope) -> None:
    client = client_of(factories.person("manager"))
    of = read()
    row = queries.promises(of)[0]
    sent = {"act": "accept", "promise": str(row.pk)}
    answer = client.post(f"/drafts/{of.pk}/decide/", sent, headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="promise-{row.pk}"' in body
    assert 'hx-swap-oob="true"' in body
    assert "<html" not in body


def test_a_bad_figure_loses_nothing_that_was_typed(everything: wall.Scope) -> None:
    client = client_of(factories.person("manager"))
    of = read()
    row = queries.promises(of).filter(kind="target")[0]
    sent = {"metric": "arrive", "number": "很快", "unit": "hour", "severity": "紧急", "starts": ""}
    answer = client.post(f"/drafts/promises/{row.pk}/", sent)
    assert answer.status_code == 422
    assert "很快" in answer.content.decode()
    assert "紧急" in answer.content.decode()
    assert client.post(f"/drafts/promises/{row.pk}/", sent | {"number": "3"}).status_code == 302
    row.refresh_from_db()
    assert (row.facts["within"], row.facts["severity"], row.state) == ("PT3H", "紧急", "accepted")


def test_saving_without_a_change_changes_nothing(everything: wall.Scope) -> None:
    from luyue.drafting.forms import FactsForm

    of = read()
    for row in queries.promises(of):
        assert checked(row.kind, row.facts) == row.facts
        form = FactsForm(kind=row.kind, facts=row.facts, language="zh")
        sent = {name: value for name, value in form.initial.items() if value not in (None, False)}
        again = FactsForm(sent, kind=row.kind, facts=row.facts, language="zh")
        assert again.is_valid(), (row.facts, again.errors)
        assert again.made == row.facts


def test_words_typed_from_the_document_become_a_promise(everything: wall.Scope) -> None:
    client = client_of(factories.person("manager"))
    of = read()
    assert client.get(f"/drafts/{of.pk}/add/?words=没有这句").status_code == 422
    page = client.get(f"/drafts/{of.pk}/add/?words=客户满意度不低于95%25").content.decode()
    assert 'value="95' in page
    start = of.text.index("客户满意度")
    sent = {
        "start": start,
        "end": start + 12,
        "kind": "quota",
        "what": "satisfaction",
        "op": ">=",
        "number": "96",
        "unit": "%",
    }
    assert client.post(f"/drafts/{of.pk}/add/", sent).status_code == 302
    made = Drafted.objects.get(draft=of, origin="person")
    assert (made.facts["value"], made.state, made.words) == (96, "accepted", of.text[start : start + 12])


def test_a_card_leads_back_to_the_part_that_it_stands_in(everything: wall.Scope) -> None:
    client = client_of(factories.person("manager"))
    of = read(text="\n".join(f"{n}、第{n}类故障接到报修后{n}小时内到达现场。" for n in range(1, 900)))
    last = queries.promises(of).order_by("-start")[0]
    answer = client.post(f"/drafts/promises/{last.pk}/answer/", {"question": "x", "answer": "y"}, follow=True)
    assert f'id="promise-{last.pk}"' in answer.content.decode()


def test_pages_of_many_promises_ask_the_database_no_more(
    everything: wall.Scope, django_assert_max_num_queries: object
) -> None:
    client = client_of(factories.person("manager"))
    of = read(text="\n".join(f"{n}、第{n}类故障接到报修后{n}小时内到达现场。" for n in range(1, 60)))
    with django_assert_max_num_queries(40):
        assert client.get(f"/drafts/{of.pk}/").status_code == 200
