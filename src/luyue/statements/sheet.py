"""A statement as a spreadsheet: the statement, every clock it counts, and what is not executed."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import IO

from django.utils.translation import gettext as _

from luyue.contracts import queries as contracts
from luyue.contracts.queries import ZONE
from luyue.desk.queries import seconds
from luyue.documents.excel import Book, Cell, Share, Tab, share
from luyue.domain.compare import Difference
from luyue.domain.entitlements import outcome as judged
from luyue.domain.measures.catalogue import STATE_WORDS as QUOTA_STATES
from luyue.domain.plan.execution import REASONS, STATUS_WORDS, executable
from luyue.domain.plan.explain import promise_words
from luyue.domain.plan.vocabulary import KIND_WORDS, word_of
from luyue.domain.statement import Key, Period
from luyue.ledger.words import event_word
from luyue.staffing import faces
from luyue.statements import entitlements, obligations, queries, quotas, staffing
from luyue.statements.comparing import Comparison, Place, comparison_of, mark
from luyue.statements.figures import RULES, promise_of
from luyue.statements.overview import Standing
from luyue.statements.wording import outcome_words
from luyue.web.paging import in_chunks

# A sheet holds 1,048,576 rows.
MOST_ROWS = 1_000_000
CHUNK = 500


def write_statement(
    file: IO[bytes],
    contract_id: int,
    period: Period,
    *,
    now: datetime,
    language: str = "zh",
    against: Period | None = None,
) -> None:
    """Write the statement of a contract in scope as XLSX: text, numbers and times; nothing becomes a formula. against:
    with a sheet that compares."""
    of = contracts.contract(contract_id)
    statement = queries.statement_of(of.pk, period, now=now)
    with Book(ZONE, file, seconds=True) as book:
        sheet = book.tab(_("履约报告"), (8, 14, 60, *[9] * 15))
        sheet.note([_("合同"), of.number, of.name])
        sheet.note([_("客户"), of.customer.name])
        sheet.note([_("期间"), period.first, period.last])
        sheet.note([_("制表时间"), now])
        sheet.note([RULES[language]])
        sheet.note([])
        sheet.head(
            [
                _("方案版本"), _("条款"), _("承诺"), _("承诺编号"), _("数字"), _("应做"), _("达成"), _("超时完成"),
                _("超时未做"), _("进行中"), _("豁免"), _("不适用"), _("已替换"), _("已取消"), _("未开始"), _("达成率"),
                _("上期达成率"), _("用时中位%"), _("用时九成%"),
            ]
        )  # fmt: skip
        for row in statement.rows:
            running, promise = promise_of(row.key)
            c = row.counts
            sheet.row(
                [
                    row.key.version, promise.clause if promise else "", promise.text.in_(language) if promise else "",
                    row.key.promise, promise_words(promise, running.plan, language) if promise else "",
                    c.promised, c.kept, c.late, c.missed, c.running, c.waived, c.not_applicable, c.superseded,
                    c.cancelled, c.not_started, share(c.share_kept), share(row.before.share_kept), share(row.median),
                    share(row.p90),
                ]
            )  # fmt: skip
        t = statement.totals
        sheet.title(
            ["", "", _("合计"), "", "", t.promised, t.kept, t.late, t.missed, t.running, t.waived, t.not_applicable,
             t.superseded, t.cancelled, t.not_started, share(t.share_kept),
             share(statement.before.share_kept)]
        )  # fmt: skip
        if against is not None:
            _write_comparison(book, comparison_of(of.pk, period, against, now=now, language=language))
        _write_instances(book, of.pk, period, now)
        _write_owed(book, of.pk, period, now, language)
        _write_staffing(book, of.pk, period, language)
        _write_quotas(book, of.pk, period, language)
        _write_entitlements(book, of.pk, period, now, language)
        _write_measured(book, of.pk, period, language)
        sheet = book.tab(_("未执行的承诺"), (8, 14, 60, 30, 12, 16, 50))
        sheet.head([_("方案版本"), _("条款"), _("承诺"), _("承诺编号"), _("种类"), _("执行"), _("说明")])
        for running, promise, status in queries.not_executed(of.pk, period):
            sheet.row(
                [
                    running.version_id, promise.clause, promise.text.in_(language), promise.id,
                    word_of(KIND_WORDS, promise.kind, language), word_of(STATUS_WORDS, status, language),
                    word_of(REASONS, executable(promise).reason, language),
                ]
            )  # fmt: skip


def write_overview(file: IO[bytes], period: Period, rows: Sequence[Standing]) -> None:
    """Contracts in scope with how they stand in a period, as XLSX, in the order of the rows."""
    with Book(ZONE, file, seconds=True) as book:
        sheet = book.tab(_("履约"), (14, 40, 30, *[9] * 12, 18))
        sheet.note([_("期间"), period.first, period.last])
        sheet.head(
            [
                _("合同号"), _("合同"), _("客户"), _("应做"), _("达成"), _("超时完成"), _("超时未做"), _("进行中"),
                _("豁免"), _("达成率"), _("未结请求"), _("未结时限"), _("超时"), _("预警"), _("在时限内"),
                _("最近到期"),
            ]
        )  # fmt: skip
        for chunk in in_chunks(rows, CHUNK):
            told = contracts.visible_contracts().in_bulk([row.contract_id for row in chunk])
            for row in chunk:
                of, c, load = told[row.contract_id], row.counts, row.load
                sheet.row(
                    [
                        of.number, of.name, of.customer.name, c.promised, c.kept, c.late, c.missed, c.running, c.waived,
                        share(c.share_kept), load.cases, load.red + load.amber + load.green, load.red, load.amber,
                        load.green, load.next_due_at,
                    ]
                )  # fmt: skip


def _write_comparison(book: Book, told: Comparison) -> None:
    """Every promise in both periods."""
    sheet = book.tab(_("对比"), (14, 60, 26, 12, *[9] * 8, 14))
    days = [f"{one.first} – {one.last}" for one in (told.period, told.against)]
    sheet.note([_("本期"), days[0]])
    sheet.note([_("对比期"), days[1]])
    sheet.head(
        [
            _("条款"), _("承诺"), _("承诺编号"), _("种类"), _("本期应做"), _("本期达成"), _("本期超时"),
            _("本期达成率"), _("对比期应做"), _("对比期达成"), _("对比期超时"),
            _("对比期达成率"), _("变化"), _("百分点"),
        ]
    )  # fmt: skip
    for line in told.lines:
        sheet.row([line.clause, line.text, line.place[1], line.kind_word, *_both(line.change)])
    sheet.title(["", _("合计"), "", "", *_both(told.all_of_it)])


def _both(one: Difference[Place]) -> list[Cell]:
    cells: list[Cell] = []
    for c in (one.now, one.before):
        cells += [c.promised, c.kept, c.broken, share(c.share_kept)]
    return [*cells, mark(one).word, one.points]


def _write_owed(book: Book, contract_id: int, period: Period, now: datetime, language: str) -> None:
    """Duties and triggers clause by clause, and each of their obligations with what proves it."""
    statement = obligations.statement_of(contract_id, period, now=now)
    if not statement.rows:
        return
    sheet = book.tab(_("履约事项"), (8, 14, 60, 26, 12, *[9] * 10))
    sheet.head(
        [
            _("方案版本"), _("条款"), _("承诺"), _("承诺编号"), _("种类"), _("应做"), _("达成"), _("超时完成"),
            _("超时未做"), _("进行中"), _("豁免"), _("已取消"), _("时间未约定"), _("达成率"), _("上期达成率"),
        ]
    )  # fmt: skip
    for row in statement.rows:
        _running, promise = promise_of(row.key)
        c = row.counts
        sheet.row(
            [
                row.key.version, promise.clause if promise else "", promise.text.in_(language) if promise else "",
                row.key.promise, word_of(KIND_WORDS, promise.kind, language) if promise else "", c.promised, c.kept,
                c.late, c.missed, c.running, c.waived, c.cancelled, c.not_started,
                share(c.share_kept), share(row.before.share_kept),
            ]
        )  # fmt: skip
    sheet = book.tab(_("履约事项明细"), (12, 26, 22, 18, 18, 18, 12, 8, 8, 14, 60, 40))
    sheet.head(
        [
            _("编号"), _("承诺编号"), _("哪一期"), _("可以开始"), _("到期"), _("完成时间"), _("计为"), _("应做次数"),
            _("已做次数"), _("由谁"), _("凭证"), _("豁免原因"),
        ]
    )  # fmt: skip
    words = outcome_words()
    for one in obligations.instances(contract_id, period)[:MOST_ROWS].iterator(chunk_size=2000):
        records = list(one.records.all())
        sheet.row(
            [
                one.pk, one.promise, one.key, one.opens_at, one.due_at, one.done_at,
                words[obligations.outcome_of(one, now)], one.times, one.done_times,
                _("、").join(dict.fromkeys(record.by_name for record in records if record.by_name)),
                "\n".join(record.what for record in records)[:5000], one.waiver_reason if one.waived_at else "",
            ]
        )  # fmt: skip


def _write_entitlements(book: Book, contract_id: int, period: Period, now: datetime, language: str) -> None:
    """Every use of an entitlement; no sheet where there are none."""
    rows = entitlements.instances(contract_id, period)
    if not rows.exists():
        return
    sheet = book.tab(_("权益"), (8, 14, 60, 26, 12, 18, 18, 18, 14, 40, 40, 40))
    sheet.head(
        [
            _("方案版本"), _("条款"), _("承诺"), _("承诺编号"), _("来源"), _("时间"), _("到期"), _("完成时间"),
            _("计为"), _("内容"), _("凭证"), _("豁免原因"),
        ]
    )  # fmt: skip
    words = outcome_words()
    for one in rows[:MOST_ROWS].iterator(chunk_size=2000):
        _running, promise = promise_of(Key(one.plan_version_id, one.promise))
        due = seconds(one.due_at) if one.due_at else None
        sheet.row(
            [
                one.plan_version_id, promise.clause if promise else "", promise.text.in_(language) if promise else "",
                one.promise, str(one.get_origin_display()), one.happened_at, one.due_at, one.done_at,
                words[judged(one.state, due, seconds(now))], one.what, one.evidence,
                one.waiver_reason if one.waived_at else "",
            ]
        )  # fmt: skip


def _write_staffing(book: Book, contract_id: int, period: Period, language: str) -> None:
    """Promises of people month by month; no sheet where there are none."""
    rows = staffing.instances(contract_id, period)
    if not rows.exists():
        return
    sheet = book.tab(_("人员承诺"), (8, 14, 60, 26, 10, 12, 12, 14, 60, 18, 40))
    sheet.head(
        [
            _("方案版本"), _("条款"), _("承诺"), _("承诺编号"), _("月份"), _("从"), _("到"), _("计为"), _("核对"),
            _("核对时间"), _("豁免原因"),
        ]
    )  # fmt: skip
    words = outcome_words()
    for one in rows[:MOST_ROWS].iterator(chunk_size=2000):
        _running, promise = promise_of(Key(one.plan_version_id, one.promise))
        said = "\n".join(f"{part.name}: {' '.join(part.said)}" for part in faces.parts(one))
        sheet.row(
            [
                one.plan_version_id, promise.clause if promise else "", promise.text.in_(language) if promise else "",
                one.promise, f"{one.month:%Y-%m}", one.first, one.last, words[one.outcome],
                said[:5000], one.checked_at, one.waiver_reason if one.waived_at else "",
            ]
        )  # fmt: skip


def _write_quotas(book: Book, contract_id: int, period: Period, language: str) -> None:
    """Every period of every quota; behind it, every subject."""
    found = quotas.rows(contract_id, period)
    if not found:
        return
    sheet = book.tab(_("指标"), (14, 40, 26, 12, 12, 12, 12, 12, 10, 8, 8, 8, 8, 12))
    sheet.head(
        [
            _("条款"), _("承诺"), _("承诺编号"), _("开始"), _("结束"), _("不低于"), _("不高于"), _("数值"), _("单位"),
            _("状态"), _("达到"), _("未达到"), _("无数据"), _("复核人"),
        ]
    )  # fmt: skip
    for row in found:
        for one in row.turns:
            sheet.row(
                [
                    row.quota.clause, row.quota.text.in_(language), row.quota.id, one.first, one.last,
                    one.at_least, one.at_most, one.value, row.quota.unit,
                    word_of(QUOTA_STATES, one.state, language), one.kept, one.missed, one.no_data, one.reviewed_by,
                ]
            )  # fmt: skip
    behind = book.tab(_("指标明细"), (26, 12, 12, 34, 12, 12, 12, 10, 60))
    behind.head(
        [
            _("承诺编号"),
            _("开始"),
            _("结束"),
            _("对象"),
            _("数值"),
            _("分子"),
            _("分母"),
            _("状态"),
            _("怎么算的"),
        ]
    )
    for measured in islice(quotas.instances(contract_id, period), MOST_ROWS):
        behind.row(
            [
                measured.turn.promise, measured.turn.first, measured.turn.last, quotas.subject_of(measured),
                measured.value, measured.numerator, measured.denominator,
                word_of(QUOTA_STATES, measured.state, language), "；".join(quotas.how(measured, language)),
            ]
        )  # fmt: skip


def _write_measured(book: Book, contract_id: int, period: Period, language: str) -> None:
    """Quotas month by month with numerator and denominator; no sheet where the plan has none."""
    found = queries.measured(contract_id, period)
    if not found:
        return
    sheet = book.tab(_("按月统计的指标"), (8, 14, 40, 26, 10, 10, 10, 10, 10, 12, 12, 18))
    sheet.head(
        [
            _("方案版本"), _("条款"), _("承诺"), _("承诺编号"), _("月份"), _("承诺值%"), _("接通"), _("计入"),
            _("接通率"), _("达到"), _("短呼（不计）"), _("服务时间外（不计）"),
        ]
    )  # fmt: skip
    for one in found:
        months = [(month.strftime("%Y-%m"), rate) for month, rate in one.months]
        for month, rate in [*months, (_("合计"), one.share)]:
            kept = rate.keeps(one.at_least)
            sheet.row(
                [
                    one.running.version_id, one.quota.clause, one.quota.text.in_(language), one.quota.id, month,
                    one.at_least, rate.answered, rate.denominator,
                    Share(rate.answered / rate.denominator) if rate.denominator else None,
                    "" if kept is None else _("是") if kept else _("否"), rate.short, rate.outside,
                ]
            )  # fmt: skip


def _write_instances(book: Book, contract_id: int, period: Period, now: datetime) -> None:
    head = [
        _("请求号"), _("方案版本"), _("承诺编号"), _("轮次"), _("报修"), _("开始"), _("到期"), _("停止"), _("暂停秒数"),
        _("补录"), _("结果"), _("计为"), _("凭证编号"), _("凭证"), _("由谁"), _("豁免原因"), _("豁免同意人"),
    ]  # fmt: skip
    words = outcome_words()
    sheet = _instance_sheet(book, head, 1)
    number, written = 1, 0
    for clocks in queries.in_chunks(queries.instances(contract_id, period, now=now)):
        evidence = queries.evidence_of(clocks)
        for clock in clocks:
            if written == MOST_ROWS:
                number, written = number + 1, 0
                sheet = _instance_sheet(book, head, number)
            proof = evidence.get(clock.pk)
            sheet.row(
                [
                    clock.case.number, clock.plan_version_id, clock.promise, clock.number, clock.case.reported_at,
                    clock.started_at, clock.due_at, clock.stopped_at, clock.paused_seconds,
                    _("是") if clock.late_entry else "", clock.result, words[queries.outcome_of(clock, now)],
                    proof.event if proof else None, event_word(proof.kind) if proof else "", proof.by if proof else "",
                    proof.reason if proof else "", proof.agreed_by if proof else "",
                ]
            )  # fmt: skip
            written += 1


def _instance_sheet(book: Book, head: Sequence[str], number: int) -> Tab:
    name = _("时限明细") if number == 1 else f"{_('时限明细')} {number}"
    sheet = book.tab(name, (12, 8, 26, 6, 18, 18, 18, 18, 9, 6, 14, 12, 12, 24, 14, 40, 14))
    sheet.head(head)
    return sheet
