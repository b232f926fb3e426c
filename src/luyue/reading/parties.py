"""Who is who in a document: the words for the one who promises and for the one who is promised to."""

import re
from dataclasses import dataclass

WE = (
    r"我(?:方|司|公司|们|单位)|乙方|本(?:公司|单位)|供应商|投标人|中标人|成交人|服务商|服务方|卖方|供方|承包[人方]|承建[方单]|承揽[人方]|受托[人方]"
    r"|实施[方单]|施工[方单]|运维[方单]|维保[方单]"
)
THEY = (
    r"甲方|采购人|采购方|采购单位|用户|客户|买方|业主|校方|院方|馆方|园方|厂方|物业|使用方|使用单位|需方|招标人|委托方|委托人|发包人|医院|学校|图书馆|管理处|"
    r"管理方|会务部|承办单位|主管部门|贵(?:司|部|院|校|方|馆|公司|单位)"
)
_NAMED = re.compile(
    r"(?P<whom>[^\n。;,(“\"]{0,30})[(]?(?:以下|下)?(?:简)?称(?:为)?[“\"「](?P<name>[\u4e00-\u9fff]{2,6})[”\"」]"
)
# 以下简称“本系统”: no party.
_THING = re.compile(
    r"(?:系统|合同|协议|项目|平台|设备|软件|服务|产品|双方|标的|工程|条款|附件|货物|标准|方案|故障|事件)$"
)
_FIRM = re.compile(rf"(?:公司|企业|厂|集团|{WE})$")


@dataclass(frozen=True, slots=True)
class Parties:
    """A document's own names for the two: （以下简称“贵院”）."""

    they: "re.Pattern[str] | None"
    we: "re.Pattern[str] | None"

    def usual(self, sentence: str) -> str:
        """A sentence with the usual names in place of the document's own."""
        sentence = self.we.sub("乙方", sentence) if self.we else sentence
        return self.they.sub("甲方", sentence) if self.they else sentence


def parties(text: str) -> Parties:
    """The names that a cleaned text gives to the parties."""
    they: set[str] = set()
    we: set[str] = set()
    for hit in _NAMED.finditer(text):
        if _THING.search(hit["name"]):
            continue
        (we if _FIRM.search(hit["whom"]) or re.search(WE, hit["name"]) else they).add(hit["name"])
    return Parties(_any_of(they - we), _any_of(we))


def _any_of(names: set[str]) -> "re.Pattern[str] | None":
    return re.compile("|".join(sorted(names, key=len, reverse=True))) if names else None
