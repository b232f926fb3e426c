"""A new version of a document: what was decided is taken over, what changed is shown, and it becomes a plan version."""

import io

import pytest
import python_calamine
from pypdf import PdfReader

from luyue.accounts.models import Person
from luyue.contracts.models import PlanVersion
from luyue.documents.word import text_of
from luyue.domain.plan.loader import load_plan
from luyue.domain.refusals import AlreadyThere, IllegalMove, NotFound
from luyue.drafting import actions, against, queries
from luyue.drafting.models import Draft, Drafted, Sentence, State
from luyue.ledger import wall
from luyue.ledger.models import Event
from tests import factories
from tests.drafting.test_drafting import NOW, TEXT, client_of, read

# Moved: the third section stands first. Changed: 4 hours are 2. Gone: the serious fault. New: training.
LATER = """售后服务方案
三、巡检
每季度进行一次巡检。
客户满意度不低于 95%。
一、质保期
本项目质保期为自验收合格之日起3年。
二、故障响应
接到故障报修后，我方2小时内响应，2小时内到达现场，24小时内解决。
四、付款
合同签订后7日内支付合同总价的30%。
五、培训
每年培训2次。
"""


def later(of: Draft, text: str = LATER, author: Person | None = None) -> Draft:
    made = actions.upload(
        text.encode(),
        file_name="新.txt",
        title=of.title,
        plan="",
        before=of.pk,
        actor=author,
        now=NOW,
        defer=False,
    )
    assert actions.read_draft(made.pk, clock=lambda: NOW) == State.READY
    return queries.draft(made.pk, to=None)


def target(of: Draft, metric: str) -> Drafted:
    return queries.promises(of).filter(kind="target", facts__metric=metric).order_by("start")[0]


def test_decisions_hold_where_the_words_are_the_same_also_elsewhere(everything: wall.Scope) -> None:
    lead = factories.person("manager")
    of = read()
    duty, quota = (queries.promises(of).filter(kind=kind)[0] for kind in ("duty", "quota"))
    actions.decide(of.pk, [duty.pk], "reject", actor=lead, now=NOW)
    actions.change(quota.pk, quota.facts | {"value": 97.0}, actor=lead, now=NOW, accept=True)
    new = later(of)
    assert (new.before, new.plan) == (of, of.plan)
    heir = queries.promises(new).get(kind="quota")
    assert (heir.state, heir.facts["value"], heir.read["value"], heir.decided_by) == (
        "accepted",
        97,
        95,
        lead.name,
    )
    assert (heir.carried, heir.earlier) == ("same", quota)
    assert queries.promises(new).filter(kind="duty", facts__activity="inspection")[0].state == "rejected"
    assert all(new.text[row.start : row.end] == row.words for row in queries.promises(new))
    # Nobody had decided about the rest: it is as new.
    fresh = queries.promises(new).filter(carried="")
    assert {row.state for row in fresh} == {"proposed"}
    told = Event.objects.get(kind="plan_draft.read", subject_id=new.pk).data
    assert (told["same"], told["look"]) == (2, 0)


def test_a_changed_figure_waits_with_what_was_decided_before(everything: wall.Scope) -> None:
    of = read()
    actions.decide_all(of.pk, "accept", actor=None, now=NOW)
    arrive = target(of, "arrive")
    actions.change(arrive.pk, arrive.facts | {"severity": "紧急"}, actor=None, now=NOW)
    new = later(of)
    row = target(new, "arrive")
    assert (row.state, row.carried, row.earlier) == ("proposed", "look", arrive)
    assert (row.facts["within"], row.facts["severity"], row.read["severity"]) == ("PT2H", "紧急", "any")
    assert row in queries.to_look_at(new)
    page = client_of(factories.person("manager")).get(f"/drafts/{new.pk}/?show=look").content.decode()
    assert "上一版已接受：到场 · 4 小时 · 紧急" in page
    assert page.count('class="dr-card"') == queries.to_look_at(new).count()
    actions.decide(new.pk, [row.pk], "accept", actor=None, now=NOW)
    assert row not in queries.to_look_at(new)


def test_an_answer_holds_where_nothing_changed(everything: wall.Scope) -> None:
    of = read()
    row = queries.promises(of).filter(kind="target", facts__within="P1D")[0]
    actions.answer(row.pk, "day", "working_day", actor=None, now=NOW)
    new = later(of, TEXT.replace("95%", "96%"))
    heir = queries.promises(new).filter(kind="target", read__within="P1D")[0]
    assert (heir.facts["basis"], heir.answered, heir.state) == ("business_day", ["day"], "proposed")
    newer = later(of, TEXT.replace("1天", "2天"))
    asked = queries.promises(newer).filter(kind="target", read__within="P2D")[0]
    assert (asked.answered, asked.carried) == ([], "look")


