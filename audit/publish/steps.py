"""How far the upload of each file to an Assets object has come: a private file beside the run, without any secret."""

from __future__ import annotations

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
    """One file, known by its digest: neither its name nor its place is kept."""

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
        return cls(path, object_id, kept.workspace, {one.sha256: one for one in kept.files})

    def of(self, file: LocalFile) -> Progress:
        """Return how far a file has come."""
        return self.files.get(file.sha256, Progress(file.sha256, file.size_bytes))

    def set(self, file: LocalFile, step: Step, media_id: str = "") -> Progress:
        """Store how far a file has come and return it. Raises `OSError` when the disk does not take it."""
        self.files[file.sha256] = now = replace(self.of(file), step=step, media_id=media_id)
        write_whole(self.path, msgspec.json.encode(_Kept(self.workspace, tuple(self.files.values()))), force=True)
        return now

    def unfinished(self) -> Mapping[str, Step]:
        """Return the digests of the files of which an earlier call left something that is not attached."""
        done = {Step.WAITING, Step.LINKED}
        return {one.sha256: one.step for one in self.files.values() if one.step not in done}


class _Kept(msgspec.Struct, frozen=True):
    workspace: str
    files: tuple[Progress, ...]
