"""Files attached to an Assets object of a sandbox in memory: two services on two hosts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from audit.auth import Auth, Basic, MediaToken, Place, Secret, origin
from audit.config import Config
from audit.http import Api, Limits, SystemClock
from audit.publish.assets import Attaching, attach_all, look_again
from audit.publish.opening import media_place
from audit.publish.sent import Sent
from audit.publish.steps import Step, Steps
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.log import Exchange
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.services import WORKSPACE
from audit.uploads import LocalFile, local_file
from tests.audit.cloud import ORIGIN, no_sleep

MEDIA = "http://127.0.0.1:8991"
OBJECT = "1042"
CREDENTIALS = r"/credentials$"
LINK = r"/object/\d+$"
FILE = r"/file$"


@dataclass
class Office:
    """A sandbox with its services, files to attach, and what was told of them."""

    sandbox: Sandbox
    folder: Path
    files: tuple[LocalFile, ...]
    told: list[tuple[str, bool]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    """Origins that bytes of requests went to."""
    network: Callable[[], httpx.AsyncBaseTransport] | None = None
    """Another way to the media service than the straight one."""

    async def attach(self, *, stop: bool = False, **more: Any) -> None:
        """Attach all files, as one call of the command does."""
        async with self._api(self._place(), self._auth()) as service:
            steps = self.steps()
            await look_again(service, steps, self.files)
            attaching = Attaching(
                assets=service,
                media=self._api,
                allowed=lambda address: media_place(self._config(), address),
                steps=steps,
                comment="evidence",
                on_closed=self._closed,
                **more,
            )
            try:
                await attach_all(
                    attaching, self.files, lambda file, done: self.told.append((file.name, done)), lambda: stop
                )
            finally:
                self.hosts += service.traffic

    def steps(self) -> Steps:
        return Steps.open(self.folder, OBJECT)

    def how_far(self) -> list[Step]:
        """Return what is kept of each file."""
        steps = self.steps()
        return [steps.of(file).step for file in self.files]

    def _closed(self, media: Api, sent: Sent | None) -> None:
        self.hosts += media.traffic
        self.sent += [] if sent is None else [sent]

    def _api(self, place: Place, auth: Auth) -> Api:
        media = isinstance(auth, MediaToken)
        straight = httpx.ASGITransport(app=self.sandbox.media if media else self.sandbox.app)
        return Api(
            place,
            auth,
            transport=self.network() if media and self.network else straight,
            clock=SystemClock(),
            sleep=no_sleep,
            random=lambda: 0.5,
            limits=Limits(first_delay_s=0.01),
        )

    def _place(self) -> Place:
        base = f"{ORIGIN}/jsm/assets/workspace/{WORKSPACE}/v1"
        return Place(ORIGIN, base, base)

    def _auth(self) -> Basic:
        person = self.sandbox.accounts["admin"]
        return Basic(person.email, Secret(person.token))

    def _config(self) -> Config:
        return Config(ORIGIN, self._auth(), media=origin(MEDIA))

    def fault(self, kind: FaultKind, method: str, path: str, **more: Any) -> None:
        gate = self.sandbox.media if path == FILE else self.sandbox.app
        gate.faults.add(Fault(kind, method, path, **more))

    @property
    def attached(self) -> list[dict[str, object]]:
        return self.sandbox.state.services.objects[OBJECT]

    @property
    def uploads(self) -> list[Exchange]:
        return self.sandbox.media.log

    @property
    def links(self) -> list[Exchange]:
        return [entry for entry in self.sandbox.log if entry.method == "POST"]


def office(folder: Path) -> Office:
    """Return an office with two files."""
    for name, text in {"audit.html": "<title>Audit</title>", "Größe & Co?.json": "{}"}.items():
        (folder / name).write_text(text)
    sandbox = Sandbox(keep_bodies=True)
    sandbox.state.services.media_base = MEDIA
    return Office(sandbox, folder, tuple(local_file(folder / name) for name in ("audit.html", "Größe & Co?.json")))
