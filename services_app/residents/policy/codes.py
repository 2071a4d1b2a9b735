"""The personal code of a letter. Pure, but for the luck of the draw."""

from __future__ import annotations

import re
import secrets

ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"
"""No letter that looks like a digit or like another letter in print: 56 bits in twelve places."""
_LENGTH, _GROUP = 12, 4


def new_personal_code() -> str:
    """A fresh code of twelve characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))


def shown_code(code: str) -> str:
    """A code as it is printed: ``ACDE FGHJ KLMN``."""
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_personal_code(text: str) -> str:
    """A code as typed: small letters, spaces and dashes are forgiven. Empty when it cannot be one."""
    kept = re.sub(r"[\W_]", "", text).upper()
    return kept if len(kept) == _LENGTH and set(kept) <= set(ALPHABET) else ""


def new_sign_in_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"
