"""Papers of trainings as sheets for PDF and Word: plan, sign-in sheet, result, certificate of attendance, test."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE
from luyue.documents import sheets
from luyue.domain.training.attending import hours
from luyue.files.content import read
from luyue.training import faces, queries, tokens, words
from luyue.training.models import Attendance, Session, TrainingPlan
from luyue.web.languages import language
from luyue.web.letterhead import firm

MOST_PHOTOS = 6
BLANK_ROWS = 12


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""


def _clock(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%H:%M}" if at else ""


def _of_contract(of: Contract) -> list[sheets.Field]:
    return [
        sheets.Field(_("客户"), of.customer.name),
        sheets.Field(_("合同"), f"{of.number} {of.name}"),
    ]


def title(one: Session) -> str:
    """What the result of a session is called."""
    if one.kind == "drill":
        return _("{title} 演练报告").format(title=faces.title_of(one))
    if one.is_meeting:
        return _("{title} 会议纪要").format(title=faces.title_of(one))
    if one.kind == "assessment":
        return _("{title} 考核报告").format(title=faces.title_of(one))
    return _("{title} 培训报告").format(title=faces.title_of(one))


def _facts(one: Session) -> sheets.Fields:
    lecturers = [
        " ".join(part for part in (row.name, row.certificate or row.qualification) if part)
        for row in one.lecturers.all()
    ]
    told = [
        *_of_contract(one.contract),
        sheets.Field(_("类别"), str(words.KINDS[one.kind])),
        sheets.Field(_("方式"), str(words.FORMS[one.form])),
        sheets.Field(_("开始"), _time(one.held_from or one.starts_at)),
        sheets.Field(_("结束"), _time(one.held_until or one.ends_at)),
        sheets.Field(_("地点"), one.place or one.link),
        sheets.Field(_("学时"), f"{hours(queries.held(one).seconds):g}"),
        sheets.Field(str(words.parts_of(one.kind).leader), _("；").join(lecturers), wide=True),
    ]
    if one.breaks:
        told.append(sheets.Field(_("休息"), _("、").join(f"{begin}–{end}" for begin, end in one.breaks)))
    for move in one.moves:
        was, to = (_time(datetime.fromisoformat(move[name])) for name in ("from", "to"))
        told.append(sheets.Field(_("改期"), f"{was} → {to} {move['reason']}", wide=True))
    return sheets.Fields(str(words.KINDS[one.kind]), told)


def report(one: Session, now: datetime) -> sheets.Sheet:
    """The result of a session: plan, attendance, scores, feedback, minutes and resolutions, photographs."""
    rows = queries.attendances_of(one.pk)
    blocks: list[sheets.Block] = [_facts(one)]
    if one.content:
        blocks.append(sheets.Text(str(words.parts_of(one.kind).content), faces.content_of(one)))
    if one.minutes:
        blocks.append(sheets.Text(str(words.parts_of(one.kind).minutes), one.minutes))
    blocks += _resolutions(one)
    blocks.append(_presence(one, rows))
    if one.tested or any(row.scores.all() for row in rows):
        blocks.append(_scores(one, rows))
    if not one.is_meeting:
        blocks += _feedback(rows)
    if one.summary:
        blocks.append(sheets.Text(_("总结"), one.summary))
    photos = [file for file in queries.files_of(one.pk) if file.kind == "photo" and file.is_picture]
    blocks += [sheets.Picture(read(file.digest), file.note or file.name) for file in photos[:MOST_PHOTOS]]
    blocks.append(sheets.Signatures([sheets.Signature(_("服务商")), sheets.Signature(_("客户"))]))
    return sheets.Sheet(
        title(one), blocks, language=language(), firm=firm(), stamp="" if one.state == "finished" else _("草稿"),
        marks=[(_("日期"), f"{(one.held_from or one.starts_at).astimezone(ZONE):%Y-%m-%d}")],
        dated=now.replace(microsecond=0),
    )  # fmt: skip


def _presence(one: Session, rows: Sequence[Attendance]) -> sheets.Table:
    told = [faces.attendance(one, row) for row in rows]
    lines = [
        [
            str(number), row["one"].trainee.name, row["one"].trainee.department, row["marks_words"],
            _clock(row["one"].arrived_at), _clock(row["one"].left_at), f"{row['hours']:g}" if row["over"] else "",
            row["one"].excuse or str(words.WAYS[row["one"].way]),
        ]
        for number, row in enumerate(told, 1)
    ]  # fmt: skip
    head = ["#", _("姓名"), _("单位"), _("到场"), _("签到"), _("离场"), _("学时"), _("说明")]
    came = sum(1 for row in rows if row.arrived_at)
    name = words.parts_of(one.kind).people
    return sheets.Table(
        _("{name}（应到 {listed}，实到 {came}）").format(name=name, listed=len(rows), came=came),
        head, lines, widths=(1, 3, 5, 3, 2, 2, 2, 4), empty=_("没有名单。"),
    )  # fmt: skip


def _scores(one: Session, rows: Sequence[Attendance]) -> sheets.Table:
    lines = []
    for row in rows:
        if row.arrived_at is None:
            continue
        told = faces.scores(one, row)
        lines.append(
            [
                row.trainee.name,
                *(told["parts"][part]["words"] for part in ("theory", "practice")),
                told["verdict"],
            ]
        )
    head = [_("姓名"), _("理论"), _("实操"), _("结论")]
    return sheets.Table(_("成绩"), head, lines, widths=(4, 4, 4, 3), empty=_("没有成绩。"))


def _feedback(rows: Sequence[Attendance]) -> list[sheets.Block]:
    told = faces.satisfaction(rows)
    said = [sheets.Field(row["label"], row["words"]) for row in told["rows"]] + [
        sheets.Field(_("收到"), _("{n} 份，到场 {all} 人").format(n=told["answered"], all=told["asked"]))
    ]
    blocks: list[sheets.Block] = [sheets.Fields(_("培训反馈"), said)]
    remarks = [
        f"{row.trainee.name}：{given.remark}"
        for row in rows
        if (given := faces.feedback_of(row)) and given.remark
    ]
    if remarks:
        blocks.append(sheets.Text(_("意见"), "\n".join(remarks)))
    return blocks


def _resolutions(one: Session) -> list[sheets.Block]:
    rows = list(one.resolutions.all())
    if not rows:
        return []
    lines = [
        [str(number), row.text, row.name, str(row.due_on or ""), _time(row.done_at)]
        for number, row in enumerate(rows, 1)
    ]
    name = str(words.parts_of(one.kind).follows)
    head = ["#", name, _("负责人"), _("完成日期"), _("办结")]
    return [sheets.Table(name, head, lines, widths=(1, 8, 3, 3, 4))]


def sign_in_sheet(one: Session, now: datetime) -> sheets.Sheet:
    """The list to be signed on paper; some empty lines for those who are not on it."""
    rows = queries.attendances_of(one.pk)
    lines = [
        [str(number), row.trainee.name, row.trainee.department, row.trainee.phone, "", ""]
        for number, row in enumerate(rows, 1)
    ]
    lines += [
        [str(number), "", "", "", "", ""] for number in range(len(rows) + 1, len(rows) + BLANK_ROWS + 1)
    ]
    head = ["#", _("姓名"), _("单位"), _("电话"), _("签到时间"), _("签名")]
    return sheets.Sheet(
        _("{title} 签到表").format(title=faces.title_of(one)),
        [_facts(one), sheets.Table("", head, lines, widths=(1, 3, 5, 4, 3, 4)),
         sheets.Signatures([sheets.Signature(_("讲师")), sheets.Signature(_("客户"))])],
        language=language(), firm=firm(), dated=now.replace(microsecond=0),
    )  # fmt: skip


def certificate(row: Attendance) -> sheets.Sheet:
    """That somebody took part, so many hours; the code on it tells whether it is genuine."""
    one = row.session
    told = faces.scores(one, row)
    fields = [
        sheets.Field(_("姓名"), row.trainee.name),
        sheets.Field(_("单位"), row.trainee.department),
        sheets.Field(_("课程"), faces.title_of(one), wide=True),
        sheets.Field(_("日期"), f"{(one.held_from or one.starts_at).astimezone(ZONE):%Y-%m-%d}"),
        sheets.Field(_("学时"), f"{hours(row.seconds):g}"),
        sheets.Field(_("讲师"), _("、").join(lecturer.name for lecturer in one.lecturers.all())),
    ]
    if told["any"]:
        fields.append(sheets.Field(_("考核"), told["verdict"]))
    return sheets.Sheet(
        _("培训证明"),
        [sheets.Fields("", fields), sheets.Signatures([sheets.Signature(_("服务商"))])],
        language=language(), firm=firm(), marks=[(_("编号"), number_of(row))],
        qr=tokens.certificate_address(row.pk), qr_note=_("扫码核验"), dated=one.held_until or one.ends_at,
    )  # fmt: skip


def number_of(row: Attendance) -> str:
    """The number on a certificate."""
    return f"PX{row.session_id:05d}-{row.pk:06d}"


def plan(one: TrainingPlan, now: datetime) -> sheets.Sheet:
    """A training plan in one version."""
    rows = queries.lines_of(one.pk)
    head = [
        "#",
        _("课程"),
        _("内容"),
        _("对象"),
        _("方式"),
        _("阶段"),
        _("课时×场次"),
        _("地点"),
        _("时间安排"),
        _("教材"),
    ]
    lines = [
        [
            str(number), faces.title_of(row), row.content, str(words.AUDIENCES[row.audience]),
            str(words.FORMS[row.form]),
            str(words.STAGES[row.stage]) if row.stage else "", f"{row.hours:g}×{row.times}", row.place, row.held_by,
            row.material,
        ]
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    blocks: list[sheets.Block] = [
        sheets.Fields(_("培训计划"), _of_contract(one.contract)),
        sheets.Table(
            _("课程安排"), head, lines, widths=(1, 4, 6, 3, 3, 3, 2, 3, 3, 3), empty=_("没有课程。")
        ),
    ]
    if one.note:
        blocks.append(sheets.Text(_("说明"), one.note))
    agreed = one.state in ("agreed", "replaced")
    blocks.append(
        sheets.Signatures([
            sheets.Signature(_("服务商")),
            sheets.Signature(
                _("客户"), name=one.answered_by if agreed else "", at=_time(one.answered_at) if agreed else ""
            ),
        ])
    )  # fmt: skip
    return sheets.Sheet(
        one.title, blocks, language=language(), firm=firm(), marks=[(_("版本"), str(one.version))],
        stamp="" if agreed else _("草稿"), dated=now.replace(microsecond=0),
    )  # fmt: skip
