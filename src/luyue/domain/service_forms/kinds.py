"""The kinds of forms as data: parts, items, who signs (F-5, D-9).

An item's value is kept in one way for all languages:
    line, text: str · moment: UTC seconds · seconds: int · choice: one of its words · words: {"zh", "en"} ·
    table: list of {column: str, or {"zh", "en"}, or UTC seconds in a column `at` or `due`}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Both = tuple[str, str]  # Chinese, English
What = Literal["line", "text", "moment", "seconds", "choice", "words", "table"]


@dataclass(frozen=True, slots=True)
class Item:
    """One fact. asked: a person writes it, what was gathered is his draft; needed: not to be issued without it."""

    key: str
    label: Both
    what: What = "line"
    asked: bool = False
    needed: bool = False
    choices: Mapping[str, Both] | None = None
    columns: Mapping[str, Both] | None = None

    @property
    def wide(self) -> bool:
        return self.what == "text"


@dataclass(frozen=True, slots=True)
class Part:
    """Items under one heading; a part of one table is that table."""

    title: Both
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs as what. decides: with this signature the form is signed."""

    key: str
    label: Both
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of form. code: two letters in its numbers; cases: kinds of cases it is the usual form of."""

    key: str
    title: Both
    code: str
    parts: tuple[Part, ...]
    signers: tuple[Signer, ...]
    cases: frozenset[str] = frozenset()

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for part in self.parts for item in part.items)

    @property
    def deciding(self) -> Signer:
        return next(signer for signer in self.signers if signer.decides)

    def signer(self, key: str) -> Signer | None:
        return next((signer for signer in self.signers if signer.key == key), None)


CUSTOMER = Signer("customer", ("客户确认", "Customer"), decides=True)
ENGINEER = Signer("engineer", ("服务工程师", "Service engineer"))

RESULTS: Mapping[str, Both] = {
    "solved": ("已解决", "solved"),
    "temporary": ("临时恢复", "restored for now"),
    "unsolved": ("未解决", "not solved"),
}
FAULT_KINDS: Mapping[str, Both] = {
    "hardware": ("硬件故障", "hardware"),
    "software": ("软件故障", "software"),
    "network": ("网络或线路", "network or line"),
    "power": ("供电", "power"),
    "settings": ("配置", "configuration"),
    "environment": ("环境或外力", "environment or outside force"),
    "handling": ("使用不当", "handling"),
    "other": ("其他", "other"),
}
RISKS: Mapping[str, Both] = {
    "high": ("高", "high"),
    "middle": ("中", "medium"),
    "low": ("低", "low"),
}
PARTS_TABLE: Mapping[str, Both] = {
    "name": ("名称", "Part"),
    "model": ("型号", "Model"),
    "old_serial": ("旧序列号", "Old serial number"),
    "new_serial": ("新序列号", "New serial number"),
    "quantity": ("数量", "Quantity"),
}
EVENTS_TABLE: Mapping[str, Both] = {
    "at": ("时间", "Time"),
    "what": ("事项", "What"),
    "who": ("人员", "Who"),
    "note": ("说明", "Note"),
}
CLOCKS_TABLE: Mapping[str, Both] = {
    "promise": ("承诺", "Promise"),
    "due": ("应在", "Due"),
    "at": ("实际", "Done"),
    "result": ("结果", "Result"),
}
FILES_TABLE: Mapping[str, Both] = {
    "name": ("文件", "File"),
    "kind": ("类别", "Kind"),
    "digest": ("SHA-256（前 16 位）", "SHA-256 (first 16)"),
}

_WHERE = (
    Item("customer", ("客户", "Customer")),
    Item("project", ("项目", "Project")),
    Item("contract", ("合同", "Contract")),
    Item("case", ("服务请求", "Case")),
    Item("site", ("点位", "Site")),
    Item("address", ("地址", "Address")),
    Item("device", ("设备", "Device")),
    Item("serial", ("序列号", "Serial number")),
)
_REPORTED = (
    Item("reporter", ("报告人", "Reported by")),
    Item("reporter_phone", ("报告人电话", "Phone")),
    Item("reported_at", ("报告时间", "Reported at"), "moment"),
    Item("severity", ("故障等级", "Severity"), "words"),
)
_BASICS = Part(("基本情况", "Basics"), _WHERE + _REPORTED)
_PLACE = Part(("基本情况", "Basics"), _WHERE)
_SYMPTOM = Item("symptom", ("故障现象", "Symptom"), "text", asked=True, needed=True)
_CAUSE = Item("cause", ("故障原因", "Cause"), "text", asked=True, needed=True)
_WORK = Item("work", ("处理办法", "What was done"), "text", asked=True, needed=True)
_RESULT = Item("result", ("处理结果", "Result"), "choice", asked=True, needed=True, choices=RESULTS)
_LEFT = Item("left_over", ("遗留问题和后续安排", "What is left, and next steps"), "text", asked=True)
_ORDER = Item("order", ("任务工单", "Work order"))
_ENGINEERS = Item("engineers", ("服务人员", "Engineers"), asked=True, needed=True)
_FINISHED = Item("finished_at", ("完成时间", "Finished at"), "moment")
_PREVENTION = Item("prevention", ("预防措施", "How to avoid it"), "text", asked=True, needed=True)
_LOSS = Item("loss", ("损失和影响", "Loss and impact"), "text", asked=True, needed=True)
_PARTS = Part(
    ("更换备件", "Parts replaced"),
    (Item("parts", ("更换备件", "Parts replaced"), "table", asked=True, columns=PARTS_TABLE),),
)
_COURSE = Part(
    ("经过", "Course of events"), (Item("course", ("经过", "Course"), "table", columns=EVENTS_TABLE),)
)
_CLOCKS = Part(
    ("承诺时限", "Promised times"),
    (Item("clocks", ("承诺时限", "Promised times"), "table", columns=CLOCKS_TABLE),),
)
_FILES = Part(
    ("附件", "Attachments"), (Item("files", ("附件", "Attachments"), "table", columns=FILES_TABLE),)
)

_ALL = (
    Kind(
        "onsite", ("现场服务报告", "On-site service report"), "XC",
        (
            _BASICS,
            Part(
                ("现场服务", "Service on site"),
                (
                    _ENGINEERS, _ORDER,
                    Item("departed_at", ("出发时间", "Departed at"), "moment"),
                    Item("arrived_at", ("到场时间", "Arrived at"), "moment"),
                    _FINISHED,
                    _SYMPTOM, _CAUSE, _WORK,
                    Item("safety", ("数据备份和机房规定", "Backup and room rules"), "text", asked=True),
                    _RESULT, _LEFT,
                ),
            ),
            _PARTS, _CLOCKS, _FILES,
            Part(("客户意见", "Customer's opinion"), (Item("opinion", ("客户意见", "Opinion"), "text", asked=True),)),
        ),
        (CUSTOMER, ENGINEER), frozenset({"fault", "help", "integration", "cover", "extraction", "requirement"}),
    ),
    Kind(
        "remote", ("远程服务报告", "Remote service report"), "YC",
        (
            _BASICS,
            Part(
                ("远程服务", "Remote service"),
                (
                    _ENGINEERS, _ORDER,
                    Item("way", ("远程方式", "Means"), asked=True, needed=True),
                    Item("started_at", ("开始时间", "Started at"), "moment"),
                    _FINISHED,
                    _SYMPTOM, _CAUSE, _WORK, _RESULT, _LEFT,
                ),
            ),
            _CLOCKS, _FILES,
        ),
        (CUSTOMER, ENGINEER), frozenset({"fault", "help", "integration"}),
    ),
    Kind(
        "fault", ("故障解决报告", "Fault resolution report"), "GZ",
        (
            _BASICS,
            Part(
                ("故障和解决", "Fault and solution"),
                (
                    Item("fault_kind", ("故障类别", "Kind of fault"), "choice", asked=True, needed=True,
                         choices=FAULT_KINDS),
                    Item("restored_at", ("恢复时间", "Restored at"), "moment"),
                    Item("lasted", ("历时", "Lasted"), "seconds"),
                    _ENGINEERS,
                    _SYMPTOM, _CAUSE, _WORK, _LOSS, _PREVENTION,
                ),
            ),
            _COURSE, _CLOCKS, _FILES,
        ),
        (CUSTOMER, ENGINEER), frozenset({"fault"}),
    ),
    Kind(
        "incident", ("事故报告", "Incident report"), "SG",
        (
            _BASICS,
            Part(
                ("事故", "Incident"),
                (
                    Item("occurred_at", ("发生时间", "Occurred at"), "moment"),
                    Item("restored_at", ("恢复时间", "Restored at"), "moment"),
                    Item("found_by", ("发现人", "Found by"), asked=True, needed=True),
                    Item("lasted", ("历时", "Lasted"), "seconds"),
                    Item("symptom", ("事故概况", "What happened"), "text", asked=True, needed=True),
                    Item("scope", ("影响范围", "Who and what was affected"), "text", asked=True, needed=True),
                    _LOSS,
                    Item("cause", ("事故原因", "Cause"), "text", asked=True, needed=True),
                    Item("work", ("处置措施", "Measures taken"), "text", asked=True, needed=True),
                    Item("responsibility", ("责任认定", "Responsibility"), "text", asked=True),
                    _PREVENTION,
                ),
            ),
            _COURSE, _FILES,
        ),
        (CUSTOMER, Signer("lead", ("项目经理", "Project manager"))), frozenset({"fault"}),
    ),
    Kind(
        "consultation", ("咨询单", "Consultation sheet"), "ZX",
        (
            _BASICS,
            Part(
                ("咨询和答复", "Question and answer"),
                (
                    Item("topic", ("主题", "Topic"), asked=True, needed=True),
                    Item("answered_at", ("答复时间", "Answered at"), "moment"),
                    Item("question", ("问题", "Question"), "text", asked=True, needed=True),
                    Item("answer", ("答复", "Answer"), "text", asked=True, needed=True),
                    Item("answered_by", ("答复人", "Answered by"), asked=True, needed=True),
                ),
            ),
            _FILES,
        ),
        (Signer("customer", ("咨询人确认", "Enquirer"), decides=True), Signer("engineer", ("答复人", "Answered by"))),
        frozenset({"consultation", "help", "complaint"}),
    ),
    Kind(
        "defect", ("系统缺陷单", "Defect sheet"), "QX",
        (
            _BASICS,
            Part(
                ("缺陷", "Defect"),
                (
                    Item("system", ("系统和模块", "System and module"), asked=True, needed=True),
                    Item("release", ("发现版本", "Found in release"), asked=True),
                    Item("symptom", ("现象和重现步骤", "Symptom and steps"), "text", asked=True, needed=True),
                    Item("analysis", ("分析", "Analysis"), "text", asked=True, needed=True),
                    Item("confirmed_by", ("确认人", "Confirmed by"), asked=True, needed=True),
                    Item("fixed_release", ("解决版本", "Solved in release"), asked=True),
                    Item("work", ("解决方法", "Solution"), "text", asked=True, needed=True),
                    Item("verification", ("验证情况", "Verification"), "text", asked=True),
                    Item("reply", ("答复", "Reply"), "text", asked=True, needed=True),
                ),
            ),
            _COURSE, _FILES,
        ),
        (Signer("lead", ("负责人确认", "Lead"), decides=True), Signer("customer", ("客户确认", "Customer"))),
        frozenset({"defect"}),
    ),
    Kind(
        "restock", ("补库申请单", "Restock request"), "BK",
        (
            _PLACE,
            Part(
                ("申请", "Request"),
                (
                    Item("applicant", ("申请人", "Requested by"), asked=True, needed=True),
                    Item("store", ("备件库", "Store"), asked=True, needed=True),
                    Item("reason", ("用途和原因", "Use and reason"), "text", asked=True, needed=True),
                ),
            ),
            Part(
                ("申请补库的备件", "Parts to be restocked"),
                (Item("parts", ("备件", "Parts"), "table", asked=True, needed=True, columns=PARTS_TABLE),),
            ),
        ),
        (
            Signer("applicant", ("申请人", "Requested by")),
            Signer("storekeeper", ("库管员", "Storekeeper"), decides=True),
        ),
    ),
    Kind(
        "recovery", ("恢复记录", "Recovery record"), "HF",
        (
            _BASICS,
            Part(
                ("恢复", "Recovery"),
                (
                    Item("restored_at", ("恢复时间", "Restored at"), "moment"),
                    Item("lasted", ("中断历时", "Interruption"), "seconds"),
                    _ENGINEERS,
                    Item("verified_by", ("验证人", "Verified by"), asked=True, needed=True),
                    _CAUSE,
                    Item("work", ("恢复办法", "How it was restored"), "text", asked=True, needed=True),
                    Item("data_check", ("数据和业务核对", "Check of data and work"), "text", asked=True, needed=True),
                    _LEFT,
                ),
            ),
            _COURSE,
        ),
        (CUSTOMER, ENGINEER), frozenset({"fault"}),
    ),
    Kind(
        "finding", ("隐患报告", "Finding report"), "YH",
        (
            _PLACE,
            Part(
                ("隐患", "Finding"),
                (
                    Item("found_by", ("发现人", "Found by"), asked=True, needed=True),
                    Item("found_at", ("发现时间", "Found at"), "moment"),
                    Item("risk", ("风险", "Risk"), "choice", asked=True, needed=True, choices=RISKS),
                    Item("told", ("已告知", "Who was told"), asked=True, needed=True),
                    Item("symptom", ("隐患情况", "What was found"), "text", asked=True, needed=True),
                    Item("interim", ("临时措施", "Interim measures"), "text", asked=True),
                    Item("advice", ("处理建议", "Recommendation"), "text", asked=True, needed=True),
                ),
            ),
            _FILES,
        ),
        (CUSTOMER, ENGINEER),
    ),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {kind.key: kind for kind in _ALL}
