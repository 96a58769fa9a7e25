"""The check of an app as people and programs read it. Nothing in it is a value of a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from audit.appcheck import AppCheck, Chapter, Topic
from audit.looking import Sight, as_text, complaint, sight_json
from reports.inert import inert
from reports.text import sound, visible
from rules.forge import END_OF_SUPPORT, SOURCE

_TITLES: Final = {
    Topic.DESCRIPTOR: "Descriptor",
    Topic.CODE: "Programs",
    Topic.SAMPLES: "Samples of payloads, queries and bodies",
    Topic.STORAGE: "Personal data that the app keeps",
    Topic.UPLOADS: "Uploads by way of the vendor's server",
}
_MISSING: Final = {
    Topic.DESCRIPTOR: "no descriptor could be read",
    Topic.CODE: "no program was named",
    Topic.SAMPLES: "no recorded answer, webhook event or query was named",
    Topic.STORAGE: "no program and no sample of the store was named",
    Topic.UPLOADS: "no program was named",
}


def verdict(checked: AppCheck) -> str:
    """Return the one sentence that counts."""
    found = len(checked.sights)
    said = f"{found} {'finding' if found == 1 else 'findings'}" if found else "Nothing was found"
    blank = sum(not chapter.files for chapter in checked.chapters)
    said += f"; {blank} of {len(checked.chapters)} chapters were not looked at" if blank else ""
    return said + (". Something could not be judged." if not checked.complete else ".")


def deadline(checked: AppCheck) -> str:
    """Return how long Connect goes on."""
    days = checked.days_left
    left = f"{days} days are left" if days >= 0 else f"that was {-days} days ago"
    return f"Support for Connect ends on {END_OF_SUPPORT.isoformat()}: {left}."


def as_report(checked: AppCheck) -> str:
    """Return the check for a terminal: what the app declares, chapter by chapter, what Forge asks, the verdict."""
    lines = [f"{checked.file}: app {checked.app.key or '(key not shown)'}"]
    lines += [f"  {name}: {value}" for name, value in _declared(checked)]
    for chapter in checked.chapters:
        lines += ["", _TITLES[chapter.topic], f"  {_looked(chapter)}"]
        lines += [f"  {as_text(sight)}" for sight in chapter.sights]
    lines += ["", "After Connect", f"  {deadline(checked)}", "  What Forge asks instead:"]
    lines += [f"  - {ask.about}: {ask.asks}" for ask in checked.asks]
    lines += [f"  {SOURCE}", ""]
    lines += [complaint(each) for each in checked.unseen]
    return sound(visible("\n".join([*lines, verdict(checked)]))) + "\n"


def as_markdown(checked: AppCheck) -> str:
    """Return the check as Markdown, for a ticket or a wiki page; whatever stands in files is escaped."""
    lines = [f"# App {inert(checked.app.key or 'without a key that can be shown')}", "", inert(verdict(checked)), ""]
    lines += [f"- {name}: {inert(value)}" for name, value in _declared(checked)]
    for chapter in checked.chapters:
        lines += ["", f"## {_TITLES[chapter.topic]}", "", inert(_looked(chapter))]
        lines += ["", *_table(chapter.sights)] if chapter.sights else []
    lines += ["", "## After Connect", "", inert(deadline(checked)), "", "| in the app | what Forge asks |", "|---|---|"]
    lines += [f"| {inert(ask.about)} | {inert(ask.asks)} |" for ask in checked.asks]
    lines += ["", f"<{SOURCE}>"]
    lines += ["", "## Not judged", "", *(f"- {inert(complaint(each))}" for each in checked.unseen)] * bool(
        checked.unseen
    )
    return sound("\n".join(lines)) + "\n"


def as_json(checked: AppCheck) -> str:
    """Return one document for programs; its keys are a contract."""
    app = checked.app
    document = {
        "file": sound(checked.file),
        "app": {
            "key": app.key or None,
            "host": app.host or None,
            "scopes": list(app.scopes),
            "modules": [{"type": kind, "count": count} for kind, count in app.modules],
            "events": list(app.events),
            "lifecycle": list(app.lifecycle),
            "migrations": dict(app.migrations),
        },
        "chapters": [
            {
                "topic": chapter.topic.value,
                "files": chapter.files,
                "looked_at": bool(chapter.files),
                "findings": [sight_json(sight) for sight in chapter.sights],
            }
            for chapter in checked.chapters
        ],
        "connect": {
            "ends": END_OF_SUPPORT.isoformat(),
            "days_left": checked.days_left,
            "forge": [{"about": ask.about, "asks": ask.asks} for ask in checked.asks],
        },
        "not_judged": [{"file": sound(each.file), "reason": each.reason, "gap": each.gap} for each in checked.unseen],
        "findings": len(checked.sights),
        "complete": checked.complete,
        "verdict": verdict(checked),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _declared(checked: AppCheck) -> Iterator[tuple[str, str]]:
    app = checked.app
    yield "server", app.host or "not named"
    yield "scopes", ", ".join(app.scopes) or "none"
    yield "modules", ", ".join(f"{kind} ({count})" for kind, count in app.modules) or "none"
    yield "webhooks", ", ".join(app.events) or "none"
    yield "lifecycle", ", ".join(app.lifecycle) or "none"
    yield "migrations", ", ".join(f"{name}: {value}" for name, value in app.migrations)


def _looked(chapter: Chapter) -> str:
    if not chapter.files:
        return f"Not looked at: {_MISSING[chapter.topic]}."
    files = f"{chapter.files} {'file' if chapter.files == 1 else 'files'}"
    found = len(chapter.sights)
    return f"{files}, {found} {'finding' if found == 1 else 'findings'}." if found else f"{files}, nothing found."


def _table(sights: tuple[Sight, ...]) -> Iterator[str]:
    yield from ("| place | severity | confidence | finding | rule |", "|---|---|---|---|---|")
    for sight in sights:
        place = f"{sight.file}:{sight.line}:{sight.column}"
        cells = (place, sight.severity.label, sight.confidence.label, sight.message, sight.rule)
        yield f"| {' | '.join(inert(visible(cell)) for cell in cells)} |"
