"""What a password must be, and who may be removed: pure rules.

Length and unusualness count, kinds of characters do not (OWASP ASVS 5.0, V6.2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from services_app.staff.terms import ADMINISTRATOR, LEAST_CHARACTERS, MOST_CHARACTERS
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

_LIST = Path(__file__).with_name("common_passwords.txt")
_LOOKALIKES = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_LEAST_OF_ONES_OWN = 6


@cache
def common_passwords() -> frozenset[str]:
    """The shipped list of passwords that are tried first, in small letters without Polish marks."""
    return frozenset(_folded(line) for line in _LIST.read_text(encoding="utf-8").split())


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(character for character in plain if not unicodedata.combining(character))


def password_verdict(password: str, about: Iterable[str] = ()) -> Verdict:
    """Whether this may be somebody's password. ``about``: the person's name and e-mail, the centre's name."""
    reasons = []
    if len(password) < LEAST_CHARACTERS:
        reasons.append(
            Reason("PASSWORD_SHORT", N_("Hasło musi mieć co najmniej {least} znaków. Wpisano {length}."),
                   {"least": LEAST_CHARACTERS, "length": len(password)})
        )  # fmt: skip
    if len(password) > MOST_CHARACTERS:
        message = N_("Hasło może mieć najwyżej {most} znaków.")
        # nothing more is asked of it: looking through a whole book for repeated words would keep the server busy
        return Verdict.of([Reason("PASSWORD_LONG", message, {"most": MOST_CHARACTERS})])
    if _is_common(_folded(password)):
        message = N_("To hasło łatwo odgadnąć. Wybierz na przykład kilka słów, które nic razem nie znaczą.")
        reasons.append(Reason("PASSWORD_COMMON", message))
    elif _is_about(_folded(password), about):
        message = N_("To hasło łatwo odgadnąć, bo jest w nim nazwisko, adres e-mail albo nazwa ośrodka. Wybierz inne.")
        reasons.append(Reason("PASSWORD_ABOUT_YOU", message))
    return Verdict.of(reasons)


def _is_common(folded: str) -> bool:
    if len(set(folded)) <= 3 or _is_a_row(folded):
        return True
    bare = _EDGES.sub("", folded)
    forms = {folded, bare, folded.translate(_LOOKALIKES), bare.translate(_LOOKALIKES)}
    forms |= {_EDGES.sub("", form) for form in forms}
    return any(form in common_passwords() or _repeats_a_common_word(form) for form in forms if form)


def _is_a_row(text: str) -> bool:
    """``abcdefghijkl``, ``987654321098``."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}
    return len(text) > 1 and len(steps) == 1


def _repeats_a_common_word(text: str) -> bool:
    repeated = re.fullmatch(r"(.{3,}?)[\W_]*(?:\1[\W_]*)+", text)
    return repeated is not None and (repeated.group(1) in common_passwords() or len(repeated.group(1)) <= 4)


def _is_about(folded: str, about: Iterable[str]) -> bool:
    """What is left without names known to everybody is too little."""
    words = {word for text in about for word in re.split(r"[\W_]+", _folded(text)) if len(word) >= 3}
    left = folded
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return left != folded and len(re.sub(r"[\W\d_]", "", left)) < _LEAST_OF_ONES_OWN


def removal_verdict(roles_before: Collection[str], roles_after: Collection[str], others: int) -> Verdict:
    """Whether somebody may lose what they hold; with nobody left who can let others in, the house is locked from inside.

    The house's own rule. ``others``: how many other people are active administrators. ``roles_after`` is empty for a deactivation.
    """
    if ADMINISTRATOR in roles_before and ADMINISTRATOR not in roles_after and others == 0:
        message = N_("To jedyny czynny administrator. Najpierw daj tę rolę innej osobie.")
        return Verdict((Reason("LAST_ADMINISTRATOR", message),))
    return Verdict()


def reset_verdict(account_id: int, by_id: int | None, others: int) -> Verdict:
    """Whether a lost password or second step may be reset: always by a second person, who stays an administrator.

    The house's own rule: whoever sits at an unlocked screen could otherwise make the account theirs, and one who lost the role a moment ago
    could still let somebody in. ``others``: how many people but the owner are active administrators; the system (no id) may always.
    """
    if account_id == by_id:
        message = N_("Własne logowanie odnawia druga osoba. Poproś innego administratora.")
        return Verdict((Reason("OWN_RESET", message),))
    if by_id is not None and others == 0:
        message = N_("Nie masz już roli administratora. Zaloguj się ponownie.")
        return Verdict((Reason("NO_ADMINISTRATOR", message),))
    return Verdict()
