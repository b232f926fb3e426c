"""The firm's heading on papers, from the app that keeps it, by name: papers of apps below it have one too."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from luyue.documents.sheets import Firm


def firm() -> Firm:
    """The heading of today: name, address and telephone, logo."""
    kept: Callable[[], Firm] = import_string(settings.LUYUE_LETTERHEAD)
    return kept()
