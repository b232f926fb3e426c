"""Web server, worker and private database in one go: what `luyue run` and `luyue demo` watch over."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from luyue.project import postgres

ANSWER_SECONDS = 30
PATIENCE_SECONDS = 60.0  # the longest wait before a worker that keeps ending is started again


def supervise(host: str, port: int, greet: Callable[[], None], *, words: Sequence[str] = ()) -> int:
    """Run server and worker until Ctrl-C or SIGTERM; then end the server, the worker and the database, in this order.

    The database must be ready. A worker that ends is started again, later each time. Call it from the main thread.

    Args:
        greet: called once, when the pages answer.
        words: more of them for `luyue serve`.
    Returns: exit code; 1 if the server did not start or ended by itself.
    """
    children: list[subprocess.Popen[bytes]] = []
    try:
        server = _child("serve", "--host", host, "--port", str(port), *words)
        children = [server, _child("worker")]
        if not _answers(host, port, server):
            print("luyue: 网页服务未能启动 / the web server did not start", file=sys.stderr)
            return 1
        greet()
        _watch(children)
        print("luyue: 网页服务意外退出 / the web server has ended", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n正在停止 / stopping …", flush=True)
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not leave half of it running
            signal.signal(number, signal.SIG_IGN)
        for child in children:
            _end(child)
        postgres.stop()


def end_on_signals() -> None:
    """SIGTERM ends us as Ctrl-C does, and Ctrl-C does also where a shell started us in the background."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)


def _watch(children: "list[subprocess.Popen[bytes]]") -> None:
    """Until the first child, the server, ends. The second, the worker, is replaced when it ends."""
    server, worker = children
    wait, again, begun = 1.0, 0.0, time.monotonic()  # seconds; again: when it is started, 0: it runs
    while server.poll() is None:
        if again and time.monotonic() >= again:
            worker = children[1] = _child("worker")
            again, begun = 0.0, time.monotonic()
        elif not again and worker.poll() is not None:
            print("luyue: 后台任务意外退出，重新启动 / the worker ended, starting it again", file=sys.stderr)
            wait = 1.0 if time.monotonic() - begun > PATIENCE_SECONDS else min(2 * wait, PATIENCE_SECONDS)
            again = time.monotonic() + wait
        time.sleep(1)


def _child(*words: str) -> "subprocess.Popen[bytes]":
    """`luyue WORDS` in a session of its own, so that Ctrl-C reaches us alone and we end things in order."""
    return subprocess.Popen(
        [sys.executable, "-m", "luyue", *words],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=postgres.end_with_parent(signal.SIGTERM),
    )


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def free_port(host: str, wish: int) -> int:
    """The first free port from `wish` on."""
    for port in range(wish, wish + 50):
        if not is_free(host, port):
            continue
        if port != wish:
            print(f"端口 {wish} 已被占用，改用 {port} / port {wish} is taken, using {port}")
        return port
    raise SystemExit(f"luyue: 端口 {wish} 至 {wish + 49} 均被占用 / all taken")


def is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _answers(host: str, port: int, server: "subprocess.Popen[bytes]") -> bool:
    """Wait until the server takes connections; False if it ends or takes longer."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with socket.create_connection((reachable(host), port), timeout=1):
                return True
        except OSError:
            time.sleep(0.05)
    return False


def reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
