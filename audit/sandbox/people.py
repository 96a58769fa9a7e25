"""The people of Acme Optics. Every one of them is invented; no e-mail domain here can exist (`.example`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

DOMAIN: Final = "acme-optics.example"
ADMINS: Final = "site-admins"
STAFF: Final = "acme-staff"
PEOPLE_TEAM: Final = "people-team"
LEGAL_TEAM: Final = "legal-counsel"
ENGINEERS: Final = "engineering"
GROUPS: Final = (ADMINS, STAFF, PEOPLE_TEAM, LEGAL_TEAM, ENGINEERS)


@dataclass(frozen=True, slots=True)
class Person:
    """One fictional person with every identifier that Confluence ever gave them."""

    username: str
    user_key: str
    """32 hex digits, as Confluence Server made them."""
    account_id: str
    """Empty for people who left before the move to Cloud: they stay unresolved for ever."""
    email: str
    display_name: str
    groups: tuple[str, ...] = (STAFF,)
    status: str = "active"
    """active, inactive or closed, as `users-bulk` says it."""
    token: str = ""
    """API token; empty when nobody may sign in as this person."""

    def __repr__(self) -> str:
        return f"Person({self.user_key[:6]}...)"


def _key(seed: str) -> str:
    return "8a7f80" + sha256(f"acme key {seed}".encode()).hexdigest()[:26]


def _old_id(seed: str) -> str:
    return "5" + sha256(f"acme account {seed}".encode()).hexdigest()[:23]


def _new_id(seed: str) -> str:
    digest = sha256(f"acme account {seed}".encode()).hexdigest()
    return f"712020:{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


_NO_ACCOUNT: Final = "none"
_TABLE: Final = (
    # username, local part of the e-mail, display name, kind of account id, groups, status, token
    ("ifalk", "ines.falk", "Ines Falk", "old", (ADMINS, STAFF), "active", "sandbox-admin-token"),
    ("treader", "theo.reader", "Theo Reader", "new", (STAFF,), "active", "sandbox-reader-token"),
    ("mkeeper", "mara.keeper", "Mara Keeper", "old", (STAFF, ENGINEERS), "active", "sandbox-editor-token"),
    ("hbrandt", "hanna.brandt", "Hanna Brandt", "new", (STAFF, PEOPLE_TEAM), "active", "sandbox-people-token"),
    ("jokafor", "jude.okafor", "Jude Okafor", "old", (STAFF, ENGINEERS), "active", ""),
    ("Lena.Vogt", "lena.vogt", "Lena Vogt", "new", (STAFF, ENGINEERS), "active", ""),
    ("psantos", "paulo.santos", "Paulo Santos", "old", (STAFF,), "active", ""),
    ("r.nakamura", "rei.nakamura", "Rei Nakamura", "new", (STAFF, ENGINEERS), "active", ""),
    ("aduval", "aline.duval", "Aline Duval", "old", (STAFF, LEGAL_TEAM), "active", "sandbox-legal-token"),
    ("gwestin", "greta.westin", "Greta Westin", "new", (STAFF, PEOPLE_TEAM), "active", ""),
    ("okovacs", "oli.kovacs", "Oli Kov\u00e1cs", "old", (STAFF,), "active", ""),
    ("nbilgin", "nil.bilgin", "Nil Bilgin", "new", (STAFF,), "active", ""),
    ("Tom Arden", "tom.arden", "Tom Arden", "old", (STAFF,), "active", ""),
    ("ewa.lis", "ewa.lis", "Ewa Lis", "new", (STAFF, ENGINEERS), "active", ""),
    ("cmoreau", "cyril.moreau", "Cyril Moreau", "old", (STAFF,), "active", ""),
    ("sfenn", "sid.fenn", "Sid Fenn", "new", (STAFF,), "active", ""),
    ("dquill", "dora.quill", "Dora Quill", "old", (STAFF, LEGAL_TEAM), "active", ""),
    ("bhaas@acme-optics.example", "bea.haas", "Bea Haas", "new", (STAFF,), "active", ""),
    ("vromero", "vito.romero", "Vito Romero", "old", (STAFF,), "active", ""),
    ("k.sundby", "kaja.sundby", "Kaja Sundby", "new", (STAFF, ENGINEERS), "active", ""),
    ("ymarsh", "yves.marsh", "Yves Marsh", "old", (STAFF,), "inactive", ""),
    ("fadler", "finn.adler", "Finn Adler", "new", (STAFF,), "inactive", ""),
    ("lpetrov", "lia.petrov", "Lia Petrov", "old", (), "closed", ""),
    ("hstone", "hal.stone", "Hal Stone", "new", (), "closed", ""),
    ("egrimm", "ed.grimm", "Ed Grimm", _NO_ACCOUNT, (), "closed", ""),
    ("zcole", "zoe.cole", "Zoe Cole", _NO_ACCOUNT, (), "closed", ""),
    ("wbauer", "wim.bauer", "Wim Bauer", _NO_ACCOUNT, (), "closed", ""),
    ("qxu", "qi.xu", "Qi Xu", _NO_ACCOUNT, (), "closed", ""),
)

PEOPLE: Final = tuple(
    Person(
        username=username,
        user_key=_key(username),
        account_id={"old": _old_id, "new": _new_id}.get(kind, lambda _: "")(username),
        email=f"{local}@{DOMAIN}",
        display_name=name,
        groups=groups,
        status=status,
        token=token,
    )
    for username, local, name, kind, groups, status, token in _TABLE
)
ADMIN: Final = PEOPLE[0]
READER: Final = PEOPLE[1]
EDITOR: Final = PEOPLE[2]
PEOPLE_LEAD: Final = PEOPLE[3]
COUNSEL: Final = PEOPLE[8]
SIGN_INS: Final = {
    "admin": ADMIN,
    "reader": READER,
    "editor": EDITOR,
    "people": PEOPLE_LEAD,
    "legal": COUNSEL,
}
"""Accounts that may sign in. The administrator sees everything, as with an active admin key."""
LEAVERS: Final = tuple(person for person in PEOPLE if not person.account_id)
"""People without an account: nothing resolves them."""
RESOLVABLE: Final = tuple(person for person in PEOPLE if person.account_id)
UNKNOWN_KEYS: Final = (_key("nobody one"), _key("nobody two"))
"""User keys that belong to nobody, as cut imports leave them."""


def group_id(name: str) -> str:
    """Return the id of a group: a UUID made of its name."""
    digest = sha256(f"acme group {name}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def mapping_csv(people: Iterable[Person] = RESOLVABLE) -> str:
    """Return the mapping from retired identifiers to account ids, as an administrator would export it."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("username", "user_key", "email", "account_id"))
    rows.writerows((p.username, p.user_key, p.email, p.account_id) for p in people if p.account_id)
    return out.getvalue()
