"""Before signing: the firm's cases held against a plan; who sees it; what a changed figure shows."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.desk import actions as desk
from luyue.desk.models import Case, Clock
from luyue.devices.models import Site
from luyue.domain.foresight.load import Load
from luyue.domain.foresight.samples import count_under
from luyue.domain.refusals import BadInput, NotAllowed, NotFound
from luyue.foresight import actions, faces, queries
from luyue.foresight.actions import Asked
from luyue.foresight.models import Foreseen, Foresight, State
from luyue.ledger import wall
from luyue.ledger.models import Event
from tests import factories

NOW = factories.NOW
LATER = NOW + timedelta(days=20)


def worked(of: Contract, number: int, *, answered: timedelta, solved: timedelta) -> None:
    """A case that was answered, visited and solved."""
    at = NOW + timedelta(hours=5 * number)
    case = factories.case(of, at, severity=("urgent", "serious", "normal")[number % 3])
    for act, after in (
        (desk.respond_case, answered),
        (desk.depart, answered * 2),
        (desk.arrive, answered * 3),
    ):
        act(case.pk, actor=None, at=at + after, now=at + after)
    factories.resolved(case, solved)


@pytest.fixture
def of(everything: wall.Scope) -> Contract:
    made = factories.contract()
    for number in range(24):
        worked(made, number, answered=timedelta(minutes=4 + 3 * number), solved=timedelta(hours=2 + number))
    return made


def asked(of: Contract, **facts: object) -> Asked:
    known = {
        "contract_ids": frozenset({of.pk}), "since": NOW.date() - timedelta(days=3), "until": LATER.date(),
        "version": of.bindings.get().plan_version,
    }  # fmt: skip
    return Asked(**known | facts)


def reckoned(question: Asked, actor: Person) -> Foresight:
    made = actions.ask(question, actor=actor, now=LATER, defer=False)
    assert actions.reckon(made.pk, clock=lambda: LATER) == State.READY
    return queries.one(made.pk, to=actor)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_under_its_own_plan_the_history_counts_what_the_clocks_counted(of: Contract) -> None:
    """The rows of the desk's clocks were made by the acts themselves, one by one."""
    found = reckoned(asked(of), factories.person("manager"))
    assert found.facts["cases"] == 24
    compared = 0
    for sample in queries.samples_of(found):
        if sample.limit is None:
            continue
        rows = Clock.objects.filter(case__contract=of, promise=sample.promise)
        count = count_under(sample, sample.limit)
        # Clocks of the desk were last read at their case's last act; those that nobody stopped run on until now.
        stopped = rows.exclude(stopped_at=None)
        limit = sample.limit
        kept = sum(1 for one in sample.acted if one <= limit)
        assert kept == stopped.filter(result="met").count() == count.kept, sample.promise
        assert len(sample.acted) - kept == stopped.filter(result="breached").count(), sample.promise
        compared += len(sample.acted)
    assert compared > 60


