"""Kinds of messages about intake besides the desk."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, Fact, MessageKind

_BOX = (Fact("mailbox", _("邮箱"), "报修邮箱", "Service mailbox"),)
KINDS = (
    MessageKind("mail.replied", _("客户来信"), facts=GIVEN),
    MessageKind(
        "mailbox.failed", _("邮箱收不了信"), title_zh="邮箱收不了信：{mailbox}",
        title_en="Cannot read mailbox {mailbox}",
        body_zh="原因：{reason}\n恢复之前，客户的邮件不会成为服务请求。",
        body_en="Reason: {reason}\nUntil this is mended, customers' mails do not become cases.",
        facts=(*_BOX, Fact("reason", _("原因"), "密码不对", "Wrong password")),
    ),
    MessageKind(
        "mailbox.recovered", _("邮箱恢复收信"), title_zh="邮箱恢复收信：{mailbox}",
        title_en="Mailbox {mailbox} can be read again",
        body_zh="自 {since} 起收不了信，期间的邮件现在补收。",
        body_en="It could not be read since {since}; the mails of that time are taken in now.",
        facts=(*_BOX, Fact("since", _("开始"), "11-22 14:30", "11-22 14:30")),
    ),
)  # fmt: skip
