"""Codes of the second step (TOTP, RFC 6238): six digits that change every thirty seconds; each works once."""

from __future__ import annotations

import hmac
import io
import re
from datetime import datetime

import pyotp
import segno

_STEP_SECONDS = 30
_DRIFT_STEPS = 1
"""The phone's clock may differ by one step."""


def new_secret() -> str:
    """A key to be kept by the person's phone (160 bits, base32)."""
    return pyotp.random_base32()


def step_of_code(secret: str, code: str, last_step: int | None, *, now: datetime) -> int | None:
    """The step a code belongs to; None when it is wrong, or not newer than the last one taken."""
    digits = re.sub(r"\s", "", code)
    current = int(now.timestamp()) // _STEP_SECONDS
    codes = pyotp.TOTP(secret)
    found = None
    for step in range(current - _DRIFT_STEPS, current + _DRIFT_STEPS + 1):
        fits = hmac.compare_digest(codes.generate_otp(step).encode(), digits.encode("utf-8", "replace"))
        if fits and (last_step is None or step > last_step):
            found = step
    return found


def key_in_groups(secret: str) -> str:
    """The key as it is typed by hand: four characters at a time."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def qr_picture(secret: str, account: str, issuer: str) -> str:
    """The key as a QR code, an SVG element without styles or scripts."""
    address = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", scale=5, light="#fff", xmldecl=False, svgns=False, nl=False, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()
