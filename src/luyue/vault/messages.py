"""Kinds of messages about secrets and remote sessions."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

# firm: told to the firm's own people only; the others reach customers too.
KINDS = tuple(
    MessageKind(kind, word, facts=GIVEN, firm=firm)
    for kind, word, firm in (
        ("session.asked", _("请客户同意远程会话"), False),
        ("session.approved", _("客户同意远程会话"), True),
        ("session.refused", _("客户不同意远程会话"), True),
        ("secret.look_asked", _("申请查看机密"), True),
        ("secret.look_decided", _("机密查看申请有结果"), True),
        ("secret.rotation", _("机密该更换了"), True),
    )
)
