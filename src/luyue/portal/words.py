"""Words of the portal."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

EVENTS: Mapping[str, object] = {"case.rated": gettext_lazy("客户评价")}
