"""The evidence package: whole as it was written, and every change of it is told with the file it is in."""

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from luyue import cli
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Access, Contract
from luyue.desk import actions as desk_actions
from luyue.desk.models import Clock
from luyue.domain import evidence
from luyue.domain.evidence import ATTACHMENTS, EVENTS, MANIFEST, STATEMENT, Fault, verify
from luyue.domain.seals import canonical
from luyue.domain.statement import Period
from luyue.files import actions as file_actions
from luyue.ledger.models import Event
from luyue.statements import evidence_pages
from luyue.statements.evidence import Packed, write_package
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def packed() -> tuple[bytes, Packed]:
    """A contract with one case that was done and a photo of it, packed; and one of a stranger, which is not."""
    of = factories.contract()
    for contract in (of, factories.contract()):
        case = factories.case(contract)
        engineer = factories.person("engineer")
        contract_actions.give_access(
            contract.pk, person=engineer, role="engineer", actor=None, now=factories.NOW
        )
        later = factories.NOW + timedelta(minutes=20)
        file_actions.attach(
            b"\xff\xd8\xff" + contract.number.encode(), name="gate.jpg", kind="photo", subject=("case", case.pk),
            contract_id=contract.pk, actor=engineer, now=later,
        )  # fmt: skip
        desk_actions.assign_case(case.pk, owner=engineer, actor=None, at=later, now=later)
        desk_actions.resolve_case(case.pk, cause="断电", fix="重启", actor=None, at=later, now=later)
    file = io.BytesIO()
    told = write_package(file, of.pk, QUARTER, now=factories.NOW + timedelta(days=9))
    return file.getvalue(), told


