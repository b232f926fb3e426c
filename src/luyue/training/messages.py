"""Kinds of messages about trainings and meetings."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

# firm: told to the firm's own people only; the others reach customers too.
KINDS = tuple(
    MessageKind(kind, word, facts=GIVEN, firm=firm)
    for kind, word, firm in (
        ("training.invited", _("培训和会议邀请"), False),
        ("training.moved", _("培训和会议改期或取消"), False),
        ("training.plan_submitted", _("培训计划请客户同意"), False),
        ("training.plan_answered", _("客户答复培训计划"), True),
        ("training.result_handed_over", _("培训结果请客户确认"), False),
        ("training.result_answered", _("客户答复培训结果"), True),
        ("training.resolution", _("会议决议交办"), True),
    )
)
