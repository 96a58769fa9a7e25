"""What the tests of plan, apply, verify and rollback share: a small site, a workspace, and the invariants."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.apply import apply_plan
from audit.canonical import canonical
from audit.guards import Limits
from audit.identity.csv import parse_mapping
from audit.journal import Journal, check
from audit.plan import make_plan
from audit.plan_file import Plan, load_plan, plan_bytes
from audit.records import State
from audit.rollback import roll_back
from audit.vault import Vault
from audit.verify import Verified, verify_plan
from audit.workers import Result
from rules.model import ObjectType, Ref
from rules.registry import digest, load
from tests.audit.doubles import CALLER, Clock, FakeSite, Page, Sleeps, copy_of

KEY = bytes(range(32))
RUN_KEY = bytes(range(32, 64))
RULES = load()
SITE = "https://acme.example"
TOOL = "0.1.0"

ADA = (
    "ada.quill",
    "ff80808112345678012345678abc0001",
    "ada.quill@acme-optics.test",
    "712020:ada00000-0000-4000-8000-000000000001",
)
BEN = ("ben.marlow", "ff80808112345678012345678abc0002", "ben.marlow@acme-optics.test", "5f00000000000000000000b2")
CANARIES = [value for person in (ADA, BEN) for value in person] + ["gone.leaver", "Xylophonic"]
MAPPING = "username,user_key,email,account_id\n" + "".join(f"{','.join(person)}\n" for person in (ADA, BEN))

MENTION = '<p>Xylophonic notes by <ac:link><ri:user ri:username="ada.quill"/></ac:link>&nbsp;&ndash; {n}</p>'
OPEN = b'{"read":{"group":[],"user":[]},"update":{"group":[],"user":[]}}'
CLOSED = (
    f'{{"read":{{"group":[{{"id":"g-1","name":"staff"}}],"user":[{{"accountId":"{CALLER}"}},'
    f'{{"userKey":"{BEN[1]}","username":"{BEN[0]}"}}]}},"update":{{"group":[],"user":[]}}}}'
).encode()


def page(page_id: str, body: str | None = None, *, version: int = 7, **more: Any) -> Page:
    text = body if body is not None else MENTION.format(n=page_id)
    return Page(page_id, [(version, "", "712020:somebody-else", text.encode())], title=f"Title {page_id}", **more)


def site_of(*pages: Page) -> FakeSite:
    return FakeSite({each.id: each for each in pages})


def three() -> FakeSite:
    return site_of(page("101"), page("102"), page("103"))


def body(page_id: str) -> tuple[Ref, str]:
    return Ref(ObjectType.PAGE, page_id), "body"


def restrictions(page_id: str) -> tuple[Ref, str]:
    return Ref(ObjectType.PAGE, page_id), "restrictions"


@dataclass
class Scene:
    """A site, a run folder and a plan; every step goes through the public functions."""

    site: FakeSite
    folder: Path
    original: dict[str, Page] = field(default_factory=dict)
    sleeps: Sleeps = field(default_factory=Sleeps)
    clock: Clock = field(default_factory=Clock)
    vault: Vault = field(default_factory=lambda: Vault(RUN_KEY))
    plan: Plan | None = None

    def __post_init__(self) -> None:
        self.original = copy_of(self.site)

    @property
    def journal_path(self) -> Path:
        return self.folder / "journal.db"

    async def make(self, *places: tuple[Ref, str], **options: Any) -> Plan:
        resolve = parse_mapping(MAPPING.encode(), "people.csv").resolve
        self.plan = await make_plan(
            self.site,
            places or [body(page_id) for page_id in self.site.pages],
            resolve,
            RULES,
            self.vault,
            now=self.clock(),
            run_id="20261120T120000Z-abcdef",
            site=SITE,
            key=KEY,
            tool_version=TOOL,
            facts={},
            **options,
        )
        return self.plan

    async def apply(self, **options: Any) -> Result:
        assert self.plan is not None
        journal = Journal.open(self.journal_path, self.clock)
        try:
            return await apply_plan(
                self.plan,
                options.pop("target", self.site),
                options.pop("journal", journal),
                self.vault,
                key=KEY,
                lock=options.pop("lock", nullcontext()),
                sleep=self.sleeps,
                limits=options.pop("limits", Limits()),
                concurrency=options.pop("concurrency", 1),
                **options,
            )
        finally:
            journal.close()

    async def undo(self, *, intact_part: bool = False, **options: Any) -> Result:
        assert self.plan is not None
        journal = Journal.open(self.journal_path, self.clock, intact_part=intact_part)
        try:
            return await roll_back(
                self.plan,
                options.pop("target", self.site),
                options.pop("journal", journal),
                self.vault,
                key=KEY,
                lock=options.pop("lock", nullcontext()),
                sleep=self.sleeps,
                **options,
            )
        finally:
            journal.close()

    async def verify(self) -> tuple[Verified, ...]:
        assert self.plan is not None
        journal = Journal.open(self.journal_path, self.clock)
        try:
            return await verify_plan(self.plan, self.site, journal, self.vault, RULES, key=KEY)
        finally:
            journal.close()

    def states(self) -> list[str]:
        journal = Journal.open(self.journal_path, self.clock)
        try:
            return [f"{record.entry.op.action} {record.entry.state.value}" for record in journal.records()]
        finally:
            journal.close()


HUMAN_TEXT = b"<p>A person wrote this</p>"


def someone_edits(_site: FakeSite, edited: Page) -> None:
    edited.edit(HUMAN_TEXT)


async def planned(folder: Path, site: FakeSite | None = None) -> Scene:
    scene = Scene(site or three(), folder)
    await scene.make()
    return scene


def reload(plan: Plan) -> Plan:
    return load_plan(plan_bytes(plan), key=KEY, site=SITE, rules_digest=digest(RULES), tool_version=TOOL)


def outcomes(result: Result) -> list[str]:
    return [written.outcome.value for written in result.written]


def planned_bodies(scene: Scene) -> dict[str, bytes]:
    """Return what each page of the scene becomes under its plan, computed without the engine."""
    text = {page_id: old.body.decode() for page_id, old in scene.original.items()}
    return {
        page_id: body.replace('ri:username="ada.quill"', f'ri:account-id="{ADA[3]}"').encode()
        for page_id, body in text.items()
    }


def check_invariants(scene: Scene, *, foreign: Mapping[str, list[bytes]] | None = None, lossy: bool = False) -> None:
    """Assert I1, I2, I3, I7 and the part of I5 that the site can see, whatever has happened."""
    foreign = foreign or {}
    planned = planned_bodies(scene)
    for page_id, now in scene.site.pages.items():
        old = scene.original[page_id]
        allowed = {canonical("body", text) for text in (old.body, planned[page_id], *foreign.get(page_id, []))}
        if not lossy:
            assert all(canonical("body", text) in allowed for _, _, _, text in now.versions), "I1"
        assert [number for number, *_ in now.versions] == list(range(old.number, now.number + 1)), "I1"
    tokens = scene.site.tokens()
    assert len(tokens) == len(set(tokens)), "I3"
    if scene.journal_path.exists() and check(scene.journal_path).first_bad is None:
        journal = Journal.open(scene.journal_path, scene.clock)
        intents = {record.entry.op.token for record in journal.records() if record.entry.state is State.INTENT}
        for seen in scene.site.sent():
            assert seen.token in intents, "I2"
            sealed = journal.image(seen.token, "before")
            assert sealed is None or scene.vault.open(sealed, f"{seen.token}/before"), "I2"
        journal.close()
    check_canaries(scene.folder, *([plan_bytes(scene.plan)] if scene.plan else []))


def check_canaries(folder: Path, *more: bytes) -> None:
    """Assert I7: no personal value in any file of the run, nor in anything else that is given."""
    for data in (*(path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".site"), *more):
        for canary in CANARIES:
            forms = (canary.encode(), base64.b64encode(canary.encode()).rstrip(b"=")[:-1], json.dumps(canary).encode())
            assert not any(form in data for form in forms), "I7"


def wipe(folder: Path) -> None:
    """Remove every file of a run."""
    for file in folder.iterdir():
        file.unlink()


def names(folder: Path) -> list[str]:
    """Return the names of the files of a run."""
    return sorted(path.name for path in folder.iterdir())
