"""Kinds of messages about obligations."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

# firm: told to the firm's own people only; the others reach customers too.
KINDS = tuple(
    MessageKind(kind, word, facts=GIVEN, firm=firm)
    for kind, word, firm in (
        ("obligation.opened", _("履约事项待办"), True),
        ("obligation.missed", _("履约事项逾期"), True),
        ("obligation.assigned", _("履约事项指派"), True),
        ("obligation.waiver_asked", _("请客户同意豁免"), False),
        ("obligation.waiver_answered", _("客户答复豁免"), True),
        ("signal.failed", _("外部通知处理失败"), True),
    )
)
