"""Hashing passwords: Argon2id with the parameters of RFC 9106's second recommendation (64 MiB, 3 passes, 4 lanes), looked at in 2026."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


def _as_bytes(password: str) -> bytes:
    """The same letter typed on two keyboards is the same letter (NFC); otherwise a password is taken exactly as it was typed."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return _hasher.hash(_as_bytes(password))


@cache
def _nobodys_hash() -> str:
    return hash_password("nobody's password")


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one. Without a hash (no such account) it takes as long and is never right."""
    try:
        right = _hasher.verify(password_hash or _nobodys_hash(), _as_bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and bool(password_hash)


def needs_new_hash(password_hash: str) -> bool:
    """Whether a stored hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)
