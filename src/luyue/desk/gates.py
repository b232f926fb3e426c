"""Conditions from further up before a case may end: an app registers a gate, so that no import points up.

A gate looks at a locked case and the act ("resolve" or "close") and raises `Held` with what is missing and where.
"""

from collections.abc import Callable

from luyue.desk.models import Case

Gate = Callable[[Case, str], None]
_GATES: list[Gate] = []


def add_gate(gate: Gate) -> None:
    """For AppConfig.ready; the same gate twice is one."""
    if gate not in _GATES:
        _GATES.append(gate)


def check_gates(case: Case, act: str) -> None:
    """Raises Held."""
    for gate in _GATES:
        gate(case, act)
