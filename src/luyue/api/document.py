"""`python -m luyue.api.document`: write docs/openapi.json anew."""

import os
from pathlib import Path

STORED = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"


def main() -> None:
    """Needs no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luyue.project.settings")
    import django

    django.setup()
    from luyue.api.build import openapi_text
    from luyue.api.urls import api

    STORED.write_text(openapi_text(api))


if __name__ == "__main__":
    main()
