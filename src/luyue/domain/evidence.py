"""Evidence of a statement as one file that anybody can check without the product's database (L-2, L-3).

A package is a zip: `manifest.json` with the SHA-256 of every other member, the statement with each instance that it
counts, the contract's ledger events in a chain of hashes, the plan files that ruled, and the attachments by their
hash. Who keeps the manifest's own hash (the root) apart sees any change, also one that was made with care.
"""

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from luyue.domain.seals import SEALED, seal

MANIFEST, STATEMENT, EVENTS, ATTACHMENTS = (
    "manifest.json",
    "statement.json",
    "events.jsonl",
    "attachments.json",
)
FORMAT = 1
CHAIN_START = "0" * 64
# Part of the statement → the list of its instances.
PARTS = {
    "": "instances", "obligations": "obligation_instances", "staffing": "staffing_instances",
    "entitlements": "entitlement_instances",
}  # fmt: skip
OUTCOMES = (
    "kept", "late", "missed", "running", "waived", "not_applicable", "superseded", "cancelled", "not_started",
)  # fmt: skip
_PROMISED = OUTCOMES[:4]
# What a file or a member that is none, or is damaged, makes of reading: its shape, its packing, a way of packing that
# nobody knows (NotImplementedError), an end too early.
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a package. member: the file in it, "" for the whole; code: see `WORDS`; what: where."""

    member: str
    code: str
    what: str = ""


# Code → what is wrong, in both languages.
WORDS: Mapping[str, tuple[str, str]] = {
    "unreadable": ("打不开或已损坏", "cannot be read"),
    "root": ("清单与您保存的根值不符", "the manifest is not the one whose root you kept"),
    "missing": ("清单里有、包里没有", "listed, but not there"),
    "unlisted": ("包里有、清单里没有", "there, but not listed"),
    "altered": ("内容被改动", "altered"),
    "event": ("这条台账被改动", "this event was altered"),
    "chain": ("台账缺了、多了或换了次序", "events are missing, added or out of order"),
    "counts": ("数字与明细不符", "a figure differs from its instances"),
    "proof": ("凭证不在台账里", "its proof is not in the ledger"),
    "content": ("附件内容与登记不符", "the attachment is not what was registered"),
}


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def chained(events: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Events, each with `chain`: the hash over the one before and its own digest."""
    last = CHAIN_START
    for event in events:
        last = sha(f"{last}{event['digest']}".encode())
        yield {**event, "chain": last}


def unpacked_bytes(package: Any) -> int:
    """How large a package is once it is unpacked, by its own word, which nothing in it can exceed; 0: no package."""
    try:
        with zipfile.ZipFile(package) as box:
            return sum(one.file_size for one in box.infolist())
    except _BROKEN:
        return 0


def verify(package: Any, root: str = "") -> list[Fault]:
    """Everything that is wrong with a package (a path or an open file); nothing for one that is whole.

    root: the manifest's SHA-256 as the exporter told it; "" where nobody kept it.
    """
    try:
        with zipfile.ZipFile(package) as box:
            return _verify(box, root.strip().lower())
    except _BROKEN:
        return [Fault("", "unreadable")]


def _verify(box: zipfile.ZipFile, root: str) -> list[Fault]:
    content: dict[str, bytes] = {}
    faults = []
    faults += [Fault(name, "unlisted") for name, n in Counter(box.namelist()).items() if n > 1]
    for name in box.namelist():
        try:
            content[name] = box.read(name)
        except _BROKEN:
            faults.append(Fault(name, "altered"))
    broken = {fault.member for fault in faults}
    manifest = _json(content.get(MANIFEST, b""))
    if not isinstance(manifest, dict) or not all(
        isinstance(manifest.get(n), dict) for n in ("files", "chain")
    ):
        return [*faults, Fault(MANIFEST, "unreadable")]
    if root and sha(content[MANIFEST]) != root:
        faults.append(Fault(MANIFEST, "root"))
    listed = manifest["files"]
    faults += [Fault(name, "missing") for name in listed if name not in content and name not in broken]
    faults += [Fault(name, "unlisted") for name in content if name not in listed and name != MANIFEST]
    faults += [
        Fault(name, "altered") for name in listed if name in content and sha(content[name]) != listed[name]
    ]
    known, found = _events(content.get(EVENTS, b""), manifest)
    faults += found
    statement = content.get(STATEMENT, b"")
    faults += _read(
        STATEMENT, lambda: [*_figures(json.loads(statement)), *_proofs(json.loads(statement), known)]
    )
    faults += _read(ATTACHMENTS, lambda: _attachments(json.loads(content.get(ATTACHMENTS, b"[]")), content))
    return list(dict.fromkeys(faults))


