"""What is to be done within a limit: the verbs of service language, as metrics."""

import re
from dataclasses import dataclass

# In order: at the same place the first pattern wins, so compounds stand before their parts.
_ACTS: tuple[tuple[str, str], ...] = (
    ("answer_call", r"接听|接起|响铃|铃响|铃声|摘机|电话[^,。;]{0,4}接通(?!率)|人工[^,。;]{0,3}接[通入听起]|(?<=[秒声]内)(?:有人)?接[入通起听]"),
    ("remote_support", r"(?:电话|热线)?响应并?提供远程[^,。;]{0,6}方案(?=$^)|远程(?!无法|不能|未能)[^,。;\d]{0,10}?(?:协助|支持|指导|服务|诊断|处理|维护|解决|方案|排查|排除|接入|修复|介入|连线|登录|处置|支援|技术支持|恢复|查看|看(?=[,。;]|$))"),
    ("remote_support", r"(?:电话|热线|在线|线上|网络|邮件)(?!响应)[^,。;\d]{0,8}?(?:技术支[持援]|支持|指导|协助|解决|排障|诊断|解答|支援|处理)|远程(?:核实|确认|检查|登陆|判断|连接|重启|排故|处置|接手|分析|操作|复位)|(?:电话|热线|微信|视频|线上|在线)(?!响应)[^,。;\d]{0,6}?(?:沟通|了解|核实|排查|判断|教|处置|说明|联系|回复(?=$^))|(?<=内)远程[\u4e00-\u9fff]{2}|(?:提供|给予)(?:[\u4e00-\u9fff]{0,4}的)?(?:免费)?技术(?:支[持援]|指导|协助)|回过?去?电|打回[来去]|联系上|回电|回拨|回个?电话|致电|电话联系|电话回复(?=$^)"),
    ("arrive", r"(?:到达|抵达|赶到|赶至|赶赴|到|抵|前往|进入|现场|赴)[^,。;\d内]{0,14}?现场(?:时间)?|到场|到达|抵达|赶到|赶至|赶赴|赶往|到位|到(?:校|院|馆|店|站|教室|机房|车间|病房|科室|车|园|厂|岗位|点位|点(?!以)|用户|客户|门店|家)(?:时间)?|(?<=内)(?:必须|须|可|能|就)?到(?!期|货|账|款)|(?<=小时|分钟)(?:必|准|就|能|须)?到(?!期|货|账|款|达率|位率|\d|[一二两三四五六七八九十])|(?:也|就|能|准|必|可|人)到(?=了?[,。;)]|$)|来人(?!员)|见[到]?人|(?<=[内时钟天日])(?:必|准|就|能|可)?来(?=[,。;]|$|看|处理|修)|来(?:您|贵)?(?:店|校|园|院|馆|家|厂|单位|现场|处|检修|检查)|登门|(?<=内)(?:必须|须|应|可|能)?(?:进场|入场|入园|入馆|进站|进厂|登机|登船|登塔|抵|上岗|在场)|赶过[来去]|到(?:您|你|贵)?(?:门口|单位|公司|学校|医院|小区|站|楼下|地方|柜台|窗口|网点|所|局|村|社区)(?![的内])"),
    ("other:diagnosis", r"(?:判明|查明|找[到出]|定位|诊断[出清]|弄清|排查出|锁定)[^,。;\d]{0,6}(?:原因|故障|问题|部位|根源)"),
    ("other:rescue", r"放出被困|解救|救出|解困|救援(?:被困|完)"),
    ("arrive", r"现场(?:响应|服务|支持|处理|维修|到达|到场|技术支持|解决|救援|处置|维护|检修|排除|抢修|支援|技术服务)|上门(?:服务|维修|处理|解决|响应|检修|维护|支持|现场|排除|检测|更换)?"),
    ("depart", r"出发|动身|启程|出车|出动|出警|派员|派人|派专人|派出|派遣|委派|指派|调派|动身|往[^,。;]{0,4}赶|派[^,。;\d内]{0,10}(?:工程师|人员|技师|专家|维修)|安排[^,。;\d内]{0,12}(?:工程师|人员|专人|技师|上门|专家|维修|前往)"),
    ("other:dispatch", r"派单|派工|重派"),
    ("other:escalation", r"(?:升级|上升|转)(?:至|到|给|由|交)?(?:技术)?(?:二线|三线|专家|总监|厂家|原厂|研发|负责人|主管|经理|上一?级|高级)|升级(?=[,。;]|$)"),
    ("repair_return", r"返修|返厂|送修(?!部件|的)|返还|送还|寄回|送回|归还|检修完毕入库|返回(?=[,。;]|$)|维修周期|返回(?:用户|客户|采购人|甲方|业主|使用)|修[复好]后?(?:交|送|返|寄)[回还]?|返(?=[港店校院站馆库园]|回)"),
    ("spare_delivery", r"备(?:品备)?[件品](?:备件)?[^,。;\d内]{0,8}?(?:送达|到达|到货|到位|供应|发货|发出|送到|运抵|调拨|提供|响应|交付|更换到位|送至|寄出|到场|支援)|(?:送达|提供|调配|供应|发出|调拨|调运|寄出|运送|送)[^,。;\d内]{0,8}?(?:备件|配件|零配件|备品|零部件|零件)|(?:配件|零配件|零部件|零件|耗材)(?:到[位货达]|送达|供应|交付|供货|响应)(?:时间|时限|周期|期限)"),
    ("loaner", r"备用(?:机|设备|产品|件|品|部件|系统|整机|主机|电池|装置|仪器|方案(?=$^))|备机|代用(?:品|机|产品|设备|件)?|替代(?:品|设备|产品|机)|周转(?:机|设备)|代替(?:品|设备|机)|替换机|代用(?!期)|启用[^,。;\d]{0,6}(?:应急|备用)|切换[^,。;\d]{0,4}备用|投入备用|同型号?的?(?:代用|备用|替代)?机(?!器)|借用|(?:借|调|拉|拿|送)(?:您|你|给|来|贵[校院店方])*[^,。;\d]{0,4}?[一1][台套部辆件个][^,。;]{0,14}(?:用|顶|替|过渡)|借(?:您|你|给)[^,。;]{0,6}[台套部辆]|(?:备用|代用|周转|临时|应急|便携式?|移动式)[\u4e00-\u9fff]{1,6}?(?:替换|替代|代替|顶替|顶上|先用|过渡|代为运行)|以备[\u4e00-\u9fff]{1,3}(?:替|代|顶)|同类设备|应急设备|顶上|顶替|替上|先用着|先顶|临时替代|过渡(?:机|设备)|应急[^,。;\d]{0,4}(?:设备|装置|电源|车)"),
    ("replace", r"更换(?!人员|服务人员|工程师|驻场|项目)|换机(?!器)|(?<=[天日内时晚])换(?=[,。;]|一|[锁新件])|(?:给您?|免费)换|换新|调换|替换|换货|退换|包换"),
    ("plan", r"(?:提出|提供|给出|制定|出具|提交|确定|拿出|交|形成|明确|编制|制订|反馈|答复|告知|出|拿出)(?![^,。;]{0,5}远程)[^,。;\d内]{0,14}?方案|(?:解决|处理|应急|维修|整改|初步|抢修|技术|处置|恢复)方案|解决案|方案(?=时间|时限|提交|提供)|(?:提出|给出|出具|拿出|反馈|提供|提交)[^,。;\d内]{0,8}(?:处理意见|意见|办法|对策|结论|整改计划|措施|思路|整改建议|处理建议|解决建议)"),
    ("report", r"(?:提交|提供|出具|报送|形成|编写|交|上报|发送|送达|递交|给出|填写)[^,。;\d内]{0,22}?(?:报告|书面说明|总结|分析材料|说明材料|报表|记录单|[日周月季年]报(?![价警修]))|报告(?:提交|时间|时限)|(?:检测|分析|故障|事故|维修|整改|服务|调查|总结)报告|(?:服务|工作|年度|季度|学期)总结(?!会)|(?:交|提交|出)[^,。;\d内]{0,6}(?:书面(?:分析|报告|说明|材料)|小结|总结)|(?:提交|提供|出具|报送|形成|编写|交|上报|发送?|送达|递交|给出|填写|出|写|补[交报]?)[^,。;\d内]{0,18}?(?:(?:原因|事后|根因|故障|技术)?分析|复盘|简报|情况说明|说明(?!书)|总结|小结|纪要|书面材料|RCA|鉴定书|处理结果|调查结论|检查结果)(?!会)|书面(?=[,。;)]|$)|书面(?:初报|报告)|终报|报送|呈报|(?:提交|反馈|报送|上报)[^,。;\d内]{0,10}(?:结果|情况)"),
    ("resolve", r"(?:故障|问题)?(?:解决(?!办法|方案|措施|案)|修复|恢复|排除|修好|排障|复通|修正|更正|纠正|装妥|修妥|(?:执行|实施|恢复)完毕|办结|闭环|消除|解除|修补|抢通|复原|复机|销号|消缺|弄好|弄妥|弄利索|搞定|搞好|修利索|办妥|办好|妥善处理|恢复使用|能用(?=[,。;]|$)|用上(?=[,。;了]|$)|喝上|转起来|动起来|跑起来|开起来|处理掉|处理妥|交活|送上电|复[产航课工诊]|通[水气网车]|弄通|治好|修上|调好)|(?:处理|处置|维修|修理|检修|抢修|修缮)(?:完[成毕好]|好|完)|完成(?:维修|修复|处理|处置|故障|抢修|修理|检修|恢复|整改|更正|修正)|(?:处理|处置|维修|修理|修正|抢修)(?=时间|时限|时效|周期|期限|完成)|整改(?:完[成毕]|到位)|(?<=[内日时天])(?:整改|修毕|修通|治愈|清除|重装|做完|办完|弄完)|投入(?:使用|运行)|(?:使|让)[^,。;\d]{1,8}(?:正常|可用|能用|用上|运[行转])"),
    ("other:advance_notice", r"提前(?:通知|告知|预约)"),
    ("other:follow_up", r"(?:电话|上门)?回访"),
    ("other:notify", r"(?:电话)?报告(?=[中用甲客校院馆业主采值])|续报|通知(?!后|书|单|起)|告知|知会|通报|汇报|上报|报备"),
    ("other:document", r"(?:提供|提交|交付|移交|更新|交)[^,。;\d内]{0,16}?(?:资料|文档|图纸|手册|文件|清单|名单|档案|说明书|证书)"),
    ("other:delivery", r"交货|供货|到货|送货|发货|交付|送达|寄[到出达]|送[到至抵]|送货上门|(?:完成|全部)安装|安装(?:调试)?完[成毕]|(?:完成|进行)(?:安装|调试|部署|供货)|完工|竣工"),
    ("respond", r"开始(?:处理|抢修|维修|排查|处置)|着手|启动(?:处理|处置|抢修|应急)|跟进|首次回复|即报即应|(?:给|有)(?:您|你)?(?:一?个)?(?:回话|准话|回音|说法|话|信儿?)|回[您你](?=[,。;]|$|话|信)|联系(?:用户|客户|报修人|您|业主|使用人|报障人|来电人|采购人|甲方|贵)|(?:与|和|同|跟|向)(?:用户|客户|报修人|报障人|您|贵[方司校院单]位?|业主|使用人|使用单位|采购人|甲方|招标人)(?:方|单位)?(?:进行|取得|建立|保持|主动|电话)?(?:联系|沟通|联络)|(?:取得|主动|电话)联[系络]|介入|接手|通话|响应|应答|答复|回复|回应|受理|反馈|回话|接单|答应|处理意见|答疑|解答|确认故障|确认(?=时[间限])|(?:^|(?<=[ |\t]))确认(?=[ |\t]|$)"),
    ("other:set_up", r"(?:设立|建立|提供|成立|设置)[^,。;\d内]{0,12}?(?:服务点|服务站|办事处|机构|场所|仓库|网点|备件库)|(?:补[充齐足]|补货)"),
    ("other:staff", r"(?:更换|替换|补充|调整|到岗|增派)[^,。;\d内]{0,6}(?:人员|工程师)|到岗|人员到位"),
    ("weak:resolve", r"完成|处理|处置|维修|修理|抢修|检修|服务到位"),
)  # fmt: skip
_ACT = re.compile("|".join(f"(?P<a{i}>{pattern})" for i, (_, pattern) in enumerate(_ACTS)))
_LABEL_TAIL = r"(?:故障|现场|问题|服务|技术|客户|用户|系统|设备|处理|支持|完成|的)*(?:时间|时限|时效|期限|时长|周期|限时|速度|用时|耗时|要求|标准|承诺|指标)"
# 到达现场后2小时内: the act is where the time starts, not what is limited.
_STARTS = re.compile(
    r"[^,。;:\d内]{0,8}?(?:之后|以后|后(?!续|台|勤|备|期|方)|起(?:计)?(?![火重吊动升降泵伏])|之时起|时起|之日起|为起点)"
)
_NEGATED = re.compile(
    r"(?:无法|不能|未能?|不可|仍未|没有|没能|难以|不了|尚未|不)(?:(?!则|就|时|将|便|须|提供)[^,。;:)（(内]){0,9}$"
)


