"""Word: a sheet as .docx, and templates that people edit in Word, with placeholders such as {{ customer }}.

Templates run in Jinja's sandbox: whoever may upload one must not thereby run code on the server.
"""

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError, Undefined
from jinja2.sandbox import SandboxedEnvironment, SecurityError
from lxml.etree import LxmlError

from luyue.documents import fonts
from luyue.documents.docx_sheet import same_bytes, sheet

__all__ = ["LARGEST", "BadTemplate", "Picture", "render", "sheet", "text_of", "unknown_names"]

LARGEST, LARGEST_UNPACKED = 5 * 1024 * 1024, 60 * 1024 * 1024  # bytes
_MACROS = ("vbaProject.bin", "vbaData.xml")


class BadTemplate(Exception):
    """A template that cannot be used.

    problem: "not_word", "too_large", "macros", "syntax". detail: what Jinja or Word's XML says, with the line if known.
    """

    def __init__(self, problem: str, *, detail: str = "") -> None:
        self.problem, self.detail = problem, detail
        super().__init__(problem, detail)


class Picture:
    """A picture as a value of a placeholder. width: millimetres."""

    def __init__(self, content: bytes, width: float) -> None:
        self.content, self.width = content, width


def render(template: bytes, data: Mapping[str, Any]) -> bytes:
    """The template filled in. Values are text, truth, numbers, lists and mappings of them, and Pictures.

    An unknown placeholder stays empty here; `unknown_names` finds it when the template is accepted.

    Raises:
        BadTemplate.
    """
    return _filled(template, data, Undefined)


def unknown_names(template: bytes, sample: Mapping[str, Any]) -> list[str]:
    """Placeholders of the template that the sample has nothing for, by a trial rendering.

    Only what is printed or walked through counts: `{% if name %}` may ask for anything.

    Raises:
        BadTemplate: it is no Word file, has macros, or its placeholders cannot be read.
    """
    found: dict[str, None] = {}

    class Noted(Undefined):
        """Notes its name when something is made of it."""

        def _note(self) -> str:
            if issubclass(self._undefined_exception, SecurityError):
                self._fail_with_undefined_error()
            name = str(self._undefined_name or "")
            if isinstance(self._undefined_obj, Mapping):
                name = f"….{name}"
            found[name] = None
            return ""

        def __str__(self) -> str:
            return self._note()

        def __html__(self) -> str:
            return self._note()

        def __iter__(self) -> Iterator[Any]:
            self._note()
            return iter(())

        def __getattr__(self, name: str) -> Any:
            self._note()
            if name.startswith("__"):
                raise AttributeError(name)
            return self

        def __getitem__(self, _name: Any) -> Any:
            self._note()
            return self

    _filled(template, sample, Noted)
    return list(found)


def text_of(content: bytes) -> str:
    """All text of a Word file with its tables, head and foot: one line for each paragraph.

    Raises:
        BadTemplate: it is no Word file.
    """
    document = _opened(content).get_docx()
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    lines = []
    for part in parts:
        for paragraph in part.iter(f"{space}p"):
            nodes = paragraph.iter(f"{space}t", f"{space}br")
            lines.append("".join("\n" if node.tag == f"{space}br" else node.text or "" for node in nodes))
    return "\n".join(lines)


def _filled(template: bytes, data: Mapping[str, Any], undefined: type[Undefined]) -> bytes:
    document = _opened(template)
    environment = SandboxedEnvironment(autoescape=True, undefined=undefined)
    try:
        document.render(
            {name: _value(value, document) for name, value in data.items()}, environment, autoescape=True
        )
        out = BytesIO()
        document.save(out)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise BadTemplate(
            "syntax", detail=f"{error.message or error}{f' ({line})' if line else ''}"
        ) from error
    except (LxmlError, KeyError, ValueError, TypeError, OverflowError, ArithmeticError) as error:
        raise BadTemplate("syntax", detail=str(error)) from error
    return same_bytes(out.getvalue())


def _opened(template: bytes) -> DocxTemplate:
    if len(template) > LARGEST:
        raise BadTemplate("too_large")
    try:
        with zipfile.ZipFile(BytesIO(template)) as parts:
            names = parts.namelist()
            if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
                raise BadTemplate("too_large")
        if any(name.endswith(_MACROS) for name in names):
            raise BadTemplate("macros")
        document = DocxTemplate(BytesIO(template))
        document.init_docx()
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, LxmlError) as error:
        raise BadTemplate("not_word") from error
    return document


def _value(value: Any, document: DocxTemplate) -> Any:
    if isinstance(value, str):
        return fonts.clean(value)
    if isinstance(value, Picture):
        return InlineImage(document, BytesIO(value.content), width=Mm(value.width)) if value.content else ""
    if isinstance(value, Mapping):
        return {key: _value(each, document) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(each, document) for each in value]
    return value