def test_merged_cut_and_added_promises_are_so_again(everything: wall.Scope) -> None:
    of = read()
    actions.merge(of.pk, [target(of, "respond").pk, target(of, "resolve").pk], actor=None, now=NOW)
    start = of.text.index("本项目质保期")
    added = actions.add(
        of.pk, kind="period", facts={"kind": "warranty", "length": "P3Y", "starts": "delivery"}, start=start,
        end=start + len("本项目质保期为自验收合格之日起3年"), actor=None, now=NOW,
    )  # fmt: skip
    new = later(of, "前言。\n" + TEXT.replace("95%", "94%"))
    merged = queries.promises(new).get(state="merged")
    assert (merged.facts["metric"], merged.into.facts["metric"]) == ("resolve", "respond")
    again = queries.promises(new).get(rule="by_hand")
    assert (again.facts, again.state, again.words) == (added.facts, "accepted", added.words)
    assert again.start == added.start + len("前言。\n")


def test_a_promise_that_was_cut_is_cut_in_the_same_place(everything: wall.Scope) -> None:
    text = "一、质保\n质保期内，人工、配件、上门交通全部免费。\n二、巡检\n每季度进行一次巡检。\n"
    of = read(text=text)
    row = queries.promises(of).get(kind="charge")
    at = row.words.index("，") + 1
    first, second = actions.split(row.pk, at, actor=None, now=NOW)
    actions.decide(of.pk, [second.pk], "accept", actor=None, now=NOW)
    new = later(of, text.replace("，人工", "， 人工") + "三、其他\n客户满意度不低于95%。\n")
    pieces = list(queries.promises(new).filter(rule=row.rule, kind=row.kind, carried="same"))
    assert [one.state for one in pieces] == ["proposed", "accepted"]
    assert [new.text[one.start : one.end] for one in pieces] == [one.words for one in pieces]
    assert pieces[0].end == pieces[1].start
    assert pieces[0].words.strip() == first.words


def test_words_added_by_hand_wait_where_their_figure_is_another_one(everything: wall.Scope) -> None:
    of = read()
    start = of.text.index("客户满意度")
    facts = {"what": "satisfaction", "op": ">=", "value": 95.5, "unit": "%"}
    actions.add(of.pk, kind="quota", facts=facts, start=start, end=start + 12, actor=None, now=NOW)
    new = later(of, TEXT.replace("95%", "98%"))
    row = queries.promises(new).get(rule="by_hand")
    assert (row.state, row.carried, row.words) == (
        "proposed",
        "look",
        "客户满意度不低于98%"[: len(row.words)],
    )


def test_sentences_that_were_no_promise_are_none_again(everything: wall.Scope) -> None:
    of = read()
    actions.set_aside_all(of.pk, actor=None, now=NOW)
    before = set(Sentence.objects.filter(draft=of, aside=True).values_list("words", flat=True))
    assert before
    new = later(of)
    assert set(Sentence.objects.filter(draft=new, aside=True).values_list("words", flat=True)) == before


def test_a_new_version_becomes_the_next_version_of_its_plan(everything: wall.Scope) -> None:
    of = read(plan="hospital")
    actions.decide_all(of.pk, "accept", actor=None, now=NOW)
    first = actions.adopt(of.pk, actor=None, now=NOW)
    new = later(of)
    actions.decide_all(new.pk, "accept", actor=None, now=NOW)
    second = actions.adopt(new.pk, actor=None, now=NOW)
    assert (second.plan, first.number, second.number) == ("hospital", 1, 2)
    hours = [
        next(
            one.within.seconds
            for one in load_plan(row.source.encode()).plan.targets
            if one.metric == ("arrive",)
        )
        for row in (first, second)
    ]
    assert hours == [4 * 3600, 2 * 3600]


def test_what_is_not_read_has_no_new_version_and_the_same_document_is_none(everything: wall.Scope) -> None:
    author = factories.person("project_manager")
    raw = actions.upload(b"x", file_name="a.txt", title="x", plan="", actor=author, now=NOW, defer=False)
    with pytest.raises(IllegalMove):
        later(raw, author=author)
    of = read(author)
    with pytest.raises(AlreadyThere) as there:
        later(of, TEXT, author=author)
    assert there.value.facts["draft"] == of.pk
    with pytest.raises(NotFound):
        later(of, author=factories.person("project_manager"))


# -- pages -----------------------------------------------------------------------------------------------------------