def test_of_too_many_cases_the_first_are_reckoned_over_their_own_days(
    of: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = factories.person("manager")
    whole = reckoned(asked(of), actor)
    monkeypatch.setattr(actions, "MOST_CASES", 10)
    found = reckoned(asked(of), actor)
    assert (whole.facts["cut"], found.facts["cut"], found.facts["cases"]) == (False, True, 10)
    # Ten cases, five hours apart: the load is theirs, not that of days nobody read.
    assert found.facts["seconds"] == 2 * 86_400 + 86_400
    assert "只算了最早的 10 个" in client_of(actor).get(f"/foresight/{found.pk}/").content.decode()


def test_another_plans_levels_go_by_rank(of: Contract) -> None:
    other = factories.plan_version("regional-video")
    found = reckoned(asked(of, version=other), factories.person("manager"))
    levels = {level.id for level in queries.plan_of(found).severities}
    assert set(found.facts["severities"]) <= levels | {""}
    assert sum(found.facts["severities"].values()) == 24
    assert any(sample.acted for sample in queries.samples_of(found))


def test_a_draft_is_reckoned_with_what_is_not_rejected(of: Contract) -> None:
    author = factories.person("project_manager")
    contract_actions.give_access(of.pk, person=author, role="project_manager", actor=None, now=NOW)
    draft = factories.plan_draft(
        "二、故障响应\n接到故障报修后，我方2小时内响应，4小时内到达现场，24小时内解决。\n", author=author
    )
    found = reckoned(asked(of, version=None, draft=draft), author)
    assert found.undecided == draft.promises.count() > 0
    limits = {one.limit for one in queries.samples_of(found)}
    assert {2 * 3600, 4 * 3600, 24 * 3600} <= limits
    events = Event.objects.filter(subject_kind="foresight", subject_id=found.pk).order_by("pk")
    assert [one.kind for one in events] == ["foresight.asked", "foresight.reckoned"]


def test_a_history_without_cases_says_so_and_can_be_asked_again(of: Contract) -> None:
    actor = factories.person("manager")
    empty = factories.contract()
    made = actions.ask(asked(empty), actor=actor, now=LATER, defer=False)
    assert actions.reckon(made.pk, clock=lambda: LATER) == State.FAILED
    made.refresh_from_db()
    assert made.problem == "no_cases"
    page = client_of(actor).get(f"/foresight/{made.pk}/").content.decode()
    assert "没有可用的服务请求" in page
    factories.case(empty, NOW)
    actions.ask_again(made.pk, actor=actor, now=LATER, defer=False)
    assert actions.reckon(made.pk, clock=lambda: LATER) == State.READY


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"contract_ids": frozenset()}, "contracts"), ({"since": LATER.date(), "until": NOW.date()}, "until")],
)
def test_what_cannot_be_asked_is_said(of: Contract, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        actions.ask(asked(of, **wrong), actor=factories.person("manager"), now=LATER, defer=False)
    assert refused.value.facts["field"] == field


# -- who sees it ----------------------------------------------------------------------------------------------


def test_only_contracts_in_scope_are_used(of: Contract) -> None:
    stranger = factories.person("project_manager")
    with pytest.raises(BadInput):
        actions.ask(asked(of), actor=stranger, now=LATER, defer=False)


def test_a_project_manager_sees_his_own_while_he_sees_every_contract_used(of: Contract) -> None:
    author, colleague = factories.person("project_manager"), factories.person("project_manager")
    for person in (author, colleague):
        contract_actions.give_access(of.pk, person=person, role="project_manager", actor=None, now=NOW)
    found = reckoned(asked(of), author)
    assert client_of(author).get(f"/foresight/{found.pk}/").status_code == 200
    assert client_of(factories.person("manager")).get(f"/foresight/{found.pk}/").status_code == 200
    with pytest.raises(NotFound):
        queries.one(found.pk, to=colleague)
    Foresight.objects.filter(pk=found.pk).update(contract_ids=[of.pk, factories.contract().pk])
    for path in ("", "progress/", "foresight.xlsx", "foresight.pdf"):
        assert client_of(author).get(f"/foresight/{found.pk}/{path}").status_code == 404
    assert f"/foresight/{found.pk}/" not in client_of(author).get("/foresight/").content.decode()


@pytest.mark.parametrize(
    "role", ["customer", "inspector", "engineer", "operator", "supervisor", "storekeeper", "admin"]
)
def test_others_may_not_even_look(of: Contract, role: str) -> None:
    found = reckoned(asked(of), factories.person("manager"))
    person = factories.person(role)
    if role == "customer":
        contract_actions.give_access(of.pk, person=person, role="customer", actor=None, now=NOW)
    client = client_of(person)
    for path in ("", "new/", f"{found.pk}/", f"{found.pk}/foresight.xlsx"):
        assert client.get(f"/foresight/{path}").status_code == 403
    with pytest.raises(NotAllowed):
        actions.remove(found.pk, actor=person, now=LATER)


def test_outside_of_the_firms_scope_there_are_no_rows(of: Contract) -> None:
    reckoned(asked(of), factories.person("manager"))
    with wall.Scope.of([of.pk]).entered():
        assert not Foresight.objects.exists() and not Foreseen.objects.exists()


# -- the page -------------------------------------------------------------------------------------------------


def test_a_changed_figure_moves_and_the_address_keeps_it(of: Contract) -> None:
    manager = factories.person("manager")
    found = reckoned(asked(of), manager)
    plan, samples = queries.plan_of(found), queries.samples_of(found)
    sample = max(samples, key=lambda one: len(one.acted) if one.limit else 0)
    client = client_of(manager)
    before = client.get(f"/foresight/{found.pk}/").context["rows"]
    name = f"l-{sample.promise}"
    page = client.get(f"/foresight/{found.pk}/", {name: "0.02", "keep": "80"})
    row = next(one for one in page.context["rows"] if one.target.id == sample.promise)
    old = next(one for one in before if one.target.id == sample.promise)
    assert row.rate.missed == count_under(sample, row.rate.limit).missed >= old.rate.missed
    assert (
        row.figure.changed and f"{name}=0.02" in page.context["query"] and "keep=80" in page.context["query"]
    )
    wish = faces.wished({name: "none", "keep": "x"}, plan, samples, {})
    assert wish.wrong == {sample.promise} and wish.keep == faces.USUAL_KEEP
    for bad in ("-1", "0", "nan", "1e30", "inf"):
        assert sample.promise in faces.wished({name: bad}, plan, samples, {}).wrong


def test_no_data_stays_no_data(of: Contract) -> None:
    found = reckoned(asked(of), factories.person("manager"))
    rows = client_of(factories.person("general_manager")).get(f"/foresight/{found.pk}/").context["rows"]
    untold = [row for row in rows if not row.sample.told]
    assert untold and all(row.rate.share is None and row.share == "" and row.why_none for row in untold)


def test_the_way_through_the_pages(of: Contract) -> None:
    manager = factories.person("manager")
    client = client_of(manager)
    version = of.bindings.get().plan_version
    assert (
        f"/foresight/new/?plan=version-{version.pk}" in client.get(f"/plans/{version.pk}/").content.decode()
    )
    draft = factories.plan_draft("接到故障报修后，我方2小时内响应。")
    assert f"/foresight/new/?plan=draft-{draft.pk}" in client.get(f"/drafts/{draft.pk}/").content.decode()
    typed = {
        "plan": f"version-{version.pk}",
        "origin": "history",
        "since": "2026-03-01",
        "until": "2026-03-20",
        "contracts": [str(of.pk)],
    }
    made = client.post("/foresight/new/", typed)
    assert made.status_code == 302
    address = made["Location"]
    assert "排队中" in client.get(address).content.decode()
    pk = int(address.strip("/").split("/")[-1])
    actions.reckon(pk, clock=lambda: LATER)
    assert client.get(f"{address}progress/")["HX-Refresh"] == "true"
    assert "预计超时率" in client.get(address).content.decode()
    assert client.post(f"{address}remove/").status_code == 302
    assert client.get(address).status_code == 404
    backward = client.post("/foresight/new/", typed | {"until": "2026-02-01"})
    assert backward.status_code == 422 and "结束日期不能早于开始日期" in backward.content.decode()


def test_the_workbook_says_what_the_page_says(of: Contract) -> None:
    manager = factories.person("manager")
    found = reckoned(asked(of), manager)
    client = client_of(manager)
    rows = client.get(f"/foresight/{found.pk}/").context["rows"]
    answer = client.get(f"/foresight/{found.pk}/foresight.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert len(sheet) == len(rows) + 1
    assert book.sheet_names == ["承诺", "人手", "最贵的承诺", "依据", "时限与超时率"]
    for line, row in zip(sheet[1:], rows, strict=True):
        assert line[0] == row.target.clause and line[4] == row.rate.decided
        assert line[6] == ("" if row.rate.share is None else pytest.approx(row.rate.share))
    assert any("Wilson" in str(line[1]) for line in book.get_sheet_by_name("依据").to_python())


def test_people_and_cost_move_with_what_is_typed(of: Contract) -> None:
    manager = factories.person("manager")
    found = reckoned(asked(of), manager)
    assert found.facts["way"] and found.facts["work"]
    client, address = client_of(manager), f"/foresight/{found.pk}/"
    plain = client.get(address).context
    pools = {one.pool for one in plain["staff"].needs}
    assert pools == {"desk", "field"}
    slow = client.get(address, {"answer": "600", "work": "900"}).context
    assert sum(one.people or 0 for one in slow["staff"].needs) > sum(
        one.people or 0 for one in plain["staff"].needs
    )
    assert "answer=600" in slow["query"] and slow["changed"] and not plain["changed"]
    assert plain["bill"] is None and plain["dear"]
    dear = plain["dear"][0]
    priced = client.get(address, {"cost": "100", f"c-{dear.row.target.id}": "5000"}).context
    first = priced["dear"][0]
    assert first.row.target.id == dear.row.target.id and first.own
    assert first.cost == pytest.approx(5000 * first.row.rate.per_year)
    others = [one for one in priced["dear"] if not one.own]
    assert all(one.each == 100 for one in others)
    assert priced["bill"] == pytest.approx(sum(one.cost for one in priced["dear"]))


def test_what_the_form_sends_becomes_a_short_address(of: Contract) -> None:
    manager = factories.person("manager")
    found = reckoned(asked(of), manager)
    client, address = client_of(manager), f"/foresight/{found.pk}/"
    rows = client.get(address).context["rows"]
    sent = {row.figure.name: row.figure.value for row in rows} | {"keep": "95", "cost": ""}
    sent |= {one.name: one.value for one in client.get(address).context["staff"].fields}
    answer = client.get(address, sent | {"keep": "90"}, headers={"HX-Request": "true"})
    assert answer["HX-Replace-Url"] == f"{address}?keep=90"


def test_the_paper_says_what_the_page_says(of: Contract) -> None:
    manager = factories.person("manager")
    found = reckoned(asked(of), manager)
    client = client_of(manager)
    rows = client.get(f"/foresight/{found.pk}/").context["rows"]
    answer = client.get(f"/foresight/{found.pk}/foresight.pdf", {"cost": "250"})
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    plain = "".join(text.split())
    for row in rows:
        if row.share:
            assert row.share in plain
    assert "Erlang" in plain and "人手" in plain and "250" in plain
    assert "样本少" in plain and "依据只有" in plain


LOAD = Load(per_day=6, days=60, onsite=0.5, desk=1, field=2, answer=15, way=50, work=80)


def test_a_load_needs_no_history_and_no_contract(everything: wall.Scope) -> None:
    manager = factories.person("project_manager")
    question = Asked(frozenset(), NOW.date(), NOW.date(), version=factories.plan_version(), load=LOAD)
    found = reckoned(question, manager)
    assert found.contract_ids == [] and found.origin == "load"
    assert found.facts["cases"] == pytest.approx(LOAD.expected, rel=0.2)
    assert found.facts["seconds"] == 60 * 86_400
    page = client_of(manager).get(f"/foresight/{found.pk}/")
    assert page.context["known"] > 3 and "每天来件" in page.content.decode()
    assert client_of(factories.person("project_manager")).get(f"/foresight/{found.pk}/").status_code == 404


def test_more_people_miss_less_of_the_same_load(everything: wall.Scope) -> None:
    manager, version = factories.person("manager"), factories.plan_version()

    def missed(field: int) -> float:
        load = Load(**{name: getattr(LOAD, name) for name in LOAD.__slots__} | {"field": field})
        found = reckoned(Asked(frozenset(), NOW.date(), NOW.date(), version=version, load=load), manager)
        rows = client_of(manager).get(f"/foresight/{found.pk}/").context["rows"]
        return sum(row.rate.share or 0 for row in rows if "arrive" in row.target.metric)

    assert missed(1) > missed(4)


def test_a_load_is_typed_on_the_page(everything: wall.Scope) -> None:
    client, version = client_of(factories.person("manager")), factories.plan_version()
    typed = {
        "plan": f"version-{version.pk}", "origin": "load", "per_day": "5", "days": "30", "severities": "10,30,60",
        "onsite": "40", "desk": "1", "field": "2", "answer": "15", "way": "60", "work": "120",
    }  # fmt: skip
    made = client.post("/foresight/new/", typed)
    assert made.status_code == 302
    pk = int(made["Location"].strip("/").split("/")[-1])
    assert actions.reckon(pk, clock=lambda: LATER) == State.READY
    for field, value, said in (
        ("per_day", "4000", "最多 5 万"), ("severities", "10,x", "逗号隔开"), ("severities", "1,2", "个等级"),
        ("field", "", "请填写"),
    ):  # fmt: skip
        wrong = client.post("/foresight/new/", typed | {field: value, "days": "365"})
        assert wrong.status_code == 422 and said in wrong.content.decode(), field


TABLE = (
    "单号,报修时间,故障现象,报修人,点位,设备,故障等级,响应时间,出发时间,到场时间,解决时间,关闭时间,处理人\n"
    "A-1,2026-03-05 08:30,x,,,,紧急,2026-03-05 08:35,,,2026-03-05 11:00,,\n"
    "A-2,昨天,x,,,,紧急,,,,,,\n"
    "A-3,2026-03-10 08:30,x,,,,一般,2026-03-10 11:35,,,2026-03-10 12:00,,\n"
)


def test_a_table_from_elsewhere_is_reckoned_and_not_kept(everything: wall.Scope) -> None:
    client, version = client_of(factories.person("manager")), factories.plan_version()
    typed = {"plan": f"version-{version.pk}", "origin": "file", "mapping": "simple-table"}
    table = SimpleUploadedFile("登记表.csv", TABLE.encode("gbk"))
    made = client.post("/foresight/new/", typed | {"file": table})
    assert made.status_code == 302
    pk = int(made["Location"].strip("/").split("/")[-1])
    assert bytes(Foresight.objects.get(pk=pk).content) == TABLE.encode("gbk")
    assert actions.reckon(pk, clock=lambda: LATER) == State.READY
    found = Foresight.objects.get(pk=pk)
    assert bytes(found.content) == b"" and found.facts["cases"] == 2 and found.facts["bad"] == 1
    assert found.facts["seconds"] == 6 * 86_400
    page = client.get(made["Location"])
    rows = {row.target.id: row for row in page.context["rows"]}
    assert sum(row.rate.decided for row in rows.values()) >= 2
    assert all(not row.sample.told for row in rows.values() if "plan" in row.target.metric)
    assert "1 行没有采用" in page.content.decode() and "看不懂时间" in page.content.decode()
    asked_for = Event.objects.get(subject_kind="foresight", subject_id=pk, kind="foresight.asked")
    assert asked_for.data["file"] == "登记表.csv" and "mapping" not in asked_for.data


def test_a_file_that_no_mapping_reads_is_refused(everything: wall.Scope) -> None:
    client, version = client_of(factories.person("manager")), factories.plan_version()
    typed = {"plan": f"version-{version.pk}", "origin": "file", "mapping": "simple-table"}
    assert client.post("/foresight/new/", typed).status_code == 422
    odd = SimpleUploadedFile("odd.csv", b"a,b\n1,2\n")
    refused = client.post("/foresight/new/", typed | {"file": odd})
    assert refused.status_code == 422 and "ly-error" in refused.content.decode()
    assert not Foresight.objects.exists()


def test_only_the_chosen_kinds_of_case_are_reckoned_and_every_paper_says_so(of: Contract) -> None:
    Case.objects.filter(pk__in=list(Case.objects.values_list("pk", flat=True)[:5])).update(
        kind="consultation"
    )
    lead = factories.person("manager")
    assert reckoned(asked(of), lead).facts["cases"] == 24
    client = client_of(lead)
    told = {
        "plan": f"version-{of.bindings.get().plan_version.pk}", "origin": "history", "kinds": ["fault"],
        "since": str(NOW.date() - timedelta(days=3)), "until": str(NOW.date() + timedelta(days=20)),
    }  # fmt: skip
    assert client.post("/foresight/new/", told | {"kinds": ["none of ours"]}).status_code == 422
    assert client.post("/foresight/new/", told).status_code == 302
    made = Foresight.objects.latest("pk")
    assert actions.reckon(made.pk, clock=lambda: LATER) == State.READY
    made.refresh_from_db()
    assert (made.facts["cases"], made.asked["kinds"]) == (19, ["fault"])
    assert "<dt>类别</dt><dd>故障</dd>" in client.get(f"/foresight/{made.pk}/").content.decode()
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(f"/foresight/{made.pk}/foresight.xlsx").content)
    )
    assert ["类别", "故障"] in book.get_sheet_by_name("依据").to_python()
    with pytest.raises(BadInput):
        actions.ask(asked(of, kinds=frozenset({"x"})), actor=lead, now=LATER, defer=False)


