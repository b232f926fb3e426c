"""Kinds of messages about people's promises."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

# firm: told to the firm's own people only; the others reach customers too.
KINDS = tuple(
    MessageKind(kind, word, facts=GIVEN, firm=firm)
    for kind, word, firm in (
        ("staffing.missed", _("人员承诺没做到"), True),
        ("staffing.expiring", _("证书或资格快到期"), True),
        ("staffing.replacement", _("客户要求换人"), True),
        ("staffing.trial", _("试用考核"), False),
        ("staffing.holiday", _("长假值班表"), False),
        ("staffing.accident", _("事故报告"), False),
        ("staffing.leave", _("请假和替岗"), False),
        ("staffing.correction", _("补签"), True),
        ("staffing.waiver_asked", _("请客户豁免人员承诺"), False),
        ("staffing.waiver_answered", _("客户答复人员承诺豁免"), True),
    )
)
