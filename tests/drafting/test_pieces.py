"""The document as the review draws it: every letter once, where it stands."""

from hypothesis import given
from hypothesis import strategies as st

from luyue.drafting import faces
from luyue.drafting.models import Drafted

TEXTS = st.text(alphabet="响应2小时内，。\n\x0b 𠀀", min_size=1, max_size=200)


def _row(number: int, a: int, b: int, state: str) -> Drafted:
    return Drafted(
        pk=number,
        kind="target",
        facts={},
        start=min(a, b),
        end=max(a, b),
        words="",
        rule="x",
        confidence=1,
        state=state,
    )


@st.composite
def drawn(draw: st.DrawFn) -> tuple[str, list[Drafted]]:
    text = draw(TEXTS)
    edge = st.integers(0, len(text))
    pairs = draw(
        st.lists(st.tuples(edge, edge, st.sampled_from(["proposed", "accepted", "rejected"])), max_size=8)
    )
    rows = [_row(number, *pair) for number, pair in enumerate(pairs, start=1) if pair[0] != pair[1]]
    return text, rows


@given(drawn())
def test_every_letter_is_drawn_where_it_stands(case: tuple[str, list[Drafted]]) -> None:
    text, rows = case
    pieces = [piece for paragraph in faces.document(text, (0, len(text)), rows, []) for piece in paragraph]
    assert all(text[piece.at : piece.at + len(piece.text)] == piece.text for piece in pieces)
    assert "".join(piece.text for piece in pieces) == text.replace("\n", "").replace("\x0b", "")
    targets = [target for piece in pieces for target in piece.targets]
    assert len(targets) == len(set(targets))
    shown = {
        f"mark-{row.pk}" for row in rows if text[row.start : row.end].replace("\n", "").replace("\x0b", "")
    }
    assert set(targets) == shown
