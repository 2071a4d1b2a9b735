"""Templates compiled once and kept beside the product's data: a process that has just started shows its first pages as fast as its last.

Compiling all of them takes seconds, and every worker that is started, or started again after a fault, would do it while somebody waits.
"""

from __future__ import annotations

import contextlib
import hashlib
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

_OURS = Path(__file__).resolve().parent.parent


class KeptTemplates(FileSystemBytecodeCache):
    """Jinja's own store of compiled templates, told apart by language and by release.

    The words of a page, and what our filters make of constants, are inside the compiled template.
    """

    def __init__(self, folder: Path) -> None:
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder))
        self._release = _release()

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """The kept template, or an empty place for it."""
        spoken = getattr(environment, "spoken", "")
        key = self.get_cache_key(f"{spoken}:{name}", filename)
        bucket = Bucket(environment, key, self.get_source_checksum(f"{self._release}:{source}"))
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept; a folder that cannot be read keeps nothing."""
        with contextlib.suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it; on a disk that is full or may not be written the page is shown all the same."""
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def _release() -> str:
    """Another one whenever a file of ours, a catalogue of texts or Jinja itself has changed."""
    files = sorted(path for suffix in ("py", "mo") for path in _OURS.rglob(f"*.{suffix}"))
    seen = [f"{path.relative_to(_OURS)} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in files]
    return hashlib.sha256("\n".join([version("jinja2"), *seen]).encode()).hexdigest()
