"""Kinds of messages about entitlements."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

# firm: told to the firm's own people only; the others reach customers too.
KINDS = tuple(
    MessageKind(kind, word, facts=GIVEN, firm=firm)
    for kind, word, firm in (
        ("entitlement.claimed", _("权益申请"), True),
        ("entitlement.broken", _("权益没做到"), True),
        ("entitlement.missed", _("权益逾期未兑现"), True),
        ("entitlement.answered", _("权益申请的答复"), False),
        ("entitlement.waiver_asked", _("请客户豁免权益"), False),
        ("entitlement.waiver_answered", _("客户答复权益豁免"), True),
    )
)
