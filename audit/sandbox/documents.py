"""A site that also has bodies which the API gives in one form only: documents (ADF), and raw bodies of apps.

`build` is a seed like that of `seed.py`. The documents are written as scripts write them: their blanks, escapes and
the order of their names are nobody's canonical form, so that a change of any other byte shows.
"""

from __future__ import annotations

import json
from typing import Final

from audit.sandbox.extras import CARD, MADE
from audit.sandbox.people import ADMIN, DOMAIN, LEAVERS, PEOPLE, Person
from audit.sandbox.seed import build as build_rest
from audit.sandbox.state import ADF, Content, Inline, Kind, Revision, State

FIRST: Final = 262_146
"""Two above a multiple of 32, the step of the state's own ids."""
PAGE: Final = "Recipes of the coating line"
POST: Final = "The new chamber is here"
DRAFT: Final = "Recipe 10, not yet tried"
EDITED: Final = "Recipe 9, being edited"
WIKI: Final = "Ask [~{name}] before the hall is locked."
"""What an app keeps in a markup of its own."""


def document(*users: str, note: str = "") -> str:
    """Return a document that mentions people by the given identifiers, in a table of its own and beside a macro."""
    mentions = ",\n  ".join(
        f'{{"type" : "mention", "attrs":{{"localId":"m-{at}","text":"@x","id":{json.dumps(user)},"accessLevel":""}}}}'
        for at, user in enumerate(users)
    )
    macro = (
        '{"type":"inlineExtension","attrs":{"extensionType":"com.atlassian.confluence.macro.core",'
        f'"extensionKey":"profile","parameters":{{"macroParams":{{"user":{{"value":{json.dumps(users[0])}}}}}}}}}}}'
    )
    words = f'{{"type":"text","text":"caf\\u00e9 \u2013 {note} "}}'
    paragraph = f'{{"content":[{words}, {mentions}, {macro} ],"type":"paragraph"}}'
    return f'{{"version":1, "type":"doc",\n "content":[ {paragraph} ]}}'


def build(state: State) -> None:
    """Fill an empty state with the whole catalogue and with bodies in one form only."""
    build_rest(state)
    space = next(one.id for one in state.spaces.values() if one.key == "ENG")
    old, other, gone = PEOPLE[3], PEOPLE[7], LEAVERS[0]
    first = document(old.user_key, note="first")
    page = _add(state, Kind.PAGE, PAGE, space, first, document(old.user_key, other.username, gone.user_key))
    _add(state, Kind.BLOGPOST, POST, space, document(other.user_key))
    _add(state, Kind.PAGE, DRAFT, space, document(old.username), status="draft")
    _add(state, Kind.PAGE, EDITED, space, document(old.user_key), draft=document(other.user_key))
    comment = document(other.username, note="see there")
    _add(state, Kind.FOOTER_COMMENT, "Re: recipes", space, comment, container=page.id)
    inline = Inline("8d2f7a10-1111-4222-8333-444455556666", "recipes")
    _add(state, Kind.INLINE_COMMENT, "Re: recipes", space, comment, container=page.id, inline=inline)
    for title, text, form in (
        ("Card as a document", document(old.user_key), ADF),
        ("Card kept raw as a document", document(old.user_key), "raw"),
        ("Card kept raw as data", json.dumps({"approver": _user(old), "since": "2019"}), "raw"),
        ("Card kept raw as markup", _markup(old), "raw"),
        ("Card in words", WIKI.format(name=old.username), "raw"),
    ):
        _add(state, Kind.CUSTOM_CONTENT, title, space, text, container=page.id, form=form, type_key=CARD)


def _user(person: Person) -> dict[str, str]:
    return {"type": "known", "userKey": person.user_key, "displayName": person.display_name}


def _markup(person: Person) -> str:
    return f'<p>Owner: <ac:link><ri:user ri:userkey="{person.user_key}" /></ac:link>, {DOMAIN}</p>'


def _add(
    state: State,
    kind: Kind,
    title: str,
    space: str,
    *texts: str,
    status: str = "current",
    container: str = "",
    form: str = ADF,
    type_key: str = "",
    draft: str | None = None,
    inline: Inline | None = None,
) -> Content:
    """Add one piece of content with a version for each text, and return it."""
    author = ADMIN.account_id
    there = sum(one.form != "" for one in state.contents.values())
    return state.add(
        Content(
            id=str(FIRST + 32 * there),
            kind=kind,
            space=space,
            author=author,
            owner=author,
            created_at=MADE,
            revisions=tuple(Revision(at, author, MADE, title, text) for at, text in enumerate(texts, start=1)),
            status=status,
            container=container,
            form=form,
            type_key=type_key,
            draft=draft,
            inline=inline,
        )
    )
