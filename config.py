"""Configuration from the environment. Secrets have no default: without them the product does not start.

``./dev run`` makes a set of demo secrets of its own; production sets every name listed in :data:`REQUIRED`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

REQUIRED = ("SECRET_KEY", "SEALING_KEYS", "LOOKUP_KEY", "DATABASE_URL", "BASE_URL")

DEFAULTS: dict[str, Any] = {
    "DATA_DIR": "var",
    "TEMPLATES_DIR": "",
    "DEMO": False,
    "TRUSTED_PROXIES": 0,
    "STAFF_SECOND_FACTOR_REQUIRED": True,
    "STAFF_IDLE_MINUTES": 30,
    "STAFF_SESSION_HOURS": 12,
    "RESIDENT_IDLE_MINUTES": 60,
    "RESIDENT_SESSION_HOURS": 12,
    "SIGN_IN_TRIES": 5,
    "SIGN_IN_LOCK_MINUTES": 15,
    "CODE_MINUTES": 10,
    "CODE_TRIES": 5,
    "MAIL_SERVER": "",
    "MAIL_PORT": 25,
    "MAIL_USE_TLS": False,
    "MAIL_USERNAME": "",
    "MAIL_PASSWORD": "",
    "MAIL_FROM": "",
    "SMS_API_URL": "",
    "SMS_API_TOKEN": "",
    "SMS_SENDER": "MOPR",
    "SMS_CALLBACK_SECRET": "",
    "SMS_ROMANISE_UKRAINIAN": False,
    "OUTBOX_LEASE_SECONDS": 60,
    "BOOKINGS_A_MINUTE": 10,
    "QUIET_FROM_HOUR": 20,
    "QUIET_UNTIL_HOUR": 7,
    "METRICS_TOKEN": "",
    "LOG_LEVEL": "INFO",
    "DATABASE_STATEMENT_SECONDS": 10,
    "DATABASE_MAY_FORGET": False,
    "SECURITY_CONTACT": "",
    "CENTRE_NAME": "Miejski Ośrodek Pomocy Rodzinie w Kielcach",
    "CENTRE_SHORT_NAME": "MOPR Kielce",
    "CENTRE_CITY": "",
    "CENTRE_ADDRESS": "ul. Studzienna 2, 25-544 Kielce",
    "CENTRE_E_MAIL": "mopr@mopr.kielce.pl",
    "CENTRE_PHONE": "+48413312524",
    "STATEMENT_PUBLISHED_ON": "2026-11-23",
    "STATEMENT_UPDATED_ON": "2026-11-23",
    "STATEMENT_MADE_ON": "2026-11-23",
    "STATEMENT_REVIEWED_ON": "",
    "DATA_PROTECTION_E_MAIL": "iod@mopr.kielce.pl",
}


class ConfigurationError(Exception):
    """The environment does not say everything the product needs."""


def _typed(value: str, example: object) -> object:
    if isinstance(example, bool):
        return value.strip().lower() in ("1", "true", "yes", "on")
    return int(value) if isinstance(example, int) else value


def _read(name: str, value: str, default: object) -> object:
    try:
        return _typed(value, default)
    except ValueError:
        raise ConfigurationError(f"{name} must be a whole number") from None


def _refuse_weak_keys(settings: Mapping[str, Any]) -> None:
    """A key somebody could guess or look up protects nothing."""
    from services_app.sealed import Keyring  # services_app itself begins by importing this module

    secret = settings["SECRET_KEY"]
    if len(secret) < 32:
        raise ConfigurationError("SECRET_KEY must have at least 32 characters")
    if len(set(secret)) < 10 or "change" in secret.lower():
        raise ConfigurationError("SECRET_KEY looks like an example: make one with `openssl rand -hex 32`")
    keyring = Keyring()
    try:
        keyring.load(settings["SEALING_KEYS"], settings["LOOKUP_KEY"])
    except ValueError as error:
        raise ConfigurationError(f"SEALING_KEYS or LOOKUP_KEY cannot be read: {error}") from None
    if any(len(set(key)) < 16 for key in (*keyring.sealing.values(), keyring.lookup)):
        raise ConfigurationError("SEALING_KEYS and LOOKUP_KEY must be random")


def _refuse_demo_ways(settings: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """What only the demo may do."""
    if settings["DEMO"]:
        return
    address = urlsplit(settings["BASE_URL"])
    if address.scheme != "https" or not address.hostname:
        raise ConfigurationError("BASE_URL must begin with https:// outside the demo")
    if _typed(environment.get("FLASK_DEBUG", ""), False):
        raise ConfigurationError("FLASK_DEBUG must not be set outside the demo")
    if settings["TRUSTED_PROXIES"] < 1:
        raise ConfigurationError(
            "TRUSTED_PROXIES must be 1 or more outside the demo: the proxy that speaks https stands in front, and without its word "
            "everybody has one address, so that a few wrong codes lock the whole town out"
        )


def _refuse_a_gateway_s_path(settings: Mapping[str, Any]) -> None:
    """The product adds the path itself; with another one in front every SMS would fail, and nobody would see it at the start."""
    address = urlsplit(settings["SMS_API_URL"])
    if address.path.strip("/") or address.query:
        raise ConfigurationError("SMS_API_URL names the gateway without a path, as https://api.smsapi.pl")


def from_environment(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every setting, read once. Raises :class:`ConfigurationError` naming all that is missing."""
    environment = os.environ if environment is None else environment
    missing = [name for name in REQUIRED if not environment.get(name)]
    if missing:
        raise ConfigurationError("missing in the environment: " + ", ".join(missing))
    settings: dict[str, Any] = {name: environment[name] for name in REQUIRED}
    for name, default in DEFAULTS.items():
        settings[name] = _read(name, environment[name], default) if name in environment else default
    _refuse_weak_keys(settings)
    _refuse_demo_ways(settings, environment)
    _refuse_a_gateway_s_path(settings)
    return settings


def for_flask(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings in the names Flask and its extensions expect."""
    url = str(settings["DATABASE_URL"])
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            url = "postgresql+psycopg://" + url.removeprefix(short)
    return {
        **settings,
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url, int(settings["DATABASE_STATEMENT_SECONDS"])),
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_DEFAULT_LOCALE": "pl",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Warsaw",
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "PREFERRED_URL_SCHEME": "https",
    }


def engine_options(url: str, statement_seconds: int) -> dict[str, Any]:
    """How connections are kept: a cut or silent database is noticed within seconds, not never."""
    if not url.startswith("postgresql"):
        return {"hide_parameters": True, "connect_args": {"timeout": 10}}
    milliseconds = statement_seconds * 1000
    return {
        "hide_parameters": True,
        "pool_recycle": 300,
        "pool_timeout": 3,
        "pool_size": 8,
        "max_overflow": 4,
        "connect_args": {
            "connect_timeout": 2,
            "answer_seconds": statement_seconds + 2,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
            "tcp_user_timeout": 8000,
            "options": f"-c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout=30000 -c lock_timeout=8000",
        },
    }


def for_tests(**changes: Any) -> dict[str, Any]:
    """Settings of a test: fixed keys that protect nothing, an own database to be named in ``changes``."""
    key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
    settings: dict[str, Any] = {
        **DEFAULTS,
        "SECRET_KEY": "only for tests, thirty-two characters at least",
        "SEALING_KEYS": f"test:{key}",
        "LOOKUP_KEY": key,
        "DATABASE_URL": "sqlite://",
        "BASE_URL": "https://localhost",
        "TESTING": True,
        "LOG_LEVEL": "WARNING",
        "MAIL_FROM": "taxi@mopr.example",
    }
    return {**settings, **changes}