def _placed(of: Contract) -> list[Site]:
    """Two sites: five cases at the one, three at the other, the rest nowhere."""
    made = [
        Site.objects.create(contract=of, name=name, address=address)
        for name, address in (("城东机房", "解放路1号"), ("城西路口", "城东大道9号"))
    ]
    numbers = list(Case.objects.filter(contract=of).order_by("pk").values_list("pk", flat=True))
    Case.objects.filter(pk__in=numbers[:5]).update(site=made[0])
    Case.objects.filter(pk__in=numbers[5:8]).update(site=made[1])
    return made


def test_only_the_chosen_sites_and_regions_are_reckoned_and_every_paper_says_so(of: Contract) -> None:
    first, second = _placed(of)
    lead = factories.person("manager")
    other = factories.contract()
    for facts, cases in (
        ({"sites": frozenset({first.pk})}, 5),
        ({"sites": frozenset({first.pk, second.pk})}, 8),
        ({"regions": ("城西",)}, 3),
        ({"regions": (" 城东 ", "城东", "没有")}, 8),  # the address of the second one has it too
        ({"regions": ("城东",), "sites": frozenset({second.pk})}, 3),
        ({"regions": (of.customer.name,)}, 24),
    ):
        whole = asked(of, contract_ids=frozenset({of.pk, other.pk}), **facts)
        found = reckoned(whole, lead)
        assert found.facts["cases"] == cases, facts
        # Whose cases were not used does not decide who may see it.
        assert found.contract_ids == ([of.pk] if "sites" in facts else sorted([of.pk, other.pk]))
    found = reckoned(asked(of, regions=("城东",), sites=frozenset({first.pk})), lead)
    client = client_of(lead)
    page = client.get(f"/foresight/{found.pk}/").content.decode()
    assert "<dt>区域</dt><dd>城东</dd>" in page and "<dt>点位</dt><dd>城东机房</dd>" in page
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(f"/foresight/{found.pk}/foresight.xlsx").content)
    )
    about = book.get_sheet_by_name("依据").to_python()
    assert ["区域", "城东"] in about and ["点位", "城东机房"] in about
    told = Event.objects.get(kind="foresight.asked", subject_id=found.pk).data
    assert (told["sites"], told["regions"]) == ([first.pk], ["城东"])


