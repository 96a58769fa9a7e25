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
    GuardError,
    IncompleteError,
    NotAuthenticated,
    SiteError,
    UsageError,
)
from audit.http import Api
from audit.publish.explained import CREDENTIALS, LINK, MEDIA, refused
from audit.publish.page import Progress as Told
from audit.publish.page import silent
from audit.publish.sent import Sent
from audit.publish.steps import Progress, Step, Steps, key_of
from audit.sites.cloud import wire
from audit.uploads import LocalFile, Multipart

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
            error.fix = f"{copy} --resume sends {file.shown} again."
            raise
        except (GuardError, UsageError):
            self.steps.set(file, Step.WAITING)  # nothing left this process, or nothing whole
            raise
        except SiteError as error:
            self.steps.set(file, Step.WAITING)
            left = f"Of {file.shown} nothing is stored and nothing attached; files named before it stay."
            error.fix = f"{left} {error.fix}"
            raise
        return self.steps.set(file, Step.UPLOADED, stored.id)

    async def _upload(self, file: LocalFile) -> _Stored:
        """Ask for credentials and upload with them. Both go nowhere else."""
        given = await self._given()
        place = self.allowed(given.media_base_url)
        upload = Multipart(file, told=self.progress(file))
        media = self.media(place, MediaToken(given.client_id, Secret(given.media_jwt_token)))
        sent: Sent | None = None
        try:
            async with media:
                stored = _stored(await self._taken(media, upload))
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

    async def _taken(self, media: Api, upload: Multipart) -> Answer:
        try:
            return await media.upload("POST", "/file", upload, {}, {"name": upload.file.name})
        except SiteError as error:
            raise refused(error, MEDIA, f"The file {upload.file.shown} was not taken", "") from error

    async def _given(self) -> _Credentials:
        """Return what opens the media service. Raises the error of a refusal: nothing is uploaded then."""
        path = f"{self.steps.address}/credentials"
        try:
            return converted((await self.assets.get(path)).json, _Credentials, path)
        except SiteError as error:
            what = f"Assets gave no credentials for object {self.steps.object_id}"
            raise refused(error, CREDENTIALS, what, "") from error

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
            await self.assets.write("POST", self.steps.address, {"attachments": [row]})
        except Ambiguous as error:
            if not await is_listed(self.assets, self.steps, state.media_id):
                error.fix = f"{_kept(file, state)} --resume looks whether it is attached, then goes on."
                raise
        except SiteError as error:
            self.steps.set(file, Step.UPLOADED, state.media_id)
            left = f"{_kept(file, state)} It is attached to nothing; --resume attaches it."
            raise refused(error, LINK, f"The file {file.shown} was not attached to the object", left) from error
        self.steps.set(file, Step.LINKED, state.media_id)

    async def _settled(self, file: LocalFile, state: Progress) -> bool:
        """Return whether a link of unknown outcome is there; False where it is not, and has to be made.

        Raises `GuardError` where the service does not say.
        """
        listed = await is_listed(self.assets, self.steps, state.media_id)
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


async def is_listed(assets: Api, steps: Steps, media_id: str) -> bool | None:
    """Return whether a file is attached to the object; None where the service does not say."""
    found = await _listed(assets, steps)
    return None if found is None else media_id in found


async def look_again(assets: Api, steps: Steps, files: Sequence[LocalFile]) -> tuple[LocalFile, ...]:
    """Return those of the files that were attached once and are not any more: they are to be sent anew.

    Where the service does not list attachments, what an earlier call noted is believed.
    """
    done = [one for one in files if steps.of(one).step is Step.LINKED]
    found = await _listed(assets, steps) if done else None
    gone = () if found is None else tuple(one for one in done if steps.of(one).media_id not in found)
    for file in gone:
        steps.forget(file)
    return gone


async def _listed(assets: Api, steps: Steps) -> frozenset[str] | None:
    """Return the media ids of what is attached to the object; None where the service does not say."""
    try:
        answer = await assets.get(steps.address)
    except SiteError:
        return None  # no document promises this list
    found = answer.json
    if isinstance(found, dict):
        found = found.get("attachments", found.get("values"))
    if not isinstance(found, list):
        return None
    return frozenset(str(one.get("mediaId")) for one in found if isinstance(one, dict))


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
            why=f"{len(left)} files are not attached yet ({', '.join(sorted({one.step for one in left.values()}))})",
            fix="Run the same command with --resume.",
        )
    if missing := {left[key].sha256 for key in left.keys() - {key_of(one) for one in files}}:
        raise UsageError(
            what="A file of the earlier call is not named",
            where=f"object {steps.object_id}",
            why=f"only the digests of such files are kept: {', '.join(sorted(missing))}",
            fix="Name the same files, under the same names and unchanged, with --resume. If they are gone, look at the"
            f" object, then remove {steps.path}: it is all that is kept of that call.",
        )


def _stored(answer: Answer) -> _Stored:
    """Return the file that the media service stored: `data.id` in its present answers, `id` in others."""
    body = answer.mapping()
    return converted(body.get("data", body), _Stored, answer.where)


def _kept(file: LocalFile, state: Progress) -> str:
    return f"{file.shown} is in the media service as {state.media_id}."
