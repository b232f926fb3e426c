"""Kinds of messages about lines, and about changes of lines and contacts."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

# firm: told to the firm's own people only; the others reach customers too.
KINDS = tuple(
    MessageKind(kind, word, facts=GIVEN, firm=firm)
    for kind, word, firm in (
        ("hotline.failed", _("热线中断"), False),
        ("hotline.restored", _("热线恢复"), False),
        ("hotline.change_notified", _("热线变更通知"), False),
        ("hotline.change_consented", _("客户同意热线变更"), True),
        ("hotline.change_refused", _("客户不同意热线变更"), True),
        ("hotline.change_withdrawn", _("热线变更撤回"), False),
        ("hotline.change_applied", _("热线变更生效"), False),
        ("hotline.remind_draft", _("热线变更该通知了"), True),
        ("hotline.remind_notified", _("热线变更待客户同意"), False),
    )
)
