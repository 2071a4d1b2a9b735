"""A rule is a sentence with gaps: each gap is called by the words that stand before it, so that what is seen is what is spoken."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

_GAP: Final = re.compile(
    r'<label class="govuk-visually-hidden" for="(?P<id>[^"]+)">(?P<label>.*?)</label><(?P<tag>input|select) ', re.DOTALL
)
_CONTROL_ENDS: Final = {"input": ">", "select": "</select>"}


def named_by_words(sentence: Markup) -> Markup:
    """The sentence with each field named by the words before it, then by its own label, which tells apart what words alone do not.

    A field after mere punctuation is named by the words last seen. ``sentence`` comes from the template's macros, already escaped.
    """
    text, done, end, seen = str(sentence), [], 0, ""
    for gap in _GAP.finditer(text):
        words, field = text[end : gap.start()], gap["id"]
        end = _end_of(text, gap)
        said = Markup(words).striptags()  # noqa: S704 - read only, nothing is shown from it
        own = "" if gap["label"].casefold() in said.casefold() else f"{field}-own"
        if any(letter.isalpha() for letter in said):
            seen, words = f"{field}-words", f'<span id="{field}-words">{words}</span>'
        names = " ".join(name for name in (seen, own) if name)
        label = f'<label class="govuk-visually-hidden" id="{field}-own" for="{field}">{gap["label"]}</label>'
        done.append(f'{words}{label}<{gap["tag"]} aria-labelledby="{names}" {text[gap.end() : end]}')
    return Markup("".join([*done, text[end:]]))  # noqa: S704 - only wraps what the macros escaped


def _end_of(text: str, gap: re.Match[str]) -> int:
    closing = _CONTROL_ENDS[gap["tag"]]
    return text.index(closing, gap.end()) + len(closing)
