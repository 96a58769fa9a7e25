"""Files attached to an object of JSM Assets, in the three steps that its service has.

    credentials   asked of Assets with the credentials of the site: a client, an upload address, a token for it
    upload        to that address, with that token and nothing else: the answer names the file
    link          told to Assets with the credentials of the site: this file belongs to that object

Atlassian documents the discovery of workspaces (JSM Cloud REST API, "Get assets workspaces") and the two forms of the
address (Assets REST API); the three steps are what its own interface and public tools do, so each answer is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from audit.answers import Answer, converted
from audit.auth import MediaToken, Place, Secret, origin
from audit.errors import (
    Ambiguous,
    BadAnswer,
    GdprError,
    GuardError,
    IncompleteError,
    NotAuthenticated,
    SiteError,
    UsageError,
)
from audit.http import Api
from audit.publish.explained import refused
from audit.publish.page import Progress as Told
from audit.publish.page import silent
from audit.publish.sent import Sent
from audit.publish.steps import Progress, Step, Steps
from audit.sites.cloud import wire
from audit.uploads import LocalFile, Multipart
from rules.masking import mask_text

WORKSPACES: Final = "/rest/servicedeskapi/assets/workspace"
LIMIT: Final = "50"


class _Workspace(wire.Wire, frozen=True):
    workspace_id: str


class _Workspaces(wire.Wire, frozen=True):
    values: list[_Workspace]


class _Credentials(wire.Wire, frozen=True):
    client_id: str
    media_base_url: str
    media_jwt_token: str


class _Stored(wire.Wire, frozen=True):
    id: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Attaching:
    """One object and the ways to it."""

    assets: Api
    """With the credentials of the site."""
    media: Callable[[Place, MediaToken], Api]
    """Opens the media service, with its own credentials only."""
    allowed: Callable[[str], Place]
    """Returns the place of an upload address; raises `GuardError` for one that the configuration does not name."""
    steps: Steps
    comment: str
    on_closed: Callable[[Api, Sent | None], None]
    """Told of each connection to the media service when it is closed, and which file it carried for good."""
    progress: Told = silent
    link_again: bool = False
    """Link a file again of which nobody knows whether it is linked."""

    @property
    def _path(self) -> str:
        return f"/attachments/object/{self.steps.object_id}"

    async def attach(self, file: LocalFile) -> bool:
        """Attach one file, from where an earlier call stopped; return whether anything had to be done.

        Raises `SiteError`, `GuardError` or `IncompleteError` that say what is where by then.
        """
        state = self.steps.of(file)
        if state.step is Step.LINKED:
            return False
        if state.step is Step.LINKING and await self._settled(file, state):
            return True
        if not state.media_id:
            state = await self._uploaded(file)
        await self._linked(file, state)
        return True

    async def _uploaded(self, file: LocalFile) -> Progress:
        """Upload a file. A token that has expired is asked for once more."""
        self.steps.set(file, Step.UPLOADING)
        try:
            try:
                stored = await self._upload(file)
            except NotAuthenticated:
                stored = await self._upload(file)
        except (Ambiguous, BadAnswer) as error:
            copy = "A copy that nobody can see may be in the media service; nothing is attached by it."
            raise _where(error, f"{copy} --resume sends {mask_text(file.name)} again.") from error
        except (GuardError, UsageError):
            self.steps.set(file, Step.WAITING)  # nothing left this process, or nothing whole
            raise
        except SiteError as error:
            self.steps.set(file, Step.WAITING)
            left = f"Of {mask_text(file.name)} nothing is stored and nothing attached; files named before it stay."
            raise refused(error, mask_text(file.name), left) from error
        return self.steps.set(file, Step.UPLOADED, stored.id)

    async def _upload(self, file: LocalFile) -> _Stored:
        """Ask for credentials and upload with them. Both go nowhere else."""
        given = converted((await self.assets.get(f"{self._path}/credentials")).json, _Credentials, self._path)
        place = self.allowed(given.media_base_url)
        upload = Multipart(file, told=self.progress(file))
        media = self.media(place, MediaToken(given.client_id, Secret(given.media_jwt_token)))
        sent: Sent | None = None
        try:
            async with media:
                stored = _stored(await media.upload("POST", "/file", upload, {}, {"name": file.name}))
                sent = Sent.of(origin(place.api_base), file, upload.size_bytes)
        finally:
            self.on_closed(media, sent)
        if stored.size not in (None, file.size_bytes):
            raise BadAnswer(
                what="The media service holds another number of bytes than were sent",
                where="POST /file",
                fix="Run the same command with --resume.",
            )
        return stored

    async def _linked(self, file: LocalFile, state: Progress) -> None:
        """Link an uploaded file to the object, once."""
        self.steps.set(file, Step.LINKING, state.media_id)
        row = {
            "contentType": file.media_type,
            "filename": file.name,
            "mediaId": state.media_id,
            "size": file.size_bytes,
            "comment": self.comment,
        }
        try:
            await self.assets.write("POST", self._path, {"attachments": [row]})
        except Ambiguous as error:
            if not await self._is_listed(state.media_id):
                left = f"{_kept(file, state)} --resume looks whether it is attached, then goes on."
                raise _where(error, left) from error
        except SiteError as error:
            self.steps.set(file, Step.UPLOADED, state.media_id)
            raise _where(error, f"{_kept(file, state)} It is attached to nothing; --resume attaches it.") from error
        self.steps.set(file, Step.LINKED, state.media_id)

    async def _settled(self, file: LocalFile, state: Progress) -> bool:
        """Return whether a link of unknown outcome is there; False where it is not, and has to be made.

        Raises `GuardError` where the service does not say.
        """
        listed = await self._is_listed(state.media_id)
        if listed:
            self.steps.set(file, Step.LINKED, state.media_id)
        if listed is None and not self.link_again:
            raise GuardError(
                what="Nobody knows whether a file is attached to the object",
                where=f"object {self.steps.object_id}",
                why="the link was sent, its answer was lost, and the service does not list attachments",
                fix=f"Look at the object. {_kept(file, state)} If it is not attached, add --link-again.",
            )
        return bool(listed)

    async def _is_listed(self, media_id: str) -> bool | None:
        """Return whether a file is attached to the object; None where the service does not say."""
        try:
            answer = await self.assets.get(self._path)
        except SiteError:
            return None  # no document promises this list
        found = answer.json
        if isinstance(found, dict):
            found = found.get("attachments", found.get("values"))
        if not isinstance(found, list):
            return None
        return any(isinstance(one, dict) and one.get("mediaId") == media_id for one in found)


async def workspace_of(site: Api, chosen: str) -> str:
    """Return the workspace of Assets: the chosen one, or the only one that the site has.

    Raises `UsageError` when there is none, when there are several, or when the chosen one is not among them.
    """
    answer = await site.get_root(WORKSPACES, {"start": "0", "limit": LIMIT})
    found = [one.workspace_id for one in converted(answer.json, _Workspaces, WORKSPACES).values]
    if chosen in found:
        return chosen
    if len(found) == 1 and not chosen:
        return found[0]
    raise UsageError(
        what="The workspace of Assets is not clear" if found else "The site has no workspace of Assets",
        where="--assets-workspace",
        why=f"the site has {len(found)} that the account sees",
        fix=f"Name one of {', '.join(found)}." if found else "Check the licence of the account for the product.",
    )


async def attach_all(
    attaching: Attaching, files: Sequence[LocalFile], told: Callable[[LocalFile, bool], None], stop: Callable[[], bool]
) -> None:
    """Attach files one after the other; each is told with whether anything had to be done.

    Raises what `Attaching.attach` does, and `IncompleteError` when it is asked to stop between two files.
    """
    for number, file in enumerate(files):
        if stop():
            raise IncompleteError(
                what="Stopped on request",
                where=f"object {attaching.steps.object_id}",
                why=f"{number} of {len(files)} files are attached",
                fix="Run the same command with --resume.",
            )
        told(file, await attaching.attach(file))


def require_resumed(steps: Steps, files: Sequence[LocalFile], *, resume: bool) -> None:
    """Return when an earlier call left nothing, or is to be gone on with. Raises `UsageError` otherwise."""
    left = steps.unfinished()
    if left and not resume:
        raise UsageError(
            what="An earlier call for this object was interrupted",
            where=f"object {steps.object_id}",
            why=f"{len(left)} files are not attached yet ({', '.join(sorted(set(left.values())))})",
            fix="Run the same command with --resume.",
        )
    named = {one.sha256 for one in files}
    if missing := set(left) - named:
        raise UsageError(
            what="A file of the earlier call is not named",
            where=f"object {steps.object_id}",
            why=f"of {len(missing)} files only the digests are kept: {', '.join(sorted(missing))}",
            fix="Name the same files, unchanged, with --resume. If they are gone, look at the object, then remove"
            f" {steps.path}: it is all that is kept of that call.",
        )


def _stored(answer: Answer) -> _Stored:
    """Return the file that the media service stored: `data.id` in its present answers, `id` in others."""
    body = answer.mapping()
    return converted(body.get("data", body), _Stored, answer.where)


def _kept(file: LocalFile, state: Progress) -> str:
    return f"{mask_text(file.name)} is in the media service as {state.media_id}."


def _where(error: GdprError, left: str) -> GdprError:
    """Return the error with what is where by then."""
    error.fix = f"{left} {error.fix}".strip()
    return error
