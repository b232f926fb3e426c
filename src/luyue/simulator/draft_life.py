"""A plan document under review: read, half of it decided, with an open question and two limits that differ."""

from datetime import datetime, timedelta

from luyue import ledger
from luyue.accounts.models import Person
from luyue.drafting import actions, queries
from luyue.drafting.models import Draft
from luyue.ledger.wall import Scope, scope

_TEXT = """某市第二人民医院安防系统售后服务方案
一、质保期
自验收合格之日起，我公司提供3年免费质保，质保期内免收人工费和配件费。
二、故障响应
1. 服务热线7×24小时开通。
2. 接到报修后，我方30分钟内响应，2小时内到达现场，8小时内解决。
3. 重大故障1天内给出解决方案，3个工作日内提交故障报告。
4. 无法当场修复的，2日内提供备用机。
三、巡检与保养
每月进行一次巡检，每季度进行一次保养，每半年提交一次运行报告。
四、质量要求
系统可用率不低于99.5%，客户满意度不低于95%，录像保存不少于90天。
五、应急
一般故障接到通知后4小时内到达现场。
接到报修后，工程师4小时内到达现场。
六、培训
每年组织两次培训，每次不少于4小时。
七、付款
合同签订后7日内支付合同总价的30%，验收后15日内支付60%。
八、公司情况
公司成立于2009年，现有员工180人，具有12年安防运维经验。
"""


# What the hospital sends back: faster, one report more, the emergency moved to the front, no sentence about the firm.
_LATER = (
    _TEXT.replace("2小时内到达现场，8小时内解决", "1小时内到达现场，6小时内解决")
    .replace("系统可用率不低于99.5%", "系统可用率不低于99.9%")
    .replace("五、应急\n一般故障接到通知后4小时内到达现场。\n接到报修后，工程师4小时内到达现场。\n", "")
    .replace("二、故障响应\n", "五、应急\n一般故障接到通知后4小时内到达现场。\n二、故障响应\n")
    .replace("每半年提交一次运行报告。", "每季度提交一次运行报告，每年提交一次年度总结。")
    .replace("八、公司情况\n公司成立于2009年，现有员工180人，具有12年安防运维经验。\n", "")
)


def draft_plan(*, end: datetime) -> Draft:
    """One draft of the department's head, read an hour ago, and a new version of its document."""
    with scope(Scope.everything()), ledger.quiet():
        author = Person.objects.filter(role="manager", active=True).order_by("pk").first()
        made = actions.upload(
            _TEXT.encode(), file_name="第二人民医院售后服务方案.txt", title="第二人民医院售后服务方案",
            plan="hospital-2", actor=author, now=end - timedelta(hours=1), defer=False,
        )  # fmt: skip
        actions.read_draft(made.pk, clock=lambda: end - timedelta(minutes=59))
        rows = list(queries.promises(made))
        half = [row.pk for row in rows[: (len(rows) + 1) // 2]]
        if half:
            actions.decide(made.pk, half, "accept", actor=author, now=end - timedelta(minutes=20))
        if rows[len(half) :]:
            actions.decide(made.pk, [rows[-1].pk], "reject", actor=author, now=end - timedelta(minutes=18))
        later = actions.upload(
            _LATER.encode(), file_name="第二人民医院售后服务方案（修改稿）.txt", title="第二人民医院售后服务方案",
            plan="", before=made.pk, actor=author, now=end - timedelta(minutes=10), defer=False,
        )  # fmt: skip
        actions.read_draft(later.pk, clock=lambda: end - timedelta(minutes=9))
        return made
