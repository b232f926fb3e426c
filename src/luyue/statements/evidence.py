"""The evidence package of a statement: the statement, the ledger, plans and attachments in one file (L-3)."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from luyue.contracts import queries as contracts
from luyue.domain import evidence
from luyue.domain.seals import canonical, instant_text
from luyue.domain.statement import Period
from luyue.files import content
from luyue.files.models import Attachment
from luyue.ledger.models import Event
from luyue.statements import queries
from luyue.statements.figures import statement_json

README = """履约凭证包 / evidence package

校验 / verify:  luyue evidence verify FILE.zip --root ROOT
不需要数据库 / no database is needed. ROOT: 导出时给出的根值 / the value told by the export.

statement.json    履约报告和每一条明细 / the statement and every instance it counts
events.jsonl      台账，逐条哈希、前后相连 / the ledger, each event hashed and chained
plans/            生效的方案 / the plans that ruled
attachments.json  附件登记；内容在 files/，文件名是 SHA-256 / attachments; their content is in files/, named by SHA-256
manifest.json     以上每个文件的 SHA-256 / SHA-256 of every file above; its own SHA-256 is the root
"""
DATE = (1980, 1, 1, 0, 0, 0)  # the same content makes the same package


@dataclass(frozen=True, slots=True)
class Packed:
    """What was packed. root: SHA-256 of the manifest, to be kept apart from the package."""

    root: str
    events: int
    files: int


def write_package(
    file: IO[bytes], contract_id: int, period: Period, *, now: datetime, language: str = "zh"
) -> Packed:
    """Pack the evidence of a contract's statement, with the contract's ledger up to now.

    An attachment whose content the storage has lost is registered as lost.

    Raises:
        NotFound: no such contract in scope.
    """
    of = contracts.contract(contract_id)
    listed: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as box:

        def put(name: str, data: bytes) -> None:
            listed[name] = evidence.sha(data)
            box.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED)

        put("README.txt", README.encode())
        put(evidence.STATEMENT, _pretty(statement_json(of.pk, period, now=now, language=language)))
        last, lines = evidence.CHAIN_START, []
        for event in evidence.chained(_events(of.pk)):
            last = event["chain"]
            lines.append(f"{canonical(event)}\n")
        put(evidence.EVENTS, "".join(lines).encode())
        for running in queries.plans_in(of.pk, period):
            version = contracts.plan_version(running.version_id)
            put(f"plans/{version.plan}-{version.number}.yaml", version.source.encode())
        registered = []
        for one in Attachment.objects.filter(contract_id=of.pk).order_by("pk"):
            known = _registered(one)
            if f"files/{one.digest}" not in listed:
                try:
                    put(f"files/{one.digest}", content.read(one.digest))
                except FileNotFoundError:
                    known["lost"] = True
            registered.append(known)
        put(evidence.ATTACHMENTS, _pretty(registered))
        manifest = _pretty(
            {
                "format": evidence.FORMAT, "contract": of.number, "from": period.first.isoformat(),
                "to": period.last.isoformat(), "as_of": queries.instant(now),
                "chain": {"events": len(lines), "last": last}, "files": listed,
            }
        )  # fmt: skip
        box.writestr(zipfile.ZipInfo(evidence.MANIFEST, DATE), manifest, zipfile.ZIP_DEFLATED)
    return Packed(evidence.sha(manifest), len(lines), len(registered))


def _pretty(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _events(contract_id: int) -> Iterator[dict[str, Any]]:
    """The ledger of a contract in the order of recording, each event as its digest was reckoned."""
    for one in Event.objects.filter(contract_id=contract_id).order_by("pk").iterator(chunk_size=2000):
        yield {
            "id": one.pk, "contract_id": one.contract_id, "kind": one.kind, "subject_kind": one.subject_kind,
            "subject_id": one.subject_id, "actor_id": one.actor_id, "actor_name": one.actor_name,
            "occurred_at": instant_text(one.occurred_at), "recorded_at": instant_text(one.recorded_at),
            "data": one.data, "digest": bytes(one.digest).hex(),
        }  # fmt: skip


def _registered(one: Attachment) -> dict[str, Any]:
    return {
        "id": one.pk, "sha256": one.digest, "name": one.name, "kind": one.kind, "size": one.size,
        "subject": [one.subject_kind, one.subject_id], "added_by": one.added_name,
        "added_at": queries.instant(one.added_at), "taken_at": queries.instant(one.taken_at),
    }  # fmt: skip
