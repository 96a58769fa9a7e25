"""Pieces of storage format in which people occur: every shape of mention, macro, query and link that sites hold.

Each fragment is a function of a `Cast`, so the same piece appears with different people all over the site.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus

from audit.sandbox.people import LEAVERS, PEOPLE, RESOLVABLE, UNKNOWN_KEYS, Person


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays in a fragment: chosen by an index, the same for equal indexes."""

    index: int

    def person(self, role: int = 0) -> Person:
        """Return a person with an account."""
        return RESOLVABLE[(self.index * 5 + role * 3) % len(RESOLVABLE)]

    @property
    def leaver(self) -> Person:
        """Return a person without an account."""
        return LEAVERS[self.index % len(LEAVERS)]

    def uid(self, salt: int) -> str:
        """Return a UUID for macro ids and markers."""
        value = (self.index * 7919 + salt * 104729 + 65537) * 2654435761 % 2**48
        return f"5c0a17e2-{value % 65536:04x}-4{salt % 4096:03x}-8{self.index % 4096:03x}-{value:012x}"


def text(value: str) -> str:
    """Return a value as it stands in an attribute or in text."""
    return html.escape(value, quote=True)


def link(user: str) -> str:
    """Return a mention: a link around a user reference."""
    return f"<ac:link>{user}</ac:link>"


def by_name(person: Person) -> str:
    """Return a reference by username."""
    return f'<ri:user ri:username="{text(person.username)}" />'


def by_key(person: Person) -> str:
    """Return a reference by user key."""
    return f'<ri:user ri:userkey="{person.user_key}" />'


def by_id(person: Person) -> str:
    """Return a modern reference by account id."""
    return f'<ri:user ri:account-id="{person.account_id}" />'


def macro(name: str, cast: Cast, salt: int, parameters: Sequence[tuple[str, str]], body: str = "") -> str:
    """Return a macro with parameters whose values are already escaped."""
    inner = "".join(f'<ac:parameter ac:name="{key}">{value}</ac:parameter>' for key, value in parameters)
    head = f'<ac:structured-macro ac:name="{name}" ac:schema-version="1" ac:macro-id="{cast.uid(salt)}">'
    return f"{head}{inner}{body}</ac:structured-macro>"


def contacts(cast: Cast) -> str:
    """Return a table of contacts: mentions by username, e-mail addresses, telephone extensions."""
    rows = "".join(
        f"<tr><td><p>{link(by_name(p))}</p></td><td>{text(p.display_name)}</td>"
        f'<td><a href="mailto:{text(p.email)}">{text(p.email)}</a></td>'
        f"<td>+49 30 5550 {100 + cast.index % 800 + n}</td></tr>"
        for n, p in enumerate((cast.person(0), cast.person(1), cast.person(2), cast.leaver))
    )
    head = "<tr><th>Who</th><th>Name</th><th>E-mail</th><th>Phone</th></tr>"
    columns = "<colgroup><col /><col /></colgroup>"
    return f'<h3>Contacts</h3><table class="wrapped">{columns}<tbody>{head}{rows}</tbody></table>'


def owners(cast: Cast) -> str:
    """Return prose with old mentions by user key, among them one that nobody has."""
    unknown = f'<ri:user ri:userkey="{UNKNOWN_KEYS[cast.index % 2]}"/>'
    return (
        f"<p>Owner is {link(by_key(cast.person(0)))}, deputy {link(by_key(cast.person(3)))}; until last year it was "
        f"{link(by_key(cast.leaver))} and, before the import, {link(unknown)}.</p>"
    )


def modern(cast: Cast) -> str:
    """Return prose with mentions by account id only."""
    return (
        f"<p>Thanks to {link(by_id(cast.person(1)))} and {link(by_id(cast.person(4)))} for the measurements, and to "
        f'<ac:link><ri:user ri:account-id="{cast.person(2).account_id}" ri:local-id="{cast.uid(9)}" /></ac:link>'
        " for patience.</p>"
    )