def _read(member: str, faults: Callable[[], list[Fault]]) -> list[Fault]:
    """What is wrong with a member that may be anything by now."""
    try:
        return faults()
    except (ValueError, TypeError, KeyError, AttributeError):
        return [Fault(member, "unreadable")]


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _events(content: bytes, manifest: Mapping[str, Any]) -> tuple[dict[int, Mapping[str, Any]], list[Fault]]:
    """The events by their number, and what is wrong with them."""
    known: dict[int, Mapping[str, Any]] = {}
    faults: list[Fault] = []
    last, whole = CHAIN_START, True
    for number, line in enumerate(content.splitlines(), 1):
        event = _json(line)
        if not _is_event(event):
            faults.append(Fault(EVENTS, "event", f"{number}"))
            whole = False
            continue
        if not _intact(event):
            faults.append(Fault(EVENTS, "event", f"{number} (#{event['id']})"))
        last = sha(f"{last}{event['digest']}".encode())
        if last != event["chain"] and whole:
            # Told once: from here on every link differs.
            faults.append(Fault(EVENTS, "chain", f"{number} (#{event['id']})"))
            whole = False
        known[event["id"]] = event
    chain = manifest["chain"]
    if whole and (chain.get("events"), chain.get("last")) != (len(known), last):
        faults.append(Fault(EVENTS, "chain", f"{len(known)}"))
    return known, faults


def _is_event(event: object) -> bool:
    if not isinstance(event, dict) or not {"id", "digest", "chain", *SEALED} <= set(event):
        return False
    return isinstance(event["id"], int)


def _intact(event: Mapping[str, Any]) -> bool:
    try:
        return bool(seal(event).hex() == event["digest"])
    except ValueError:  # a figure that no ledger has, e.g. NaN
        return False


def _figures(statement: Mapping[str, Any]) -> list[Fault]:
    """Every figure of the statement, counted again from its instances."""
    faults = []
    for part, listed in PARTS.items():
        told = statement.get(part, {}) if part else statement
        counted = Counter(
            (one.get("plan_version"), one.get("promise"), one.get("outcome"))
            for one in statement.get(listed, [])
        )
        sums: Counter[str] = Counter()
        for row in told.get("promises", []):
            key = (row.get("plan_version"), row.get("promise"))
            again = {name: counted.pop((*key, name), 0) for name in OUTCOMES}
            sums.update(again)
            if _differs(row.get("counts", {}), again):
                faults.append(Fault(STATEMENT, "counts", f"{part or 'clocks'}: {key[1]}"))
        if _differs(told.get("totals", {}), sums):
            faults.append(Fault(STATEMENT, "counts", f"{part or 'clocks'}: totals"))
        faults += [
            Fault(STATEMENT, "counts", f"{part or 'clocks'}: {promise}") for _v, promise, _o in counted
        ]
    return faults


def _differs(counts: Mapping[str, Any], again: Mapping[str, int]) -> bool:
    decided = sum(again.get(name, 0) for name in ("kept", "late", "missed"))
    share = round(again.get("kept", 0) / decided, 6) if decided else None
    wanted = {name: again.get(name, 0) for name in OUTCOMES} | {
        "promised": sum(again.get(name, 0) for name in _PROMISED),
        "total": sum(again.get(name, 0) for name in OUTCOMES),
        "share_kept": share,
    }
    return any(counts.get(name) != value for name, value in wanted.items())


def _proofs(statement: Mapping[str, Any], known: Mapping[int, Mapping[str, Any]]) -> list[Fault]:
    """Clocks whose proof the ledger does not have, or has as another act."""
    faults = []
    for one in statement.get("instances", []):
        proof = one.get("evidence")
        if not proof:
            continue
        event = known.get(proof.get("event", 0))
        if event is None or (event["kind"], event["actor_name"]) != (proof.get("kind"), proof.get("by")):
            faults.append(
                Fault(STATEMENT, "proof", f"{one.get('case')} {one.get('promise')} #{proof.get('event')}")
            )
    return faults


def _attachments(registered: Iterable[Mapping[str, Any]], content: Mapping[str, bytes]) -> list[Fault]:
    """Attachments that are not what was registered when they were added."""
    faults = []
    for one in registered:
        name = f"files/{one['sha256']}"
        if name not in content:
            if not one.get("lost"):
                faults.append(Fault(name, "missing", one["name"]))
        elif sha(content[name]) != one["sha256"]:
            faults.append(Fault(name, "content", one["name"]))
    return faults
