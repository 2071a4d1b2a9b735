"""Personal numbers at rest: sealed with AES-SIV, found by a keyed hash.

The keys come from the environment and never from the database. Several sealing keys may stand side by side: the first seals, all open,
so a key can be replaced while old rows stay readable (``flask keys reseal``).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import Dialect, String, TypeDecorator

_NONCE_BYTES = 16


class CannotOpen(Exception):
    """A sealed text was made with a key that is not here, or was changed."""


@dataclass
class Keyring:
    """The keys in use: ``sealing`` by id (64 bytes each, newest first) and one for look-ups."""

    sealing: dict[str, bytes] = field(default_factory=dict)
    lookup: bytes = b""

    def load(self, sealing_keys: str, lookup_key: str) -> None:
        """Read keys as configured: ``id:base64[,id:base64…]`` and one base64 text."""
        sealing = {}
        for part in sealing_keys.split(","):
            name, _, encoded = part.strip().partition(":")
            key = base64.urlsafe_b64decode(encoded)
            if not name or len(key) != 64:
                raise ValueError("SEALING_KEYS must read id:base64 of 64 bytes, separated by commas")
            sealing[name] = key
        lookup = base64.urlsafe_b64decode(lookup_key)
        if len(lookup) < 32:
            raise ValueError("LOOKUP_KEY must be base64 of at least 32 bytes")
        self.sealing, self.lookup = sealing, lookup


keyring = Keyring()


def seal(text: str) -> str:
    """A text nobody can read without the key; the same text never gives the same result twice."""
    name, key = next(iter(keyring.sealing.items()))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESSIV(key).encrypt(text.encode() or b"\0", [nonce])
    return f"{name}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str) -> str:
    """The text again. Raises :class:`CannotOpen` when the key is missing or the text was changed."""
    name, _, encoded = sealed.partition(".")
    key = keyring.sealing.get(name)
    if key is None:
        raise CannotOpen(f"no key {name!r}")
    raw = base64.urlsafe_b64decode(encoded)
    try:
        text = AESSIV(key).decrypt(raw[_NONCE_BYTES:], [raw[:_NONCE_BYTES]])
    except InvalidTag as error:
        raise CannotOpen("the sealed text was changed") from error
    return "" if text == b"\0" else text.decode()


def lookup_hash(kind: str, text: str) -> str:
    """What finds a sealed text again: equal for equal texts of one kind, of no use without the key."""
    return hmac.new(keyring.lookup, f"{kind}|{text}".encode(), hashlib.sha256).hexdigest()


def newest_key() -> str:
    """The id of the key that seals now."""
    return next(iter(keyring.sealing))


class Sealed(TypeDecorator[str]):
    """A column whose text is sealed in the database and plain in the program."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal on the way in."""
        return None if value is None else seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else unseal(value)
