"""Words of attachments."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

EVENTS: Mapping[str, object] = {"file.attached": gettext_lazy("添加附件")}