def members(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as box:
        return {name: box.read(name) for name in box.namelist()}


def boxed(content: dict[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as box:
        for name, data in content.items():
            box.writestr(name, data)
    return file


def forged(content: dict[str, bytes]) -> io.BytesIO:
    """The package of somebody who also mends the list of hashes."""
    manifest = json.loads(content[MANIFEST])
    manifest["files"] = {name: evidence.sha(data) for name, data in content.items() if name != MANIFEST}
    return boxed(content | {MANIFEST: json.dumps(manifest).encode()})


def codes(faults: list[Fault]) -> set[tuple[str, str]]:
    return {(fault.member, fault.code) for fault in faults}


def test_a_package_is_whole_and_has_what_the_statement_counts(packed: tuple[bytes, Packed]) -> None:
    package, told = packed
    assert verify(io.BytesIO(package), told.root) == []
    content = members(package)
    statement = json.loads(content[STATEMENT])
    events = {event["id"]: event for event in map(json.loads, content[EVENTS].splitlines())}
    proofs = [one["evidence"] for one in statement["instances"] if one["evidence"]]
    assert proofs and all(events[proof["event"]]["kind"] == proof["kind"] for proof in proofs)
    assert {event["contract_id"] for event in events.values()} == {statement["contract"]["id"]}
    (photo,) = json.loads(content[ATTACHMENTS])
    assert content[f"files/{photo['sha256']}"].startswith(b"\xff\xd8\xff")
    assert sum(name.startswith("plans/") for name in content) == 1
    assert (told.events, told.files) == (len(events), 1)


def test_one_byte_of_any_file_is_told_with_its_name(packed: tuple[bytes, Packed]) -> None:
    package, told = packed
    content = members(package)
    assert {name.partition("/")[0] for name in content} == {
        "README.txt", STATEMENT, EVENTS, "plans", ATTACHMENTS, "files", MANIFEST,
    }  # fmt: skip
    for name, data in content.items():
        turned = data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]
        assert name in {fault.member for fault in verify(boxed(content | {name: turned}), told.root)}, name


def test_whatever_byte_was_turned_it_is_told_and_never_breaks_the_check(packed: tuple[bytes, Packed]) -> None:
    """Also where the list of hashes was mended: then nothing may be told, but the check ends."""
    package, told = packed
    content = members(package)
    chance = random.Random(7)
    for name, data in content.items():
        for at in chance.sample(range(len(data)), min(12, len(data))):
            turned = data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
            changed = content | {name: turned}
            assert name in {fault.member for fault in verify(boxed(changed), told.root)}, (name, at)
            if name != MANIFEST:
                assert (MANIFEST, "root") in codes(verify(forged(changed), told.root))


def test_a_package_cut_short_or_broken_inside_is_told(packed: tuple[bytes, Packed]) -> None:
    package, _told = packed
    assert codes(verify(io.BytesIO(package[:-40]))) == {("", "unreadable")}
    with zipfile.ZipFile(io.BytesIO(package)) as box:
        at = box.getinfo(EVENTS).header_offset + 30 + len(EVENTS) + 20
    broken = package[:at] + bytes([package[at] ^ 255]) + package[at + 1 :]
    assert EVENTS in {fault.member for fault in verify(io.BytesIO(broken))}


def test_what_is_taken_out_or_put_in_is_told(packed: tuple[bytes, Packed]) -> None:
    content = members(packed[0])
    photo = next(name for name in content if name.startswith("files/"))
    less = {name: data for name, data in content.items() if name != photo}
    assert (photo, "missing") in codes(verify(boxed(less)))
    assert ("more.txt", "unlisted") in codes(verify(boxed(content | {"more.txt": b"x"})))


def better(statement: dict) -> None:
    row = next(row for row in statement["promises"] if row["counts"]["total"])
    row["counts"]["kept"] += 1


def hidden(statement: dict) -> None:
    statement["instances"].pop()


def unproven(statement: dict) -> None:
    proof = next(one["evidence"] for one in statement["instances"] if one["evidence"])
    proof["event"] += 100_000


@pytest.mark.parametrize(
    ("change", "code"), [(better, "counts"), (hidden, "counts"), (unproven, "proof")]
)  # fmt: skip
def test_a_statement_that_its_own_instances_and_ledger_do_not_bear_out_is_told(
    packed: tuple[bytes, Packed], change: Callable[[dict], None], code: str
) -> None:
    """Even where the list of hashes was mended too; and then who kept the root is told that as well."""
    package, told = packed
    content = members(package)
    statement = json.loads(content[STATEMENT])
    change(statement)
    box = forged(content | {STATEMENT: json.dumps(statement).encode()})
    assert (STATEMENT, code) in codes(verify(box))
    assert (MANIFEST, "root") in codes(verify(box, told.root))


def test_events_that_were_altered_dropped_or_moved_are_told(packed: tuple[bytes, Packed]) -> None:
    content = members(packed[0])
    lines = content[EVENTS].splitlines(keepends=True)
    first = json.loads(lines[0])
    first["actor_name"] = "别人"
    altered = [f"{canonical(first)}\n".encode(), *lines[1:]]
    for changed, code in (
        (altered, "event"), (lines[:-1], "chain"), (lines[1:], "chain"), ([lines[1], lines[0], *lines[2:]], "chain"),
    ):  # fmt: skip
        assert (EVENTS, code) in codes(verify(forged(content | {EVENTS: b"".join(changed)})))


def test_the_command_checks_a_package_without_a_database(packed, tmp_path, capsys) -> None:
    package, told = packed
    file = tmp_path / "package.zip"
    file.write_bytes(package)
    assert cli.main(["evidence", "verify", str(file), "--root", told.root]) == 0
    assert "whole" in capsys.readouterr().out
    assert cli.main(["evidence", "verify", str(file), "--root", "0" * 64]) == 1
    assert MANIFEST in capsys.readouterr().out
    assert cli.main(["evidence", "verify", str(tmp_path / "none.zip")]) == 2


# ------------------------------------------------------------------------------------------------ pages


@pytest.fixture
def of() -> Contract:
    contract = factories.contract()
    factories.case(contract)
    return contract


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(factories.person("manager"))
    return client


def taken(manager: Client, of: Contract) -> bytes:
    answer = manager.post(f"/contracts/{of.pk}/evidence/", {"from": "2026-01-01", "to": "2026-03-31"})
    assert answer.status_code == 200 and of.number in unquote(answer["Content-Disposition"])
    return b"".join(answer.streaming_content)


def checked(manager: Client, of: Contract, package: bytes, root: str = "") -> str:
    file = SimpleUploadedFile("来件.zip", package)
    answer = manager.post(f"/contracts/{of.pk}/evidence/check/", {"file": file, "root": root})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_gives_a_whole_package_and_keeps_its_root(manager: Client, of: Contract) -> None:
    statement = manager.get(f"/contracts/{of.pk}/statement/?from=2026-01-01&to=2026-03-31").content.decode()
    (link,) = re.findall(rf'href="(/contracts/{of.pk}/evidence/[^"]*)"', statement)
    assert "还没有导出过" in manager.get(unescape(link)).content.decode()
    package = taken(manager, of)
    root = evidence.sha(members(package)[MANIFEST])
    assert verify(io.BytesIO(package), root) == []
    (event,) = Event.objects.filter(kind="evidence.exported")
    assert (event.contract_id, event.data["root"], event.data["first"]) == (of.pk, root, "2026-01-01")
    page = manager.get(f"/contracts/{of.pk}/evidence/").content.decode()
    assert root in page and "2026-01-01 – 2026-03-31" in page
    assert "导出凭证包" in manager.get("/ledger/").content.decode()


def test_the_page_checks_what_somebody_hands_in(manager: Client, of: Contract) -> None:
    package = taken(manager, of)
    root = evidence.sha(members(package)[MANIFEST])
    assert "完好" in checked(manager, of, package, root)
    assert "根值不符" in checked(manager, of, package, "0" * 64)
    content = members(package)
    content[STATEMENT] = content[STATEMENT].replace(b'"kept": 0', b'"kept": 1', 1)
    page = checked(manager, of, boxed(content).getvalue())
    assert "statement.json 内容被改动" in page and "完好" not in page
    assert "打不开或已损坏" in checked(manager, of, b"no package")
    assert manager.post(f"/contracts/{of.pk}/evidence/check/").status_code == 422


def test_a_package_that_would_fill_the_memory_is_not_unpacked(
    manager: Client, of: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_pages, "MOST_CHECKED", 10_000)
    bomb = boxed({"x": b""})
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as box:
        box.writestr("y", bytes(20_000))
    file = SimpleUploadedFile("来件.zip", bomb.getvalue())
    answer = manager.post(f"/contracts/{of.pk}/evidence/check/", {"file": file})
    assert answer.status_code == 422 and "太大" in answer.content.decode()


def test_a_word_that_was_given_on_a_case_is_no_promise_of_the_plan() -> None:
    """A call back that somebody promised has a clock, but no line in the statement and so no instance either."""
    of = factories.contract("hardware-supply")
    case = factories.case(of, kind="complaint", severity="")
    until = factories.NOW + timedelta(hours=1)
    desk_actions.promise_call_back(case.pk, until=until, actor=None, at=factories.NOW, now=factories.NOW)
    assert Clock.objects.filter(case=case, promise="house:call-back").exists()
    file = io.BytesIO()
    write_package(file, of.pk, QUARTER, now=factories.NOW + timedelta(days=9))
    assert verify(file) == []
    statement = json.loads(members(file.getvalue())[STATEMENT])
    assert [one for one in statement["instances"] if one["promise"].startswith("house:")] == []


@pytest.mark.parametrize("role", ["customer", "manager"])
def test_only_who_sees_the_ledger_of_the_contract_takes_its_evidence(
    client: Client, of: Contract, role: str
) -> None:
    person = factories.person(role)
    if role == "customer":
        Access.objects.create(contract=of, person=person, role="customer")
    client.force_login(person)
    whose = of.pk if role == "customer" else of.pk + 1000
    for address in (f"/contracts/{whose}/evidence/", f"/contracts/{whose}/evidence/check/"):
        assert client.post(address).status_code in (403, 404, 422)
    assert client.get(f"/contracts/{whose}/evidence/").status_code in (403, 404)
    assert not Event.objects.filter(kind="evidence.exported").exists()
