"""An app keeps a copy of a profile beside the account id: in a table, a model or a store.

Why it matters: who keeps such copies has to report every account in each cycle, and to erase or refresh the copy when
told so. Without that the copy survives what the person hid, changed or had erased. GDPR Art. 5(1)(c), 5(1)(d), 16,
17, 25.
Source: Atlassian, user privacy guide for app developers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.appdata import STORED
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield the first profile field of every table, model or stored value that also holds accounts."""
    return code.detect(view, RULE, STORED, STORED if view.context.of_app else ())


_TABLE: Final = "profile field in a table"
_MODEL: Final = "profile field in a model"

RULE: Final = Rule(
    id="code-profile-store",
    title="Copy of a profile kept by an app",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="The program keeps names, addresses or pictures of accounts. Atlassian wants each such account reported in"
    " every cycle, and the copy erased or refreshed when the person closes the account or changes the profile.",
    remedy="Keep the account id only and read the rest when it is shown; else report the accounts and obey the answers."
    " Report only.",
    articles=("5(1)(c)", "5(1)(d)", "16", "17", "25"),
    source="https://developer.atlassian.com/platform/forge/user-privacy-guidelines/",
    dpv="https://w3id.org/dpv/pd#Identifying",
    kinds=(Kind.CODE,),
    gate=(
        b"able",
        b"ABLE",
        b"define(",
        b".init(",
        b"Schema(",
        b"class ",
        b".set",
        b".hset",
        b".hSet",
        b".put(",
        b"@Entity",
        b"model ",
    ),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"-- users of the Jira app\nCREATE TABLE people (account_id VARCHAR(128) PRIMARY KEY, display_name TEXT);",
            Kind.CODE,
            "a table",
            (_TABLE,),
        ),
        Flag(
            b"// confluence\nsequelize.define('person', {accountId: DataTypes.STRING, email: DataTypes.STRING});",
            Kind.CODE,
            "a model in JavaScript",
            (_MODEL,),
        ),
        Flag(
            b"# atlassian\nclass Person(models.Model):\n    account_id = models.CharField(max_length=128)\n"
            b"    email = models.EmailField(null=True)\n",
            Kind.CODE,
            "a model in Python",
            (_MODEL,),
        ),
        Flag(
            b"// jira\nawait storage.set(`user-${id}`, { id, name: user.displayName });",
            Kind.CODE,
            "a value in the storage of a Forge app",
            ("profile field in a store",),
        ),
        Flag(
            b"// confluence\n@Entity public class Person {\n  @Id String accountId;\n  private String email;\n}",
            Kind.CODE,
            "an entity in Java",
            (_MODEL,),
        ),
        Flag(
            b"// jira\n@Entity() class Person {\n  @PrimaryColumn() accountId: string;\n  @Column() email?: string;\n}",
            Kind.CODE,
            "an entity in TypeScript",
            (_MODEL,),
        ),
        Flag(
            b"// atlassian\nmodel Person {\n  accountId String @id\n  email String?\n}",
            Kind.CODE,
            "a model of Prisma",
            (_MODEL,),
        ),
        Clean(
            b"// jira\n@Entity class Seen { @Id String accountId; }\n@Entity class Shop { String email; }",
            Kind.CODE,
            "two entities",
        ),
        Clean(
            b"// jira\n@Entity() class Seen { accountId: string; }\n@Entity() class Shop { email: string; }",
            Kind.CODE,
            "two entities in TypeScript",
        ),
        Clean(
            b"// jira\nmodel Seen {\n  accountId String @id\n}\nmodel Shop {\n  email String\n}",
            Kind.CODE,
            "two models of Prisma",
        ),
        Clean(
            b"-- jira\nCREATE TABLE seen (account_id VARCHAR(128), at TIMESTAMP);\nCREATE TABLE shop (email TEXT);",
            Kind.CODE,
            "account ids alone, and a table without them",
        ),
        Clean(b"CREATE TABLE people (account_id INT, email TEXT);", Kind.CODE, "nothing speaks of these products"),
        Clean(
            b"# jira\nclass Seen(models.Model):\n    account_id = models.CharField()\n\nclass Shop(models.Model):\n"
            b"    email = models.EmailField()\n",
            Kind.CODE,
            "two models",
        ),
        Clean(
            b"// jira\nawait storage.set('seen', user.accountId); show(user.displayName);",
            Kind.CODE,
            "the account id is stored, the name is shown",
        ),
    ),
)