@dataclass(frozen=True, slots=True)
class Act:
    """An act in a text. `label`: it names a limit (响应时间); `negated`: it fails (无法解决); `start`: time runs from it."""

    start: int
    end: int
    metric: str
    label: bool
    negated: bool
    origin: bool

    @property
    def weak(self) -> bool:
        return self.metric.startswith("weak:")


def acts(text: str) -> list[Act]:
    """Every act in a text, in order."""
    found: list[Act] = []
    for hit in _ACT.finditer(text):
        metric = next(name for i, (name, _) in enumerate(_ACTS) if hit[f"a{i}"] is not None)
        start, end = hit.span()
        if metric == "respond" and re.match(
            r"响应(?:中心|机构|体系|机制|方式|级别|流程|等级|团队|人员|度)", text[start : start + 5]
        ):
            continue
        if metric == "arrive" and re.match(r"到位.{0,2}(?:率)", text[start : end + 3]):
            continue
        label = re.match(_LABEL_TAIL, text[end:])
        if label:
            end += label.end()
        elif hit.group().endswith("时间"):
            label = re.match("", "")
        before = text[max(0, start - 12) : start]
        if metric == "arrive" and before.endswith(("预约", "约定", "商定", "约好", "预定")):
            continue
        negated = bool(_NEGATED.search(before)) or bool(
            re.match(r"[^,。;]{0,2}(?:不了|不成|未果|失败|无效)", text[end:])
        )
        origin = bool(_STARTS.match(text, end)) and not label
        found.append(Act(start, end, metric, bool(label), negated, origin))
    return found


