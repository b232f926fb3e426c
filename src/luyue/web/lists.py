"""The state of a list page (filters, sort, search) in its address: read against a declared list of what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

MAX_SEARCH = 200  # characters


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of a list. choices: (value, label); multiple: several values at once, meaning any of them.

    find: where more choices are found by typing; "" when all are offered. tabs: the choices are tabs above the list;
    neither a chip nor a menu says them again.
    """

    name: str
    label: object
    choices: Sequence[tuple[str, object]]
    multiple: bool = True
    find: str = ""
    tabs: bool = False

    def label_of(self, value: str) -> object | None:
        """The label of a value; None when it is not one of the choices."""
        return next((label for choice, label in self.choices if choice == value), None)


@dataclass(frozen=True, slots=True)
class Sort:
    """A way to sort. order: fields for `keyset_page`; the other direction is made by turning each one around."""

    name: str
    label: object
    order: tuple[str, ...]

    def fields(self, descending: bool) -> tuple[str, ...]:
        """The fields in the wanted direction."""
        if not descending:
            return self.order
        return tuple(f.removeprefix("-") if f.startswith("-") else f"-{f}" for f in self.order)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: its words and the address without it."""

    label: object
    value: object
    remove: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a filter's menu: whether it is on and the address that turns it over."""

    label: object
    on: bool
    url: str


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What a list page allows in its address. sorts: the first is the usual one. kept: other values of the address,
    which stay as they are whatever is turned."""

    filters: tuple[Filter, ...] = ()
    sorts: tuple[Sort, ...] = ()
    search: bool = False
    kept: tuple[str, ...] = ()

    def filter(self, name: str) -> Filter | None:
        """The filter of that name."""
        return next((f for f in self.filters if f.name == name), None)

    def sort(self, name: str) -> Sort | None:
        """The sort of that name."""
        return next((s for s in self.sorts if s.name == name), None)

    def read(self, params: QueryDict) -> ListState:
        """The state in an address. What is not allowed is left out and said in `notices`."""
        notices: list[str] = []
        chosen: dict[str, tuple[str, ...]] = {}
        for one in self.filters:
            given = list(dict.fromkeys(value for value in params.getlist(one.name) if value))
            known = [value for value in given if one.label_of(value) is not None]
            if len(known) < len(given):
                notices.append(_("筛选“{name}”里有不认识的值，已忽略。").format(name=one.label))
            if known:
                chosen[one.name] = tuple(known if one.multiple else known[-1:])
        wanted = params.get("sort", "")
        name, descending = wanted.removeprefix("-"), wanted.startswith("-")
        sort = self.sort(name)
        if wanted and sort is None:
            notices.append(_("不能按“{name}”排序，已按默认顺序显示。").format(name=name[:20]))
            descending = False
        q = " ".join(params.get("q", "").replace("\0", "").split())[:MAX_SEARCH] if self.search else ""
        return ListState(
            spec=self,
            chosen=chosen,
            q=q,
            sort=sort or (self.sorts[0] if self.sorts else None),
            descending=descending,
            after=params.get("after", ""),
            notices=tuple(notices),
            kept=tuple((name, params.get(name, "")[:MAX_SEARCH]) for name in self.kept if params.get(name)),
        )


@dataclass(frozen=True, slots=True)
class ListState:
    """What a list shows now. chosen: filter name → values; after: token for `keyset_page`."""

    spec: ListSpec
    chosen: Mapping[str, tuple[str, ...]]
    q: str
    sort: Sort | None
    descending: bool
    after: str
    notices: tuple[str, ...] = field(default=())
    kept: tuple[tuple[str, str], ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """Fields for `keyset_page`.

        Raises:
            ValueError: the list declares no sort.
        """
        if self.sort is None:
            raise ValueError("a list without a sort has no order")
        return self.sort.fields(self.descending)

    @property
    def narrowed(self) -> bool:
        """Whether a filter or a search is on: an empty list then says something else."""
        return bool(self.chosen or self.q)

    def one(self, name: str) -> str:
        """The single value of a filter, "" when it is off."""
        return next(iter(self.chosen.get(name, ())), "")

    def query(
        self,
        *,
        chosen: Mapping[str, tuple[str, ...]] | None = None,
        q: str | None = None,
        sort: str | None = None,
        after: str = "",
    ) -> str:
        """The canonical address part "?…" of this state with the given changes; any change starts at the first page."""
        values = self.chosen if chosen is None else chosen
        parts = [_part(one, values.get(one.name, ())) for one in self.spec.filters]
        return _address([*parts, self._tail(q, sort, after)])

    def _tail(self, q: str | None = None, sort: str | None = None, after: str = "") -> str:
        """What comes behind the filters in the address."""
        word = self._sort_word() if sort is None else sort
        if not self.spec.sorts or word == self.spec.sorts[0].name:
            word = ""
        pairs = (*self.kept, ("q", self.q if q is None else q), ("sort", word), ("after", after))
        return urlencode([(name, value) for name, value in pairs if value])

    def _sort_word(self) -> str:
        return f"{'-' if self.descending else ''}{self.sort.name}" if self.sort else ""

    def without(self, name: str, value: str) -> str:
        """The address with one value of a filter taken off."""
        rest = tuple(v for v in self.chosen.get(name, ()) if v != value)
        return self.query(chosen={**self.chosen, name: rest})

    def with_(self, name: str, value: str) -> str:
        """The address with a value of a filter put on."""
        one = self.spec.filter(name)
        before = self.chosen.get(name, ()) if one is not None and one.multiple else ()
        return self.query(chosen={**self.chosen, name: (*before, value)})

    def chips(self) -> list[Chip]:
        """The filters that are on, and the search, with the address to take each off."""
        chips = [
            Chip(one.label, one.label_of(value), self.without(one.name, value))
            for one in self.spec.filters
            if not one.tabs
            for value in self.chosen.get(one.name, ())
        ]
        if self.q:
            chips.append(Chip(_("搜索"), self.q, self.query(q="")))
        return chips

    def menus(self) -> list[tuple[Filter, list[Choice]]]:
        """The filters with their choices, for the menus above a list."""
        parts = [_part(one, self.chosen.get(one.name, ())) for one in self.spec.filters]
        tail = self._tail()
        return [
            (one, self._choices(one, _joined(parts[:n]), _joined([*parts[n + 1 :], tail])))
            for n, one in enumerate(self.spec.filters)
            if not one.tabs
        ]

    def _choices(self, one: Filter, head: str, rest: str) -> list[Choice]:
        """head, rest: of the address, before and behind this filter."""
        before = self.chosen.get(one.name, ())
        found = []
        for value, label in one.choices:
            on = value in before
            found.append(
                Choice(label, on, _address([head, _part(one, _turned(one, before, value, on)), rest]))
            )
        return found

    def sort_link(self, name: str) -> tuple[str, str]:
        """For a table head: (aria-sort of now, address that sorts by it or turns the direction around)."""
        if self.sort is None or self.sort.name != name:
            return "none", self.query(sort=name)
        now = "descending" if self.descending else "ascending"
        return now, self.query(sort=name if self.descending else f"-{name}")


def _turned(one: Filter, before: tuple[str, ...], value: str, on: bool) -> tuple[str, ...]:
    """The values of a filter with one taken off, or put on."""
    if on:
        return tuple(other for other in before if other != value)
    return (*before, value) if one.multiple else (value,)


def _part(one: Filter, given: tuple[str, ...]) -> str:
    """A filter's part of the address, its values in the order of its choices."""
    if len(given) > 1:
        order = [value for value, _label in one.choices]
        given = tuple(sorted(given, key=order.index))
    return "&".join([f"{one.name}={quote_plus(value)}" for value in given])


def _joined(parts: Sequence[str]) -> str:
    return "&".join([part for part in parts if part])


def _address(parts: Sequence[str]) -> str:
    return "?" + _joined(parts)
