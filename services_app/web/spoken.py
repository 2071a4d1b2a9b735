"""Templates compiled once per language: the words of a page are part of the compiled template, not looked up each time it is shown.

A page holds a hundred short texts; finding the language and the translation of each while somebody waits would cost more than the rest of
the page.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from flask.templating import Environment
from flask_babel import get_locale, gettext
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

SOURCE_LANGUAGE = "pl"
_TEXTS = frozenset({"_", "gettext"})


def shown_language() -> str:
    """The language texts are put into now; Polish outside a page."""
    locale = get_locale()
    return SOURCE_LANGUAGE if locale is None else str(locale.language)


_known: dict[tuple[str, str], str] = {}


def said(message: str) -> str:
    """A marked text in the language shown now; each is looked up once per language."""
    spoken = shown_language()
    if spoken == SOURCE_LANGUAGE:
        return message
    found = _known.get((spoken, message))
    if found is None:
        found = _known[spoken, message] = str(gettext(message))
    return found


def page_text(message: str, /, **values: Any) -> Markup:
    """A text in the page's language, its values filled in escaped."""
    return Markup(said(message)) % values  # noqa: S704 - our own texts


def filled(text: Markup, /, **values: Any) -> Markup:
    """A text that was translated when its template was compiled, with its values."""
    return text % values


class SpokenEnvironment(Environment):
    """Jinja's environment, once for each language; which one a template comes from is decided as it is loaded."""

    spoken = SOURCE_LANGUAGE

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._in_languages: dict[str, SpokenEnvironment] = {self.spoken: self}  # shared by all of them

    def in_language(self, spoken: str) -> SpokenEnvironment:
        """The same environment with templates in another language."""
        found = self._in_languages.get(spoken)
        if found is None:
            found = self.overlay()
            found.spoken = spoken
            self._in_languages[spoken] = found
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names every template knows: the plain dictionary. Jinja's chained one is searched anew for each imported macro."""
        return super().make_globals(d) if d else self.globals

    def _load_template(self, name: str, known: MutableMapping[str, Any] | None) -> Template:
        spoken = shown_language()
        if spoken != self.spoken:
            return self.in_language(spoken)._load_template(name, known)
        return super()._load_template(name, known)

    def _generate(self, source: nodes.Template, *arguments: Any, **named: Any) -> str:
        spoken = shown_language()
        if spoken != self.spoken:  # compiled from a string, not loaded by name
            return super()._generate(source, *arguments, **named)
        return super()._generate(_WordsPutIn(spoken).visit(source), *arguments, **named)


class _WordsPutIn(NodeTransformer):
    """Replaces ``_('text')`` by the text itself."""

    def __init__(self, spoken: str) -> None:
        self.spoken = spoken

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor's own naming
        """A text, or a question for the language; other calls stay."""
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name == "shown_language":
            return nodes.Const(self.spoken, lineno=node.lineno)
        if name not in _TEXTS or len(node.args) != 1 or node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        message = node.args[0]
        if not isinstance(message, nodes.Const) or not isinstance(message.value, str):
            return node
        text = Markup(said(message.value))  # noqa: S704 - our own texts
        if not node.kwargs:
            return nodes.Const(text % {}, lineno=node.lineno)
        call = nodes.Name("_filled", "load", lineno=node.lineno)
        return nodes.Call(call, [nodes.Const(text)], node.kwargs, None, None, lineno=node.lineno)


Address = Callable[..., str]


_SOME_NUMBER = 2_000_000_011
"""Stands for a row's number while an address is built for the first time; no table has come so far."""


def remembering_addresses(build: Address, root: Callable[[], str]) -> Address:
    """``url_for`` for templates: an address that depends on nothing but its endpoint, or a row's number besides, is built once."""
    built: dict[tuple[str | None, ...], str] = {}
    around: dict[tuple[str, str, str], tuple[str, str]] = {}

    def plain(endpoint: str, filename: str | None) -> str:
        key = (root(), endpoint, filename)
        if key not in built:
            built[key] = build(endpoint) if filename is None else build(endpoint, filename=filename)
        return built[key]

    def of_a_row(endpoint: str, name: str, number: int) -> str:
        key = (root(), endpoint, name)
        if key not in around:
            before, _number, after = build(endpoint, **{name: _SOME_NUMBER}).partition(str(_SOME_NUMBER))
            around[key] = (before, after)
        before, after = around[key]
        return f"{before}{number}{after}"

    def url_for(endpoint: str, **values: Any) -> str:
        if endpoint.startswith(".") or len(values) > 1:
            return build(endpoint, **values)
        name, value = next(iter(values.items()), ("filename", None))
        if name == "filename" and (value is None or isinstance(value, str)):
            return plain(endpoint, value)
        return of_a_row(endpoint, name, value) if type(value) is int else build(endpoint, **values)

    return url_for
