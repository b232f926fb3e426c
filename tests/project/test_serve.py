"""The web server says that its port is taken, instead of sharing it with another installation."""

import socket

import pytest

from luyue.cli import main


def test_a_taken_port_is_said_and_not_shared(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the server itself opens it
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    assert f"端口 {port} 已被占用" in capsys.readouterr().err
