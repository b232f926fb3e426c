"""Refusals in words. The one table from code to sentence, and the one from class to HTTP status.

A sentence says what happened and what to do next. It may name facts of the refusal in braces; a fact that is missing
shows as nothing. It never tells "hidden" from "absent".
"""

from collections.abc import Mapping

from django.forms import BaseForm

from luyue.domain.refusals import BadInput, Conflict, NotAllowed, NotFound, Refusal, TooManyTries, TooOften
from luyue.web.languages import english

STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    TooManyTries: 429,
    TooOften: 429,
    Refusal: 422,
}

# code: (Chinese, English)
SENTENCES: dict[str, tuple[str, str]] = {
    "refused": ("未能完成，请检查后重试。", "This could not be done. Check your input and try again."),
    "not_found": (
        "没有找到，可能已被移除，或不在您的权限范围内。",
        "Nothing was found here: it may have gone, or be outside of what you may see.",
    ),
    "not_allowed": (
        "您的角色不能执行此操作，如有需要请联系系统管理员。",
        "Your role does not allow this. Ask your administrator if you need it.",
    ),
    "conflict": ("与现有记录冲突，请刷新后核对。", "This conflicts with what is recorded. Reload and check."),
    "illegal_move": (
        "当前状态不能执行此操作，请刷新后查看最新状态。",
        "This step is not possible in the present state. Reload to see the latest.",
    ),
    "out_of_order": (
        "这类请求按自己的流程办理，还没到这一步。请刷新后按页面上的下一步操作。",
        "This kind of case has a flow of its own, which is not that far yet. Reload and take the next step shown.",
    ),
    "held": (
        "还不能结束：抢修工单 {number} 要客户签字接受，还缺{missing}。",
        "This cannot end yet: emergency repair {number} waits for the customer's acceptance. Missing: {missing}.",
    ),
    "four_eyes": (
        "经办人不能审批自己经办的内容，请由另一位负责人审批。",
        "Whoever did the work cannot approve it. Ask another lead.",
    ),
    "stale_version": (
        "内容已被他人修改，请刷新后重新操作。",
        "Someone else has changed this meanwhile. Reload and try again.",
    ),
    "already_there": (
        "已存在相同的{field}，请换一个。",
        "The same {field} is already taken. Choose another.",
    ),
    "bad_input": ("填写有误，请检查：{field}。", "Something is wrong with your input: {field}."),
    "unanswered": (
        "还有 {number} 题没有答好，请看标红的题。",
        "{number} questions are not answered yet: see those marked red.",
    ),
    "too_many_tries": (
        "密码错误次数过多，请 {seconds} 秒后再试。",
        "Too many wrong passwords. Try again in {seconds} seconds.",
    ),
    "too_often": (
        "提交太频繁，请 {minutes} 分钟后再试，或拨打服务热线。",
        "Too many at once. Try again in {minutes} minutes, or call the hotline.",
    ),
    "package_too_large": (
        "这个凭证包太大，请在电脑上用 luyue evidence verify 校验。",
        "This package is too large for the pages: check it with luyue evidence verify.",
    ),
    "mailbox_trouble": (
        "邮箱打不开：{said}",
        "The mailbox does not open: {said}",
    ),
    "last_admin": (
        "这是最后一位系统管理员，请先指定另一位。",
        "This is the last administrator. Appoint another one first.",
    ),
    "weak_password": (
        "密码过于简单：至少 8 位，不能是常见密码，也不能全是数字。",
        "The password is too weak: use 8 characters or more, not all digits, and nothing common.",
    ),
    "undecipherable": (
        "解不开：加密密钥与保存时不同，请联系系统管理员。",
        "This cannot be decrypted: the key is not the one it was saved with. Ask your administrator.",
    ),
    "bad_calendar": ("服务日历有误：{where}。", "Something is wrong in the calendar: {where}."),
    "bad_question": ("算不出来，请检查：{where}。", "This cannot be answered. Check: {where}."),
    "bad_holidays": ("节假日文件有误：{where}。", "Something is wrong in the file of holidays: {where}."),
    "calendar_too_short": (
        "超出了服务日历的范围，请检查时间。",
        "This lies outside of the years the calendar covers. Check the time.",
    ),
    "no_opening": (
        "服务日历在 400 天内没有开放时间，请检查日历。",
        "The calendar does not open within 400 days. Check the calendar.",
    ),
    "bad_call_record": (
        "这条话单不能用，请检查：{field}。",
        "This call record cannot be used. Check: {field}.",
    ),
    "bad_table": ("文件读不出来，请检查格式。", "The file cannot be read. Check its format."),
}

