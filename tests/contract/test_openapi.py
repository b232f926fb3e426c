"""The stored OpenAPI document is the one that the program generates."""

from pathlib import Path

from luyue.api.build import openapi_text
from luyue.api.urls import api

STORED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def test_the_stored_document_equals_the_generated_one() -> None:
    assert STORED.read_text() == openapi_text(api), "run: .venv/bin/python -m luyue.api.document"
