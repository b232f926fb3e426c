"""What the acts of `luyue.domain.rights` are called on the page of a person."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "see_people": _("查看人员"),
    "manage_people": _("管理人员"),
    "issue_token": _("签发令牌"),
    "see_contract": _("查看合同"),
    "manage_contract": _("管理合同"),
    "give_contract": _("授权合同"),
    "manage_devices": _("管理设备"),
    "report_case": _("登记请求"),
    "triage_case": _("受理分派"),
    "work_case": _("处理请求"),
    "pause_case": _("暂停时限"),
    "close_case": _("关闭请求"),
    "reopen_case": _("重开请求"),
    "cancel_case": _("取消请求"),
    "change_severity": _("调整等级"),
    "back_date": _("补录"),
    "excuse_breach": _("豁免超时"),
    "import_cases": _("导入历史"),
    "plan_work_order": _("安排任务工单"),
    "do_work_order": _("执行任务工单"),
    "see_work_order": _("查看任务工单"),
    "manage_points": _("管理服务网点"),
    "see_statement": _("查看履约报告"),
    "see_ledger": _("查看台账"),
}
