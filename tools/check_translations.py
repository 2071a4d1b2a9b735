"""Checks that every text stands in the English and the Ukrainian catalogue, translated, and that the compiled ones are fresh.

``--update`` writes the texts found into the catalogues (new ones untranslated) and compiles them; without it nothing is changed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "services_app" / "translations"
LANGUAGES = ("en", "uk")
KEYWORDS: dict[str, tuple[int | tuple[int, int] | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
}
_PLACES = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")


def texts() -> Catalog:
    """Every text marked for translation in code and templates."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel types it not
    found = Catalog(project="services-app", charset="utf-8")
    for folder in ("services_app", "templates"):
        mapping = [
            (pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods if pattern.startswith(folder)
        ]
        shorter = {pattern.removeprefix(f"{folder}/"): value for pattern, value in options.items()}
        for name, line, text, comments, context in extract_from_dir(
            ROOT / folder, mapping, shorter, keywords=KEYWORDS, comment_tags=("L10N:",), strip_comment_tags=True
        ):
            place = (f"{folder}/{name}", line)
            found.add(text, None, [place], auto_comments=comments, context=context)
    return found


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue is."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def catalogue(language: str) -> Catalog:
    """A language's catalogue; an empty one when there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, project="services-app", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as the product loads it."""
    written = io.BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def _translations(message: Message) -> tuple[str, ...]:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return tuple(string or "" for string in strings)


def _wrong_with(message: Message) -> Iterator[str]:
    shown = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
    if message.fuzzy:
        yield f"{shown!r} is marked as unsure"
    strings = _translations(message)
    if not all(strings):
        yield f"{shown!r} is not translated"
        return
    places = sorted(_PLACES.findall(shown))
    if not message.pluralizable and any(sorted(_PLACES.findall(string)) != places for string in strings):
        yield f"{shown!r} is translated with other places to fill in: {strings[0]!r}"


def findings(language: str, wanted: Catalog) -> list[str]:
    """Everything wrong with a language's catalogue."""
    held = catalogue(language)
    wrong: list[str] = []
    for text in wanted:
        if not text.id:
            continue
        message = held.get(text.id, text.context)
        if message is None:
            place = ":".join(map(str, text.locations[0])) if text.locations else ""
            wrong.append(f"{text.id!r} ({place}) is missing")
        else:
            wrong += _wrong_with(message)
    wrong += [
        f"{text.id!r} is no longer used" for text in held if text.id and wanted.get(text.id, text.context) is None
    ]
    binary = catalogue_path(language).with_suffix(".mo")
    if not binary.exists() or binary.read_bytes() != compiled(held):
        wrong.append("the compiled catalogue is not fresh; run python -m tools.check_translations --update")
    return [f"{language}: {what}" for what in wrong]


def update(language: str, wanted: Catalog) -> None:
    """Put new texts into a catalogue, take out what is no longer used, compile it."""
    held = catalogue(language)
    held.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
    held.obsolete.clear()
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, held, width=120, sort_output=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(catalogue(language)))


def main(arguments: list[str]) -> int:
    """Check, or update."""
    wanted = texts()
    if "--update" in arguments:
        for language in LANGUAGES:
            update(language, wanted)
    wrong = [finding for language in LANGUAGES for finding in findings(language, wanted)]
    print("\n".join(wrong) or f"{len(wanted)} texts in {len(LANGUAGES)} languages")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
