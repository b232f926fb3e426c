"""An installation as it is run: database, `luyue serve`, `luyue worker`, filled with a small demo; and its users.

It has a data folder of its own and is shared by all tests of this folder, which add to it but never empty it. Whoever
works on a page lets them walk through a demo that runs already: LUYUE_WALK_AT=http://127.0.0.1:8000.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from luyue.project.postgres import end_with_parent
from luyue.simulator.world import PASSWORD
from tests.browser.pictures import small_png

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs/guide/pictures"
LARGEST_PICTURE = 150_000
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
START_SECONDS = 300


@pytest.fixture(scope="session")
def installation() -> Iterator[str]:
    """Address of the running installation."""
    if at := os.environ.get("LUYUE_WALK_AT"):
        yield at
        return
    # Not pytest's folder: the database's socket lies in it, and the path of a socket is short.
    folder = Path(tempfile.mkdtemp(prefix="luyue-walk-"))
    for name in ("DATABASE_URL", "DATABASE_APP_URL", "LUYUE_USE_POOL", "LUYUE_MAIL_HOST"):
        os.environ.pop(name, None)
    own = {
        "LUYUE_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        "PYTHONPATH": str(ROOT),
    }
    port = _free_port()
    running: list[subprocess.Popen[str]] = []

    def run(*words: str) -> "subprocess.Popen[str]":
        log = open(folder / f"{len(running)}.log", "w")  # noqa: SIM115 - the process keeps it
        started = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT, env=os.environ | own, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True,
            start_new_session=True, preexec_fn=end_with_parent(signal.SIGTERM),  # also if the tests are killed
        )  # fmt: skip
        running.append(started)
        return started

    def said() -> str:
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in sorted(folder.glob("*.log")))

    try:
        holder = run("tests.browser.filled")
        _wait(lambda: (folder / "0.log").read_text().endswith("ready\n"), holder, said)
        server = run("luyue", "serve", "--port", str(port))
        run("luyue", "worker")
        _wait(lambda: _answers(port), server, said)
        yield f"http://127.0.0.1:{port}"
    finally:
        for one in reversed(running[1:]):
            one.terminate()
        for one in reversed(running):
            one.stdin.close()  # the holder of the database ends by this
            try:
                one.wait(30)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(done: Callable[[], bool], process: "subprocess.Popen[str]", said: Callable[[], str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not done():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"The installation for the browser tests did not start:\n{said()}", pytrace=False)
        time.sleep(0.05)


class Visitor:
    """A person at a browser; collects what went wrong there."""

    def __init__(self, context: BrowserContext, page: Page, installation: str) -> None:
        self.context, self.page, self.address = context, page, installation
        self.troubles: list[str] = []
        self.expected: set[int] = set()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)

    def _said(self, message: object) -> None:
        # What a refused request says here is judged by its status below.
        # So is what htmx says about it, also when a page was left while it asked.
        text = message.text
        known = "Failed to load resource" in text or text.startswith(("htmx:", "Response Status Error Code"))
        if message.type == "error" and not known:
            self.troubles.append(f"console: {text}")

    def _answered(self, response: object) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.troubles.append(f"{response.status}: {response.request.method} {response.url}")

    def _failed(self, request: object) -> None:
        # A page that is left takes its requests with it.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"{request.failure}: {request.url}")

    def open(self, path: str) -> Page:
        """Open a page and wait until it is whole."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def fits(self) -> bool:
        """Whether the page stays within the width of its window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.fixture(scope="session")
def cookies() -> dict[str, list]:
    """Cookies of those who have logged in once, by their log-in name."""
    return {}


@pytest.fixture
def visit(browser: Browser, installation: str, cookies: dict[str, list]) -> Iterator[Callable[..., Visitor]]:
    """Let somebody come: visit("zhangmin", PHONE, theme="dark"). Afterwards nothing may have gone wrong."""
    came: list[Visitor] = []

    def come(username: str = "", size: dict[str, int] = DESKTOP, theme: str = "light") -> Visitor:
        context = browser.new_context(
            viewport=size,
            color_scheme=theme,
            reduced_motion="reduce",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(20_000)
        visitor = Visitor(context, context.new_page(), installation)
        came.append(visitor)
        if username in cookies:
            context.add_cookies(cookies[username])
        elif username:
            logged_in(visitor, username)
            cookies[username] = context.cookies()
        return visitor

    yield come
    troubles = [trouble for visitor in came for trouble in visitor.troubles]
    for visitor in came:
        visitor.context.close()
    assert troubles == []


def logged_in(visitor: Visitor, username: str, password: str = PASSWORD) -> Page:
    """Log in by the page, as people do."""
    page = visitor.open("/login/")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.wait_for_load_state("networkidle")
    return page


@pytest.fixture
def picture(browser: Browser) -> Callable[[Page, str], None]:
    """Take a picture for the guide: picture(page, "queue"). It is kept only if LUYUE_PICTURES=1."""

    def take(page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        taken = page.screenshot(animations="disabled", caret="hide")
        if os.environ.get("LUYUE_PICTURES") != "1":
            return
        blank = browser.new_page()
        small = small_png(taken, blank)
        blank.close()
        assert len(small) <= LARGEST_PICTURE, f"{name}.png is too large for the guide"
        PICTURES.mkdir(exist_ok=True)
        (PICTURES / f"{name}.png").write_bytes(small)

    return take