def odd_mentions(cast: Cast) -> str:
    """Return mentions as importers and scripts leave them: wrong attribute, quotes, order, empty, pseudo users."""
    a, b, c = cast.person(0), cast.person(1), cast.person(2)
    return (
        f"<p>Signed: <ac:link><ri:user ri:username='{html.escape(a.username)}'/></ac:link>, "
        f'<ac:link><ri:user ri:account-id="{b.user_key}" /></ac:link>, '
        f'<ac:link><ri:user ri:userkey="{c.account_id}"></ri:user></ac:link>, '
        f'<ac:link ac:card-appearance="inline"><ri:user ri:local-id="{cast.uid(1)}" '
        f'ri:username="{text(b.username)}" ri:display-name="{text(b.display_name)}" /></ac:link>, '
        f'<ac:link><ri:user\n  ri:userkey = "{a.user_key}"\n/></ac:link>, '
        f'<ac:link><ri:user ri:username="{text(c.email)}" /></ac:link>.</p>'
        '<p>Visible to <ac:link><ri:user ri:username="@authenticated" /></ac:link> <ac:link><ri:user/></ac:link>'
        "<ac:link><ri:user /></ac:link></p>"
    )


def link_text(cast: Cast) -> str:
    """Return a mention whose link text repeats the name, which outlives any identifier."""
    person = cast.person(2)
    return (
        f"<p>Questions go to <ac:link>{by_name(person)}<ac:plain-text-link-body><![CDATA[{person.display_name}]]>"
        "</ac:plain-text-link-body></ac:link> first.</p>"
    )


def tasks(cast: Cast) -> str:
    """Return a task list with assignees in old and new form."""
    entries = (
        ("incomplete", link(by_id(cast.person(0))), 'updates the checklist by <time datetime="2026-12-04" />'),
        ("complete", link(by_name(cast.person(1))), "orders spare filters"),
        ("incomplete", link(by_key(cast.leaver)), "hands over the cabinet keys"),
    )
    items = "".join(
        f"<ac:task><ac:task-id>{n}</ac:task-id><ac:task-uuid>{cast.uid(20 + n)}</ac:task-uuid>"
        f"<ac:task-status>{state}</ac:task-status><ac:task-body>"
        f'<span class="placeholder-inline-tasks">{who} {what}</span></ac:task-body></ac:task>'
        for n, (state, who, what) in enumerate(entries, start=1)
    )
    return f"<ac:task-list>{items}</ac:task-list>"


def code(cast: Cast) -> str:
    """Return a code macro whose CDATA only looks like a mention: nothing in it may change."""
    snippet = (
        "def page_owner():\n    # sample from the wiki manual, not a reference\n"
        "    return '<ri:user ri:username=\"x\"/>'\n"
        f"OWNERS = {{'line': 'hall-{cast.index % 7}', 'limit': {cast.index}}}\n"
    )
    body = f"<ac:plain-text-body><![CDATA[{snippet}]]></ac:plain-text-body>"
    return macro("code", cast, 2, (("language", "py"), ("title", "owners.py")), body)


def info(cast: Cast) -> str:
    """Return an info panel with a mention in its rich-text body."""
    who = link(by_name(cast.person(1)))
    body = f"<ac:rich-text-body><p>Ask {who} before you change this page.</p></ac:rich-text-body>"
    return macro("info", cast, 3, (("title", "Before you edit"),), body)


def panel(cast: Cast) -> str:
    """Return nested macros: a panel in an expand, with a mention in the innermost body."""
    inner = macro("panel", cast, 4, (("bgColor", "#f4f5f7"),), f"<ac:rich-text-body>{owners(cast)}</ac:rich-text-body>")
    return macro("expand", cast, 5, (("title", "History"),), f"<ac:rich-text-body>{inner}</ac:rich-text-body>")


def status(cast: Cast) -> str:
    """Return a status lozenge."""
    colour, word = (("Green", "on track"), ("Yellow", "at risk"), ("Red", "late"))[cast.index % 3]
    return f"<p>State: {macro('status', cast, 6, (('colour', colour), ('title', word)))}</p>"


def profiles(cast: Cast) -> str:
    """Return profile macros: a user reference, plain text, and a picture."""
    return (
        macro("profile", cast, 7, (("user", by_name(cast.person(0))),))
        + macro("profile", cast, 8, (("user", by_id(cast.person(1))),))
        + macro("profile-picture", cast, 10, (("User", by_key(cast.person(2))),))
        + macro("profile", cast, 11, (("user", text(cast.person(3).username)),))
    )


