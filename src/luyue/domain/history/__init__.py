"""History in: foreign tables of cases, read by a mapping into cases with events (docs/history-import.md)."""

from luyue.domain.history.mapping import Mapping, MappingError, read_mapping, write_mapping
from luyue.domain.history.rows import BadRow, HistoryCase, for_plan, map_rows
from luyue.domain.history.suggest import Draft, suggest_mapping

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
