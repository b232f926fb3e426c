"""History in: foreign tables of cases, read by a mapping into cases with events (docs/history-import.md)."""

from luyue.domain.history.in_plan import for_plan
from luyue.domain.history.mapping import Mapping, MappingError, read_mapping, write_mapping
from luyue.domain.history.rows import map_rows
from luyue.domain.history.suggest import Draft, suggest_mapping
from luyue.domain.history.told import BadRow, HistoryCase

__all__ = [
    "BadRow",
    "Draft",
    "HistoryCase",
    "Mapping",
    "MappingError",
    "for_plan",
    "map_rows",
    "read_mapping",
    "suggest_mapping",
    "write_mapping",
]
