"""Writes the golden reports anew: `python -m tests.reports.goldens`. Read the difference before it is committed."""

from __future__ import annotations

from pathlib import Path

from reports.registry import formats
from tests.reports import samples
from tests.reports.standing_samples import compared

FOLDER = Path(__file__).with_name("goldens")
GOLDENS = {
    "audit.json": ("json", samples.audit),
    "dry-run.json": ("json", samples.dry_run),
    "empty.json": ("json", samples.empty),
    "audit.csv": ("csv", samples.audit),
    "compared.json": ("json", compared),
}


def main() -> None:
    """Render every golden and overwrite its file."""
    FOLDER.mkdir(exist_ok=True)
    for name, (format_, sample) in GOLDENS.items():
        (FOLDER / name).write_bytes(formats()[format_].render(sample()))


if __name__ == "__main__":
    main()
