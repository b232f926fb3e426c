"""`luyue vault rekey` reaches everything that is encrypted: after it, the old key may go."""

import ast
from pathlib import Path

from luyue.channels.actions.mailboxes import rekey_mailboxes, save_mailbox
from luyue.channels.polling import PURPOSE
from luyue.ledger.encryption import decrypt
from luyue.notices.actions import rekey_outlets
from luyue.notices.models import Outlet
from tests.factories import NOW

SOURCE = Path(__file__).resolve().parents[2] / "src/luyue"


def test_outlets_and_mailboxes_open_with_the_new_key_alone(everything, settings):
    outlet = Outlet(name="群", kind="feishu", host="127.0.0.1", created_at=NOW)
    outlet.seal(url="http://127.0.0.1/hook", secret="s")
    outlet.save()
    box = save_mailbox(
        None, password="p", actor=None, now=NOW, name="报修", address="a@example.com", host="127.0.0.1", port=143,
        security="none", username="a", folder="INBOX", receipts=True, active=True,
    )  # fmt: skip
    settings.LUYUE_SECRETS_KEYS = ["a new key", *settings.LUYUE_SECRETS_KEYS]
    assert rekey_outlets(now=NOW) == rekey_mailboxes(now=NOW) == 1
    settings.LUYUE_SECRETS_KEYS = ["a new key"]
    assert Outlet.objects.get().open()["secret"] == "s"
    box.refresh_from_db()
    assert decrypt(box.password, purpose=PURPOSE) == "p"


def test_no_app_encrypts_without_being_rekeyed():
    """Whoever calls `encrypt` is known to the command; a new one is added there and here."""
    callers = {
        file.relative_to(SOURCE).parts[0]
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "encrypt"
    }
    assert callers - {"ledger"} == {"channels", "notices", "vault"}
