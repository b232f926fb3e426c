"""YAML with the line of every entry, within bounds of depth and size.

YAML is read node by node, because the usual loader forgets lines, turns the key `on` into True and `12:30` into 750.
"""

import re
from collections.abc import Iterable
from typing import Any

import yaml

from luyue.domain.plan.problems import Fact, Problem

MOST_NODES = 400_000
DEEPEST = 40
Path = tuple[str | int, ...]
_INT = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?\d+\.\d+")
_NULLS = {"", "~", "null"}
_BOOLS = {"true": True, "false": False}
# The reader's own words for what people get wrong most often.
_YAML_WORDS = {
    "found character that cannot start any token": "此处有不能开头的字符（缩进请用空格，不要用制表符；@ ` % 须加引号）",
    "mapping values are not allowed in this context": "此处多了一个冒号；文字里有冒号须加引号",
    "found unexpected end of stream": "引号或括号没有闭合",
    "found undefined alias": "引用了未定义的别名",
    "but found another document": "一个文件只能有一份方案（多了 ---）",
    "did not find expected key": "缩进不对，或缺少名称",
    "did not find expected '-' indicator": "列表缩进不对",
    "did not find expected ',' or '}'": "花括号没有闭合，或缺少逗号",
    "did not find expected ',' or ']'": "方括号没有闭合，或缺少逗号",
    "did not find expected node content": "此处缺少内容",
    "could not find expected ':'": "缺少冒号",
    "found a tab character that violates indentation": "缩进用了制表符；请改用空格",
    "found invalid Unicode character escape code": "引号里的 \\u 转义不是有效字符",
    "found unknown escape character": "双引号里的反斜杠转义不认识；请改用单引号",
    "block sequence entries are not allowed in this context": "列表的“-”须另起一行",
    "found duplicate anchor": "锚点（&）重名",
}


class PlanError(Exception):
    """A plan file with errors. `problems` are sorted by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("; ".join(f"{p.line}: {p.code}: {p.sentence('en')}" for p in self.problems))


def read_yaml(text: str) -> tuple[dict[str, Any], dict[Path, int]]:
    """The content of a YAML text whose top is a mapping, and the line of each path in it. Raises PlanError."""
    try:
        _refuse_depth(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as bad:
        mark = bad.problem_mark or bad.context_mark
        in_brackets = (bad.context or "").startswith("while parsing a flow")
        if mark and bad.context_mark and (in_brackets or mark.line >= text.rstrip().count("\n") + 1):
            # What was never closed is found missing lines later, or at the end; it is wrong where it was opened.
            mark = bad.context_mark
        line = mark.line + 1 if mark else 1
        raise PlanError([Problem(line, "yaml.syntax", {"detail": _yaml_words(bad)})]) from bad
    except yaml.reader.ReaderError as bad:
        # A forbidden character carries no mark, only a position in the text.
        line = text[: int(bad.position)].count("\n") + 1
        detail = f"不允许的字符 U+{int(bad.character):04X}", f"forbidden character U+{int(bad.character):04X}"
        raise PlanError([Problem(line, "yaml.syntax", {"detail": detail})]) from bad
    if root is None or (isinstance(root, yaml.ScalarNode) and str(root.value).lower() in _NULLS):
        raise PlanError([Problem(1, "file.empty")])
    if not isinstance(root, yaml.MappingNode):
        raise PlanError([Problem(1, "yaml.not_a_mapping")])
    lines: dict[Path, int] = {}
    problems: list[Problem] = []
    visited = 0

    def build(node: yaml.Node, path: Path) -> Any:
        nonlocal visited
        visited += 1
        if visited > MOST_NODES or len(path) > DEEPEST:
            raise PlanError([Problem(node.start_mark.line + 1, "yaml.alias_bomb")])
        lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            mapping: dict[str, Any] = {}
            for key_node, value_node in node.value:
                line = key_node.start_mark.line + 1
                if not isinstance(key_node, yaml.ScalarNode):
                    problems.append(Problem(line, "yaml.key"))
                    continue
                key = str(key_node.value)
                if key in mapping:
                    problems.append(Problem(line, "yaml.duplicate_key", {"key": short(key)}))
                    continue
                lines[(*path, key)] = line
                mapping[key] = build(value_node, (*path, key))
            return mapping
        if isinstance(node, yaml.SequenceNode):
            return [build(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    data = build(root, ())
    if problems:
        raise PlanError(problems)
    return data, lines


def _refuse_depth(text: str) -> None:
    """Stop before `compose`, which recurses in C and takes the whole process down on deep nesting."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise PlanError([Problem(line, "yaml.too_deep", {"limit": str(DEEPEST)})])
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _yaml_words(bad: yaml.MarkedYAMLError) -> Fact:
    english = str(bad.problem or bad.context)
    return _YAML_WORDS.get(english, english), english


def _scalar(node: yaml.Node) -> object:
    value = str(node.value)
    if getattr(node, "style", None):  # quoted or block text stays text
        return value
    if value.lower() in _NULLS:
        return None
    if value in _BOOLS:
        return _BOOLS[value]
    if _INT.fullmatch(value):
        return int(value) if len(value) < 19 else value
    return float(value) if _FLOAT.fullmatch(value) and len(value) < 30 else value


def line_of_path(lines: dict[Path, int], path: Path) -> int:
    """Line of a path, or of its nearest parent."""
    for end in range(len(path), -1, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 1


def short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
