"""Words for values of ledger events that are codes: those that the pages of the apps have for them.

A code without a word, and what people typed, is told as it is.
"""

from collections.abc import Callable, Mapping

from django.db.models import TextChoices

from luyue.accounts.models import Organisation, Role
from luyue.channels import words as channels
from luyue.channels.models.alarms import AlarmSource
from luyue.channels.models.mails import MailState
from luyue.desk import flows_words, import_words, triage_words
from luyue.desk import words as desk
from luyue.desk.models import Channel
from luyue.desk.models import Kind as CaseKind
from luyue.desk.models import State as CaseState
from luyue.devices import kinds as devices
from luyue.domain.entitlements import STATE_WORDS as USE_STATES
from luyue.domain.measures import catalogue as quotas
from luyue.domain.obligations.event_words import event_words
from luyue.domain.obligations.states import STATE_WORDS as OBLIGATION_STATES
from luyue.domain.plan import vocabulary as v
from luyue.domain.reports.kinds import KINDS as REPORTS
from luyue.domain.service_forms.kinds import KINDS as FORMS
from luyue.domain.service_forms.kinds import RISKS
from luyue.drafting import words as drafting
from luyue.entitlements import words as entitlements
from luyue.field import words as field
from luyue.field.models import Result as WorkResult
from luyue.field.models import Way as SignedWay
from luyue.files.models import Kind as FileKind
from luyue.follow_ups.models import FollowUp
from luyue.hotline.models import Call
from luyue.hotline.models import Change as LineChange
from luyue.notices import kinds as messages
from luyue.notices.models import Outlet
from luyue.reading.report import WHY_NOT
from luyue.rounds import words as rounds
from luyue.rounds.models import Kind as RoundKind
from luyue.staffing import words as staffing
from luyue.staffing.models import Post, RuleDocument, SafetyRecord, Sign
from luyue.surveys.models import Kind as SurveyKind
from luyue.surveys.models import Result as SurveyResult
from luyue.surveys.models import Way as SurveyWay
from luyue.training import words as training
from luyue.vault.models import Secret, Session

# Code → its word: lazy, a pair (Chinese, English), or such a word followed by an icon and more.
Table = Mapping[str, object]
Words = Table | Callable[[str, str], str]


def _choices(of: type[TextChoices]) -> Table:
    return {str(one.value): one.label for one in of}


def _dotted(table: v.Words) -> Callable[[str, str], str]:
    """Words of plans, whose details behind a point are free."""
    return lambda code, language: v.word_of(table, code, language)


def _message(code: str, _language: str) -> str:
    return str(messages.kind_of(code).word)


_KINDS = _choices(CaseKind)
_DEVICES: Table = devices.WORDS
_LANGUAGES: Table = {"zh": ("中文", "Chinese"), "zh-hans": ("中文", "Chinese"), "en": ("英文", "English")}
_FORMS: Table = {key: one.title for key, one in FORMS.items()}
_TOPICS = {**flows_words.CHOICES, **triage_words.TOPICS}
_ROLES: Table = {**v.ROLE_WORDS, **_choices(Role)}
_IN_OUT: Table = {"in": ("签到", "in"), "out": ("签退", "out")}
_FLOW_CHOICES = ("topic", "way", "nature", "complaint_about", "justified", "view", "extra_for")
_CHARGED = ("labour", "parts", "travel", "lodging")

# The facts of a drafted promise, by the words of its form; names of facts that mean something else elsewhere.
_FACTS: Table = {"unit": ("计量单位", "unit"), "what": ("指标", "measure"), "starts": ("起算", "counts from")}
_DRAFTED: Mapping[tuple[str, str], Words] = {
    ("plan_draft", "activity"): lambda code, language: drafting.activities(language).get(code, code),
    **{("plan_draft", name): _FACTS for name in ("facts", "before")},
    ("plan_draft", "basis"): {**drafting.BASES, "unspecified": ("没有写明", "not specified")},
    ("plan_draft", "every"): lambda code, _language: str(
        drafting.EVERY.get(drafting.every_value(code), code)
    ),
    ("plan_draft", "length"): lambda code, _language: drafting.amount(code, ""),
    ("plan_draft", "metric"): lambda code, language: drafting.metrics(language).get(code, code),
    ("plan_draft", "phase"): drafting.PHASES,
    ("plan_draft", "severity"): {"any": ("所有等级", "all levels")},
    ("plan_draft", "starts"): {**v.START_WORDS, **v.ANCHOR_WORDS},
    ("plan_draft", "unit"): drafting.QUOTA_UNITS,
    ("plan_draft", "what"): lambda code, language: drafting.measures(language).get(code, code),
    ("plan_draft", "within"): lambda code, _language: drafting.amount(code, ""),
    **{("plan_draft", name): v.CHARGE_WORDS for name in ("labour", "parts", "travel")},
}

