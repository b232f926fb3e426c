"""Kinds of messages about reports."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

# firm: told to the firm's own people only; the others reach customers too.
KINDS = tuple(
    MessageKind(kind, word, facts=GIVEN, firm=firm)
    for kind, word, firm in (
        ("report.drafted", _("报告草稿待写"), True),
        ("report.submitted", _("报告待审核"), True),
        ("report.returned", _("报告被退回"), True),
        ("report.late", _("报告逾期"), True),
        ("report.issued", _("报告已发布"), False),
        ("report.answered", _("客户答复报告"), True),
    )
)
