"""History in: what files say becomes cases, once; what they say wrongly is listed; nobody is disturbed by it."""

import gzip
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import load_workbook

from luyue import cli_cases
from luyue.contracts.models import Access, Contract
from luyue.desk import actions, alarms, import_words, imports
from luyue.desk.models import Alarm, Case, Clock, ImportProblem, ImportRun
from luyue.domain.history import read_mapping, write_mapping
from luyue.ledger import wall
from luyue.ledger.models import Event
from luyue.notices.models import Message
from luyue.project import places
from tests import factories

HEAD = (
    "单号",
    "报修时间",
    "故障现象",
    "报修人",
    "点位",
    "故障等级",
    "响应时间",
    "到场时间",
    "解决时间",
    "处理人",
)
HOUR = timedelta(hours=1)


def mapping(source: str = "登记表") -> str:
    """The shipped register without the columns that HEAD lacks."""
    shipped = read_mapping(imports.shipped_maps()["simple-table"])
    columns = shipped.columns.model_copy(update={"device": None, "departed_at": None, "closed_at": None})
    return write_mapping(shipped.model_copy(update={"columns": columns, "source": source}))


def row(number: str, reported: str = "2026-03-03 10:00", **cells: str) -> dict[str, str]:
    return {"单号": number, "报修时间": reported, "故障现象": "摄像机黑屏", "故障等级": "一般"} | cells


