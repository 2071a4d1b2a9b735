"""Passwords are hashed with small parameters here: real ones cost more than the rest of a test."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from services_app.staff import passwords


@pytest.fixture(autouse=True)
def quick_hashing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """But not where the time or the parameters themselves are looked at."""
    if "real_hashing" not in request.fixturenames:
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def real_hashing() -> None:
    """As in production."""
    passwords._nobodys_hash.cache_clear()
