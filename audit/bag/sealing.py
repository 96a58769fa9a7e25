"""What seals a bag beside its own key: a certificate, and a time stamp authority."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from audit.bag.certificate import Certificate
from audit.errors import PackageError
from reports.bag import names
from reports.bag.payload import Render, Sealing
from reports.bag.seals import NOBODY_TRUSTED, seals
from reports.evidence import Evidence
from reports.format import Format

Run = Callable[[Coroutine[Any, Any, bytes]], bytes]
"""Runs one piece of asynchronous work to its end."""


class Stamps(Protocol):
    """A time stamp authority."""

    async def stamp(self, data: bytes) -> bytes:
        """Return the answer that stamps `data`."""
        ...


@dataclass(frozen=True, slots=True)
class Sealer:
    """What seals the bags of one export; nothing by default."""

    certificate: Certificate | None = None
    authority: Callable[[], AbstractAsyncContextManager[Stamps]] | None = None
    host: str = ""
    """Origin of the authority."""

    def stated(self) -> Sealing:
        """Return what the bag says about its seals before it gets them."""
        if self.certificate is None:
            return Sealing(authority=self.host)
        return Sealing(self.certificate.subject, self.certificate.fingerprint, self.host)

    def signing(self, render: Render, run: Run, now: Callable[[], datetime]) -> Render:
        """Return `render` with a signature in every PDF that it makes."""
        certificate = self.certificate
        if certificate is None:
            return render

        def signed(form: Format, evidence: Evidence) -> bytes:
            data = render(form, evidence)
            return run(certificate.on_paper(data, evidence.run.id, now())) if form.name == "pdf" else data

        return signed

    async def around(self, files: Mapping[str, bytes], at: datetime) -> dict[str, bytes]:
        """Return a bag with its seals, each checked once more.

        Raises `SiteError` when the authority does not answer, and `PackageError` when a seal does not hold.
        """
        sealed = dict(files)
        if self.certificate is not None:
            sealed[names.CMS] = await self.certificate.over(files[names.TAGS], at)
        if self.authority is not None:
            async with self.authority() as authority:
                sealed[names.STAMP] = await authority.stamp(files[names.TAGS])
        if self.certificate is not None or self.authority is not None:
            for problem in seals(sealed, NOBODY_TRUSTED).problems:
                raise PackageError(
                    what="The package was not sealed",
                    where=problem.where,
                    why=problem.why,
                    fix="Check the certificate and the time stamp authority, or export without them.",
                )
        return sealed
