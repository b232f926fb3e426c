"""What can be wrong with a plan file, and the sentence for each code (zh, en)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Fact = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a plan file. `line` counts from 1; `code` is public and never renamed.

    facts: what the sentence names; a pair is (zh, en).
    about: ids of the promises that it is about, in the order of the file.
    """

    line: int
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    level: Literal["error", "warning"] = "error"
    about: tuple[str, ...] = ()

    def sentence(self, language: str = "zh") -> str:
        spoken = 1 if language.startswith("en") else 0
        facts = {name: fact if isinstance(fact, str) else fact[spoken] for name, fact in self.facts.items()}
        return SENTENCES[self.code][spoken].format_map(facts)

    def show(self, file: str, language: str = "zh") -> str:
        """`FILE:LINE: code: sentence`, the form editors jump to. A warning's sentence begins with that word."""
        mark = "" if self.level == "error" else "warning: " if language.startswith("en") else "提醒："
        return f"{file}:{self.line}: {self.code}: {mark}{self.sentence(language)}"


SENTENCES: dict[str, tuple[str, str]] = {
    # Reading the file
    "file.encoding": (
        "文件不是 UTF-8 编码{guess}，请另存为 UTF-8 后重试。",
        "The file is not UTF-8{guess}; save it as UTF-8.",
    ),
    "file.empty": ("文件里没有内容。", "The file is empty."),
    "file.missing": ("找不到文件或无法读取。", "The file is missing or cannot be read."),
    "file.too_large": (
        "文件超过 {limit}，不像方案文件。",
        "The file is larger than {limit}; not a plan file.",
    ),
    "yaml.syntax": ("YAML 写法有误：{detail}", "Broken YAML: {detail}"),
    "yaml.duplicate_key": ("“{key}”在同一处写了两次。", "“{key}” stands twice in one place."),
    "yaml.not_a_mapping": (
        "方案文件的最外层应是“名称: 内容”。",
        "A plan file is a mapping of names at its top.",
    ),
    "yaml.key": ("名称必须是一段文字，不能是列表或对象。", "A key must be text, not a list or a mapping."),
    "yaml.too_deep": ("嵌套超过 {limit} 层。", "Nested more than {limit} levels deep."),
    "yaml.alias_bomb": ("别名展开后过大。", "Aliases expand to too much."),
    # Shape
    "key.missing": ("{path} 缺少“{key}”。", "{path} lacks “{key}”."),
    "key.unknown": ("{path} 中不认识“{key}”{hint}。", "{path} has an unknown key “{key}”{hint}."),
    "word.unknown": (
        "{path} 不认识“{word}”{hint}；可用：{choices}。",
        "{path} has the unknown word “{word}”{hint}; known: {choices}.",
    ),
    "value.type": ("{path} 的值类型不对：{detail}", "{path} has a value of the wrong type: {detail}"),
    "value.range": ("{path} 的值超出范围：{detail}", "{path} is out of range: {detail}"),
    "value.pattern": ("{path} 的写法不对：{detail}", "{path} is not in the right form: {detail}"),
    "id.duplicate": (
        "编号“{id}”重复，第一次在第 {first} 行。",
        "The id “{id}” is used twice; first in line {first}.",
    ),
    "reference.unknown": (
        "{path} 引用了不存在的{what}“{id}”。",
        "{path} refers to the {what} “{id}”, which does not exist.",
    ),
    "plan.too_many": (
        "方案里有 {number} 条承诺，最多 {limit} 条。",
        "The plan holds {number} promises; {limit} are the most.",
    ),
    "plan.empty": ("方案里没有一条承诺。", "The plan holds no promise."),
    # Durations and calendars
    "duration.unreadable": (
        "{path} 的时长“{text}”看不懂；可写 {forms}。",
        "{path}: cannot read the duration “{text}”; write one like {forms}.",
    ),
    "duration.ambiguous_day": (
        "{path} 的“{text}”没说明是工作日还是自然日；写成 working days、calendar days 或 24h。",
        "{path}: “{text}” does not say which days; write working days, calendar days or 24h.",
    ),
    "duration.month": (
        "{path} 的“{text}”按月计；时限只能按小时、工作日或自然日计。",
        "{path}: “{text}” counts months; a limit counts hours, working days or calendar days.",
    ),
    "duration.no_calendar": (
        "{path} 的“{text}”按工作日计，这里却没有服务日历；写成小时或 calendar days。",
        "{path}: “{text}” counts working days, but nothing names a calendar here; write hours or calendar days.",
    ),
    "duration.negative": ("{path} 的时长“{text}”是负数。", "{path}: the duration “{text}” is negative."),
    "duration.zero": ("{path} 的时长不能为零。", "{path}: the duration is zero."),
    "duration.absurd": (
        "{path} 的时长“{text}”大得不合理。",
        "{path}: the duration “{text}” is absurdly long.",
    ),
    "calendar.bad": ("服务日历“{id}”有误：{detail}", "The calendar “{id}” is wrong: {detail}"),
    "window.bad": ("{path} 的时段有误：{detail}", "{path} has a wrong window: {detail}"),
    "calendar.no_working_days": (
        "{path} 用工作日计时，但日历“{id}”全年不停，没有工作日之分。",
        "{path} counts working days, but the calendar “{id}” never closes.",
    ),
    "quota.no_figure": (
        "{path} 没有给出指标数值（at_least、at_most 或 value: ask）。",
        "{path} gives no figure.",
    ),
    "period.circle": ("期间“{id}”绕了一圈又以自己为起点。", "The period “{id}” starts after itself."),
    "years.reversed": ("{path} 的起止年限颠倒。", "{path}: the end comes before the start."),
    "bounds.percent": ("{path} 的百分数应在 0 到 100 之间。", "{path}: a percentage lies between 0 and 100."),
    "bounds.reversed": ("{path} 的下限大于上限。", "{path}: the lower bound is above the upper one."),
    # Contradictions between clauses (P-2): warnings
    "contradiction.limit": (
        "{a}（{clause_a}，{limit_a}）与 {b}（{clause_b}，{limit_b}）对同一情形给出不同时限，须与客户确认以哪条为准。",
        "{a} ({clause_a}, {limit_a}) and {b} ({clause_b}, {limit_b}) limit the same thing differently; "
        "agree with the customer which one holds.",
    ),
    "contradiction.chain": (
        "{a}（{clause_a}，{limit_a}）用满时，{b}（{clause_b}，{limit_b}）只剩 {rest}：前后两步的时限对不上。",
        "{a} ({clause_a}, {limit_a}) used to the full leaves {b} ({clause_b}, {limit_b}) only {rest}.",
    ),
    "contradiction.order": (
        "等级更高的“{high}”（{clause_a}，{limit_a}）反而比“{low}”（{clause_b}，{limit_b}）慢：{metric}。",
        "The graver level “{high}” ({clause_a}, {limit_a}) is slower than “{low}” ({clause_b}, {limit_b}): {metric}.",
    ),
    "contradiction.hours": (
        "{a}（{clause_a}）承诺 {hours_a}，{b}（{clause_b}）却只到 {hours_b}：同一服务的时间对不上。",
        "{a} ({clause_a}) promises {hours_a}, {b} ({clause_b}) only {hours_b}, for the same service.",
    ),
    "contradiction.quota": (
        "{a}（{clause_a}：{limit_a}）与 {b}（{clause_b}：{limit_b}）对同一指标要求不同。",
        "{a} ({clause_a}: {limit_a}) and {b} ({clause_b}: {limit_b}) set different figures for one measure.",
    ),
    "contradiction.frequency": (
        "{a}（{clause_a}，{limit_a}）与 {b}（{clause_b}，{limit_b}）对同一工作给出不同周期。",
        "{a} ({clause_a}, {limit_a}) and {b} ({clause_b}, {limit_b}) repeat the same work differently.",
    ),
    "contradiction.term": (
        "{a}（{clause_a}：{limit_a}）与 {b}（{clause_b}：{limit_b}）在“{topic}”上互相抵触。",
        "{a} ({clause_a}: {limit_a}) and {b} ({clause_b}: {limit_b}) contradict each other about “{topic}”.",
    ),
    "contradiction.charges": (
        "{a}（{clause_a}：{charges_a}）与 {b}（{clause_b}：{charges_b}）在同一时段（{limit_a}）规定了不同的收费。",
        "{a} ({clause_a}: {charges_a}) and {b} ({clause_b}: {charges_b}) charge differently in {limit_a}.",
    ),
    "contradiction.presence": (
        "{a}（{clause_a}）承诺 {hours_a} 在岗，签到时间却只有 {hours_b}。",
        "{a} ({clause_a}) promises presence {hours_a}, but sign-in covers only {hours_b}.",
    ),
    "contradiction.approval": (
        "{a}（{clause_a}）须经同意，{b}（{clause_b}）只须通知：同一件事的要求不同。",
        "{a} ({clause_a}) needs consent, {b} ({clause_b}) only notice, for the same act.",
    ),
    # Open ends (P-2, P-7): warnings
    "ambiguous.metric": (
        "{a}（{clause_a}）写成“{metric}”任一即可，没说清以哪个为准。",
        "{a} ({clause_a}) is kept by any of “{metric}”; the text does not say which.",
    ),
    "open.start": (
        "{a}（{clause_a}）没说从何时起算。",
        "{a} ({clause_a}) does not say when its limit starts.",
    ),
    "open.figure": (
        "{a}（{clause_a}）{said}，没有数字，无法衡量；签合同时须问清。",
        "{a} ({clause_a}) {said} and cannot be measured; ask when binding the plan.",
    ),
    "open.calendar": (
        "{a}（{clause_a}）按工作日计，却没写明按哪个服务日历。",
        "{a} ({clause_a}) counts working days, but names no calendar that they are of.",
    ),
    "open.period": ("期间“{id}”（{clause}）没有给出长度。", "The period “{id}” ({clause}) has no length."),
    "reference.dangling": (
        "{a}（{clause_a}）指向“{target}”，方案里却没有。",
        "{a} ({clause_a}) points to “{target}”, which stands nowhere in the plan.",
    ),
    "severity.unused": (
        "列出了等级“{id}”，但没有一条时限用到它。",
        "The level “{id}” is listed, but no limit uses it.",
    ),
    "severity.undefined": (
        "{a}（{clause_a}）依赖故障等级，方案却没有说明各等级的含义。",
        "{a} ({clause_a}) depends on severity levels, but the plan does not say what they mean.",
    ),
    "evidence.none": (
        "{a}（{clause_a}）没有可衡量的内容，只能在履约报告中列为“声明”。",
        "{a} ({clause_a}) cannot be measured; the statement lists it as declared.",
    ),
}
