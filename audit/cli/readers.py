"""For whom reports are made and in which language, and the findings that somebody accepted: asked for in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.accepted import Entry
    from audit.cli.common import Setup
    from reports.audience import Audience
    from reports.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Readers:
    """What reports are like, whichever run or plan they are about."""

    level: Audience
    language: str
    """As `reports.language` names it."""
    accepted: tuple[Entry, ...]

    @classmethod
    def of(cls, setup: Setup, audience: str | None, language: str | None, accepted: Path | None) -> Readers:
        """Return what options say, else the configuration. Raises `AcceptedError` for a list that cannot be used."""
        return cls(setup.audience(audience), setup.language(language), setup.accepted(accepted))

    def see(self, evidence: Evidence, key: bytes) -> Evidence:
        """Return evidence as these readers see it; `key` is that of the pseudonyms of the workspace."""
        from audit.standing import with_accepted
        from reports.audience import seen_by

        return replace(seen_by(with_accepted(evidence, self.accepted, key), self.level), language=self.language)