def label_metrics(text: str) -> tuple[str, ...]:
    """The metrics that a head, a label or a line of heads names, in order: 响应时间 到场时间 → respond, arrive."""
    found: list[str] = []
    if _OFFERS.search(text):
        return ()  # what is offered beside what was asked for
    for act in acts(text):
        metric = act.metric.removeprefix("weak:")
        if act.negated or act.origin:
            continue
        if act.label or len(text) <= 12:
            found.append(metric)
    if len(found) == 2 and found == ["arrive", "respond"] and re.search(r"现场[^ ]{0,2}响应", text):
        return ("arrive",)
    if len(found) == 2 and found == ["respond", "arrive"] and re.search(r"响应(?:并|及|和)?到", text):
        return ("arrive",)
    return tuple(found)


_IN_ORDER = re.compile(r"依次|分别|顺序|先后|[两三四]个(?:时间|时限|指标|数)|时间|时限|如下|下[列表]")
_BESIDE = re.compile(r"[^,。;:\d]{0,4}(?:、|/|和|及|与|→|以及)[^,。;:\d]{0,4}")


def listed_metrics(text: str) -> tuple[str, ...]:
    """The metrics of heads that a sentence names in order: 下面依次是响应、到场、修复的时间."""
    if not _IN_ORDER.search(text):
        return ()
    row: list[Act] = []
    for act in acts(text):
        if act.negated:
            continue
        if row and not _BESIDE.fullmatch(text[row[-1].end : act.start]):
            if len(row) >= 2:
                break
            row = []
        row.append(act)
    return tuple(act.metric.removeprefix("weak:") for act in row) if len(row) >= 2 else ()


def head_metrics(text: str) -> tuple[str, ...]:
    """The metrics of a line of heads that lost its parting: 级别现象响应到场恢复. Longer than a label, no sentence."""
    if re.search(r"[。;,:]", text):
        return label_metrics(text)
    return tuple(
        act.metric.removeprefix("weak:")
        for act in acts(text)
        if not act.negated and (act.label or not act.weak)
    )


_OFFERS = re.compile(
    r"投标(?:人)?响应(?!时)|响应(?:情况|内容|文件|条款|与否|偏离|描述)|应答(?:情况|内容)|点对点|偏离"
)


def is_metric_label(text: str) -> bool:
    """Whether a short text is a head like 响应时间, 到达现场, 修复时限."""
    text = text.strip()
    return 1 < len(text) <= 18 and bool(label_metrics(text)) and not re.search(r"[,。;]", text)
