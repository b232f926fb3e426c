"""A browser and the real application behind a real server, for tests of what people see."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client

from tests import factories


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nothing: pytest shows what failed."""


@pytest.fixture(scope="session")
def served(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """Address of the running application."""
    with django_db_blocker.unblock():
        server = make_server("127.0.0.1", 0, get_wsgi_application(), _Server, _Silent)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def log_in(served: str, committing: None):
    """Log a new person into a browser context: log_in(context, role, language)."""

    def enter(context, role="operator", language="zh-hans"):
        person = factories.person(role)
        client = Client()
        client.force_login(person)
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
        context.add_cookies(
            [{"name": name, "value": value, "url": served} for name, value in cookies.items()]
        )
        return person

    return enter
