"""What is known of people without asking a site: mappings and backups that the command line names."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.errors import MappingError
from audit.identity.backup import NAME as BACKUP
from audit.identity.backup import Backup, read_backup
from audit.identity.csv import Mapping, read_mappings
from audit.identity.ledger import Ledger
from audit.identity.route import PEOPLE


@dataclass(frozen=True, slots=True)
class Known:
    """Mappings and backups as they were read."""

    mapping: Mapping | None
    backups: tuple[Backup, ...]
    read_at: str

    def ledgers(self) -> tuple[Ledger, ...]:
        """Return them as routes, in the order of trust."""
        rows = [row for backup in self.backups for row in backup.rows]
        mapping = (self.mapping.ledger(self.read_at),) if self.mapping else ()
        return (*mapping, Ledger(BACKUP, rows, self.read_at)) if self.backups else mapping

    def identifiers(self) -> frozenset[str]:
        """Return every username and user key, in lower case: what rules may take for a known person."""
        return frozenset(
            each.value for ledger in self.ledgers() for each in ledger.identifiers() if each.kind in PEOPLE
        )

    def require_accounts(self, *, others: bool) -> None:
        """Raise `MappingError` when the mapping names no account and nothing that goes by e-mail addresses does either.

        `others` says that a directory of accounts is asked.
        """
        if self.mapping is None or self.backups or others or any(row.account_id for row in self.mapping.people):
            return
        raise MappingError(
            what="The mapping names no account",
            where="--mapping",
            why="no row has an account_id, and no other table, backup or directory is there to complete it",
            fix="Add the column account_id, or name a table of e-mail addresses and accounts with a second --mapping.",
        )

    def digest(self, key: bytes) -> str:
        """Return a keyed digest of everything: it shows later whether two plans used the same. Empty without any."""
        own = self.mapping.digest(key) if self.mapping else ""
        if not self.backups:
            return own
        people = sorted(
            f"{row.username}\x1f{row.user_key}\x1f{row.email}\x1f{row.account_id}"
            for backup in self.backups
            for row in backup.rows
        )
        message = "\x1e".join(("identities", own, *people)).encode("utf-8", "surrogatepass")
        return hmac.new(key, message, hashlib.sha256).hexdigest()


def read_known(mappings: Sequence[Path], backups: Sequence[Path], encoding: str | None, read_at: str) -> Known:
    """Return what the files say. Raises `MappingError` naming the file that cannot be used.

    A mapping may lack the column of accounts: another route that is asked later may have them.
    """
    mapping = read_mappings(mappings, encoding, partial=True) if mappings else None
    return Known(mapping, tuple(read_backup(path) for path in backups), read_at)
