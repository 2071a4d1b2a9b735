"""Parts of a form that are folded away: fields name their labels by id, because to some readers a label that is not drawn is none."""

from __future__ import annotations

import re
from typing import Final

from flask import Flask
from markupsafe import Markup

_LABEL: Final = re.compile(r'<label class="(?P<class>[^"]*)" for="(?P<id>[^"]+)">')
_FIELD: Final = re.compile(r'<(?P<tag>input|select|textarea) (?P<before>[^>]*?)id="(?P<id>[^"]+)"')
_FIELDSET: Final = re.compile(r'<fieldset class="govuk-fieldset"(?P<more>[^>]*)>\s*<legend ')


def named_when_folded(part: Markup) -> Markup:
    """The inside of a ``<details>``, as the form macros wrote it, with each label and legend named by its field."""
    text = str(part)
    labelled = [found["id"] for found in _LABEL.finditer(text)]
    if not labelled:
        return part

    def named(field: re.Match[str]) -> str:
        more = f' aria-labelledby="{field["id"]}-own"' if field["id"] in labelled else ""
        return f"{field[0]}{more}"

    text = _LABEL.sub(r'<label class="\g<class>" id="\g<id>-own" for="\g<id>">', _FIELD.sub(named, text))
    group = f"{labelled[0]}-group"
    told = rf'<fieldset class="govuk-fieldset" aria-labelledby="{group}"\g<more>><legend id="{group}" '
    return Markup(_FIELDSET.sub(told, text, count=1))  # noqa: S704 - only adds ids to what the macros escaped


def init_app(app: Flask) -> None:
    """Give templates the filter."""
    app.add_template_filter(named_when_folded)
