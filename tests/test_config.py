"""Without a sound configuration the product does not start."""

from __future__ import annotations

import base64

import pytest

from config import REQUIRED, ConfigurationError, engine_options, for_flask, from_environment
from tests.settings import LOOKUP_KEY, SEALING_KEYS, environment_for


def environment(**changes: str) -> dict[str, str]:
    return {**environment_for("postgresql://services@db/services", "var"), **changes}


def test_a_whole_configuration_is_accepted() -> None:
    settings = from_environment(environment())
    assert settings["DEMO"] is False
    assert for_flask(settings)["SQLALCHEMY_DATABASE_URI"].startswith("postgresql+psycopg://")


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_missing_secret_is_named(name: str, how: str) -> None:
    given = environment()
    given[name] = ""
    if how == "missing":
        del given[name]
    with pytest.raises(ConfigurationError, match=name):
        from_environment(given)


@pytest.mark.parametrize(
    "key",
    [
        "short",
        "a" * 31,
        "0" * 64,
        "please-change-me-please-change-me-please",
        "abcabcabcabcabcabcabcabcabcabcabcabc",
    ],
)
def test_a_key_somebody_could_guess_is_refused(key: str) -> None:
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        from_environment(environment(SECRET_KEY=key))


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


@pytest.mark.parametrize(
    ("sealing", "lookup"),
    [
        (SEALING_KEYS, "not base64 at all"),
        (SEALING_KEYS, encoded(bytes(range(31)))),
        (SEALING_KEYS, encoded(bytes(32))),
        ("no name", LOOKUP_KEY),
        ("short:" + encoded(bytes(range(63))), LOOKUP_KEY),
        ("zeros:" + encoded(bytes(64)), LOOKUP_KEY),
        (SEALING_KEYS + ",old:" + encoded(bytes(64)), LOOKUP_KEY),
    ],
)
def test_sealing_keys_must_be_whole_and_random(sealing: str, lookup: str) -> None:
    with pytest.raises(ConfigurationError, match=r"LOOKUP_KEY|SEALING_KEYS"):
        from_environment(environment(SEALING_KEYS=sealing, LOOKUP_KEY=lookup))


@pytest.mark.parametrize("address", ["http://localhost", "localhost", "https://", "ftp://x", "https//x"])
def test_an_address_without_encryption_is_refused_outside_the_demo(address: str) -> None:
    with pytest.raises(ConfigurationError, match="BASE_URL"):
        from_environment(environment(BASE_URL=address))


def test_the_demo_may_be_served_on_this_machine() -> None:
    assert from_environment(environment(BASE_URL="http://127.0.0.1:8000", DEMO="1"))["DEMO"] is True


@pytest.mark.parametrize("address", ["https://api.smsapi.pl/sms.do", "https://api.smsapi.pl/?format=json"])
def test_a_gateway_named_with_a_path_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ConfigurationError, match="SMS_API_URL"):
        from_environment(environment(SMS_API_URL=address))


@pytest.mark.parametrize("address", ["", "https://api.smsapi.pl", "https://api.smsapi.pl/"])
def test_a_gateway_named_without_a_path_is_accepted(address: str) -> None:
    assert from_environment(environment(SMS_API_URL=address))["SMS_API_URL"] == address


def test_the_debugger_is_refused_outside_the_demo() -> None:
    for value in ("1", "true", "on"):
        with pytest.raises(ConfigurationError, match="FLASK_DEBUG"):
            from_environment(environment(FLASK_DEBUG=value))
    from_environment(environment(FLASK_DEBUG="0"))


def test_a_number_that_is_none_is_named() -> None:
    with pytest.raises(ConfigurationError, match="TRUSTED_PROXIES"):
        from_environment(environment(TRUSTED_PROXIES="one"))


def test_no_value_reaches_a_log_by_an_error_of_the_database() -> None:
    for url in ("sqlite:///x", "postgresql+psycopg://x"):
        assert engine_options(url, 10)["hide_parameters"] is True


@pytest.mark.parametrize(("proxies", "starts"), [("-1", False), ("0", False), ("1", True), ("2", True)])
def test_without_a_proxy_that_says_who_asks_the_whole_town_would_have_one_address(proxies: str, starts: bool) -> None:
    given = environment(TRUSTED_PROXIES=proxies)
    if starts:
        assert from_environment(given)["TRUSTED_PROXIES"] == int(proxies)
        return
    with pytest.raises(ConfigurationError, match="TRUSTED_PROXIES must be 1 or more outside the demo"):
        from_environment(given)


def test_a_demo_needs_no_proxy() -> None:
    assert from_environment(environment(DEMO="1", TRUSTED_PROXIES="0"))["TRUSTED_PROXIES"] == 0
