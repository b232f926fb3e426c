"""Trainees: who is the same person, and lists of people as they are typed or come in a spreadsheet."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from luyue.domain.refusals import BadInput

LONGEST_NAME, LONGEST_DEPARTMENT, LONGEST_PHONE = 60, 120, 30
MOST = 500
_YES = frozenset({"是", "新", "新调入", "新值班员", "y", "yes", "new", "true", "1", "√", "✓"})
COLUMNS: Mapping[str, frozenset[str]] = {
    "name": frozenset({"姓名", "名字", "学员", "参会人", "name", "trainee"}),
    "department": frozenset({"单位", "部门", "科室", "派出所", "department", "unit"}),
    "phone": frozenset({"电话", "手机", "联系电话", "手机号", "phone", "telephone", "mobile"}),
    "new_staff": frozenset({"新值班员", "新调入", "新", "new", "new watch staff"}),
}
_CUT = re.compile(r"[\t,，;；、|]+|\s{2,}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,28}")


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody as he was named."""

    name: str
    department: str = ""
    phone: str = ""
    new_staff: bool = False


def plain(text: str) -> str:
    """A name for comparing: width, case and blanks make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def digits(phone: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", phone) if letter.isdigit())


def checked(one: Human) -> Human:
    """The same, tidy. Raises BadInput: name, department, phone."""
    name = " ".join(unicodedata.normalize("NFC", one.name).split())
    department, phone = " ".join(one.department.split()), " ".join(one.phone.split())
    if not name:
        raise BadInput(field="name", problem="missing")
    if len(name) > LONGEST_NAME or any(unicodedata.category(letter) == "Cc" for letter in name):
        raise BadInput(field="name")
    if len(department) > LONGEST_DEPARTMENT:
        raise BadInput(field="department", problem="too_long", limit=LONGEST_DEPARTMENT)
    if phone and not (len(phone) <= LONGEST_PHONE and _PHONE.fullmatch(unicodedata.normalize("NFKC", phone))):
        raise BadInput(field="phone")
    return Human(name, department, phone, one.new_staff)


def same(one: Human, other: Human) -> bool:
    """Whether two entries are the same person: one name, and no telephone or department speaks against it.

    Two telephones decide; without them, two departments do. Not transitive: who asks takes the best match, see `find`.
    """
    if plain(one.name) != plain(other.name):
        return False
    if one.phone and other.phone:
        return digits(one.phone) == digits(other.phone)
    if one.department and other.department:
        return plain(one.department) == plain(other.department)
    return True


def find(known: Sequence[Human], wanted: Human) -> int | None:
    """Which of the known people somebody is; None: a new one, also when two could be meant.

    The very same entry is the best match; then one with the same telephone and department, with the same telephone,
    with the same department, and last one that nothing speaks against.
    """
    exact = _key(wanted)
    for number, one in enumerate(known):
        if _key(one) == exact:
            return number
    fitting = [number for number, one in enumerate(known) if same(one, wanted)]
    best = max((_likeness(known[number], wanted) for number in fitting), default=0)
    meant = [number for number in fitting if _likeness(known[number], wanted) == best]
    return meant[0] if len(meant) == 1 else None


def fuller(one: Human, other: Human) -> Human:
    """What is known of a person once he was named a second time."""
    return Human(
        one.name,
        one.department or other.department,
        one.phone or other.phone,
        one.new_staff or other.new_staff,
    )


def fullest_first(humans: Iterable[Human]) -> list[Human]:
    """A list in the order in which its people are to be looked for, so that the same list finds the same people when
    it comes again: who is known by a name alone is taken for one of those of whom more is said."""
    return sorted(
        humans, key=lambda one: (not (one.department and one.phone), not one.department, not one.phone)
    )


def _key(one: Human) -> tuple[str, str, str]:
    return plain(one.name), plain(one.department), digits(one.phone)


def _likeness(one: Human, other: Human) -> int:
    """How much agrees in two who may be the same."""
    phones = bool(one.phone and other.phone)  # they are equal, or it would not be the same person
    departments = bool(one.department) and plain(one.department) == plain(other.department)
    return 2 * phones + departments


def read_lines(text: str) -> list[Human]:
    """People typed one a line: name, department, telephone, “新” for new watch staff, apart by commas, tabs or blanks.

    Raises:
        BadInput: people; where: number of the line.
    """
    found: list[Human] = []
    for number, line in enumerate(text.splitlines(), 1):
        parts = [part.strip() for part in _CUT.split(line.strip()) if part.strip()]
        if len(parts) == 1:
            parts = parts[0].split(" ") if re.search(r"[一-鿿]", parts[0]) else parts
        if not parts:
            continue
        found.append(_checked(_human(parts), number))
    if len(found) > MOST:
        raise BadInput(field="people", problem="too_many", limit=MOST)
    return found


def _human(parts: Sequence[str]) -> Human:
    name, *rest = parts
    department = phone = ""
    new = False
    for part in rest:
        if plain(part) in _YES:
            new = True
        elif _PHONE.fullmatch(unicodedata.normalize("NFKC", part)) and not phone:
            phone = part
        else:
            department = f"{department} {part}".strip()
    return Human(name, department, phone, new)


def _checked(one: Human, number: int) -> Human:
    try:
        return checked(one)
    except BadInput as refusal:
        raise BadInput(field="people", problem=f"bad_{refusal.facts['field']}", where=number) from refusal


def read_rows(header: Sequence[str], rows: Sequence[tuple[int, Mapping[str, object]]]) -> list[Human]:
    """People of a spreadsheet. rows: (number in the file, column → cell). Raises BadInput: people, file."""
    columns = {
        field: next((name for name in header if plain(name) in words), "") for field, words in COLUMNS.items()
    }
    if not columns["name"]:
        raise BadInput(field="file", problem="no_name")
    found = []
    for number, row in rows:
        cells = {field: _cell(row.get(name)) if name else "" for field, name in columns.items()}
        if not cells["name"]:
            continue
        new = plain(cells["new_staff"]) in _YES
        found.append(_checked(Human(cells["name"], cells["department"], cells["phone"], new), number))
    if len(found) > MOST:
        raise BadInput(field="people", problem="too_many", limit=MOST)
    return found


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()