def test_sites_are_chosen_among_those_of_the_chosen_contracts(of: Contract) -> None:
    first, _second = _placed(of)
    lead, other = factories.person("manager"), factories.contract()
    foreign = Site.objects.create(contract=other, name="别处")
    client = client_of(lead)
    assert "还可以再选点位" in client.get("/foresight/new/").content.decode()
    offered = client.get("/foresight/sites/", {"contracts": [of.pk], "sites": [first.pk]}).content.decode()
    assert "城东机房" in offered and "别处" not in offered
    assert f'value="{first.pk}" selected' in offered
    stranger = factories.person("project_manager")
    assert "城东机房" not in client_of(stranger).get(f"/foresight/sites/?contracts={of.pk}").content.decode()
    told = {
        "plan": f"version-{of.bindings.get().plan_version.pk}", "origin": "history", "contracts": [of.pk],
        "since": str(NOW.date() - timedelta(days=3)), "until": str(LATER.date()), "regions": "城东、城西，",
    }  # fmt: skip
    assert client.post("/foresight/new/", told | {"sites": [foreign.pk]}).status_code == 422
    assert client.post("/foresight/new/", told | {"sites": [first.pk]}).status_code == 302
    made = Foresight.objects.latest("pk")
    assert (made.asked["sites"], made.asked["regions"]) == ([first.pk], ["城东", "城西"])
    many = tuple(f"{number}区" for number in range(41))
    for wrong in ({"sites": frozenset({foreign.pk})}, {"sites": frozenset({0})}, {"regions": many}):
        with pytest.raises(BadInput):
            actions.ask(asked(of, **wrong), actor=lead, now=LATER, defer=False)
