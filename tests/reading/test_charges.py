"""Who pays what, as bids say it. Sentences made for these tests."""

import pytest

from luyue.reading.engine import read_text


def charged(text: str) -> set[tuple[str, str, str]]:
    return {(c.phase.removesuffix("_warranty"), c.labour, c.parts) for c in read_text(text).charges}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "质保期内出现问题，我公司免费维修或更换，质保期外维修只收取配件成本费。",
            {("in", "free", "free"), ("post", "free", "cost")},
        ),
        (
            "质保期内提供免费上门维修，期满后只收取材料成本费。",
            {("in", "free", "unspecified"), ("post", "free", "cost")},
        ),
        (
            "质保期内免费；质保期外，更换零件时只收取零件费。",
            {("in", "free", "unspecified"), ("post", "free", "cost")},
        ),
        ("免费保修一年，质保期外维修费用按实际发生收取。", {("post", "charged", "unspecified")}),
        ("质保期外收费标准：人工费按次计，每次90元；配件按进价收取。", {("post", "charged", "cost")}),
        ("保修期满后，收取零件费和维修费。", {("post", "charged", "charged")}),
        ("质保期内所有服务及配件费用均由我公司承担。", {("in", "free", "free")}),
        ("租赁期内，设备的维修、更换配件均由出租方免费负责。", {("in", "free", "free")}),
        ("服务费为包干价，包含人工、备件、差旅等全部费用。", {("in", "free", "free")}),
        ("维保期间人工、差旅均包含在合同价中，更换配件按实际成本另行结算。", {("in", "free", "cost")}),
        ("保修期内所有硬件免费更换。", {("in", "unspecified", "free")}),
        (
            "阶段\t人工\t配件\n质保期内\t免费\t免费\n质保期外\t免费\t成本价",
            {("in", "free", "free"), ("post", "free", "cost")},
        ),
        ("在质保期结束时，任何缺陷由我方免费修理。", set()),
        ("质保期：出现质量问题，由我公司免费维修、更换。", {("in", "free", "free")}),
        ("对产品的质量问题，进行无偿的更换和维修。", {("in", "free", "free")}),
        ("质保期结束后，本公司负责提供系统的维护。", set()),
        (
            "质保期内免费维修，超出质保期收取成本费。",
            {("in", "free", "unspecified"), ("post", "unspecified", "cost")},
        ),
        ("质保期外备件按不高于市场公开价供货。", {("post", "unspecified", "charged")}),
        ("质保期内免收任何维修费用，人为损坏的，只收取零配件成本费。", {("in", "free", "unspecified")}),
        ("质保期内，免除全部维修费用及材料费用。", {("in", "free", "free")}),
        ("三年内免费质保，三年后收取成本费。", {("post", "unspecified", "cost")}),
        ("对于人为损坏的设备，只收取配件成本费。", set()),
        ("质保期内免费提供技术支持和软件升级。", set()),
    ],
)
def test_charges(text: str, expected: set[tuple[str, str, str]]):
    assert charged(text) == expected


def test_a_phase_does_not_reach_through_a_text_without_paragraphs():
    far = "质保期满后，更换零件只收取成本费，人工免收。" + "本方案其余内容按章节说明服务流程与人员安排。" * 12
    assert charged(far + "返工自修复之日起六个月内负责免费返修。") == {("post", "free", "cost")}
