"""Which account a single identifier becomes: the question that every rewriter of a plain value asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rules.identifiers import is_account_id, is_surely_account_id
from rules.model import Account, HeldReason, Named, Personal, SubjectKind, Unresolved
from rules.rule import Resolver

AS_WRITTEN: Final = "as written"
"""Route of an account id that stands where a retired identifier belongs and is taken for itself."""
DIFFERENT: Final = "the identifiers that stand together here lead to different accounts"
UNPROVED: Final = "an identifier that stands beside it leads to no account, so nobody can say that both mean one person"
_NO_SHAPE: Final = "what it was resolved to has not the shape of an account id"


def account(subject: Personal, resolve: Resolver) -> str | Unresolved:
    """Return the account id that `subject` resolves to, or why it stays."""
    answer = resolve(subject)
    if not isinstance(answer, Account):
        return answer
    return checked(answer.account_id)


def checked(account_id: str) -> str | Unresolved:
    """Return an account id that something was resolved to, or why it cannot be written: its shape."""
    return account_id if is_account_id(account_id) else Unresolved(HeldReason.UNRESOLVED, _NO_SHAPE)


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


def agreed(standing: set[str], asked: Sequence[tuple[str, Personal]], resolve: Resolver) -> str | Unresolved:
    """Return the one account that the ids which stand already and the retired identifiers beside them lead to.

    That they stand together proves nothing: a username may have gone to somebody else since. Where one of them leads
    nowhere, all of them stay. An account that is to be named is `Named`, unless its id stands there already: then only
    the retired identifiers go.
    """
    answers = [
        misplaced(value, resolve) if subject.kind is SubjectKind.ACCOUNT_ID else resolve(subject)
        for value, subject in asked
    ]
    accounts = standing | {answer.account_id for answer in answers if isinstance(answer, Account | Named)}
    if len(accounts) > 1:
        return Unresolved(HeldReason.AMBIGUOUS, DIFFERENT)
    named = [answer for answer in answers if isinstance(answer, Named)]
    doubtful = [answer for answer in answers if isinstance(answer, Unresolved) and not isinstance(answer, Named)]
    if doubtful:
        unknown = accounts and all(each.reason is HeldReason.UNRESOLVED and not each.settled for each in doubtful)
        return Unresolved(HeldReason.UNRESOLVED, UNPROVED) if unknown else doubtful[0]
    return named[0] if named and not standing else checked(accounts.pop())
