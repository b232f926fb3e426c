"""Encrypted columns: only the right key and the right purpose open them."""

import stat
from pathlib import Path
from typing import Any

import pytest

from luyue.ledger.encryption import Undecipherable, decrypt, encrypt, reseal
from luyue.project import places


def test_what_was_encrypted_comes_back() -> None:
    sealed = encrypt("口令 p@ss", purpose="a")
    assert "p@ss" not in sealed
    assert decrypt(sealed, purpose="a") == "口令 p@ss"


def test_the_same_text_looks_different_each_time() -> None:
    assert encrypt("x", purpose="a") != encrypt("x", purpose="a")


def test_a_text_moved_to_another_purpose_does_not_open() -> None:
    with pytest.raises(Undecipherable):
        decrypt(encrypt("x", purpose="a"), purpose="b")


@pytest.mark.parametrize("broken", ["", "gAAAA", "密文", "x" * 100])
def test_what_was_not_encrypted_is_refused(broken: str) -> None:
    with pytest.raises(Undecipherable):
        decrypt(broken, purpose="a")


def test_a_new_key_opens_the_old_texts_until_they_are_sealed_anew(settings: Any) -> None:
    settings.LUYUE_SECRETS_KEYS = ["old"]
    sealed = encrypt("x", purpose="a")
    settings.LUYUE_SECRETS_KEYS = ["new", "old"]
    assert decrypt(sealed, purpose="a") == "x"
    fresh = reseal(sealed, purpose="a")
    settings.LUYUE_SECRETS_KEYS = ["new"]
    assert decrypt(fresh, purpose="a") == "x"
    with pytest.raises(Undecipherable):
        decrypt(sealed, purpose="a")


def test_the_key_is_made_once_and_for_the_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUYUE_DATA", str(tmp_path))
    monkeypatch.delenv("LUYUE_SECRETS_KEY", raising=False)
    made = places.secrets_keys()
    assert made == places.secrets_keys()
    assert stat.S_IMODE((tmp_path / "secrets-key").stat().st_mode) == 0o600
    assert made != [places.secret_key()]


def test_keys_from_the_environment_need_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUYUE_DATA", str(tmp_path))
    monkeypatch.setenv("LUYUE_SECRETS_KEY", "new, old")
    assert places.secrets_keys() == ["new", "old"]
    assert not (tmp_path / "secrets-key").exists()
