"""Settings come from the environment; without secrets, with weak ones or with ways of the demo the product does not start."""

from __future__ import annotations

import base64

import pytest

from config import REQUIRED, ConfigurationError, for_flask, from_environment
from tests.settings import environment_for

GOOD = environment_for("sqlite://", "var")


@pytest.mark.parametrize("name", REQUIRED)
def test_without_a_secret_or_a_database_nothing_starts(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        from_environment({key: value for key, value in GOOD.items() if key != name})


def test_everything_missing_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        from_environment({})
    assert all(name in str(refused.value) for name in REQUIRED)


def key_of(letter: bytes, size: int) -> str:
    return base64.urlsafe_b64encode(letter * size).decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"SECRET_KEY": "short"},
        {"SECRET_KEY": "a" * 64},
        {"SECRET_KEY": "please change me, this is only an example key"},
        {"SEALING_KEYS": "k:" + key_of(b"\0", 64)},
        {"SEALING_KEYS": "k:" + base64.urlsafe_b64encode(bytes(range(32))).decode()},
        {"SEALING_KEYS": "no colon and no key"},
        {"LOOKUP_KEY": key_of(b"x", 32)},
        {"LOOKUP_KEY": "c2hvcnQ="},
        {"BASE_URL": "http://taxi.example"},
        {"BASE_URL": "https://"},
        {"FLASK_DEBUG": "1"},
        {"TRUSTED_PROXIES": "many"},
    ],
)
def test_what_would_be_unsafe_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        from_environment({**GOOD, **changes})


def test_the_same_settings_in_order_are_taken() -> None:
    settings = from_environment(GOOD)
    assert settings["STAFF_SECOND_FACTOR_REQUIRED"] is True
    assert settings["DEMO"] is False


def test_no_secret_has_a_default_of_its_own() -> None:
    settings = for_flask(from_environment(GOOD))
    for name in ("SECRET_KEY", "SEALING_KEYS", "LOOKUP_KEY"):
        assert settings[name] == GOOD[name]
    bare = {key: value for key, value in GOOD.items() if key in (*REQUIRED, "TRUSTED_PROXIES")}
    settings = from_environment(bare)
    for name in ("SMS_API_TOKEN", "MAIL_PASSWORD", "METRICS_TOKEN", "SMS_CALLBACK_SECRET"):
        assert settings[name] == ""