def people_macros(cast: Cast) -> str:
    """Return macros that list what people did: tasks, updates, content by author, blog posts."""
    both = by_key(cast.person(0)) + by_name(cast.person(1))
    return (
        macro(
            "tasks-report-macro", cast, 12, (("spaces", "ENG"), ("assignees", both), ("creators", by_key(cast.leaver)))
        )
        + macro("recently-updated", cast, 13, (("author", text(cast.person(2).username)), ("max", "5")))
        + macro("content-by-user", cast, 14, (("", text(cast.person(3).username)),))
        + macro("blog-posts", cast, 15, (("author", by_id(cast.person(4))), ("time", "30d")))
    )


def queries(cast: Cast) -> str:
    """Return macros with queries that name people: CQL and JQL with usernames and keys."""
    a, b, c = (cast.person(role).username for role in range(3))
    cql = f'creator = "{a}" and type = page and contributor in ("{cast.leaver.user_key}", currentUser())'
    jql = f'project = LENS AND (assignee = {quote_name(b)} OR reporter was "{c}")'
    return macro("contentbylabel", cast, 16, (("cql", text(cql)), ("max", "20"))) + macro(
        "jira", cast, 17, (("server", "Acme Jira"), ("jqlQuery", text(jql)), ("maximumIssues", "20"))
    )


def quote_name(name: str) -> str:
    """Return a JQL operand, quoted where its characters demand it."""
    return name if name.isalnum() else f'"{name}"'


def links(cast: Cast) -> str:
    """Return links to profiles and personal spaces in the spellings of two decades."""
    a, b, c = cast.person(0), cast.person(1), cast.person(2)
    return (
        f'<ul><li><a href="/display/~{text(quote(a.username))}">his pages</a></li>'
        f'<li><a href="https://wiki.acme-optics.example/users/viewuserprofile.action?username='
        f'{text(quote_plus(b.username))}">profile</a></li>'
        f'<li><a href="/wiki/people/{c.account_id}">today\'s profile</a></li>'
        '<li><ac:link><ri:space ri:space-key="~hbrandt" /></ac:link></li>'
        f'<li><ac:link><ri:page ri:space-key="~hbrandt" ri:content-title="Reading list" /></ac:link></li></ul>'
    )


def layout(cast: Cast) -> str:
    """Return a two-column layout with an image and a mention."""
    image = '<ac:image ac:width="320"><ri:attachment ri:filename="drawing.png" /></ac:image>'
    left = f"<ac:layout-cell><p>Drawing by {link(by_key(cast.person(5)))}</p>{image}</ac:layout-cell>"
    right = f"<ac:layout-cell>{status(cast)}<p>Checked by {link(by_id(cast.person(1)))}</p></ac:layout-cell>"
    return f'<ac:layout><ac:layout-section ac:type="two_equal">{left}{right}</ac:layout-section></ac:layout>'


def personal(cast: Cast) -> str:
    """Return prose that holds personal data of invented people: address, birthday, bank account."""
    person = cast.person(3)
    private = f"{person.username.split('@')[0].replace(' ', '')}@post.example"
    return (
        f"<p>{text(person.display_name)}, born 14.03.19{60 + cast.index % 39}, lives at Prismenweg "
        f"{1 + cast.index % 90}, 12345 Musterstadt, "
        f"private phone +49 151 5550{1000 + cast.index % 9000}, writes from {text(person.email)} "
        f"or {text(private)}. Salary account: DE89 3704 0044 0532 0130 00.</p>"
    )


def toc(cast: Cast) -> str:
    """Return a table of contents, which concerns nobody."""
    return macro("toc", cast, 18, (("maxLevel", "2"),))


def markers(cast: Cast) -> str:
    """Return text with an inline-comment marker around words."""
    return (
        f'<p>The limit is <ac:inline-comment-marker ac:ref="{cast.uid(30)}">forty microns</ac:inline-comment-marker> '
        f"as {link(by_name(cast.person(2)))} measured.</p>"
    )


FRAGMENTS: Final[dict[str, Callable[[Cast], str]]] = {
    function.__name__: function
    for function in (
        contacts,
        owners,
        modern,
        odd_mentions,
        link_text,
        tasks,
        code,
        info,
        panel,
        status,
        profiles,
        people_macros,
        queries,
        links,
        layout,
        personal,
        toc,
        markers,
    )
}
"""Every fragment by its name, for the tables of the seed."""
EVERYBODY: Final = PEOPLE
