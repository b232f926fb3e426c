"""Luyue (履约): service plans as running, provable promises."""

__version__ = "0.1.0"
