from __future__ import annotations

import pytest

from services_app.web.access import (
    EVERYBODY,
    Access,
    Identity,
    Nobody,
    public,
    safe_target,
    signed_in,
    staff_any,
    staff_with,
)


@pytest.mark.parametrize(
    "target",
    [
        None, "", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "/a\nb", "/a\r\nSet-Cookie: x",
        "javascript:alert(1)", "evil.example", " /x", "/a\x7f", "/ścieżka\\x",
    ],
)  # fmt: skip
def test_only_paths_of_our_own_are_followed(target: str | None) -> None:
    assert safe_target(target, "/home") == "/home"


@pytest.mark.parametrize("target", ["/", "/pracownicy/", "/a?b=c&d=/e", "/ścieżka?q=ż"])
def test_own_paths_are_followed(target: str) -> None:
    assert safe_target(target, "/home") == target


def test_an_access_admits_whom_it_names() -> None:
    operator = Identity("staff", 1, "", frozenset({"operator"}))
    resident = Identity("resident", 1, "")

    def admitted(mark: object) -> list[bool]:
        def view() -> None: ...

        access: Access = mark(view).access  # type: ignore[operator]  # a decorator
        return [access.admits(who) for who in (operator, resident, Nobody())]

    assert admitted(public) == [True, True, True]
    assert admitted(signed_in) == [True, True, False]
    assert admitted(staff_any) == [True, False, False]
    assert admitted(staff_with("operator", "driver")) == [True, False, False]
    assert admitted(staff_with("driver")) == [False, False, False]
    assert Access(EVERYBODY).admits(Nobody())


def test_an_unknown_role_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError):
        staff_with("king")
    with pytest.raises(ValueError):
        staff_with()
