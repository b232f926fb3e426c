"""`luyue run`: all of an installation by one command, and the end of all of it."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from luyue.project import commands, tables


@pytest.fixture(scope="module")
def data():
    """An installation with its first administrator. Root's database runs as another user, who must pass the folder."""
    made = Path(f"/tmp/luyue-test-run-{os.getpid()}")
    made.mkdir()
    added = luyue(made / "data", "person", "add", "admin", "--name", "管理员", "--role", "admin")
    assert added.returncode == 0, added.stderr
    yield made / "data"
    shutil.rmtree(made)


def luyue(data: Path, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "luyue", *words],
        env=environment(data), input="a-long-password-1\n", capture_output=True, text=True,
    )  # fmt: skip


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LUYUE_", "DJANGO_"))}
    return kept | {"LUYUE_DATA": str(data)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def workers(house: psutil.Process) -> list[psutil.Process]:
    found = []
    for child in house.children():
        try:
            if child.cmdline()[-1:] == ["worker"] and child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def test_one_command_runs_all_and_ends_all(data):
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", "luyue", "run", "--port", str(port)],
        env=environment(data), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    house = psutil.Process(running.pid)
    try:
        assert f"http://127.0.0.1:{port}/" in running.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=30) as page:
            assert "登录" in page.read().decode()
        taken = luyue(data, "run", "--port", str(port))
        assert taken.returncode == 1 and "已被占用" in taken.stderr
        (first,) = workers(house)
        first.kill()
        until = time.monotonic() + 60
        while not [one for one in workers(house) if one.pid != first.pid] and time.monotonic() < until:
            time.sleep(0.2)
        assert [one for one in workers(house) if one.pid != first.pid]
        children = house.children(recursive=True)
        assert len(children) > 3
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(60)
    assert running.returncode == 0
    psutil.wait_procs(children, timeout=10)
    assert [one for one in children if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []


def test_pages_by_https_keep_cookies_to_it(data, certificate):
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", "luyue", "run", "--port", str(port), "--cert", certificate[0], "--key", certificate[1]],
        env=environment(data), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert f"https://127.0.0.1:{port}/" in running.stdout.readline()
        trusting = ssl.create_default_context(cafile=certificate[0])
        with urllib.request.urlopen(f"https://127.0.0.1:{port}/login/", timeout=30, context=trusting) as page:
            assert "登录" in page.read().decode()
            cookies = page.headers.get_all("Set-Cookie")
        assert cookies and all("Secure" in cookie for cookie in cookies)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(60)
    assert running.returncode == 0


@pytest.mark.parametrize("words", [["--cert", "{0}"], ["--key", "{1}"], ["--cert", "{1}", "--key", "{1}"],
                                   ["--cert", "/nowhere", "--key", "{1}"]])  # fmt: skip
def test_a_certificate_that_cannot_be_used_is_told(data, certificate, words):
    done = luyue(data, "run", "--port", str(free_port()), *(word.format(*certificate) for word in words))
    assert done.returncode == 1 and done.stderr.startswith("luyue: ") and "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Files of a certificate for this machine that vouches for itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Luyue")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return str(folder / "cert.pem"), str(folder / "key.pem")


def test_it_says_what_is_missing(data):
    nobody = luyue(data.parent / "nobody", "run", "--port", str(free_port()))
    assert nobody.returncode == 1 and "luyue person add" in nobody.stderr


def test_tables_of_an_older_release_are_left_alone_until_somebody_says_so(owner, committing, capsys):
    """As after an update: of the new release's migrations one has not been applied yet."""
    last = ("field", max(name for app, name in tables.known() if app == "field"))
    owner.execute("DELETE FROM django_migrations WHERE app = %s AND name = %s", last)
    try:
        assert "luyue migrate" in commands._unready()
        with pytest.raises(SystemExit) as ended:
            commands.migrate_if_new()
        assert ended.value.code == 1 and "luyue backup" in capsys.readouterr().err
    finally:
        owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", last)
    assert tables.missing(owner) == []
    commands.migrate_if_new()