def csv(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    lines = [",".join(HEAD), *(",".join(one.get(name, "") for name in HEAD) for one in rows)]
    return "\n".join(lines).encode(encoding)


def bring(contract: Contract, content: bytes, now: datetime, text: str | None = None) -> ImportRun:
    run = imports.run_here(
        contract.pk, file_name="登记.csv", content=content, mapping=text or mapping(), actor=None, now=now
    )
    imports.carry_out(run.pk, contract.pk, clock=lambda: now)
    return imports.run(run.pk)


def counts(run: ImportRun) -> tuple[int, int, int, int, int]:
    return run.added, run.extended, run.unchanged, run.bad, run.conflicts


def codes(run: ImportRun) -> list[tuple[int, str]]:
    return list(run.problems.order_by("row", "id").values_list("row", "code"))


def the(contract: Contract, number: str) -> Case:
    return Case.objects.get(contract=contract, external_id=number)


def clocks(case: Case) -> list[tuple[object, ...]]:
    return sorted(
        Clock.objects.filter(case=case).values_list(
            "promise", "number", "state", "result", "started_at", "due_at", "stopped_at", "paused_seconds"
        )
    )


@pytest.fixture
def contract(everything: wall.Scope) -> Contract:
    return factories.contract("video-integration")


def test_an_imported_case_has_the_clocks_of_one_that_was_reported_here(
    contract: Contract, now: datetime
) -> None:
    content = csv(
        row("A1", 响应时间="2026-03-03 10:10", 到场时间="2026-03-03 12:00", 解决时间="2026-03-03 17:00")
    )
    assert counts(bring(contract, content, now)) == (1, 0, 0, 0, 0)
    at = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    live = factories.case(contract, at)
    actions.respond_case(live.pk, actor=None, at=at + HOUR / 6, now=now)
    actions.arrive(live.pk, actor=None, at=at + 2 * HOUR, now=now)
    actions.resolve_case(live.pk, actor=None, at=at + 7 * HOUR, now=now, cause="x", fix="y")
    case = the(contract, "A1")
    assert clocks(case) == clocks(live)
    assert (case.state, case.severity, case.resolved_at) == ("resolved", "normal", at + 7 * HOUR)
    assert case.next_due_at == Case.objects.get(pk=live.pk).next_due_at


def test_events_say_when_it_happened_when_it_was_entered_and_where_it_stood(
    contract: Contract, now: datetime
) -> None:
    bring(contract, csv(row("A1"), row("A2", 响应时间="2026-03-03 10:10")), now)
    event = Event.objects.get(subject_kind="case", subject_id=the(contract, "A2").pk, kind="case.responded")
    assert event.occurred_at == datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
    assert event.recorded_at == now
    assert event.data["source"]["file"] == "登记.csv"
    assert event.data["source"]["row"] == 3


def test_the_person_named_is_the_owner_and_an_unknown_place_is_not_lost(
    contract: Contract, now: datetime
) -> None:
    owner = factories.person("operator", name="张三丰")
    bring(contract, csv(row("A1", 处理人="张三丰", 点位="东门"), row("A2", 处理人="外人")), now)
    case = the(contract, "A1")
    assert case.owner == owner
    assert "东门" in case.description
    assert the(contract, "A2").owner is None


# who is disturbed


def test_history_raises_no_alarm_and_tells_nobody(contract: Contract, now: datetime) -> None:
    bring(contract, csv(*(row(f"A{n}", f"2026-02-0{n} 10:00") for n in range(1, 9))), now)
    assert Clock.objects.filter(contract=contract, state="breached").exists()
    before = (Message.objects.count(), ProcrastinateJob.objects.count())
    assert alarms.sweep(now) == 0
    assert (Message.objects.count(), ProcrastinateJob.objects.count()) == before
    assert all(one.told == [] for one in Alarm.objects.filter(contract=contract))


def test_what_is_still_to_come_is_told_at_its_time(contract: Contract, now: datetime) -> None:
    """Reported hours before the import: the service plan is overdue and silent, later limits warn as they do here."""
    bring(contract, csv(row("A1", "2026-03-04 07:30")), now)
    case = the(contract, "A1")
    silent = set(Alarm.objects.filter(clock__case=case).values_list("clock_id", "key"))
    assert silent
    open_clocks = Clock.objects.filter(case=case, state__in=["running", "warning", "paused"])
    assert open_clocks.exists()
    assert all(one.next_alarm_at is not None and one.next_alarm_at > now for one in open_clocks)
    assert alarms.sweep(now) == 0
    assert alarms.sweep(now + 30 * 24 * HOUR) > 0
    told = Alarm.objects.filter(clock__case=case).exclude(raised_at=now)
    assert told.exists()
    assert not silent & set(told.values_list("clock_id", "key"))


# twice


def test_the_same_file_again_changes_nothing(contract: Contract, now: datetime) -> None:
    content = csv(row("A1", 响应时间="2026-03-03 10:10", 处理人="李四"), row("A2"))
    bring(contract, content, now)
    before = (
        Event.objects.filter(subject_kind="case").count(),
        Alarm.objects.count(),
        clocks(the(contract, "A1")),
    )
    assert counts(bring(contract, content, now + HOUR)) == (0, 0, 2, 0, 0)
    after = (
        Event.objects.filter(subject_kind="case").count(),
        Alarm.objects.count(),
        clocks(the(contract, "A1")),
    )
    assert after == before


def test_a_case_resolved_since_gets_its_resolution(contract: Contract, now: datetime) -> None:
    bring(contract, csv(row("A1", 响应时间="2026-03-03 10:10")), now)
    later = csv(row("A1", 响应时间="2026-03-03 10:10", 解决时间="2026-03-04 09:00"))
    assert counts(bring(contract, later, now + HOUR)) == (0, 1, 0, 0, 0)
    case = the(contract, "A1")
    assert case.state == "resolved"
    assert not Clock.objects.filter(case=case, state__in=["running", "warning"], metric="resolve").exists()
    assert counts(bring(contract, later, now + 2 * HOUR)) == (0, 0, 1, 0, 0)
    assert alarms.sweep(now + 2 * HOUR) == 0


def test_changed_history_is_listed_and_not_overwritten(contract: Contract, now: datetime) -> None:
    bring(contract, csv(row("A1", 响应时间="2026-03-03 10:10")), now)
    run = bring(contract, csv(row("A1", 响应时间="2026-03-03 10:01")), now + HOUR)
    assert counts(run) == (0, 0, 1, 0, 1)
    assert codes(run) == [(2, "import.changed")]
    sentence = import_words.reason(imports.bad_row(ImportProblem.objects.get(run=run)))
    assert "10:10" in sentence
    assert "10:01" in sentence
    responded = Event.objects.get(subject_id=the(contract, "A1").pk, kind="case.responded")
    assert responded.occurred_at == datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
    assert codes(bring(contract, csv(row("A1")), now + HOUR)) == [(2, "import.gone")]


def test_a_case_settled_here_is_not_settled_again_by_a_file(contract: Contract, now: datetime) -> None:
    bring(contract, csv(row("A1")), now)
    case = the(contract, "A1")
    actions.resolve_case(case.pk, actor=None, at=now, now=now, cause="x", fix="y")
    run = bring(
        contract, csv(row("A1", 响应时间="2026-03-03 10:10", 解决时间="2026-03-03 12:00")), now + HOUR
    )
    assert counts(run) == (0, 1, 0, 0, 1)
    assert codes(run) == [(2, "import.worked_here")]
    assert the(contract, "A1").resolved_at == now


def test_the_same_number_of_another_system_is_another_case(contract: Contract, now: datetime) -> None:
    bring(contract, csv(row("A1")), now)
    assert counts(bring(contract, csv(row("A1")), now, mapping("旧系统"))) == (1, 0, 0, 0, 0)
    assert Case.objects.filter(contract=contract, external_id="A1").count() == 2


# bad input


def test_bad_rows_are_listed_with_their_reason_and_good_ones_kept(contract: Contract, now: datetime) -> None:
    content = csv(
        row("A1"),
        row("A2", 响应时间="2026-03-03 09:00"),
        row("A3", "2027-01-01 00:00"),
        row("A4", "昨天"),
        row("", 故障现象="没有单号"),
        row("A6", 故障等级="天大的事"),
        row("A1"),
    )
    run = bring(contract, content, now)
    assert counts(run) == (1, 0, 0, 6, 0)
    assert codes(run) == [
        (3, "order.before_report"), (4, "date.future"), (5, "date.unreadable"), (6, "id.missing"),
        (7, "word.not_in_plan"), (8, "case.duplicate"),
    ]  # fmt: skip
    assert all(import_words.reason(imports.bad_row(one)) for one in run.problems.all())


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8-sig", "utf-16"])
def test_files_come_in_the_encodings_met_in_practice(
    contract: Contract, now: datetime, encoding: str
) -> None:
    bring(contract, csv(row("A1", 故障现象="三楼摄像机黑屏"), encoding=encoding), now)
    assert the(contract, "A1").title == "三楼摄像机黑屏"


def test_a_damaged_letter_costs_its_row_only(contract: Contract, now: datetime) -> None:
    good = csv(row("A1", 故障现象="黑屏" * 20), row("A2"), row("A3", 故障现象="坏字"))
    content = good.replace("坏".encode(), b"\xff\xfe")
    run = bring(contract, content, now)
    assert counts(run) == (2, 0, 0, 1, 0)
    assert codes(run) == [(4, "text.encoding")]


def test_merged_cells_of_a_workbook_hold_for_all_their_rows(contract: Contract, now: datetime) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, len(HEAD) - 1, "二〇二六年登记表")
        sheet.write_row(1, 0, HEAD)
        for line, number in ((2, "A1"), (3, "A2")):
            sheet.write_row(line, 0, [row(number).get(name, "") for name in HEAD])
        sheet.merge_range(2, 4, 3, 4, "东门机房")
    bring(contract, file.getvalue(), now)
    assert "东门机房" in the(contract, "A1").description
    assert "东门机房" in the(contract, "A2").description


