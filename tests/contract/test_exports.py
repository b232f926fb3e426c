"""Every page that gives an Excel file: the head stays in sight, times are times, and what people typed is text."""

import io
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from django.test import Client
from python_calamine import CalamineWorkbook

from luyue.contracts import actions as contract_actions
from tests import factories
from tests.contract.test_wall_routes import SECRET, Prey, filled, prey, routes

# A moment, a day, a number, a share: none of them can be reckoned with as a text.
FIGURES = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?|-?\d+\.\d+|\d+(\.\d+)?%")
# Each page knows one of the two.
ASKED = {"format": "xlsx", "export": "1"}
# Several tables and facts under each other, as they stand on the paper.
PAPERS = re.compile(r"^/reports/\d+/$")

assert prey  # the fixture


def books(client: Client, world: Prey) -> dict[str, tuple[str, bytes]]:
    """Address → name and content of its workbook."""
    found: dict[str, tuple[str, bytes]] = {}
    for route, _ in routes():
        if route.startswith(("api/", "logout")):
            continue
        address = filled(route, world)
        answer = client.get(address, ASKED | {"contract": world.ids["contract_id"], "view": "all"})
        if answer.status_code == 200 and "spreadsheetml" in answer["Content-Type"]:
            name = unquote(answer["Content-Disposition"].partition("''")[2])
            found[address] = name, answer.content
    return found


def faults(address: str, content: bytes) -> Iterator[str]:
    packed = zipfile.ZipFile(io.BytesIO(content))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for number, name in enumerate(book.sheet_names, 1):
        xml = packed.read(f"xl/worksheets/sheet{number}.xml").decode()
        cells = [cell for row in book.get_sheet_by_name(name).to_python()[1:] for cell in row]
        where = f"{address} {name}"
        if "<f>" in xml or "<hyperlink" in xml:
            yield f"{where}: a formula or link"
        if "<cols>" not in xml:
            yield f"{where}: columns as Excel makes them"
        if name.startswith("Sheet"):
            yield f"{where}: no name"
        if not PAPERS.match(address) and not ('state="frozen"' in xml and "<autoFilter" in xml):
            yield f"{where}: its head scrolls away or does not filter"
        texts = [cell for cell in cells if isinstance(cell, str) and FIGURES.fullmatch(cell)]
        if texts:
            yield f"{where}: {texts[0]} is a text"


def test_every_excel_file_can_be_worked_with(prey: Prey) -> None:
    walker = factories.person("manager")
    contract_actions.give_access(
        int(prey.ids["contract_id"]), person=walker, role="manager", actor=None, now=factories.NOW
    )
    client = Client()
    client.force_login(walker)
    found = books(client, prey)
    assert len(found) > 20, sorted(found)
    wrong = [fault for address, (_name, content) in found.items() for fault in faults(address, content)]
    # A name of Latin letters only is no name of what a Chinese office looks for.
    wrong += [
        f"{address}: {name}" for address, (name, _content) in found.items() if not re.search(r"[一-鿿]", name)
    ]
    assert not wrong, "\n".join(wrong)
    written = [zipfile.ZipFile(io.BytesIO(content)) for _name, content in found.values()]
    assert any(SECRET.encode() in one.read(name) for one in written for name in one.namelist())
