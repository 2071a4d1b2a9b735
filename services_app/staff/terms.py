"""Words and values of staff accounts."""

from __future__ import annotations

ADMINISTRATOR = "administrator"

INVITATION_HOURS = 72
"""How long an invitation may be taken up; it works once."""
FIRST_STEP_MINUTES = 10
"""How long the second step of signing in may take after the password was right."""
LEAST_CHARACTERS = 12
MOST_CHARACTERS = 200
ADDRESS_FACTOR = 4
"""An office sits behind one address: it has this many times the tries of one account."""
