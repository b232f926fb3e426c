"""Keep the English sentences complete: `python tools/messages.py` adds missing entries, `--check` lists them.

Message ids are Chinese and stand in templates and Python code; English is src/luyue/locale/en/LC_MESSAGES/django.po.
`--prune` drops entries that nothing uses any more. Exit code of `--check`: 1 when a sentence has no English or lost a
placeholder on the way.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/luyue"
PO = SOURCE / "locale/en/LC_MESSAGES/django.po"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")
ONE = ["_", "gettext", "gettext_lazy", "gettext_noop"]
MANY = ["ngettext", "ngettext_lazy"]
WITH_CONTEXT = ["pgettext", "pgettext_lazy"]
Id = tuple[str | None, str, str | None]  # context, singular, plural


def _from_code(code: str) -> Iterator[Id]:
    found = extract_python(io.BytesIO(code.encode()), [*ONE, *MANY, *WITH_CONTEXT], [], {"encoding": "utf-8"})
    for _line, name, words, _comments in found:
        parts = [word for word in (words if isinstance(words, tuple) else (words,)) if isinstance(word, str)]
        if name in WITH_CONTEXT and len(parts) >= 2:
            yield parts[0], parts[1], None
        elif name in MANY and len(parts) >= 2:
            yield None, parts[0], parts[1]
        elif name in ONE and parts:
            yield None, parts[0], None


def found() -> dict[Id, set[str]]:
    """Every Chinese message id in the package, with the files it stands in."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    ids: dict[Id, set[str]] = {}
    files = [*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]
    for path in sorted(files):
        text = path.read_text(encoding="utf-8")
        code = templatize(text, origin=str(path)) if path.suffix != ".py" else text
        for one in _from_code(code):
            if CHINESE.search(one[1]):
                ids.setdefault(one, set()).add(str(path.relative_to(ROOT)))
    return ids


def read() -> Catalog:
    """The English catalogue."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def _entry(catalog: Catalog, one: Id) -> Message | None:
    context, singular, _plural = one
    return catalog.get(singular, context)


def _texts(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string or ""]


def faults(ids: dict[Id, set[str]], catalog: Catalog) -> list[str]:
    """What is wrong: sentences without English, and translations that lost a placeholder."""
    told = []
    for one, files in sorted(ids.items(), key=lambda item: item[0][1]):
        entry = _entry(catalog, one)
        where = ", ".join(sorted(files))
        if entry is None or not all(_texts(entry)):
            told.append(f"no English for {one[1]!r} ({where})")
            continue
        wanted = set(PLACEHOLDER.findall(one[1]))
        if any(set(PLACEHOLDER.findall(text)) != wanted for text in _texts(entry)[-1:]):
            told.append(f"other placeholders in the English for {one[1]!r} ({where})")
    return told


def add_missing(ids: dict[Id, set[str]], catalog: Catalog) -> int:
    """Put an empty entry for every id the catalogue lacks; how many."""
    missing = [one for one in ids if _entry(catalog, one) is None]
    for context, singular, plural in missing:
        catalog.add((singular, plural) if plural else singular, context=context)
    return len(missing)


def prune(ids: dict[Id, set[str]], catalog: Catalog) -> int:
    """Drop the entries that nothing uses; how many."""
    used = {(one[0], one[1]) for one in ids}
    unused = []
    for message in catalog:
        singular = message.id[0] if isinstance(message.id, tuple | list) else message.id
        if singular and (message.context, singular) not in used:
            unused.append((singular, message.context))
    for singular, context in unused:
        catalog.delete(singular, context)
    return len(unused)


def write(catalog: Catalog) -> None:
    """Write the catalogue sorted, without file positions: those would change with every edit elsewhere."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, sort_output=True, omit_header=True)
    header = (
        "# English of Luyue. Message ids are the Chinese sentences of templates and code; see tools/messages.py.\n"
        'msgid ""\nmsgstr ""\n"Language: en\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    PO.write_bytes(header.encode() + buffer.getvalue().rstrip(b"\n") + b"\n")


def main(words: list[str] | None = None) -> int:
    """Run the command; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only look; exit 1 when something is missing")
    parser.add_argument("--prune", action="store_true", help="drop entries that nothing uses")
    options = parser.parse_args(words)
    ids, catalog = found(), read()
    if not options.check:
        added = add_missing(ids, catalog)
        dropped = prune(ids, catalog) if options.prune else 0
        write(catalog)
        print(f"{added} added, {dropped} dropped")
    told = faults(ids, catalog)
    print("\n".join(told) if told else f"{len(ids)} sentences, all in English")
    return 1 if told and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
