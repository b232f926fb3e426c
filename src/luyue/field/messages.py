"""Kinds of messages about work orders."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

# firm: told to the firm's own people only; the others reach customers too.
KINDS = tuple(
    MessageKind(kind, word, facts=GIVEN, firm=firm)
    for kind, word, firm in (
        ("work_order.planned", _("新派工"), True),
        ("work_order.replanned", _("派工改期"), True),
        ("work_order.cancelled", _("派工取消"), True),
        ("work_order.rejected", _("派工被退回"), True),
        ("work_order.departed", _("工程师已出发"), False),
        ("work_order.left_unsolved", _("现场未能解决"), False),
        ("work_order.confirmation_refused", _("客户拒签"), True),
    )
)
