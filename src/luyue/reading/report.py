"""What a reading says on the terminal: counts, promises with their words, sentences that nobody took."""

from dataclasses import asdict
from typing import Any

from luyue.reading.drafts import Leftover, Reading

_LISTS: tuple[tuple[str, str, str], ...] = (
    ("periods", "期间", "periods"),
    ("targets", "时限", "limits"),
    ("duties", "周期与事件", "duties"),
    ("service_hours", "服务时间", "service hours"),
    ("quotas", "指标与人员", "figures and people"),
    ("charges", "收费", "charges"),
)
_REASONS: dict[str, tuple[str, str]] = {
    "": ("没有归入任何承诺", "no promise took it"),
    "payment": ("付款、违约", "payment or penalty"),
    "history": ("公司情况", "about the firm"),
    "definition": ("定义", "a definition"),
    "customer": ("客户的责任", "a duty of the customer"),
    "scoring": ("评分办法", "how offers are scored"),
    "tender": ("招投标程序", "how the tender is held"),
    "example": ("举例", "an example"),
    "law": ("法律原文", "words of a law"),
    "both": ("双方之间的约定", "between both sides"),
    "today": ("现状", "how it is today"),
}
_NOTES: dict[str, tuple[str, str]] = {
    "truncated": (
        "文档过长，只读了前 400 万字。",
        "The document is too long: only its first 4 million letters were read.",
    ),
    "pages_without_text": (
        "有的页没有文字（可能是扫描件），没有读。",
        "Some pages have no text (scanned?) and were not read.",
    ),
}
_REFUSALS: dict[str, tuple[str, str]] = {
    "missing": ("{path}：找不到文件或无法读取。", "{path}: there is no such file, or it cannot be read."),
    "too_large": ("{path}：文件太大，最大 64 MB。", "{path}: the file is too large; 64 MB at most."),
    "broken": ("{path}：文件已损坏，打不开。", "{path}: the file is damaged and cannot be opened."),
    "encrypted": (
        "{path}：文件有密码，请去掉密码后再读。",
        "{path}: the file has a password; remove it first.",
    ),
    "old_word": (
        "{path}：这是旧版 Word（.doc），请另存为 .docx。",
        "{path}: this is an old Word file (.doc); save it as .docx.",
    ),
    "no_text": ("{path}：没有文字，可能是扫描件。", "{path}: there is no text in it; it may be scanned."),
    "unwritable": ("{path}：写不进去。", "{path}: cannot be written."),
    "empty": (
        "{path}：没有读出任何承诺。写出的文件只有开头和有数字的句子，补上承诺后才能用。",
        "{path}: no promise was found. The file holds its head and the sentences with figures; add promises to use it.",
    ),
}


def refusal(code: str, path: str, language: str) -> str:
    """Why a document was not read, as a sentence."""
    return _REFUSALS[code][language == "en"].format(path=path)


_NO_ANSWERS: dict[str, tuple[str, str]] = {
    "unset": ("没有设置第二阅读者（LUYUE_READER_URL），只用规则读。", "No second reader is set up (LUYUE_READER_URL): rules only."),
    "address": ("第二阅读者的地址要以 http:// 或 https:// 开头，只用规则读。", "The second reader's address must begin with http:// or https://: rules only."),
    "unreachable": ("连不上第二阅读者，只用规则读。", "The second reader cannot be reached: rules only."),
    "refused": ("第二阅读者拒绝了请求（看看密钥和模型名），只用规则读。", "The second reader refused (see its key and model): rules only."),
    "too_large": ("第二阅读者的回答太长，只用规则读。", "The second reader's answer is too long: rules only."),
}  # fmt: skip
WHY_NOT: dict[str, tuple[str, str]] = {
    "unusable": ("格式不对", "not in the form asked for"),
    "quote": ("原文没有这些字", "words that are not in the document"),
    "figure": ("引文里没有那个数字", "words without the figure"),
    "facts": ("内容不合规", "fields that cannot hold it"),
    "known": ("规则已读出", "found by a rule"),
    "many": ("太多", "too many"),
}


def no_answer(code: str, language: str) -> str:
    """Why a second reader added nothing, as a sentence."""
    return _NO_ANSWERS[code][language == "en"]


def proposed(kept: int, refused: dict[str, int], language: str) -> str:
    """What came of a second reader's answer."""
    english = language == "en"
    why = "; " if english else "；"
    reasons = why.join(f"{WHY_NOT[code][english]} {n}" for code, n in sorted(refused.items()))
    if english:
        return f"The second reader proposed {kept}; each is marked second_reader: look at it.{f' Refused: {reasons}.' if reasons else ''}"
    return f"第二阅读者建议了 {kept} 条，都标着 second_reader，要人来看。{f'没有采用：{reasons}。' if reasons else ''}"


def dropped(path: str, written: int, more: int, language: str) -> str:
    """That a plan file has no room for all promises of a document."""
    if language == "en":
        return f"{path}: {written} promises at most fit into one plan file; {more} more were read and are not in it."
    return f"{path}：一个方案文件最多写 {written} 条承诺，另有 {more} 条读出来了，没有写进去。"


def lines(reading: Reading, notes: tuple[str, ...], language: str) -> list[str]:
    """The summary that the command prints."""
    english = language == "en"
    out = [_NOTES[note][english] for note in notes if note in _NOTES]
    for name, zh, en in _LISTS:
        promises = getattr(reading, name)
        out.append(f"{en}: {len(promises)}" if english else f"{zh}：{len(promises)}")
        for one in promises:
            sure = f"{one.found.confidence:.2f}"
            out.append(
                f"  {_key(one.key)}  “{_short(one.found.quote.words)}” {one.found.quote.start} {one.found.rule} {sure}"
            )
    open_ones = sum(not one.reason for one in reading.leftovers)
    aside = len(reading.leftovers) - open_ones
    out.append(
        f"sentences with figures that no promise took: {open_ones} ({aside} more hold no promise)"
        if english
        else f"有数字但没有归入任何承诺的句子：{open_ones} 句（另有 {aside} 句不算承诺）"
    )
    colon = ": " if english else "："
    out += [
        f"  {one.quote.start} {_reason(one, english)}{colon}{_short(one.quote.words)}"
        for one in reading.leftovers
    ]
    return out


def as_json(reading: Reading, notes: tuple[str, ...]) -> dict[str, Any]:
    """Everything with positions, rules and confidence. Same document, same JSON."""
    found: dict[str, Any] = {name: [asdict(one) for one in getattr(reading, name)] for name, _, _ in _LISTS}
    return {"notes": list(notes), **found, "leftovers": [asdict(one) for one in reading.leftovers]}


def _key(key: tuple[str, ...]) -> str:
    return " ".join(part for part in key if part not in ("", "None", "unspecified"))


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:60]}…"


def _reason(one: Leftover, english: bool) -> str:
    return _REASONS.get(one.reason, _REASONS[""])[english]
