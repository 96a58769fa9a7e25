"""Which account a single identifier becomes: the question that every rewriter of a plain value asks."""

from __future__ import annotations

from typing import Final

from rules.identifiers import is_account_id, is_surely_account_id
from rules.model import Account, HeldReason, Named, Personal, SubjectKind, Unresolved
from rules.rule import Resolver

AS_WRITTEN: Final = "as written"
"""Route of an account id that stands where a retired identifier belongs and is taken for itself."""


def account(subject: Personal, resolve: Resolver) -> str | Unresolved:
    """Return the account id that `subject` resolves to, or why it stays."""
    answer = resolve(subject)
    if not isinstance(answer, Account):
        return answer
    if not is_account_id(answer.account_id):
        return Unresolved(HeldReason.UNRESOLVED, "what it was resolved to has not the shape of an account id")
    return answer.account_id


def retired(subject: Personal | None) -> Personal | None:
    """Return `subject` when it is a username or a user key, None for an account id and for nobody."""
    return None if subject is None or subject.kind is SubjectKind.ACCOUNT_ID else subject


def misplaced(value: str, resolve: Resolver) -> Account | Unresolved:
    """Return the account behind a value that looks like an account id and stands where a retired identifier belongs.

    Usernames were free text, so whoever knows the people is asked first. Unknown to them, only a value of a shape
    that nothing else has is taken for the account id itself, unless the policy holds that account.
    """
    value = value.strip()
    answer = resolve(Personal(SubjectKind.USERNAME, value))
    if isinstance(answer, Account | Named) or answer.settled or answer.reason is not HeldReason.UNRESOLVED:
        return answer
    if is_surely_account_id(value):
        return Account(value, AS_WRITTEN)
    detail = "it may be an account id or a username of that shape, and the mapping does not name it"
    return Unresolved(HeldReason.UNRESOLVED, detail, settled=True)


def stops(answer: Unresolved) -> bool:
    """Return whether an answer keeps the other identifiers of the same person from being rewritten.

    One that nobody knows does no harm beside one that has an account; of one that is held or has several, nobody can
    say that both mean the same person.
    """
    return answer.settled or answer.reason is not HeldReason.UNRESOLVED
