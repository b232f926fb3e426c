"""Kinds of messages about what customers say."""

from django.utils.translation import gettext_lazy as _

from luyue.notices.kinds import GIVEN, MessageKind

# firm: told to the firm's own people only; the others reach customers too.
KINDS = tuple(
    MessageKind(kind, word, facts=GIVEN, firm=firm)
    for kind, word, firm in (("case.rated", _("客户评价低"), True),)
)
