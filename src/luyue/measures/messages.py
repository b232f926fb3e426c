"""Kinds of messages about quotas."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

# firm: told to the firm's own people only; the others reach customers too.
KINDS = tuple(
    MessageKind(kind, word, facts=GIVEN, firm=firm)
    for kind, word, firm in (
        ("quota.at_risk", _("指标可能达不到"), True),
        ("quota.missed", _("指标未达到"), True),
        ("quota.no_data", _("指标没有数据"), True),
        ("quota.waiver_asked", _("请客户豁免指标"), False),
        ("quota.waiver_answered", _("客户答复指标豁免"), True),
    )
)
