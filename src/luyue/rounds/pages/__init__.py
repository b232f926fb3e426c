"""Pages of rounds."""

from luyue.rounds.pages import look

__all__ = ["look"]