# What has to be there first, as facts name it.
MISSING: dict[str, tuple[str, str]] = {
    "plan": ("抢修方案", "plan of the repair"),
    "drawing": ("图纸", "drawings"),
    "equipment": ("设备清单", "equipment list"),
    "acceptance": ("客户签字", "the customer's signature"),
}

# The names of fields in facts, as the forms call them.
FIELDS: dict[str, tuple[str, str]] = {
    "case": ("服务请求", "case"),
    "due_on": ("期限", "due date"),
    "ended_on": ("消除日期", "date of the end"),
    "level": ("级别", "level"),
    "obligation": ("履约事项", "obligation"),
    "prevention": ("预防措施", "prevention"),
    "section": ("章节", "section"),
    "wish": ("要更正什么", "what is to be corrected"),
    "format": ("格式", "format"),
    "contract": ("合同", "contract"),
    "after": ("页码", "page"),
    "area": ("面积", "area"),
    "call_at": ("约定再打", "when to call again"),
    "campaign": ("调查", "survey"),
    "draw": ("抽样", "draw"),
    "first": ("开始日期", "first day"),
    "last": ("结束日期", "last day"),
    "question_set": ("问卷", "question set"),
    "steps": ("步骤", "steps"),
    "agreed_by": ("同意人", "who agreed"),
    "agreed_on": ("同意日期", "date of agreement"),
    "at": ("发生时间", "time"),
    "channel": ("渠道", "channel"),
    "day": ("日期", "day"),
    "denominator": ("分母", "denominator"),
    "numerator": ("分子", "numerator"),
    "figure": ("约定数", "figure"),
    "measure": ("指标", "measure"),
    "part": ("配件", "part"),
    "scope": ("范围", "scope"),
    "turn": ("期间", "period"),
    "device": ("设备", "device"),
    "devices": ("设备类别", "kinds of device"),
    "effective_on": ("生效日期", "effective date"),
    "ends_on": ("结束日期", "end date"),
    "expires_at": ("到期时间", "expiry"),
    "file": ("文件", "file"),
    "in_scope": ("服务范围", "scope"),
    "kind": ("类别", "kind"),
    "labour": ("人工", "labour"),
    "language": ("语言", "language"),
    "lodging": ("住宿", "lodging"),
    "mapping": ("对照表", "mapping"),
    "name": ("名称", "name"),
    "nature": ("问题性质", "nature of the problem"),
    "note": ("说明", "note"),
    "number": ("编号", "number"),
    "other": ("另一件请求", "other case"),
    "owner": ("负责人", "owner"),
    "parent": ("上级单位", "parent unit"),
    "parts": ("部件", "parts"),
    "password": ("密码", "password"),
    "promise": ("承诺", "promise"),
    "q": ("搜索", "search"),
    "reason": ("原因", "reason"),
    "remedy": ("处理办法", "remedy"),
    "regions": ("区域", "regions"),
    "sites": ("点位", "sites"),
    "kinds": ("类别", "kinds of case"),
    "until": ("到", "last day"),
    "per_day": ("每天来件", "cases a day"),
    "severities": ("各等级占比", "shares of the levels"),
    "since": ("开始日期", "first day"),
    "limit": ("时限", "limit"),
    "cost_of": ("每次代价", "cost of a miss"),
    "role": ("角色", "role"),
    "scope_reason": ("超出范围的原因", "reason for being out of scope"),
    "serial": ("序列号", "serial number"),
    "severity": ("故障等级", "severity"),
    "site": ("点位", "site"),
    "symptom": ("现象", "symptom"),
    "title": ("现象", "title"),
    "answer": ("回答", "answer"),
    "facts": ("承诺的内容", "facts of the promise"),
    "promises": ("承诺", "promises"),
    "sentences": ("句子", "sentences"),
    "windows": ("时段", "hours"),
    "words": ("原文", "words of the document"),
    "cause": ("故障原因", "cause"),
    "check": ("检查项", "check"),
    "checks": ("安全检查", "safety check"),
    "companions": ("同行人", "companions"),
    "end": ("结束时间", "end"),
    "ends_at": ("结束时间", "end"),
    "engineer": ("工程师", "engineer"),
    "entry": ("记录", "entry"),
    "files": ("照片或文件", "photographs or files"),
    "fix": ("处理办法", "way of repair"),
    "follows": ("前一张工单", "order before"),
    "happened_at": ("发生时间", "time"),
    "key": ("Idempotency-Key", "Idempotency-Key"),
    "latitude": ("纬度", "latitude"),
    "longitude": ("经度", "longitude"),
    "paper": ("资料", "paper"),
    "papers": ("抢修资料", "papers of the repair"),
    "payload": ("内容", "payload"),
    "position": ("位置", "position"),
    "quantity": ("数量", "quantity"),
    "rating": ("评分", "rating"),
    "reach_minutes": ("到场承诺", "promised reach"),
    "result": ("结果", "result"),
    "signature": ("签名", "signature"),
    "starts_at": ("开始时间", "start"),
    "text": ("记录", "text"),
    "to": ("改为", "new time"),
    "way": ("方式", "way"),
    "skills": ("技能", "skills"),
    "topic": ("问的是什么", "what is asked"),
    "travel": ("差旅", "travel"),
    "unit": ("下级单位", "sub-unit"),
    "username": ("登录名", "log-in name"),
    "value": ("数值", "value"),
    "verdict": ("判定", "decision"),
    "contracts": ("合同", "contracts"),
    "due_at": ("到期时间", "due time"),
    "hours": ("小时", "hours"),
    "items": ("步骤", "steps"),
    "obligations": ("履约事项", "obligations"),
    "person": ("负责人", "person"),
    "times": ("次数", "times"),
    "what": ("做了什么", "what was done"),
    "word": ("发生了什么", "what happened"),
}


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def sentence(refusal: Refusal) -> str:
    """The refusal in the present language."""
    spoken = english()
    facts = _Facts(refusal.facts)
    if (name := refusal.facts.get("field")) in FIELDS:
        facts["field"] = FIELDS[str(name)][spoken]
    if missing := refusal.facts.get("missing"):
        named = (MISSING[one][spoken] for one in str(missing).split(","))
        facts["missing"] = ("、", ", ")[spoken].join(named)
    return SENTENCES[refusal.code][spoken].format_map(facts)


