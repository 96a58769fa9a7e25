"""Which column of a table of people means what, told by its heading.

Tables as they are exported: the mapping of this tool, the users of an Atlassian organisation (`User id`, `User name`,
`email`; there the user name is the display name), Okta (`login`, `email`), Entra ID (`userPrincipalName`, `mail`,
`onPremisesSamAccountName`, `displayName`), Google Workspace (`Email Address [Required]`, `First Name [Required]`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

DELIMITERS: Final = (",", ";", "\t")
ALIASES: Final[Mapping[str, frozenset[str]]] = {
    "username": frozenset({"username", "user name", "user_name", "login", "login name", "benutzername"}),
    "user_key": frozenset({"user_key", "userkey", "user key", "key", "benutzerschl\u00fcssel"}),
    "email": frozenset(
        {
            "email", "e-mail", "mail", "email address", "e-mail address", "emailaddress", "e-mail-adresse",
            "e-mailadresse", "emailadresse",
        }
    ),
    "account_id": frozenset(
        {
            "account_id", "accountid", "account id", "aaid", "atlassian account id", "atlassian id",
            "atlassianaccountid", "konto-id", "kontoid", "konto id", "atlassian-konto-id",
        }
    ),
    "name": frozenset(
        {"name", "full name", "full_name", "fullname", "display name", "displayname", "display_name", "anzeigename"}
    ),
    "route": frozenset({"route"}),
    "witnessed_at": frozenset({"witnessed_at"}),
}  # fmt: skip
"""Column -> headings that mean it, compared casefolded and without surrounding blanks."""
UNTOLD: Final = frozenset({"name", "route", "witnessed_at"})
"""Columns of a table that resolve nobody: where one is there twice, the last one counts."""
SECOND: Final[Mapping[str, tuple[str, ...]]] = {
    "username": (
        "samaccountname", "onpremisessamaccountname", "user.login", "profile.login", "userprincipalname",
        "user principal name",
    ),
    "email": (
        "primary email", "primaryemail", "email address [required]", "user.email", "profile.email", "primary_email",
    ),
    "account_id": ("user id", "user_id", "userid"),
}  # fmt: skip
"""Column -> headings that mean it where none of the first ones stands there; the first of them counts."""
SECOND_USERNAME: Final = "second username"
"""The column of another username beside the first one: Okta keeps `login` and `samAccountName`, and both are used."""
USER_NAME: Final = "user name"
"""What some tables call the username, and others the name that is shown: the values tell."""
UNSURE: Final = frozenset(SECOND["account_id"])
"""Headings that other products give to ids of their own: the column counts only when it holds account ids."""


@dataclass(frozen=True, slots=True)
class Header:
    """The heading row of a table."""

    columns: tuple[str, ...]
    """The column that each cell stands for, empty for others."""
    delimiter: str
    unsure: bool = False
    """The account ids stand under a heading that may mean something else."""
    spoken: bool = False
    """The usernames stand under a heading that may mean the names that are shown."""

    def twice(self) -> str:
        """Return a column that is named twice, empty where none is."""
        return next((column for column in ALIASES if column not in UNTOLD and self.columns.count(column) > 1), "")


def read_header(line: str) -> Header:
    """Return the header in a line, with the delimiter under which most columns are known."""
    readings = [_header(_cells(line, delimiter), delimiter) for delimiter in DELIMITERS]
    return max(readings, key=lambda header: sum(map(bool, header.columns)))


def is_hint(line: str) -> bool:
    """Return whether a line is a spreadsheet's own hint at the delimiter and no header: `sep=;`."""
    return line.strip().strip('"').casefold().startswith("sep=")


def _cells(line: str, delimiter: str) -> Sequence[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def _header(cells: Sequence[str], delimiter: str) -> Header:
    headings = [cell.strip().strip('"').strip().casefold() for cell in cells]
    columns = [next((column for column, names in ALIASES.items() if each in names), "") for each in headings]
    unsure = False
    for column, names in SECOND.items():
        found = next((name for name in names if name in headings), None)
        if found is not None and column not in columns:
            columns[headings.index(found)] = column
            unsure = unsure or found in UNSURE
        elif found is not None and column == "username":
            columns[headings.index(found)] = SECOND_USERNAME
    if unsure and USER_NAME in headings and columns.count("username") == 1:
        # The export of an Atlassian organisation: what it calls the user name is the name that is shown.
        columns[headings.index(USER_NAME)] = "name" if "name" not in columns else ""
    spoken = "username" in columns and headings[columns.index("username")] == USER_NAME
    return Header(tuple(columns), delimiter, unsure, spoken)
