"""The product's settings, but for the price of a password: twenty people log in and out here."""

from luyue.project.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
