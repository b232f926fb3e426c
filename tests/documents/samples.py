"""A sheet with something of everything, and pictures made on the spot."""

import struct
import zlib

from luyue.documents.sheets import (
    Field,
    Fields,
    Firm,
    Language,
    Picture,
    Sheet,
    Signature,
    Signatures,
    Table,
    Text,
)

LONG = (
    "现场检查发现 3 号卡口摄像机供电模块老化，输出电压不稳（实测 9.8 V，额定 12 V），更换同型号电源后恢复。"
    "“引号”、避头尾；#panic(1) *不是标记* $x$ <b>&amp; {{ 不是占位符 }}。\n第二行：SN123456。"
)


def png(width: int = 120, height: int = 40) -> bytes:
    """A slanted line."""
    rows = b"".join(
        b"\0" + bytes(0 if abs(x - 3 * y) < 4 else 255 for x in range(width)) for y in range(height)
    )

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def sheet(language: Language = "zh", rows: int = 70) -> Sheet:
    return Sheet(
        title="现场服务报告" if language == "zh" else "On-site service report",
        language=language,
        firm=Firm("江苏示例智能科技有限公司", ("南京市玄武区示例路 1 号", "电话 025-12345678"), png()),
        marks=[("编号", "HT-17-XC-2026-003"), ("版本", "2")],
        qr="https://luyue.example/verify/17:abcdefghijklmnop/",
        qr_note="扫码核验",
        foot="摘要 0123 4567 89ab cdef",
        stamp="草稿",
        blocks=[
            Fields(
                "基本情况",
                [
                    Field("客户", "滨江分局"),
                    Field("服务请求", "FW0000123"),
                    Field("现象", LONG, wide=True),
                    Field("点位", "东门"),
                ],
            ),
            Text("处理经过", LONG * 6),
            Table(
                "更换备件",
                ["名称", "序列号"],
                [["电源模块", f"SN{n:06d}"] for n in range(rows)],
                widths=[2, 1],
            ),
            Table("承诺时限", ["承诺", "结果"], [], empty="没有时限"),
            Picture(png(), "图 1 铭牌"),
            Signatures([Signature("客户", "李四", "2026-11-25 12:00", png()), Signature("工程师", "王五")]),
        ],
    )


def texts(of: Sheet) -> list[str]:
    """Every text that a reader of the sheet must find."""
    found = [of.title, of.firm.name, *of.firm.lines, of.qr_note, of.foot, of.stamp]
    found += [text for mark in of.marks for text in mark]
    for block in of.blocks:
        match block:
            case Fields():
                found += [
                    block.title,
                    *(text for field in block.fields for text in (field.label, field.value)),
                ]
            case Text():
                found += [block.title, block.text]
            case Table():
                found += [block.title, *block.head, *(text for row in block.rows for text in row)]
                found += [block.empty] if not block.rows else []
            case Signatures():
                found += [text for one in block.signatures for text in (one.label, one.name, one.at)]
            case Picture():
                found.append(block.caption)
    return [text for text in found if text]


def bare(text: str) -> str:
    """Without spaces, line ends and invisible characters: what is left when lines were broken by the paper."""
    return "".join(letter for letter in text if not letter.isspace() and letter not in "\u200b\ufeff")
