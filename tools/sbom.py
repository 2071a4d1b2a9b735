"""Writes the list of parts (SBOM, CycloneDX 1.6 as JSON): every locked package with its version and the hashes of its files.

``python -m tools.sbom [FILE]`` writes it, to the standard output without a file; ``--check FILE`` says whether a file is what the locks
hold. The same locks give the same bytes. Nothing is fetched.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tools.parts import NPM, ROOT, Part, locked_parts

_ALGORITHMS = {64: HashAlgorithm.SHA_256, 128: HashAlgorithm.SHA_512}
"""By the number of hex digits."""


def list_of_parts(parts: Sequence[Part], *, name: str, version: str) -> str:
    """The list as JSON, for a product of this name and version."""
    product = Component(type=ComponentType.APPLICATION, name=name, version=version, bom_ref="product")
    components = [_component(part) for part in parts]
    bom = Bom(components=components)
    bom.metadata.component = product
    bom.register_dependency(product, components)
    written = json.loads(JsonV1Dot6(bom).output_as_string())
    # The same list must come out tomorrow; and who needs whom the locks do not say.
    del written["serialNumber"], written["metadata"]["timestamp"], written["dependencies"]
    return json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _component(part: Part) -> Component:
    url = package_url(part)
    hashes = [HashType(alg=_ALGORITHMS[len(digest)], content=digest) for digest in part.hashes]
    group, _, name = part.name.rpartition("/")
    return Component(name=name, group=group or None, version=part.version, purl=url, bom_ref=str(url), hashes=hashes)


def package_url(part: Part) -> PackageURL:
    """The part's name for every tool: ``pkg:pypi/flask@3.1.3``, ``pkg:npm/%40fontsource/commissioner@5.3.0``."""
    group, _, name = part.name.rpartition("/")
    return PackageURL("npm" if part.ecosystem == NPM else "pypi", group or None, name, part.version)


def differences(listed: dict[str, Any], parts: Sequence[Part]) -> list[str]:
    """Where a list and the locks do not agree: missing, superfluous, other hashes."""
    theirs = {one["purl"]: {digest["content"] for digest in one.get("hashes", ())} for one in listed["components"]}
    ours = {str(package_url(part)): set(part.hashes) for part in parts}
    return [
        *(f"{url} is missing" for url in sorted(ours.keys() - theirs.keys())),
        *(f"{url} is not locked" for url in sorted(theirs.keys() - ours.keys())),
        *(f"{url} has other hashes" for url in sorted(ours.keys() & theirs.keys()) if ours[url] != theirs[url]),
    ]


def lists_own_parts() -> str:
    """The list of this product."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list_of_parts(locked_parts(), name=project["name"], version=project["version"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the list, or check one; 1 when it is not what the locks hold."""
    parser = argparse.ArgumentParser(prog="./dev sbom", description="The list of parts (SBOM, CycloneDX).")
    parser.add_argument("file", nargs="?", type=Path, help="where to write it; the standard output without")
    parser.add_argument("--check", type=Path, metavar="FILE", help="compare a list with the locks instead")
    wished = parser.parse_args(arguments)
    if wished.check:
        wrong = differences(json.loads(wished.check.read_text(encoding="utf-8")), locked_parts())
        print("\n".join(wrong) or f"{wished.check} is what the locks hold")
        return int(bool(wrong))
    if wished.file:
        wished.file.write_text(lists_own_parts(), encoding="utf-8")
    else:
        print(lists_own_parts(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
