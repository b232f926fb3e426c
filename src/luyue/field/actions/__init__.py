"""Acts of field work. Each is one transaction and one ledger event; `at` is when it happened, `now` when it came."""

from luyue.field.actions.doing import ACTS, Doing, Done, File, Told, do_act, note_told
from luyue.field.actions.planning import cancel_order, plan_order
from luyue.field.actions.points import add_absence, add_point, change_point, remove_absence
from luyue.field.actions.reporting import report_order

__all__ = [
    "ACTS",
    "Doing",
    "Done",
    "File",
    "Told",
    "add_absence",
    "add_point",
    "cancel_order",
    "change_point",
    "do_act",
    "note_told",
    "plan_order",
    "remove_absence",
    "report_order",
]
