"""Yes, or no with every reason.

A rule answers with a :class:`Verdict`. A refusal is an answer, not an exception: it carries **all** the reasons, each with a code that
never changes and a Polish sentence that may be translated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services_app.wording import in_words


@dataclass(frozen=True)
class Reason:
    """One reason for a "no".

    ``code`` is stable (``QUOTA_USED``); ``message`` is a Polish sentence with ``{named}`` places, marked with ``N_``; ``values`` fills the
    places with plain values (numbers, days, moments, other texts), which are put into words of the reader's language when shown.
    """

    code: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The reason as a Polish sentence."""
        return self.message.format(**{name: in_words(value) for name, value in self.values.items()})

    def __str__(self) -> str:
        """The sentence, so that one reason may stand inside another."""
        return self.text


@dataclass(frozen=True)
class Verdict:
    """The answer of a rule: allowed when there is no reason against."""

    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        """True when nothing speaks against."""
        return not self.reasons

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all reasons, in the order they were found."""
        return tuple(reason.code for reason in self.reasons)

    @classmethod
    def of(cls, reasons: Iterable[Reason]) -> Verdict:
        """A verdict from any number of reasons."""
        return cls(tuple(reasons))

    def also(self, other: Verdict) -> Verdict:
        """Both verdicts as one: every reason of both, none twice."""
        seen = set(self.reasons_by_code())
        return Verdict(self.reasons + tuple(reason for reason in other.reasons if reason.code not in seen))

    def reasons_by_code(self) -> dict[str, Reason]:
        """The reasons by their codes."""
        return {reason.code: reason for reason in self.reasons}
