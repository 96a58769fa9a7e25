"""How far the upload of each file to an Assets object has come: a private file beside the run, without any secret.

A file is known by a digest of its name and its bytes: the same bytes under two names are two files.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

import msgspec

from audit.errors import WorkspaceError
from audit.files import write_whole
from audit.uploads import LocalFile


class Step(StrEnum):
    """What has happened to one file."""

    WAITING = "waiting"
    UPLOADING = "uploading"
    """The upload is about to leave: a copy that nobody can see may be in the media service."""
    UPLOADED = "uploaded"
    """It is in the media service, and attached to nothing."""
    LINKING = "linking"
    """The link is about to leave: only reading the object tells whether it is there."""
    LINKED = "linked"


@dataclass(frozen=True, slots=True)
class Progress:
    """One file, known by digests: neither its name nor its place is kept."""

    key: str
    """Digest of its name and its bytes."""
    sha256: str
    size_bytes: int
    step: Step = Step.WAITING
    media_id: str = ""


@dataclass(slots=True)
class Steps:
    """The files of one object. Each change is on the disk before the next request leaves."""

    path: Path
    object_id: str
    workspace: str = ""
    files: dict[str, Progress] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path, object_id: str) -> Self:
        """Return what is known of an object, nothing where nothing was published to it.

        Raises `WorkspaceError` when the file is damaged.
        """
        path = folder / f"publish-assets-{object_id}.json"
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return cls(path, object_id)
        try:
            kept = msgspec.json.decode(data, type=_Kept)
        except msgspec.MsgspecError as error:
            raise WorkspaceError(
                what="What was published to the object before cannot be read",
                where=str(path),
                why="the file is damaged, or another version of this tool wrote it",
                fix="Look at the attachments of the object, then move the file away and run again.",
            ) from error
        return cls(path, object_id, kept.workspace, {one.key: one for one in kept.files})

    @property
    def address(self) -> str:
        """Return the path of the attachments of the object, behind the address of the workspace."""
        return f"/attachments/object/{self.object_id}"

    def of(self, file: LocalFile) -> Progress:
        """Return how far a file has come."""
        key = key_of(file)
        return self.files.get(key, Progress(key, file.sha256, file.size_bytes))

    def set(self, file: LocalFile, step: Step, media_id: str = "") -> Progress:
        """Store how far a file has come and return it. Raises `OSError` when the disk does not take it."""
        now = replace(self.of(file), step=step, media_id=media_id)
        self.files[now.key] = now
        write_whole(self.path, msgspec.json.encode(_Kept(self.workspace, tuple(self.files.values()))), force=True)
        return now

    def forget(self, file: LocalFile) -> None:
        """Take a file for one that was never sent. What is stored follows with the next change."""
        self.files.pop(key_of(file), None)

    def unfinished(self) -> Mapping[str, Progress]:
        """Return the files of which an earlier call left something that is not attached, by their keys."""
        done = {Step.WAITING, Step.LINKED}
        return {key: one for key, one in self.files.items() if one.step not in done}


def key_of(file: LocalFile) -> str:
    """Return the digest by which a file is known."""
    name = unicodedata.normalize("NFC", file.name).encode("utf-8", "surrogateescape")
    return hashlib.sha256(name + b"\0" + file.sha256.encode()).hexdigest()


class _Kept(msgspec.Struct, frozen=True):
    workspace: str
    files: tuple[Progress, ...]
