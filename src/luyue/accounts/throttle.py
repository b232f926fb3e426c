"""Slows down the guessing of passwords: per log-in name and per address, counted in the server's memory.

The count is not in the database: a wrong password's request is rolled back. A restart forgets it, which is fine.
"""

from django.core.cache import cache

from luyue.domain.refusals import TooManyTries

WINDOW_SECONDS = 300
TRIES_PER_NAME = 5
TRIES_PER_ADDRESS = 50  # a whole office can stand behind one address


def check(username: str, address: str) -> None:
    """Raises TooManyTries if the name or the address has had its tries."""
    for key, most in _keys(username, address):
        if cache.get(key, 0) >= most:
            raise TooManyTries(seconds=WINDOW_SECONDS)


def wrong(username: str, address: str) -> None:
    """Count a wrong password."""
    for key, _ in _keys(username, address):
        cache.add(key, 0, WINDOW_SECONDS)
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two lines
            cache.set(key, 1, WINDOW_SECONDS)


def right(username: str, address: str) -> None:
    """Forget the wrong tries of the name; those of the address stay."""
    cache.delete(_keys(username, address)[0][0])


def _keys(username: str, address: str) -> list[tuple[str, int]]:
    return [
        (f"login-name:{username.casefold()[:60].encode().hex()}", TRIES_PER_NAME),
        (f"login-address:{address}", TRIES_PER_ADDRESS),
    ]