# (family of an event, name in its data) → words. The family "" stands for all that have none of their own.
VALUES: Mapping[tuple[str, str], Words] = {
    ("", "role"): _ROLES,
    ("", "roles"): _ROLES,
    ("", "language"): _LANGUAGES,
    ("", "word"): event_words,
    ("", "case_left"): _choices(CaseState),
    ("access", "role"): _ROLES,
    ("alarm_source", "format"): _choices(AlarmSource.Format),
    ("call", "result"): _choices(Call.Back),
    ("campaign", "kind"): _choices(SurveyKind),
    ("case", "kind"): _KINDS,
    ("case", "before"): {**_KINDS, **_choices(CaseState)},
    ("case", "state"): _choices(CaseState),
    ("case", "channel"): _choices(Channel),
    ("case", "by"): _choices(Channel),
    ("case", "level"): _ROLES,
    ("case", "skipped"): _ROLES,
    ("case", "relation"): desk.RELATIONS,
    ("case", "flow"): flows_words.FLOWS,
    ("case", "stage"): flows_words.STAGES,
    ("case", "step"): flows_words.STEPS,
    ("case", "verdict"): triage_words.VERDICTS,
    **{("case", name): triage_words.CHARGE_WORDS for name in _CHARGED},
    **{("case", name): flows_words.CHOICES for name in _FLOW_CHOICES},
    ("case", "nature"): triage_words.NATURES,
    ("case", "sheet"): flows_words.FIELDS,
    ("case", "inside"): flows_words.FIELDS,
    ("case", "topic"): _TOPICS,
    ("correction", "act"): _choices(Sign.Kind),
    ("device", "kind"): _DEVICES,
    ("entitlement", "origin"): entitlements.ORIGINS,
    ("entitlement", "reason"): {"overcharged": ("多收了费", "too much was charged")},
    ("entitlement", "state"): USE_STATES,
    ("entitlement", "too_much"): triage_words.ITEMS,
    ("figure", "value"): v.EVERY_WORDS,
    ("file", "kind"): _choices(FileKind),
    ("follow_up", "result"): _choices(FollowUp.Result),
    ("foresight", "kinds"): _KINDS,
    ("form", "kind"): _FORMS,
    ("form", "signer"): _ROLES,
    ("form", "subject"): {"work_order": ("任务工单", "work order")},
    ("form_template", "kind"): _FORMS,
    ("hazard", "level"): RISKS,
    ("hotline", "act"): _choices(LineChange.Act),
    ("hotline", "what"): {"line": ("热线号码", "line"), "contact": ("联系人", "contact")},
    ("import", "state"): import_words.STATES,
    ("mail", "reason"): channels.REASONS,
    ("mail", "state"): _choices(MailState),
    ("obligation", "owe"): _dotted(v.OWE_WORDS),
    ("obligation", "state"): OBLIGATION_STATES,
    ("organisation", "kind"): _choices(Organisation.Kind),
    ("outlet", "kind"): dict(Outlet.KINDS),
    **_DRAFTED,
    ("plan_draft", "act"): drafting.STEPS,
    ("plan_draft", "answer"): drafting.ANSWERS,
    ("plan_draft", "code"): drafting.SECOND,
    ("plan_draft", "problem"): drafting.PROBLEMS,
    ("plan_draft", "question"): drafting.QUESTIONS,
    ("plan_draft", "refused"): WHY_NOT,
    ("post", "result"): _choices(Post.Trial),
    ("quota", "measure"): _dotted(v.MEASURE_WORDS),
    ("quota", "reason"): quotas.REASON_WORDS,
    ("quota", "source"): quotas.SOURCE_WORDS,
    ("quota", "state"): quotas.STATE_WORDS,
    ("report", "kind"): {key: one.title for key, one in REPORTS.items()},
    ("report", "section"): {part.key: part.title for one in REPORTS.values() for part in one.sections},
    ("round", "kind"): _choices(RoundKind),
    ("routing", "devices"): _DEVICES,
    ("routing", "kinds"): _KINDS,
    ("routing", "natures"): triage_words.NATURES,
    ("routing", "topics"): _TOPICS,
    ("rules", "system"): _choices(RuleDocument.System),
    ("safety", "kind"): _choices(SafetyRecord.Kind),
    ("secret", "of"): _choices(Secret.Kind),
    ("session", "how"): _choices(Session.How),
    ("session", "tool"): _choices(Session.Tool),
    ("sign", "doubt"): {
        "future": ("时间在将来", "in the future"),
        "old": ("隔得太久", "too long ago"),
        "window": ("不在任何时段里", "outside of all windows"),
    },
    ("staffing", "before"): staffing.VERDICTS,
    ("staffing", "parts"): staffing.PARTS,
    **{("staffing", part): staffing.VERDICTS for part in staffing.PARTS},
    ("staffing", "verdict"): staffing.VERDICTS,
    ("survey", "kind"): _choices(SurveyKind),
    ("survey", "result"): _choices(SurveyResult),
    ("survey", "way"): _choices(SurveyWay),
    ("template", "kind"): _message,
    ("training", "kind"): training.KINDS,
    ("training", "marks"): training.QUESTIONS,
    ("training", "mark"): {**_IN_OUT, **training.MARKS},
    ("training", "part"): training.PARTS,
    ("training", "way"): training.WAYS,
    ("work_order", "answer"): {"done": ("已做", "done"), "not_needed": ("不适用", "not needed")},
    ("work_order", "check"): field.CHECKS,
    ("work_order", "paper"): field.PAPERS,
    ("work_order", "result"): {**field.RESULTS, **_choices(WorkResult)},
    ("work_order", "results"): field.RESULTS,
    ("work_order", "verdict"): rounds.VERDICTS,
    ("work_order", "warnings"): field.FINDINGS,
    ("work_order", "way"): _choices(SignedWay),
}


def value_word(kind: str, name: str, code: str, language: str) -> str:
    """A code of the data of an event in a word, in the active language; the code itself where there is none.

    language: zh or en, the active one.
    """
    family = kind.partition(".")[0]
    table = VALUES.get((family, name)) or VALUES.get(("", name))
    if table is None:
        return code
    if callable(table):
        return table(code, language)
    word = table.get(code)
    if isinstance(word, tuple):
        word = word[language == "en"] if all(isinstance(one, str) for one in word[:2]) else word[0]
    return code if word is None else str(word)
