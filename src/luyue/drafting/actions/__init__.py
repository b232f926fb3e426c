"""Acts on drafts. Callers outside of the firm's scope open `queries.room` first."""

from luyue.drafting.actions.adopting import adopt
from luyue.drafting.actions.common import meanwhile_of
from luyue.drafting.actions.deciding import answer, decide, decide_all, merge, set_aside, set_aside_all
from luyue.drafting.actions.editing import add, change, rename, split
from luyue.drafting.actions.hearing import ask_second_reader, hear_second_reader
from luyue.drafting.actions.reading import read_again, read_draft, upload
from luyue.drafting.actions.undoing import undo

__all__ = [
    "add", "adopt", "answer", "ask_second_reader", "change", "decide", "decide_all",
    "hear_second_reader", "meanwhile_of", "merge", "read_again", "read_draft", "rename", "set_aside", "set_aside_all",
    "split", "undo", "upload",
]  # fmt: skip
