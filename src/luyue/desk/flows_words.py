"""Words of flows: stages, steps, fields and their choices. A name means the same in every flow, unless it is given
with the kind."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from luyue.contracts.queries import ZONE
from luyue.desk.queries import moment
from luyue.domain import flows_table
from luyue.domain.flows import Field

FLOWS: Mapping[str, object] = {
    "consultation": gettext_lazy("咨询流程"),
    "defect": gettext_lazy("缺陷流程"),
    "requirement": gettext_lazy("需求流程"),
    "extraction": gettext_lazy("提取录像流程"),
    "complaint": gettext_lazy("投诉流程"),
    "integration": gettext_lazy("联调流程"),
    "cover": gettext_lazy("保障流程"),
    "extra": gettext_lazy("合同外请求"),
}

STAGES: Mapping[str, object] = {
    "received": pgettext_lazy("stage", "收到"),
    "answered": pgettext_lazy("stage", "已答复"),
    "submitted": pgettext_lazy("stage", "已提交"),
    "analysed": pgettext_lazy("stage", "已分析"),
    "confirmed": pgettext_lazy("stage", "已确认"),
    "solved": pgettext_lazy("stage", "已解决"),
    "reported": pgettext_lazy("stage", "已上报"),
    "replied": pgettext_lazy("stage", "已回复"),
    "agreed": pgettext_lazy("stage", "已约定"),
    "developing": pgettext_lazy("stage", "开发中"),
    "delivered": pgettext_lazy("stage", "已交付"),
    "requested": pgettext_lazy("stage", "已申请"),
    "approved": pgettext_lazy("stage", "已审批"),
    "extracted": pgettext_lazy("stage", "已提取"),
    "handed_over": pgettext_lazy("stage", "已交接"),
    "investigated": pgettext_lazy("stage", "已调查"),
    "viewed": pgettext_lazy("stage", "客户已表态"),
    "settled": pgettext_lazy("stage", "已整改"),
    "planned": pgettext_lazy("stage", "已计划"),
    "running": pgettext_lazy("stage", "进行中"),
    "finished": pgettext_lazy("stage", "已完成"),
    "none": pgettext_lazy("stage", "未登记"),
    "recorded": pgettext_lazy("stage", "已登记"),
    "signed": pgettext_lazy("stage", "已签字"),
}

# step: what its button says, its icon
STEPS: Mapping[str, tuple[object, str]] = {
    "answer": (gettext_lazy("答复并关闭"), "message"),
    "submit": (gettext_lazy("填写提交单"), "file-description"),
    "analyse": (gettext_lazy("分析"), "search"),
    "confirm": (gettext_lazy("签字确认"), "signature"),
    "send_back": (gettext_lazy("退回重新分析"), "arrow-back-up"),
    "to_consultation": (gettext_lazy("转为咨询"), "message-question"),
    "solve": (gettext_lazy("解决并记变更"), "circle-check"),
    "report_up": (gettext_lazy("上报服务中心"), "send"),
    "reply": (gettext_lazy("回复提交单位"), "message"),
    "agree_date": (gettext_lazy("约定日期"), "calendar"),
    "change_date": (gettext_lazy("改约日期"), "calendar"),
    "start_development": (gettext_lazy("开始开发"), "player-play"),
    "deliver": (gettext_lazy("交付"), "package"),
    "accept": (gettext_lazy("客户确认"), "circle-check"),
    "refuse": (gettext_lazy("客户退回"), "arrow-back-up"),
    "request": (gettext_lazy("填写申请"), "file-description"),
    "approve": (gettext_lazy("审批同意"), "signature"),
    "decline": (gettext_lazy("不同意"), "ban"),
    "extract": (gettext_lazy("登记提取"), "video"),
    "pass_medium": (gettext_lazy("转交介质"), "arrows-exchange"),
    "hand_over": (gettext_lazy("交接给客户"), "file-check"),
    "investigate": (gettext_lazy("调查"), "search"),
    "answer_complaint": (gettext_lazy("答复客户"), "message"),
    "record_view": (gettext_lazy("记客户意见"), "user-check"),
    "settle": (gettext_lazy("整改并办结"), "circle-check"),
    "plan_task": (gettext_lazy("制定计划"), "file-description"),
    "agree_task": (gettext_lazy("客户同意计划"), "signature"),
    "object_task": (gettext_lazy("不同意，请改计划"), "arrow-back-up"),
    "start_task": (gettext_lazy("开始执行"), "player-play"),
    "log_task": (gettext_lazy("记日志"), "note"),
    "finish_task": (gettext_lazy("完成并写结果"), "circle-check"),
    "extra_record": (gettext_lazy("登记合同外请求"), "flag"),
    "extra_sign": (gettext_lazy("业主签字"), "signature"),
    "extra_report": (gettext_lazy("合同外上报公司"), "send"),
}

# what the timeline calls a step, where the button's words would not do
TAKEN: Mapping[str, object] = {
    "answer": gettext_lazy("当场答复，已关闭"),
    "submit": gettext_lazy("提交缺陷"),
    "analyse": gettext_lazy("分析缺陷"),
    "confirm": gettext_lazy("主管签字同意"),
    "solve": gettext_lazy("缺陷已解决"),
    "agree_date": gettext_lazy("约定完成日期"),
    "deliver": gettext_lazy("交付需求"),
    "request": gettext_lazy("申请提取录像"),
    "approve": gettext_lazy("批准提取"),
    "decline": gettext_lazy("不同意提取，已取消"),
    "extract": gettext_lazy("提取录像"),
    "hand_over": gettext_lazy("录像交接完毕"),
    "investigate": gettext_lazy("调查投诉"),
    "answer_complaint": gettext_lazy("答复投诉"),
    "settle": gettext_lazy("整改办结"),
    "object_task": gettext_lazy("客户不同意计划"),
    "finish_task": gettext_lazy("任务完成"),
}

FIELDS: Mapping[str, object] = {
    "topic": gettext_lazy("咨询主题"),
    "asked_by": gettext_lazy("咨询人"),
    "question": gettext_lazy("问题"),
    "answer": gettext_lazy("答复内容"),
    "way": gettext_lazy("方式"),
    "module": gettext_lazy("系统或模块"),
    "symptom": gettext_lazy("问题描述和重现步骤"),
    "impact": gettext_lazy("影响"),
    "handed_on_by": gettext_lazy("交办单位"),
    "nature": gettext_lazy("问题性质"),
    # In sheets signed before both were one.
    "problem_type": gettext_lazy("问题性质"),
    "analysis": gettext_lazy("分析过程"),
    "measures": gettext_lazy("处理建议和措施"),
    "alike": gettext_lazy("同类问题归为"),
    "opinion": gettext_lazy("意见"),
    "signature": gettext_lazy("签字扫描件或照片"),
    "reason": gettext_lazy("原因"),
    "explanation": gettext_lazy("向提出人的解释"),
    "cause": gettext_lazy("原因"),
    "fix": gettext_lazy("处理办法"),
    "changed": gettext_lazy("变更内容"),
    "change_backup": gettext_lazy("变更前备份"),
    "release": gettext_lazy("版本号"),
    "reported_to": gettext_lazy("上报给"),
    "report_note": gettext_lazy("上报说明"),
    "reply": gettext_lazy("回复内容"),
    "reply_cause": gettext_lazy("告知的原因"),
    "reply_analysis": gettext_lazy("告知的分析过程"),
    "replied_to": gettext_lazy("回复给"),
    "also_to": gettext_lazy("同时回复交办单位"),
    "content": gettext_lazy("需求内容"),
    "until": gettext_lazy("约定完成时间"),
    "agreed_by": gettext_lazy("客户同意人"),
    "developer": gettext_lazy("开发人员"),
    "confirmed_by": gettext_lazy("客户确认人"),
    "requested_by": gettext_lazy("申请人"),
    "requested_for": gettext_lazy("申请单位"),
    "basis": gettext_lazy("依据文号"),
    "cameras": gettext_lazy("点位和摄像机"),
    "recorded_from": gettext_lazy("录像起"),
    "recorded_to": gettext_lazy("录像止"),
    "purpose": gettext_lazy("用途"),
    "medium": gettext_lazy("介质和编号"),
    "file_name": gettext_lazy("录像文件名"),
    "media_digest": gettext_lazy("录像文件 SHA-256"),
    "extracted_from": gettext_lazy("取自设备"),
    "holder": gettext_lazy("介质现由谁保管"),
    "passed_why": gettext_lazy("转交原因"),
    "received_by": gettext_lazy("接收人"),
    "receiver_unit": gettext_lazy("接收单位"),
    "receipt": gettext_lazy("交接单编号"),
    "digest_again": gettext_lazy("交接时复核 SHA-256"),
    "complaint_about": gettext_lazy("投诉事项"),
    "findings": gettext_lazy("调查结果"),
    "justified": gettext_lazy("是否属实"),
    "answered_to": gettext_lazy("答复给"),
    "view": gettext_lazy("客户意见"),
    "view_words": gettext_lazy("客户原话"),
    "responsible": gettext_lazy("整改责任人"),
    "measures_by": gettext_lazy("整改期限"),
    "task": gettext_lazy("任务内容"),
    "other_party": gettext_lazy("对接系统和厂商"),
    "starts_at": gettext_lazy("开始"),
    "ends_at": gettext_lazy("结束"),
    "staff": gettext_lazy("人员安排"),
    "means": gettext_lazy("车辆、工具、备件"),
    "extra_cost": gettext_lazy("额外费用（元）"),
    "present": gettext_lazy("到岗人员"),
    "note": gettext_lazy("说明"),
    "actual_cost": gettext_lazy("实际额外费用（元）"),
    "over_reason": gettext_lazy("超出约定的原因"),
    "extra_what": gettext_lazy("做了什么"),
    "extra_for": gettext_lazy("为谁而做"),
    "extra_hours": gettext_lazy("投入"),
    "signed_by": gettext_lazy("业主签字人"),
}
# (kind, field): where a field has another name in one kind
FIELDS_OF: Mapping[tuple[str, str], object] = {
    ("requirement", "fix"): gettext_lazy("交付内容"),
    ("complaint", "fix"): gettext_lazy("整改措施"),
    ("integration", "fix"): gettext_lazy("结果"),
    ("cover", "fix"): gettext_lazy("结果"),
    ("integration", "note"): gettext_lazy("日志"),
    ("cover", "note"): gettext_lazy("日志"),
}
HINTS: Mapping[str, object] = {
    "alike": gettext_lazy("相同的归在同一个名称下，例如“报表合计”。"),
    "handed_on_by": gettext_lazy("上级或其他单位交办的，回复时也要回复它。"),
    "cause": gettext_lazy("客户会看到。"),
    "fix": gettext_lazy("客户会看到。"),
    "until": gettext_lazy("到时要交付，作为时限计时。"),
    "media_digest": gettext_lazy("64 位十六进制；可选文件由本机计算，文件不会上传。"),
    "digest_again": gettext_lazy("要与提取时登记的一致。"),
    "extra_cost": gettext_lazy("超出本项目人员、车辆、工具、备件的部分，没有就填 0。"),
    "over_reason": gettext_lazy("实际费用超过约定的才填。"),
    "signature": gettext_lazy("图片或 PDF，可以不传。"),
    "basis": gettext_lazy("例如调取函文号。"),
}
NO_DIGEST_HERE = gettext_lazy(
    "浏览器算不了这个文件：超过 1 GB，或网址不是 https。请在存放文件的电脑上运行 certutil -hashfile 文件名 SHA256，"
    "把结果贴到上面。"
)
CHOICES: Mapping[str, object] = {
    "use": gettext_lazy("使用方法"),
    "policy": gettext_lazy("政策"),
    "selection": gettext_lazy("产品选型"),
    "moving": gettext_lazy("移机"),
    "extension": gettext_lazy("扩容"),
    "upgrade": gettext_lazy("升级"),
    "data": gettext_lazy("数据"),
    "other": gettext_lazy("其他"),
    "hotline": gettext_lazy("热线"),
    "onsite": gettext_lazy("现场"),
    "remote": gettext_lazy("远程"),
    "online": gettext_lazy("在线"),
    "email": gettext_lazy("邮件"),
    "paper": gettext_lazy("书面"),
    "technical": gettext_lazy("技术问题"),
    "business": gettext_lazy("业务问题"),
    "operating": gettext_lazy("操作问题"),
    "time": gettext_lazy("时效"),
    "quality": gettext_lazy("质量"),
    "again": gettext_lazy("反复出现"),
    "conduct": gettext_lazy("态度"),
    "yes": gettext_lazy("属实"),
    "partly": gettext_lazy("部分属实"),
    "no": gettext_lazy("不属实"),
    "content": gettext_lazy("满意"),
    "accepts": gettext_lazy("接受"),
    "not_content": gettext_lazy("不满意"),
    "owner": gettext_lazy("业主本部门"),
    "other_department": gettext_lazy("业主其他部门"),
    "other_system": gettext_lazy("其他系统"),
}

EVENTS: Mapping[str, object] = {
    "case.kind_changed": gettext_lazy("改类别"),
    "case.date_agreed": gettext_lazy("约定完成日期"),
    "case.defect_submitted": gettext_lazy("提交缺陷"),
    "case.defect_analysed": gettext_lazy("分析缺陷"),
    "case.defect_confirmed": gettext_lazy("主管签字同意"),
    "case.defect_sent_back": gettext_lazy("退回重新分析"),
    "case.defect_reported": gettext_lazy("上报服务中心"),
    "case.defect_replied": gettext_lazy("回复提交单位"),
    "change.recorded": gettext_lazy("变更记录"),
    "case.development_started": gettext_lazy("开始开发"),
    "case.extraction_requested": gettext_lazy("申请提取录像"),
    "case.extraction_approved": gettext_lazy("批准提取"),
    "case.recording_extracted": gettext_lazy("提取录像"),
    "case.medium_passed": gettext_lazy("转交介质"),
    "case.complaint_investigated": gettext_lazy("调查投诉"),
    "case.complaint_viewed": gettext_lazy("记客户意见"),
    "case.task_planned": gettext_lazy("制定计划"),
    "case.task_agreed": gettext_lazy("客户同意计划"),
    "case.task_objected": gettext_lazy("客户不同意计划"),
    "case.task_started": gettext_lazy("开始执行"),
    "case.task_logged": gettext_lazy("任务日志"),
    "case.extra_recorded": gettext_lazy("登记合同外请求"),
    "case.extra_signed": gettext_lazy("业主签字"),
    "case.extra_reported": gettext_lazy("合同外上报公司"),
}


def stage_word(stage: str) -> str:
    return str(STAGES.get(stage, stage))


def step_word(step: str) -> str:
    return str(STEPS[step][0]) if step in STEPS else step


def taken_word(step: str) -> str:
    """What the timeline calls a step that was taken."""
    return str(TAKEN[step]) if step in TAKEN else step_word(step)


def field_word(name: str, kind: str = "") -> str:
    return str(FIELDS_OF.get((kind, name)) or FIELDS.get(name, name))


def value_word(field: Field, value: Any) -> str:
    """A value of a sheet in words."""
    match field.type:
        case "choice":
            return str(CHOICES.get(str(value), value))
        case "moment":
            return moment(int(value)).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
        case "date":
            return date.fromisoformat(str(value)).isoformat()
        case "amount":
            return _("{yuan} 元").format(yuan=f"{Decimal(str(value)):,.2f}")
        case "file":
            return str(value.get("name", ""))
    return str(value)


def event_lines(data: Mapping[str, Any], *, inside: bool) -> list[tuple[str, str]]:
    """What a step said, for the timeline; not what stands there already by a name of its own."""
    told = {**data.get("sheet", {}), **(data.get("inside", {}) if inside else {})}
    kind = str(data.get("flow", ""))
    return [(field_word(one.name, kind), value_word(one, told[one.name])) for one in in_order(told)]


def in_order(names: Iterable[str]) -> list[Field]:
    """Fields in the order in which steps ask for them; the database keeps no order."""
    wanted = set(names)
    return [one for name, one in EVERY_FIELD.items() if name in wanted]


# What a field is called that kinds share means the same in all of them.
EVERY_FIELD: Mapping[str, Field] = {
    one.name: one for flow in flows_table.FLOWS for step in flow.steps for one in step.fields
}
