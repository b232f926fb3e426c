"""Refusals in words. The one table from code to sentence, and the one from class to HTTP status.

A sentence says what happened and what to do next. It may name facts of the refusal in braces; a fact that is missing
shows as nothing. It never tells "hidden" from "absent".
"""

from django.utils.translation import get_language

from luyue.domain.refusals import Conflict, NotAllowed, NotFound, Refusal, TooManyTries

STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    TooManyTries: 429,
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
    "stale_version": (
        "内容已被他人修改，请刷新后重新操作。",
        "Someone else has changed this meanwhile. Reload and try again.",
    ),
    "already_there": ("已存在同名记录，请换一个。", "There is already one of that name. Choose another."),
    "bad_input": ("填写有误，请检查：{field}。", "Something is wrong with your input: {field}."),
    "too_many_tries": (
        "密码错误次数过多，请 {seconds} 秒后再试。",
        "Too many wrong passwords. Try again in {seconds} seconds.",
    ),
    "last_admin": (
        "这是最后一位系统管理员，请先指定另一位。",
        "This is the last administrator. Appoint another one first.",
    ),
    "weak_password": (
        "密码过于简单：至少 8 位，不能是常见密码，也不能全是数字。",
        "The password is too weak: use 8 characters or more, not all digits, and nothing common.",
    ),
}

FIELDS: dict[str, tuple[str, str]] = {
    "username": ("登录名", "log-in name"),
    "name": ("名称", "name"),
    "role": ("角色", "role"),
    "kind": ("类别", "kind"),
    "password": ("密码", "password"),
    "expires_at": ("到期时间", "expiry"),
}


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def sentence(refusal: Refusal) -> str:
    """The refusal in the present language."""
    language = 1 if (get_language() or "").startswith("en") else 0
    facts = _Facts(refusal.facts)
    if (name := refusal.facts.get("field")) in FIELDS:
        facts["field"] = FIELDS[str(name)][language]
    return SENTENCES[refusal.code][language].format_map(facts)


def status(refusal: Refusal) -> int:
    """The HTTP status of the nearest class in STATUS."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