def status(refusal: Refusal) -> int:
    """The HTTP status of the nearest class in STATUS."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


Problems = Mapping[tuple[str, str], object]


def problem_words(problems: Problems, field: str, problem: str, **facts: object) -> str:
    """What is wrong with a field, by an app's table of (field, problem): the most particular sentence there is.

    Raises:
        KeyError: the table has no sentence for ("", "").
    """
    for key in ((field, problem), ("", problem), (field, "")):
        if key in problems:
            return str(problems[key]).format_map(_Facts(facts))
    return str(problems["", ""])


def at_field(refusal: Refusal, problems: Problems) -> tuple[str, str]:
    """Field and sentence of a refusal of any kind: an app's most particular sentence for the field, else its own."""
    field, problem = str(refusal.facts.get("field") or ""), str(refusal.facts.get("problem") or "")
    keys = ((field, problem), ("", problem), (field, ""))
    text = next((problems[key] for key in keys if key in problems), None)
    return field, sentence(refusal) if text is None else str(text)


def field_problem(refusal: Refusal, problems: Problems) -> tuple[str, str]:
    """Field and sentence of a refusal for a form; the field is empty where it belongs to none."""
    if isinstance(refusal, BadInput) and refusal.facts.get("field"):
        facts = {name: value for name, value in refusal.facts.items() if name not in ("field", "problem")}
        field = str(refusal.facts["field"])
        return field, problem_words(problems, field, str(refusal.facts.get("problem") or ""), **facts)
    return "", sentence(refusal)


def blame(
    form: BaseForm, refusal: Refusal, problems: Problems, names: Mapping[str, str] | None = None
) -> None:
    """Show a refusal at the field it is about, or on top of the form. names: the refusal's field → the form's."""
    name, text = field_problem(refusal, problems)
    name = (names or {}).get(name, name)
    form.add_error(name if name in form.fields else None, text)
