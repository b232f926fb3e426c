"""A figure on a workbench that opens the rows it counts; apps further up put theirs beside the desk's."""

from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string

from luyue.desk.dashboard import COUNTED
from luyue.web.paging import capped_count


def tile(label: str, rows: QuerySet[Any], url: str, state: str = "warning") -> str:
    """As HTML. url: the list of just these rows; state: its colour when there are any."""
    shown = {"label": label, "count": capped_count(rows, COUNTED), "url": url, "state": state}
    return render_to_string("desk/_tile.html", {"tile": shown})
