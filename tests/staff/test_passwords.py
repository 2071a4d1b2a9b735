from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from services_app.staff.passwords import hash_password, needs_new_hash, password_matches


def test_passwords_are_hashed_with_argon2id_and_parameters_of_today(real_hashing: None) -> None:
    made = hash_password("zielony traktor leci nisko")
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not needs_new_hash(made)
    assert needs_new_hash(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x"))


def test_only_the_same_password_matches() -> None:
    made = hash_password("zażółć gęślą jaźń")
    assert password_matches(made, "zażółć gęślą jaźń")
    assert not password_matches(made, "zażółć gęślą jaźń ")
    assert not password_matches(made, "Zażółć gęślą jaźń")


def test_a_letter_made_of_two_signs_is_the_same_letter() -> None:
    assert password_matches(
        hash_password("za\u017cal\u0119 si\u0119 \u00f3semki"), "zaz\u0307ale\u0328 sie\u0328 o\u0301semki"
    )


@pytest.mark.parametrize("stored", [None, "", "rubbish"])
def test_without_a_hash_nothing_matches(stored: str | None) -> None:
    assert not password_matches(stored, "nobody's password")
