"""Every deed that booking, driving and the fleet write into the journal has words."""

from __future__ import annotations

import ast
from pathlib import Path

from services_app.rides.deeds import DEEDS

ROOT = Path(__file__).parents[2] / "services_app"
FILES = [
    ROOT / "fleet" / "actions.py",
    *(
        ROOT / "rides" / "actions" / f"{name}.py"
        for name in ("assigning", "assigning_days", "booking", "keeping", "living")
    ),
]
WRITERS = {"record", "_journalled"}


def test_every_deed_has_its_words() -> None:
    written = {
        argument.value
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WRITERS
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    either = {
        constant.value
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id == "deed" for name in node.targets)
        for constant in ast.walk(node.value)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
    assert len(written) > 10
    assert len(either) >= 4
    assert written | either <= set(DEEDS)
