"""Pages published on a sandbox in memory: what tests of the flow begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.publish.page import Published, Wanted, look, publish
from audit.publish.sent import Sent
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.log import Exchange
from audit.sandbox.people import LEGAL_TEAM
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Content, Kind
from audit.uploads import LocalFile, local_file
from tests.audit.cloud import ORIGIN, connected

TITLE = "GDPR audit 2026-11"
BODY = "<p>Read: 33 of 33 objects.</p>"
RUN = "20261120T120000Z-abcdef"
UPLOAD = r"/child/attachment$"
RESTRICTION = r"/restriction$"


@dataclass
class Stand:
    """A sandbox, and files to publish on it."""

    sandbox: Sandbox
    folder: Path
    files: tuple[LocalFile, ...] = ()
    sent: list[Sent] = field(default_factory=list)

    def wanted(self, **more: Any) -> Wanted:
        return Wanted(
            **{
                "site": ORIGIN,
                "space": "LEGAL",
                "title": TITLE,
                "run_id": RUN,
                "files": self.files,
                "body": BODY,
                "readers": (f"group:{LEGAL_TEAM}",),
                **more,
            }
        )

    async def publish(self, role: str = "admin", **more: Any) -> Published:
        """Publish as the command does: look, then carry out."""
        wanted = self.wanted(**more)
        async with connected(self.sandbox, role) as api:
            return await publish(api, wanted, await look(api, wanted), self.sent.append)

    def fault(self, kind: FaultKind, method: str, path: str, **more: Any) -> None:
        self.sandbox.faults.add(Fault(kind, method, path, **more))

    def asked(self, method: str, path: str) -> list[Exchange]:
        """Return the exchanges of a method whose path ends so."""
        return [entry for entry in self.sandbox.log if entry.method == method and entry.path.endswith(path)]

    @property
    def uploads(self) -> list[Exchange]:
        return self.asked("PUT", "/child/attachment")

    @property
    def page(self) -> Content:
        return self.sandbox.state.contents[self.sandbox.find(TITLE)]

    @property
    def attached(self) -> dict[str, Content]:
        """Return the attachments of the page by name."""
        return {one.title: one for one in self.sandbox.state.hanging_on(self.page.id, Kind.ATTACHMENT)}


def stand(folder: Path, **files: str) -> Stand:
    """Return a stand with files of the given texts."""
    made = []
    for name, text in (files or {"audit.html": "<title>Audit</title>", "Größe & Co.json": "{}"}).items():
        (folder / name).write_text(text)
        made.append(local_file(folder / name))
    return Stand(Sandbox(keep_bodies=True), folder, tuple(made))
