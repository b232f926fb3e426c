"""Call records: files and HTTP. The same record twice is one call, a bad one harms no other."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import xlsxwriter
from django.test import Client
from python_calamine import CalamineWorkbook

from luyue.accounts import actions as accounts
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.hotline import actions, records
from luyue.hotline.models import Call
from luyue.hotline.pages.calls import write_calls
from luyue.ledger.models import Event
from tests.hotline.conftest import CALLER, NOW, Firm

HEAD = "uniqueid,start,answer,end,src,dst,duration,billsec,disposition"
ROWS = [
    f"1.1,2026-03-03 10:00:00,2026-03-03 10:00:12,2026-03-03 10:03:00,{CALLER},4008001234,180,168,ANSWERED",
    "1.2,2026-03-03 10:05:00,,2026-03-03 10:05:30,13911112222,8001,30,0,NO ANSWER",
    "1.3,not a time,,,13911112222,8001,30,0,NO ANSWER",
    "1.4,2026-03-03 11:00:00,,,13911112222,9999,30,0,NO ANSWER",
    "1.5,2026-03-03 12:00:00,,,4008001234,13911112222,30,20,ANSWERED",
]


def upload(firm: Firm, text: str, encoding: str = "utf-8") -> Any:
    return records.upload(file_name="cdr.csv", content=text.encode(encoding), actor=firm.operator, now=NOW)


def take(firm: Firm, text: str, encoding: str = "utf-8") -> Any:
    file = upload(firm, text, encoding)
    return records.import_file(file.pk, mapping=file.mapping, actor=firm.operator, now=NOW)


def state() -> list[object]:
    return list(Call.objects.order_by("pk").values())


def test_a_file_of_records_becomes_calls_and_bad_rows_are_listed(firm: Firm) -> None:
    file = take(firm, "\n".join([HEAD, *ROWS]))
    assert (file.added, file.merged, file.unchanged, file.bad) == (3, 0, 0, 2)
    assert [(one["row"], one["field"], one["problem"]) for one in file.problems] == [
        (4, "start", "bad_time"),
        (5, "dst", "unknown_line"),
    ]
    answered, missed, outgoing = Call.objects.order_by("pk")
    assert (answered.wait_seconds, answered.talk_seconds) == (12, 168)
    assert (answered.contract_id, answered.name) == (firm.contract.pk, "王科长")
    assert answered.started_at == datetime(2026, 3, 3, 2, tzinfo=UTC)
    assert (missed.answered, missed.line, missed.in_hours) == (False, firm.line, True)
    assert (outgoing.direction, outgoing.plain) == ("out", "13911112222")
    # The outgoing call has reached the caller of the missed one.
    assert missed.settled_by_id == outgoing.pk
    assert Event.objects.filter(kind="call.imported").count() == 1


def test_the_same_file_again_changes_nothing(firm: Firm) -> None:
    text = "\n".join([HEAD, *ROWS])
    take(firm, text)
    before = state()
    again = take(firm, text)
    assert (again.added, again.merged, again.unchanged) == (0, 0, 3)
    assert state() == before


def test_without_a_number_of_its_own_a_call_is_known_by_time_and_numbers(firm: Firm) -> None:
    text = (
        f"呼叫时间,主叫号码,被叫号码,通话时长,接听结果\n2026-03-03 10:00:00,{CALLER},400-800-1234,60,已接听\n"
    )
    take(firm, text)
    before = state()
    assert take(firm, text).unchanged == 1
    assert state() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_chinese_heads_in_the_encodings_of_practice(firm: Firm, encoding: str) -> None:
    text = f"来电姓名,呼叫时间,主叫号码,被叫号码,接听结果,坐席\n李处长,2026/3/3 9:05,{CALLER},4008001234,已接听,张敏\n"
    assert take(firm, text, encoding).added == 1
    call = Call.objects.get()
    assert (call.name, call.taker) == ("李处长", "张敏")
    assert call.started_at == datetime(2026, 3, 3, 1, 5, tzinfo=UTC)


def test_an_excel_file_with_real_times_and_numbers(firm: Firm) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for column, word in enumerate(["开始时间", "主叫号码", "被叫号码", "通话时长"]):
            sheet.write(0, column, word)
        sheet.write_datetime(1, 0, datetime(2026, 3, 3, 10), moment)
        sheet.write_row(1, 1, [int(CALLER), 4008001234, 30])
    made = records.upload(file_name="x.xlsx", content=file.getvalue(), actor=firm.operator, now=NOW)
    assert records.import_file(made.pk, mapping=made.mapping, actor=firm.operator, now=NOW).added == 1
    assert Call.objects.get().plain == CALLER


def test_the_file_of_calls_has_times_and_numbers_and_says_where_it_was_cut(firm: Firm) -> None:
    rows = [
        f"8.{n},2026-03-03 10:0{n}:07,,2026-03-03 10:0{n}:20,{CALLER},8001,13,0,NO ANSWER" for n in range(5)
    ]
    assert take(firm, "\n".join([HEAD, *rows])).added == 5
    for most, more in ((5, 0), (3, 1)):
        file = io.BytesIO()
        write_calls(file, Call.objects.order_by("started_at", "id"), most)
        file.seek(0)
        head, *lines = CalamineWorkbook.from_filelike(file).get_sheet_by_name("来电").to_python()
        assert head[0] == "时间" and len(lines) == most + more
        assert [line[0] for line in lines[:most]] == [datetime(2026, 3, 3, 10, n, 7) for n in range(most)]
        assert lines[0][2] == CALLER and lines[0][9] == 13.0
        assert [line[0] for line in lines[most:]] == ["只导出了前 3 行，请加筛选后再导出。"] * more


def test_legs_of_one_call_in_two_files_are_put_together(firm: Firm) -> None:
    rang = f"7.1,2026-03-03 10:00:00,,2026-03-03 10:00:20,{CALLER},8001,20,0,NO ANSWER"
    taken = f"7.1,2026-03-03 10:00:00,2026-03-03 10:00:25,2026-03-03 10:01:00,{CALLER},8001,60,35,ANSWERED"
    assert take(firm, f"{HEAD}\n{rang}").added == 1
    assert not Call.objects.get().answered
    assert take(firm, f"{HEAD}\n{taken}").merged == 1
    call = Call.objects.get()
    assert (call.answered, call.wait_seconds, call.talk_seconds) == (True, 25, 35)
    assert take(firm, f"{HEAD}\n{rang}").unchanged == 1
    assert Call.objects.get().answered


def test_an_imported_file_cannot_be_imported_again_and_a_draft_can_be_dropped(firm: Firm) -> None:
    file = take(firm, "\n".join([HEAD, ROWS[0]]))
    with pytest.raises(IllegalMove):
        records.import_file(file.pk, mapping=file.mapping, actor=firm.operator, now=NOW)
    with pytest.raises(IllegalMove):
        records.drop_file(file.pk, actor=firm.operator)
    draft = upload(firm, HEAD)
    records.drop_file(draft.pk, actor=firm.operator)


def test_a_mapping_without_time_or_number_is_refused(firm: Firm) -> None:
    file = upload(firm, "a,b\n1,2")
    assert file.mapping == {}
    for mapping, field in (({}, "start"), ({"start": "a"}, "src"), ({"start": "zzz", "src": "b"}, "start")):
        with pytest.raises(BadInput) as bad:
            records.import_file(file.pk, mapping=mapping, actor=firm.operator, now=NOW)
        assert bad.value.facts["field"] == field


def test_only_the_desk_imports(firm: Firm) -> None:
    with pytest.raises(NotAllowed):
        records.upload(file_name="x", content=b"a,b", actor=firm.lead, now=NOW)


# -- HTTP -----------------------------------------------------------------------------------------------------

RECORD = {
    "uniqueid": "1772589600.17", "start": "2026-03-03 10:00:00", "answer": "2026-03-03 10:00:15",
    "end": "2026-03-03 10:01:35", "src": CALLER, "dst": "4008001234", "clid": f'"Wang" <{CALLER}>', "duration": 95,
    "billsec": 80, "disposition": "ANSWERED", "channel": "SIP/trunk-00000001", "dstchannel": "SIP/8001-00000002",
    "amaflags": "DOCUMENTATION", "lastapp": "Queue",
}  # fmt: skip


@pytest.fixture
def post(firm: Firm) -> Any:
    _token, secret = accounts.issue_token(firm.operator.pk, name="交换机", actor=None, now=NOW)
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    def send(body: object) -> Any:
        return client.post("/api/v1/calls", json.dumps(body), content_type="application/json")

    return send


def test_a_record_of_asterisk_over_http_is_one_call_however_often_it_is_sent(firm: Firm, post: Any) -> None:
    first = post(RECORD)
    assert first.status_code == 201, first.content
    assert first.json()["records"][0]["outcome"] == "added"
    before = state()
    again = post(RECORD)
    assert (again.status_code, again.json()["unchanged"]) == (200, 1)
    assert state() == before
    call = Call.objects.get()
    assert (call.answered, call.wait_seconds, call.talk_seconds, call.taker) == (True, 15, 80, "8001")
    assert call.contract_id == firm.contract.pk


def test_an_announcement_that_took_the_call_is_no_answer(post: Any) -> None:
    post(RECORD | {"dstchannel": ""})
    assert not Call.objects.get().answered


def test_a_bad_record_is_refused_with_its_field(post: Any) -> None:
    answer = post(RECORD | {"start": "yesterday"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_call_record"
    assert answer.json()["facts"]["field"] == "start"
    assert Call.objects.count() == 0


def test_of_several_records_the_good_ones_are_taken(post: Any) -> None:
    answer = post([RECORD, RECORD | {"uniqueid": "2", "dst": "12345"}, RECORD | {"uniqueid": "3"}])
    told = answer.json()
    assert (told["added"], told["bad"]) == (2, 1)
    assert [one["outcome"] for one in told["records"]] == ["added", "bad", "added"]
    assert told["records"][1]["detail"]


@pytest.mark.parametrize("body", [[], [RECORD] * 1001, {"start": ["x"]}, 7])
def test_bodies_that_are_none_are_refused(post: Any, body: object) -> None:
    assert post(body).status_code == 422


def test_records_need_a_token_and_the_right(firm: Firm) -> None:
    assert (
        Client().post("/api/v1/calls", json.dumps(RECORD), content_type="application/json").status_code == 401
    )
    _token, secret = accounts.issue_token(firm.engineer.pk, name="x", actor=None, now=NOW)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    answer = client.post("/api/v1/calls", json.dumps(RECORD), content_type="application/json")
    assert answer.status_code == 403


def test_calls_and_share_are_read_over_http(firm: Firm, post: Any) -> None:
    post(RECORD)
    _token, secret = accounts.issue_token(firm.customer.pk, name="x", actor=None, now=NOW)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/calls").status_code == 403
    share = client.get(f"/api/v1/calls/share/{firm.contract.pk}?first=2026-03-01&last=2026-03-31").json()
    assert (share["answered"], share["percent"], share["promised"], share["kept"]) == (1, 100.0, 90.0, True)
    _token, secret = accounts.issue_token(firm.engineer.pk, name="y", actor=None, now=NOW)
    rows = Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/calls").json()["calls"]
    assert [one["counts_as"] for one in rows] == ["answered"]


def test_a_dedicated_line_of_the_callers_contract_goes_before_the_common_one(firm: Firm, post: Any) -> None:
    own = actions.add_line(
        name="专线",
        number="4008001234",
        hours={"kind": "always"},
        contract_id=firm.contract.pk,
        actor=None,
        now=NOW,
    )
    post(RECORD)
    assert Call.objects.get().line == own
