"""What plans ask of named people (`needs`): in words, and whether each of them or the team together has to hold it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["certificate", "degree", "years", "speciality", "knowledge", "post"]


@dataclass(frozen=True, slots=True)
class Need:
    """kind: what shows it. team: it is enough that somebody of those named holds it."""

    kind: Kind
    zh: str
    en: str
    team: bool = False

    def in_(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


KIND_WORDS: Mapping[str, tuple[str, str]] = {
    "certificate": ("证书", "certificate"),
    "degree": ("学历", "degree"),
    "years": ("年限", "years"),
    "speciality": ("专业", "speciality"),
    "knowledge": ("能力", "ability"),
    "post": ("岗位", "post"),
}
# Read from how somebody was named, not from what he holds.
FROM_POST = frozenset({"exclusive", "one_to_one", "region", "own_engineer"})
NEEDS: Mapping[str, Need] = {
    "exclusive": Need("post", "专职，不兼其他客户", "serves this customer alone"),
    "one_to_one": Need("post", "一对一", "one engineer for one customer"),
    "region": Need("post", "写明所在区域", "has a region"),
    "own_engineer": Need("post", "本公司工程师", "of our own firm"),
    "senior_qualification": Need("certificate", "高级资质", "senior qualification"),
    "manager-certificate": Need("certificate", "项目经理证书", "project manager's certificate"),
    "senior_engineer": Need("certificate", "高级工程师", "senior engineer"),
    "contract_management": Need("knowledge", "合同管理经验", "managed contracts"),
    "roadwork_qualification": Need("certificate", "上路作业安全资格", "qualified for work on roads"),
    "college-degree": Need("degree", "专科及以上", "college degree or higher"),
    "related-major": Need("degree", "机电类专业", "degree in a related field"),
    "project_experience_years": Need("years", "项目经验年限", "years of project experience"),
    "operations_experience": Need("years", "运维经验", "experience in operations"),
    "operations-experience": Need("years", "运维经验", "experience in operations"),
    "security-years": Need("years", "安防实施与管理年限", "years in security systems"),
    "surveillance-years": Need("years", "视频监控实施维护年限", "years in video surveillance"),
    "large-integration-years": Need("years", "大型集成项目年限", "years on large integration projects"),
    "field-experience": Need("years", "本专业经验", "experience in the own field"),
    "experienced": Need("years", "讲课经验", "experienced in teaching"),
    "project_member": Need("knowledge", "参与过本项目", "took part in this project"),
    "electromechanics": Need("speciality", "机电专业", "electromechanics", team=True),
    "computing": Need("speciality", "计算机专业", "computing", team=True),
    "system_integration": Need("speciality", "系统集成专业", "system integration", team=True),
    "electrical_automation": Need("speciality", "电气自动化专业", "electrical automation", team=True),
    "large_database": Need("speciality", "大型数据库", "large databases", team=True),
    "gis": Need("speciality", "GIS", "GIS", team=True),
    "spatial_data": Need("speciality", "空间数据", "spatial data", team=True),
    "application_consulting": Need("speciality", "应用咨询", "application consulting", team=True),
    "skilled_repair": Need("knowledge", "维修技术熟练", "skilled at repairs"),
    "repair": Need("knowledge", "维修", "repairs"),
    "weak-current": Need("knowledge", "弱电系统理论与实践", "low-voltage systems"),
    "it-operations-basics": Need("knowledge", "IT 运维基础", "basics of IT operations"),
    "security-knowledge": Need("knowledge", "安防系统理论与实践", "security systems"),
    "computer-knowledge": Need("knowledge", "计算机软硬件", "computer hardware and software"),
    "works-alone": Need("knowledge", "能独立处理常见故障", "handles common faults alone"),
}


def together(need: str) -> bool:
    """Whether it is enough that one of the team holds it. What a plan asks in a word of its own, each has to hold."""
    known = NEEDS.get(need)
    return known is not None and known.team


def need_words(need: str, language: str) -> str:
    """A need in words; a plan's own word as it stands."""
    known = NEEDS.get(need)
    return known.in_(language) if known else need