def test_of_half_a_file_the_whole_rows_are_kept(contract: Contract, now: datetime) -> None:
    whole = gzip.compress(csv(*(row(f"A{n}", 故障现象=os.urandom(30).hex()) for n in range(2000))))
    run = bring(contract, whole[: len(whole) // 2], now)
    assert run.state == "done"
    assert run.added > 100
    assert [code for _row, code in codes(run)] == ["table.truncated"]


def test_a_file_without_the_columns_is_refused_as_a_whole(contract: Contract, now: datetime) -> None:
    run = bring(contract, b"a,b\n1,2\n", now)
    assert run.state == "failed"
    assert run.message
    assert counts(run) == (0, 0, 0, 0, 0)


def test_cases_outside_of_the_contract_are_out_of_scope_and_never_a_neighbours(
    contract: Contract, now: datetime
) -> None:
    neighbour = factories.contract("video-integration", customer=contract.customer)
    content = csv(row("A1", "2024-05-06 10:00"), row("A2"))
    bring(contract, content, now)
    old = the(contract, "A1")
    assert (old.in_scope, old.scope_reason) == (False, "contract_not_in_force")
    assert not Clock.objects.filter(case=old).exists()
    assert the(contract, "A2").in_scope
    assert not Case.objects.filter(contract=neighbour).exists()


# carrying out


def test_a_cancelled_import_can_be_continued(contract: Contract, now: datetime) -> None:
    content = csv(*(row(f"A{n}") for n in range(10)))
    run = imports.run_here(
        contract.pk, file_name="登记.csv", content=content, mapping=mapping(), actor=None, now=now
    )

    def stop(state: ImportRun) -> None:
        if state.done == 4:
            imports.cancel(state.pk, actor=None, now=now)

    imports.carry_out(run.pk, contract.pk, clock=lambda: now, batch=2, told=stop)
    assert (imports.run(run.pk).state, Case.objects.filter(contract=contract).count()) == ("cancelled", 4)
    imports.proceed(run.pk, actor=None, now=now)
    imports.carry_out(run.pk, contract.pk, clock=lambda: now, batch=2)
    run = imports.run(run.pk)
    assert (run.state, run.done, run.added, run.unchanged) == ("done", 10, 10, 0)


WORKER = """
from luyue.project.commands import ready
ready()
from django.utils import timezone
from luyue.desk import imports
import sys
print("ready", flush=True)
imports.carry_out(
    int(sys.argv[1]), int(sys.argv[2]), clock=timezone.now, batch=20, told=lambda run: print(run.done, flush=True)
)
"""


def test_a_killed_worker_is_continued_without_a_double(committing: None, now: datetime) -> None:
    """Real processes on real transactions: SIGKILL in the middle of a batch, twice, then one that may finish."""
    with wall.scope(wall.Scope.everything()):
        contract = factories.contract("video-integration")
        content = csv(*(row(f"A{n}", 响应时间="2026-03-03 10:10") for n in range(600)))
        run = imports.run_here(
            contract.pk, file_name="登记.csv", content=content, mapping=mapping(), actor=None, now=now
        )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "luyue.project.settings", "LUYUE_DATA": str(places.data())}
    words = [sys.executable, "-c", WORKER, str(run.pk), str(contract.pk)]
    reached = 0
    for wait in (0.03, 0.1):
        worker = subprocess.Popen(words, stdout=subprocess.PIPE, env=env)
        assert worker.stdout is not None
        worker.stdout.readline()
        reached = int(worker.stdout.readline())
        time.sleep(wait)
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        worker.stdout.close()
    assert 0 < reached < 600
    subprocess.run(words, check=True, env=env, timeout=120, stdout=subprocess.DEVNULL)
    with wall.scope(wall.Scope.everything()):
        done = imports.run(run.pk)
        assert (done.state, done.done, *counts(done)) == ("done", 600, 600, 0, 0, 0, 0)
        cases = Case.objects.filter(contract=contract)
        assert cases.count() == 600
        events = Event.objects.filter(contract_id=contract.pk, subject_kind="case", kind__startswith="case.")
        assert events.count() == 1200


# the page


@pytest.fixture
def operator(client: Client, everything: wall.Scope) -> Client:
    client.force_login(factories.person("operator"))
    return client


def upload(client: Client, contract: Contract, content: bytes, **facts: object) -> int:
    file = io.BytesIO(content)
    file.name = "登记.csv"
    data = {"file": file, "contract": contract.pk, "mapping": "suggest"} | facts
    answer = client.post("/cases/import/", data)
    assert answer.status_code == 302, answer.content.decode()
    return int(answer["Location"].rstrip("/").split("/")[-1])


def test_from_upload_to_result(operator: Client, contract: Contract, now: datetime) -> None:
    content = csv(row("A1", 处理人="=HYPERLINK()"), row("A2", "昨天"), encoding="gbk")
    number = upload(operator, contract, content)
    page = operator.get(f"/cases/import/{number}/").content.decode()
    assert "开始导入 1 张单" in page
    assert "看不懂时间“昨天”" in page
    assert Case.objects.filter(contract=contract).count() == 0
    operator.post(f"/cases/import/{number}/start/")
    job = ProcrastinateJob.objects.get(task_name="desk.import_history", args__run_id=number)
    imports.carry_out(**job.args, clock=lambda: now)
    page = operator.get(f"/cases/import/{number}/").content.decode()
    assert "已完成" in page
    book = load_workbook(io.BytesIO(operator.get(f"/cases/import/{number}/problems.xlsx").content))
    assert book.get_sheet_by_index(0).to_python()[1][:4] == [3.0, "A2", "报修时间", "昨天"]
    again = upload(operator, contract, content)
    assert "同一个文件已经导入过" in operator.get(f"/cases/import/{again}/").content.decode()


def test_a_wrong_mapping_is_corrected_on_the_page(operator: Client, contract: Contract) -> None:
    content = "编码,何时,怎么了,程度\nB1,2026-03-03 10:00,黑屏,特急\n".encode()
    number = upload(operator, contract, content)
    page = operator.get(f"/cases/import/{number}/").content.decode()
    assert "对应关系还不完整" in page
    said = {
        "layout": "table",
        "source": "旧表",
        "dates": "auto",
        "dates_without_time": "refuse",
        "kind": "fault",
    }
    answer = operator.post(f"/cases/import/{number}/", said | {"col-external_id": "编码"})
    assert answer.status_code == 422
    columns = {
        "col-external_id": "编码",
        "col-reported_at": "何时",
        "col-severity": "程度",
        "col-title": "怎么了",
    }
    assert operator.post(f"/cases/import/{number}/", said | columns).status_code == 302
    assert "方案没有故障等级“特急”" in operator.get(f"/cases/import/{number}/").content.decode()
    words = {"word-severity-0": "rank:1"}
    assert operator.post(f"/cases/import/{number}/", said | columns | words).status_code == 302
    assert "开始导入 1 张单" in operator.get(f"/cases/import/{number}/").content.decode()
    saved = operator.get(f"/cases/import/{number}/mapping.yaml").content
    assert read_mapping(saved).columns.reported_at == "何时"


def test_an_unreadable_file_is_refused_beside_its_field(operator: Client, contract: Contract) -> None:
    file = io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0\0")
    file.name = "照片.csv"
    answer = operator.post("/cases/import/", {"file": file, "contract": contract.pk, "mapping": "suggest"})
    assert answer.status_code == 422
    assert "文件不是表格" in answer.content.decode()


PATHS = ("", "{id}/", "{id}/progress/", "{id}/mapping.yaml", "{id}/problems.xlsx")
ACTS = ("{id}/start/", "{id}/cancel/", "{id}/continue/", "{id}/discard/")


def test_strangers_and_people_of_other_contracts_get_nothing(
    client: Client, contract: Contract, now: datetime
) -> None:
    run = bring(contract, csv(row("A1"), row("A2", "昨天")), now)
    paths = [f"/cases/import/{path.format(id=run.pk)}" for path in PATHS]
    acts = [f"/cases/import/{path.format(id=run.pk)}" for path in ACTS]
    assert {client.get(path).status_code for path in paths} == {302}
    other = factories.contract("video-integration")
    manager = factories.person("project_manager")
    Access.objects.create(contract=other, person=manager, role="project_manager")
    client.force_login(manager)
    assert "登记.csv" not in client.get("/cases/import/").content.decode()
    assert {client.get(path).status_code for path in paths[1:]} == {404}
    assert {client.post(path).status_code for path in acts} == {404}
    file = io.BytesIO(csv(row("A1")))
    file.name = "x.csv"
    refused = client.post("/cases/import/", {"file": file, "contract": contract.pk, "mapping": "suggest"})
    assert refused.status_code == 422
    client.force_login(factories.person("engineer"))
    assert {client.get(path).status_code for path in paths} == {403}


def test_the_list_costs_the_same_with_many_imports(
    operator: Client, contract: Contract, now: datetime, django_assert_max_num_queries: object
) -> None:
    for _ in range(12):
        bring(contract, csv(row("A1")), now)
    with django_assert_max_num_queries(12):
        assert operator.get("/cases/import/").status_code == 200


# the command


def command(*words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    cli_cases.add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["cases", "import", *words])
    return int(arguments.func(arguments))


def test_the_command_imports_and_lists_bad_rows(
    contract: Contract, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, map_file = tmp_path / "登记.csv", tmp_path / "map.yaml"
    file.write_bytes(csv(row("A1"), row("A2", "昨天")))
    map_file.write_text(mapping())
    words: Sequence[str] = (str(file), "--map", str(map_file), "--contract", contract.number)
    assert command(*words, "--dry-run") == 0
    assert not ImportRun.objects.filter(contract=contract).exists()
    assert command(*words) == 0
    said = capsys.readouterr().out
    assert "新增 1" in said
    assert "3 A2 报修时间: date.unreadable" in said
    assert command(*words, "--lang", "en") == 0
    assert "unchanged 1" in capsys.readouterr().out
    file.write_bytes(csv(row("A9", "昨天")))
    assert command(*words) == 1
    file.write_bytes(b"")
    assert command(*words) == 1
