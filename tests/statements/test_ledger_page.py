"""The ledger's page: everything in scope, found by person, number and kind, with a constant number of queries."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from luyue.contracts import actions as contract_actions
from luyue.desk import actions
from luyue.ledger import wall
from luyue.statements import data_words, value_words
from tests import factories
from tests.contract.test_docs import DOCS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAME = {"alertmanager", "zabbix", "vpn", "ssh", "%"}  # names that are the same in both languages


@pytest.fixture
def client_of(everything: wall.Scope):
    def log_in(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return log_in


def test_an_administrator_reads_what_happened(client_of) -> None:
    case = factories.case(factories.contract())
    engineer = factories.person("engineer", name="赵工")
    at = case.reported_at + timedelta(minutes=3)
    actions.respond_case(case.pk, actor=engineer, at=at, now=at)
    client = client_of(factories.person("admin"))
    page = client.get("/ledger/").content.decode()
    assert "回复客户" in page
    assert "赵工" in page
    found = client.get("/ledger/", {"q": case.number}).content.decode()
    assert "报修" in found
    assert "新增" not in found.split("<tbody")[1]
    assert "回复客户" in client.get("/ledger/", {"q": "赵工"}).content.decode()
    assert "没有符合条件" in client.get("/ledger/", {"q": "查无此人"}).content.decode()
    assert "回复客户" not in client.get("/ledger/", {"family": "plan"}).content.decode()


def test_the_data_of_an_event_is_told_in_words(client_of) -> None:
    case = factories.case(factories.contract(), description="")
    client = client_of(factories.person("admin"))
    page = client.get("/ledger/", {"q": case.number}).content.decode()
    assert "渠道：" in page
    assert "服务范围：是" in page
    assert "in_scope" not in page
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "scope: yes" in client.get("/ledger/", {"q": case.number}).content.decode()
    assert data_words.told({"digest": "ab", "cause": "断电"}, "zh") == "故障原因：断电；校验值：ab"
    alarm = {"alarms": [{"rung": "1:breach", "due": 1795730220, "role": "manager"}]}
    assert (
        data_words.told(alarm, "zh") == "告警：（到期：2026-11-27 05:57、角色：部门经理、升级层：1:breach）"
    )
    data = {"note": "", "owner": 0, "parts": [{"name": "硬盘", "quantity": 2}], "unheard_of": "x"}
    assert data_words.told(data, "zh") == "负责人：0；部件：（名称：硬盘、数量：2）；unheard_of：x"
    assert data_words.told(data, "en") == "owner: 0; parts: (name: 硬盘, quantity: 2); unheard_of: x"


def test_every_name_in_the_list_of_events_has_a_word() -> None:
    rows = [
        line.split("|") for line in (DOCS / "events.md").read_text().splitlines() if line.startswith("| `")
    ]
    names = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row[3])}
    assert len(names) > 250
    assert names - set(data_words.WORDS) == set()


def enumerated() -> list[tuple[str, str, str]]:
    """(kind of event, name, value) of all that the list of events says in braces."""
    found, section = [], ["case."]
    for line in (DOCS / "events.md").read_text().splitlines():
        if line.startswith("## "):
            section = re.findall(r"`([a-z_]+\.)\*`", line)
        kinds = re.findall(r"`([a-z_]+\.[a-z_]+)`", line.split("|")[1]) if line.startswith("| `") else section
        for name, values in re.findall(r"`([a-z_]+)` \{([^}]+)\}", line):
            if kinds is section:  # what is common to a section may be of one of its families alone
                kinds = [one for one in section if (one.rstrip("."), name) in value_words.VALUES]
            assert kinds, line
            found += [(kind, name, value) for kind in kinds for value in values.split(", ")]
    return found


def test_every_value_in_the_list_of_events_has_a_word_in_both_languages() -> None:
    values = enumerated()
    assert len(values) > 200 and {"kind", "state", "result", "channel", "level"} <= {
        name for _, name, _ in values
    }
    for kind, name, value in values:
        table = value_words.VALUES.get((kind.partition(".")[0], name)) or value_words.VALUES["", name]
        assert not isinstance(table, Mapping) or value in table, (kind, name, value)


@pytest.mark.parametrize("key", value_words.VALUES)
def test_words_of_values_are_in_their_language(key: tuple[str, str]) -> None:
    family, name = key
    table = value_words.VALUES[key]
    codes = [code for code in table if code] if isinstance(table, Mapping) else []
    assert codes or callable(table)
    for code in codes:
        chinese, english = (data_words.told({name: code}, one, f"{family}.x") for one in ("zh", "en"))
        assert not CHINESE.search(english), (code, english)
        assert CHINESE.search(chinese.partition("：")[2]) or code in SAME, (code, chinese)


def test_values_are_told_in_words() -> None:
    told = data_words.told
    assert told({"kind": "risk"}, "zh", "report.drafted") == "类别：月度风险评估报告"
    assert told({"level": "low"}, "en", "hazard.added") == "level: low"
    assert told({"level": "low"}, "zh", "hazard.added") == "级别：低"
    assert (
        told({"results": {"ok": 3, "flag": 1}}, "zh", "work_order.finished") == "结果：（正常：3、待观察：1）"
    )
    assert told({"state": "done"}, "zh", "obligation.recorded") != told(
        {"state": "done"}, "zh", "import.finished"
    )
    drafted = {"facts": {"metric": "arrive", "within": "PT4H", "basis": "24x7", "severity": "any"}}
    assert told(drafted, "zh", "plan_draft.added") == (
        "承诺的内容：（时限对象：到场、时限：4 小时、计时方式：7×24 小时、故障等级：所有等级）"
    )
    sheet = {"sheet": {"asked_by": "王工", "topic": "use"}}
    assert told(sheet, "zh", "case.closed") == "工作表：（咨询人：王工、咨询主题：使用方法）"
    # What is no code stays: words that people typed, marks of plans, an unknown kind of event.
    assert told({"reason": "停电", "note": "ok"}, "zh", "quota.waiver_asked") == "原因：停电；说明：ok"
    assert told({"kind": "risk"}, "en", "nothing.known") == "kind: risk"


def test_customers_do_not_read_it(client_of) -> None:
    assert client_of(factories.person("customer")).get("/ledger/").status_code == 403


def test_an_inspector_reads_his_contract_only(client_of) -> None:
    mine, other = factories.contract(), factories.contract()
    factories.case(mine, title="甲方故障")
    factories.case(other, title="别家故障")
    inspector = factories.person("inspector")
    contract_actions.give_access(mine.pk, person=inspector, role="inspector", actor=None, now=factories.NOW)
    page = client_of(inspector).get("/ledger/").content.decode()
    assert "甲方故障" in page
    assert "别家故障" not in page


def test_a_full_page_costs_as_many_queries_as_a_short_one(client_of, django_assert_max_num_queries) -> None:
    contract = factories.contract()
    for _ in range(60):
        factories.case(contract)
    client = client_of(factories.person("admin"))
    with django_assert_max_num_queries(12):
        answer = client.get("/ledger/")
    assert answer.content.decode().count("<tr>") >= 50
