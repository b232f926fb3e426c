"""Text in UTF-8, UTF-16, GBK, GB18030 or Big5, told by the bytes and by how Chinese the result looks."""

# The most usual letters of service documents, in both scripts: a wrong decoding hardly gives any of them.
_USUAL = frozenset(
    "的一是在不了有和人这中大为上个国我以要时来用们生到作地于出就分对成会可主发年动同工也能下过服务小内天质保修故障应"
)
_USUAL_OLD = frozenset("時個為來們對會發動務質應務復響達現場間無與過後處員電話")


def decode(raw: bytes) -> str:
    """The text of bytes. Never fails: what fits nothing is read as UTF-8 with marks for what is lost."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace").lstrip("\ufeff")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if _looks_like_utf16(raw):
        order = "utf-16-le" if raw[1:2000:2].count(0) >= raw[0:2000:2].count(0) else "utf-16-be"
        return raw.decode(order, errors="replace")
    best = max(
        ((_score(text), -place, text) for place, text in enumerate(_readings(raw))), key=lambda one: one[:2]
    )
    return best[2]


def _readings(raw: bytes) -> list[str]:
    return [
        raw.decode("gb18030", errors="replace"), raw.decode("utf-8", errors="replace"),
        raw.decode("big5hkscs", errors="replace"),
    ]  # fmt: skip


def _score(text: str) -> float:
    """How much a text looks like Chinese prose: usual letters for it, lost ones against."""
    sample = text[:20000]
    if not sample:
        return 0.0
    usual = sum(letter in _USUAL or letter in _USUAL_OLD for letter in sample)
    lost = sample.count("\ufffd")
    rare = sum("\ue000" <= letter <= "\uf8ff" for letter in sample)
    return (usual - 4 * lost - 4 * rare) / len(sample)


def _looks_like_utf16(raw: bytes) -> bool:
    """Latin letters and line ends of UTF-16 leave zeros in every other byte; no other text has any."""
    sample = raw[:4000]
    return len(sample) >= 8 and sample.count(0) > len(sample) / 16
