"""The firm's own YAML in versions: a checklist, a question set.

A version never changes, and what was made with it keeps it. What comes with Luyue gets its row when it is first needed.
"""

import hashlib
import json
from datetime import datetime
from importlib.resources import files
from typing import ClassVar, TypeVar

import yaml
from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from luyue.accounts.models import Person

Content = TypeVar("Content", bound=BaseModel)
_read: dict[tuple[type[BaseModel], str], BaseModel] = {}


class Versioned(models.Model):
    """One version. Of each code one is in use at the most; the table has a constraint for it."""

    code = models.CharField(_("代号"), max_length=40)
    version = models.PositiveIntegerField(_("版本"))
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["code", "-version"]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def read_as(self, kind: type[Content]) -> Content:
        """The content itself, read once in this process."""
        found = _read.get((kind, self.digest))
        if found is None:
            found = _read[kind, self.digest] = kind.model_validate(self.content)
        assert isinstance(found, kind)
        return found


Row = TypeVar("Row", bound=Versioned)


def put(table: type[Row], code: str, content: BaseModel, *, by: Person | None, now: datetime) -> Row | None:
    """Take a content into use as the next version of its code. None: it is in use already."""
    with connection.cursor() as cursor:  # two at once: the second waits and sees the first's version
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{table._meta.db_table} {code}"])
    plain = _plain(content)
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    rows = table._default_manager.filter(code=code)
    before = rows.order_by("-version").first()
    if before is not None and before.digest == digest and before.active:
        return None
    rows.filter(active=True).update(active=False)
    return table._default_manager.create(
        code=code, version=before.version + 1 if before else 1, content=plain, digest=digest, made_at=now, made_by=by,
    )  # fmt: skip


def as_yaml(content: BaseModel) -> str:
    """The content as somebody would write it."""
    return yaml.safe_dump(
        _plain(content), allow_unicode=True, sort_keys=False, default_flow_style=None, width=200
    )


def shipped(package: str, folder: str) -> dict[str, str]:
    """Code → YAML of what comes with a package, by code."""
    found = sorted((files(package) / folder).iterdir(), key=lambda one: one.name)
    return {
        one.name.removesuffix(".yaml"): one.read_text(encoding="utf-8")
        for one in found
        if one.name.endswith(".yaml")
    }


def _plain(content: BaseModel) -> dict[str, object]:
    return content.model_dump(mode="json", exclude_defaults=True)
