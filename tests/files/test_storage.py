"""An attachment is whole in its place, or not there at all."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from luyue.files import content, storage


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def all_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_the_same_content_is_kept_once(folder):
    first, again = content.keep(b"one"), content.keep(b"one")
    assert first == again == hashlib.sha256(b"one").hexdigest()
    assert content.read(first) == b"one" and all_files(folder) == [first]


def test_two_who_keep_the_same_at_once_leave_one_file(folder, monkeypatch):
    name = content.keep(b"one")
    monkeypatch.setattr(storage.DurableStorage, "exists", lambda *_: False)  # neither has seen the other's
    assert content.keep(b"one") == name
    assert all_files(folder) == [name] and content.read(name) == b"one"


class Broken(ContentFile):
    """Ends halfway, as a full disk or a broken line does."""

    def chunks(self, chunk_size=None):
        yield b"half"
        raise OSError("no space left")


def test_what_breaks_off_leaves_nothing(folder):
    with pytest.raises(OSError, match="no space"):
        default_storage.save("ab/abc", Broken(b"whole"))
    assert all_files(folder) == []


def test_what_breaks_off_spoils_nothing_that_is_there(folder):
    default_storage.save("ab/abc", ContentFile(b"whole"))
    with pytest.raises(OSError, match="no space"):
        default_storage.save("ab/abc", Broken(b"whole"))
    assert (folder / "ab/abc").read_bytes() == b"whole" and all_files(folder) == ["abc"]
