"""Passwords hashed with small parameters: real ones cost more than the rest of a test, and checking one costs what making it did."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from services_app.staff import passwords

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
_NOBODYS = QUICK.hash("nobody's password")


def hash_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the test ends; also what stands in for the hash of an account that is not there."""
    monkeypatch.setattr(passwords, "_hasher", QUICK)
    monkeypatch.setattr(passwords, "_nobodys_hash", lambda: _NOBODYS)
