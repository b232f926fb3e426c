"""Forms of the import: the file, and the mapping of its columns and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, get_args

import yaml
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.contracts.models import Contract
from luyue.desk import import_words, imports, words
from luyue.desk.models import Kind
from luyue.domain.cases import EVENT_OF_ACT
from luyue.domain.history import MappingError, read_mapping, suggest_mapping
from luyue.domain.history.mapping import EVENT_OF_FIELD, LOG_ONLY
from luyue.domain.history.suggest import guess_state
from luyue.domain.plan import words as plan_words
from luyue.domain.plan.model import Plan
from luyue.domain.tables import BadTable, Row, Table, open_table
from luyue.ledger.words import event_word
from luyue.web.languages import language

SUGGEST, OWN = "suggest", "own"
LARGEST_MAPPING = 200_000
# Rows that a file's words and samples are looked for in.
LOOKED_AT, MOST_WORDS, SAMPLES = 5000, 60, 3

BASIC = ("external_id", "reported_at", "title", "description", "reporter", "site", "device", "assignee")
SORTING = ("severity", "kind", "channel", "onsite", "remote_failed")
LOG = ("at", "state", "order")
TIMES = ("responded_at", "departed_at", "arrived_at", "restored_at", "resolved_at", "closed_at", "paused_at",
         "resumed_at", "pause_reason", "cancelled_at")  # fmt: skip
RARE = ("recorded_at", *(name for name in EVENT_OF_FIELD if name not in TIMES))
WORDED = ("severity", "kind", "channel", "onsite", "remote_failed", "pause_reason", "state")
NEEDED = ("external_id", "reported_at", "at", "state")
JOIN = "\x1f"  # between the columns of one field
DATE_FORMS = ("auto", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%Y%m%d%H%M%S", "%Y%m%d %H:%M")


class FileForm(forms.Form):
    """A table of cases, and how its columns are to be read."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy(
            "CSV、XLSX 或 XLS，可用 gzip 压缩，不超过 30 MB。GBK、UTF-8、UTF-16 自动识别。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.gz"}),
    )
    mapping = forms.ChoiceField(label=gettext_lazy("列的对应"))
    own = forms.FileField(
        label=gettext_lazy("映射文件"),
        required=False,
        help_text=gettext_lazy("YAML；选“用自己的映射文件”时需要。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shipped = [(name, _shipped_title(raw)) for name, raw in imports.shipped_maps().items()]
        # The fields are known as such, not as those with choices that they are; likewise below.
        self.fields["mapping"].choices = [  # type: ignore[attr-defined]
            (SUGGEST, _("自动识别，由我核对")),
            *shipped,
            (OWN, _("用自己的映射文件")),
        ]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > imports.LARGEST_FILE:
            raise ValidationError(
                _("文件超过 {limit} MB，请分成几份。").format(limit=imports.LARGEST_FILE // 2**20)
            )
        return file

    def clean(self) -> dict[str, Any]:
        """Adds `content` and `text`, the file's bytes and its mapping as a file's text."""
        data: dict[str, Any] = super().clean() or {}
        if "file" not in data or "mapping" not in data:
            return data
        data["content"] = data["file"].read()
        try:
            data["text"] = self._mapping_text(data)
        except BadTable as bad:
            self.add_error("file", bad.sentence(language()))
        except MappingError as bad:
            self.add_error("own", mapping_problems(bad))
        return data

    def _mapping_text(self, data: Mapping[str, Any]) -> str:
        if data["mapping"] == OWN:
            own = data.get("own")
            if own is None:
                self.add_error("own", _("请选映射文件。"))
                return ""
            raw = own.read(LARGEST_MAPPING + 1)
            read_mapping(raw)
            return str(raw.decode("utf-8-sig"))
        if data["mapping"] == SUGGEST:
            look = Look.at(data["content"], {})
            content = suggest_mapping(look.header, look.rows).content
            content["source"] = data["file"].name.rsplit(".", 1)[0][:40]
            return write_content(content)
        return _fitting(imports.shipped_maps()[data["mapping"]].decode(), data["content"])


class UploadForm(FileForm):
    """A file with its contract. `contracts`: those that may be chosen."""

    contract = forms.ChoiceField(label=gettext_lazy("合同"))
    field_order = ("file", "contract", "mapping", "own")

    def __init__(self, *args: Any, contracts: Sequence[Contract], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contract"].choices = [("", "—"), *((str(one.pk), str(one)) for one in contracts)]  # type: ignore[attr-defined]


def _fitting(text: str, content: bytes) -> str:
    """A shipped mapping without the columns that this file does not have; those that must be there stay named."""
    mapping = yaml.safe_load(text)
    columns: dict[str, Any] = mapping["columns"]
    names = [name for value in columns.values() for name in _as_list(value)]
    header = set(Look.at(content, mapping.get("file") or {}, names).header)
    absent = [
        field
        for field, value in columns.items()
        if field not in NEEDED and not header.issuperset(_as_list(value))
    ]
    if not absent:
        return text
    return write_content({**mapping, "columns": {k: v for k, v in columns.items() if k not in absent}})


def _shipped_title(raw: bytes) -> str:
    title = read_mapping(raw).title
    return title.en if language() == "en" else title.zh


def mapping_problems(bad: MappingError) -> str:
    """What is wrong with a mapping file, with lines."""
    shown = [
        _("第 {n} 行：{what}").format(n=one.line, what=one.sentence(language())) for one in bad.problems[:5]
    ]
    return " ".join(shown)


def write_content(content: Mapping[str, Any]) -> str:
    """A mapping's content as a file's text."""
    return str(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=110))


@dataclass(frozen=True)
class Look:
    """The first rows of a file, to choose by."""

    header: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    sheets: tuple[str, ...] = ()

    @classmethod
    def at(cls, content: bytes, rule: Mapping[str, Any], wanted: Sequence[str] = ()) -> "Look":
        """Raises BadTable. A file that breaks off later has its first rows all the same."""
        known = {
            name: rule[name] for name in ("encoding", "delimiter", "sheet", "header_row") if rule.get(name)
        }
        try:
            table = open_table(content, wanted=wanted, **known)
        except BadTable as bad:
            if not wanted or bad.problem not in ("missing_column", "duplicate_column"):
                raise
            table = open_table(content, **known)
        return cls(tuple(name for name in table.header if name), list(_rows(table)), table.sheets)

    def words_of(self, columns: Sequence[str]) -> list[str]:
        """Different texts of a column, in the order they come."""
        cells = (row.get(column) for row in self.rows for column in columns)
        return list(
            islice(dict.fromkeys(_text(cell) for cell in cells if cell not in (None, "")), MOST_WORDS)
        )

    def samples(self, columns: Sequence[str]) -> str:
        return " | ".join(word[:24] for word in self.words_of(columns)[:SAMPLES])


def _rows(table: Table) -> list[Row]:
    rows: list[Row] = []
    try:
        rows.extend(row for _number, row in islice(table, LOOKED_AT))
    except BadTable:
        # Told by the dry run, with its row.
        return rows
    return rows


def _text(cell: object) -> str:
    whole = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    return str(whole).strip()


class MappingForm(forms.Form):
    """The mapping of one file: a select of columns for each of our fields, a select of meanings for each foreign word.

    content: what the mapping says so far; what this form does not show of it stays as it is.
    """

    layout = forms.ChoiceField(
        label=gettext_lazy("一行是什么"),
        choices=[("table", gettext_lazy("一张单")), ("log", gettext_lazy("一张单的一次变更"))],
        widget=forms.RadioSelect,
    )
    source = forms.CharField(
        label=gettext_lazy("来源系统"),
        max_length=50,
        help_text=gettext_lazy("同一来源的同一单号是同一张单，再次导入不会重复。"),
    )
    dates = forms.ChoiceField(label=gettext_lazy("日期写法"))
    dates_without_time = forms.ChoiceField(
        label=gettext_lazy("只有日期没有钟点的"),
        choices=[
            ("refuse", gettext_lazy("算坏行（算不出时限）")),
            ("start_of_day", gettext_lazy("当作当天 0 点")),
            ("end_of_day", gettext_lazy("当作当天最后一秒")),
        ],
    )
    kind = forms.ChoiceField(label=gettext_lazy("没有类别列时都算"), choices=Kind.choices)

    def __init__(
        self, data: Any = None, *, content: Mapping[str, Any], look: Look, plan: Plan | None
    ) -> None:
        self.content, self.look, self.plan = content, look, plan
        constants = content.get("constants") or {}
        source = str(content.get("source") or content.get("id", ""))
        super().__init__(
            data,
            initial={
                "layout": content.get("layout", "table"),
                "source": source[:50],
                "dates": JOIN.join(_as_list(content.get("dates") or "auto")),
                "dates_without_time": content.get("dates_without_time", "refuse"),
                "kind": constants.get("kind", "fault"),
            },
        )
        self._add_date_forms()
        self._add_columns()
        self.worded: list[tuple[str, list[tuple[str, str]]]] = []
        self._add_words()

    # building

    def _add_date_forms(self) -> None:
        now = self.initial["dates"]
        known = list(dict.fromkeys([now, *DATE_FORMS]))
        self.fields["dates"].choices = [  # type: ignore[attr-defined]
            (form, _("自动（年在前）") if form == "auto" else _date_example(form)) for form in known
        ]

    def _add_columns(self) -> None:
        columns = self.content.get("columns") or {}
        choices = [("", "—"), *((name, name) for name in self.look.header)]
        log = self["layout"].value() == "log"
        needed = ("external_id", "at", "state") if log else ("external_id", "reported_at")
        for name in (*BASIC, *SORTING, *LOG, *TIMES, *RARE):
            chosen = _as_list(columns.get(name) or [])
            value = JOIN.join(chosen)
            more = [] if value in dict(choices) else [(value, " + ".join(chosen))]
            self.fields[f"col-{name}"] = forms.ChoiceField(
                label=import_words.field_word(name),
                choices=[*choices, *more],
                required=name in needed,
                error_messages={"required": _("请选这一项对应的列。")},
                initial=value,
                help_text=self.look.samples(chosen),
            )

    def _add_words(self) -> None:
        columns = self.content.get("columns") or {}
        for name in WORDED:
            if not columns.get(name) or (name == "state" and self.content.get("layout") != "log"):
                continue
            table = self._table(name)
            choices = self._meanings(name)
            shown = []
            for number, word in enumerate(self._foreign_words(columns[name], table)):
                value = "" if table.get(word) == word else _coded(table.get(word, ""))
                more = [] if value in dict(choices) else [(value, self._said(value))]
                key = f"word-{name}-{number}"
                self.fields[key] = forms.ChoiceField(
                    label=word, choices=[*choices, *more], required=False, initial=value
                )
                shown.append((key, word))
            if shown:
                self.worded.append((name, shown))

    def _table(self, name: str) -> Mapping[str, Any]:
        if name == "state":
            return self.content.get("states") or {}
        return (self.content.get("words") or {}).get(name) or {}

    def _foreign_words(self, columns: Any, table: Mapping[str, Any]) -> list[str]:
        missing = self.content.get("missing") or ("?", "-", "--", "—", "/", "无", "N/A")
        found = self.look.words_of(_as_list(columns))
        # A column of free text was chosen: its many words would drown the form.
        if len(found) >= MOST_WORDS and not table:
            return []
        return [word for word in dict.fromkeys([*map(str, table), *found]) if word and word not in missing]

    def _meanings(self, name: str) -> list[tuple[str, str]]:
        english = language() == "en"
        unknown = ("", _("坏行（列出，不导入）"))
        if name == "severity":
            levels = self.plan.severities if self.plan else ()
            own = [(f"rank:{n}", level.en if english else level.zh) for n, level in enumerate(levels, 1)] or [
                (f"rank:{n}", _("第 {n} 级").format(n=n)) for n in range(1, 5)
            ]
            return [("", _("按方案里的同名等级")), *own]
        if name == "kind":
            return [unknown, *((value, str(label)) for value, label in Kind.choices)]
        if name == "channel":
            known = import_words.CHANNELS
            channels = [one for one in get_args(plan_words.Channel) if one != "any"]
            return [unknown, *((one, str(known.get(one, one))) for one in channels)]
        if name in ("onsite", "remote_failed"):
            return [unknown, ("true", _("是")), ("false", _("否"))]
        pauses = [
            (f"pause:{rule.id}", _("暂停：{reason}").format(reason=rule.en if english else rule.zh))
            for rule in (self.plan.pauses if self.plan else ())
        ]
        if name == "pause_reason":
            return [("", _("照原文记下，不停表")), *pauses]
        return [
            unknown,
            ("new", _("新单")),
            ("working", _("处理中（首次出现算响应）")),
            ("resolved", _("已解决")),
            ("closed", _("已关闭")),
            ("cancelled", _("已取消")),
            *pauses,
            ("ignore", _("不理会")),
        ]

    def _said(self, value: str) -> str:
        """A meaning that is not among the choices, in words."""
        name, found, rest = value.partition(":")
        if found and name == "pause":
            known = {rule.id for rule in (self.plan.pauses if self.plan else ())}
            reason = next((one for one in rest.split(",") if one in known), rest.split(",")[0])
            return _("暂停：{reason}").format(reason=words.pause_word(self.plan, reason))
        if found and name == "rank":
            return _("第 {n} 级").format(n=rest)
        return event_word(EVENT_OF_ACT.get(rest, rest)) if found else value

    # reading

    def clean(self) -> dict[str, Any]:
        """Adds `text`, the mapping as a file's text."""
        data: dict[str, Any] = super().clean() or {}
        if "layout" not in data:
            return data
        content = {name: value for name, value in self.content.items() if name not in ("columns", "states")}
        log = data["layout"] == "log"
        content |= {
            "layout": data["layout"],
            "source": data.get("source", "").strip(),
            "dates": data.get("dates", "auto").split(JOIN),
            "dates_without_time": data.get("dates_without_time", "refuse"),
            "columns": self._columns(data, log),
            "constants": {**(self.content.get("constants") or {}), "kind": data.get("kind", "fault")},
        }
        tables = dict(self.content.get("words") or {})
        for name, shown in self.worded:
            table = {word: _decoded(data.get(key, "")) for key, word in shown if data.get(key)}
            if name == "severity" and table:
                # Once one word has a meaning, the others must have one too: the plan's word of the same name.
                table |= {word: word for key, word in shown if not data.get(key)}
            if name == "pause_reason":
                table = {word: meaning["pause"] for word, meaning in table.items()}
            if name == "state":
                content["states"] = table
            else:
                tables[name] = table
        content["words"] = {name: table for name, table in tables.items() if table}
        if log and not content.get("states"):
            states = self._guessed_states(content["columns"])
            if states:
                content["states"] = states
        data["text"] = write_content(content)
        try:
            read_mapping(data["text"].encode())
        except MappingError as bad:
            # What is missing is told beside its field already.
            if not self.errors:
                self.add_error(None, mapping_problems(bad))
        return data

    def _columns(self, data: Mapping[str, Any], log: bool) -> dict[str, Any]:
        unfit = {*EVENT_OF_FIELD, "pause_reason"} if log else set(LOG_ONLY)
        chosen = {}
        for key, value in data.items():
            name = key.removeprefix("col-")
            if key.startswith("col-") and value and name not in unfit:
                parts = value.split(JOIN)
                chosen[name] = parts if len(parts) > 1 else parts[0]
        return chosen

    def _guessed_states(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """First meanings for the words of a state column that was just chosen."""
        if not columns.get("state"):
            return {}
        return {word: guess_state(word) for word in self.look.words_of(_as_list(columns["state"]))}


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value]


def _coded(meaning: Any) -> str:
    """A meaning as a select's value."""
    if isinstance(meaning, bool):
        return "true" if meaning else "false"
    if isinstance(meaning, Mapping):
        name, value = next(iter(meaning.items()))
        return f"{name}:{','.join(_as_list(value)) if name != 'rank' else value}"
    if isinstance(meaning, list | tuple):
        return f"pause:{','.join(meaning)}"
    return str(meaning)


def _decoded(value: str) -> Any:
    if value in ("true", "false"):
        return value == "true"
    name, found, rest = value.partition(":")
    if not found:
        return value
    if name == "rank":
        return {"rank": int(rest)}
    return {"pause": rest.split(",")} if name == "pause" else {name: rest}


def _date_example(form: str) -> str:
    parts = {"%Y": "2026", "%y": "26", "%m": "03", "%d": "31", "%H": "14", "%M": "05", "%S": "00"}
    shown = form.replace(JOIN, " / ")
    for code, value in parts.items():
        shown = shown.replace(code, value)
    return shown
