"""The demo's secrets: enough to start the product, readable by their owner only, never overwritten."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from config import from_environment
from services_app.sealed import Keyring
from tools.demo_secrets import write_secrets


def test_they_start_the_product_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "demo.env"
    write_secrets(path)
    made = dict(line.split("=", 1) for line in path.read_text().splitlines())
    environment = {name: value.strip("'") for name, value in made.items()}
    settings = from_environment(
        {**environment, "DATABASE_URL": "sqlite://", "BASE_URL": "https://localhost", "TRUSTED_PROXIES": "1"}
    )
    Keyring().load(settings["SEALING_KEYS"], settings["LOOKUP_KEY"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_secrets_in_use_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "demo.env"
    write_secrets(path)
    with pytest.raises(FileExistsError):
        write_secrets(path)
