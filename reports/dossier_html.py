"""A dossier as one page that needs no network, no server and no script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from reports.dossier import INCOMPLETE, MEANINGS, NO_ACCOUNT, NOTHING, STEPS, Dossier, Held, Meaning
from reports.formats.html import labelled, policy
from reports.language import language
from reports.rendering import environment, stylesheet
from reports.text import visible

NO_SCRIPT: Final = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What is held under one relation."""

    id: str
    meaning: Meaning
    rows: tuple[Held, ...]


def groups(one: Dossier) -> tuple[Group, ...]:
    """Return what is held, by relation in their order."""
    return tuple(Group(relation.value, MEANINGS[relation], one.of(relation)) for relation in one.counted())


def render(one: Dossier) -> bytes:
    """Return the page. Equal dossiers give equal bytes."""
    speech = language(one.language)
    style = stylesheet("report.css", speech)
    page = environment(visible, speech).get_template("dossier.html.j2")
    text = page.render(
        one=one,
        speech=speech,
        groups=groups(one),
        doubtful=one.doubtful(),
        looked=one.looked_at(),
        no_account="" if one.accounted() else NO_ACCOUNT,
        steps=STEPS,
        incomplete=INCOMPLETE,
        nothing=NOTHING,
        policy=policy(NO_SCRIPT, style),
        style=Markup(style),  # noqa: S704 - an asset of ours
    )
    return labelled(text).encode()