def test_a_new_version_is_uploaded_on_the_drafts_page_and_held_against_it(everything: wall.Scope) -> None:
    client = client_of(factories.person("manager"))
    of = read()
    assert f"/drafts/{of.pk}/newer/" in client.get(f"/drafts/{of.pk}/").content.decode()
    assert client.get(f"/drafts/{of.pk}/against/").status_code == 404
    assert client.post(f"/drafts/{of.pk}/newer/", {"title": ""}).status_code == 422
    assert client.post(f"/drafts/{of.pk}/newer/", {"title": "", "text": LATER}).status_code == 302
    new = Draft.objects.latest("pk")
    assert (new.before, new.title) == (of, of.title)
    assert client.get(f"/drafts/{new.pk}/against/").status_code == 404
    actions.read_draft(new.pk, clock=lambda: NOW)
    assert f"/drafts/{new.pk}/against/" in client.get(f"/drafts/{new.pk}/").content.decode()
    assert f"/drafts/{new.pk}/" in client.get(f"/drafts/{of.pk}/").content.decode()
    page = client.get(f"/drafts/{new.pk}/against/").content.decode()
    assert "<del>4</del>小时内到达现场" in page
    assert "<ins>2</ins>小时内到达现场" in page
    for show in ("promises", "figures", "changed", "new", "gone", "moved", "same", "nonsense"):
        assert client.get(f"/drafts/{new.pk}/against/?show={show}&page=7").status_code == 200, show


def test_what_a_difference_means_for_promises_is_said(everything: wall.Scope) -> None:
    of = read()
    new = later(of)
    found = against.lines(new, of, "zh")
    meanings = {(one.before, one.after) for line in found for one in line.meanings}
    assert ("到场 · 4 小时", "到场 · 2 小时") in meanings
    assert any(not before and "培训" in after for before, after in meanings)
    assert any("自然日" in before and not after for before, after in meanings)
    number = against.counts(found)
    assert (number["figures"], number["new"], number["gone"]) == (1, 2, 1)
    assert number["moved"] == 3
    assert {line.clause for line in found if line.how == "figures"} == {"二、故障响应"}


def test_pages_of_differences_show_each_once(everything: wall.Scope) -> None:
    of = read(text="\n".join(f"第{n}类故障接到报修后{n}小时内到达现场。" for n in range(1, 260)))
    new = later(
        of, "\n".join(f"第{n}类故障接到报修后{n + 300 * (n % 2)}小时内到达现场。" for n in range(1, 260))
    )
    found = against.lines(new, of, "zh")
    seen = []
    _, pages = against.blocks(found, "", 1)
    folded = 0
    for page in range(1, pages + 1):
        for block in against.blocks(found, "", page)[0]:
            seen += [line for _, _, line in block.lines]
            folded += sum(number for _, number, _ in block.lines) + block.last[1]
    assert pages == 2
    assert seen == [line for line in found if not line.plain]
    assert folded == len(found) - len(seen)


def test_a_plan_of_a_new_version_is_not_made_by_looking(everything: wall.Scope) -> None:
    of = read()
    new = later(of)
    client_of(factories.person("manager")).get(f"/drafts/{new.pk}/against/")
    assert not PlanVersion.objects.filter(plan=of.plan).exists()


def test_the_comparison_is_a_workbook_a_word_file_and_a_pdf(everything: wall.Scope) -> None:
    lead = factories.person("manager")
    of = read(lead)
    new = later(of, author=lead)
    client = client_of(lead)
    page = client.get(f"/drafts/{new.pk}/against/?show=promises").content.decode()
    files = {}
    for form in ("xlsx", "docx", "pdf"):
        assert f"?show=promises&amp;format={form}" in page
        answer = client.get(f"/drafts/{new.pk}/against/?format={form}")
        assert answer.status_code == 200 and form in answer["Content-Disposition"]
        files[form] = answer.content
    differing = [line for line in against.lines(new, of, "zh") if not line.plain]
    rows = python_calamine.load_workbook(io.BytesIO(files["xlsx"])).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + len(differing)
    visit = next(row for row in rows if "2小时内到达现场" in row[3])
    assert "4小时内到达现场" in visit[2] and "→" in visit[4]
    told = text_of(files["docx"])
    assert "【" in told and all(row[3] in told.replace("【", "").replace("】", "") for row in rows[1:])
    # How a sentence differs stands on one line of the paper.
    paper = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages)
    assert {row[1].partition("\n")[0] for row in rows[1:]} >= {"数字改了", "移了位置"}
    assert "数字改了" in paper and "移了位置" in paper
    few = client.get(f"/drafts/{new.pk}/against/?show=gone&format=xlsx").content
    gone = python_calamine.load_workbook(io.BytesIO(few)).get_sheet_by_index(0).to_python()[1:]
    assert gone and {row[1] for row in gone} == {"删去"}
    assert client.get(f"/drafts/{new.pk}/against/?format=exe").status_code == 422
    stranger = client_of(factories.person("project_manager"))
    assert stranger.get(f"/drafts/{new.pk}/against/?format=xlsx").status_code == 404
