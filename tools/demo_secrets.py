"""Makes the demo's own secrets, once: ``python3 tools/demo_secrets.py FILE``.

Plain Python, so that it runs before anything is installed.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path


def secret_lines() -> list[str]:
    """``NAME=value`` lines in the shapes that ``config.py`` asks for."""
    sealing = base64.urlsafe_b64encode(secrets.token_bytes(64)).decode()
    lookup = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return [
        f"SECRET_KEY='{secrets.token_urlsafe(48)}'",
        f"SEALING_KEYS='demo:{sealing}'",
        f"LOOKUP_KEY='{lookup}'",
        f"SMS_CALLBACK_SECRET='{secrets.token_urlsafe(24)}'",
        f"METRICS_TOKEN='{secrets.token_urlsafe(24)}'",
    ]


def write_secrets(path: Path) -> None:
    """Write a new file that only its owner can read. An existing one is never overwritten: its data would be lost with its keys."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(secret_lines()) + "\n")


if __name__ == "__main__":
    write_secrets(Path(sys.argv[1]))
