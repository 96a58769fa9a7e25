"""All routes together: who is who, how that is known, and what stands in the way.

Routes stand in the order of trust. Local ones are asked about everybody. Those that ask a site are asked about whom
the local ones leave open; the cheap ones in `witnesses`, and with `witness` all of them, about everybody. Every exact
route is a witness: two that name different accounts make a person ambiguous, whatever their order. So does a mapping
whose e-mail address is not that of the account. An identifier may lead to others of the same person (a user key to an
e-mail address), which the routes are asked about as well. An account id that stands where a retired identifier belongs
is asked of no route, but its state is asked for like that of any other account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from audit.identity.csv import NAME as MAPPING
from audit.identity.ledger import Ledger
from audit.identity.policy import DEFAULTS, Condition, Policy, Treatment
from audit.identity.provenance import Contacted, nothing
from audit.identity.register import Register
from audit.identity.route import (
    ASKABLE,
    WAY,
    Ambiguous,
    Answer,
    Identifier,
    Resolved,
    Route,
    Unknown,
    folded,
    identifier,
)
from audit.identity.states import AccountFacts, States
from rules.accounts import AS_WRITTEN
from rules.identifiers import is_surely_account_id
from rules.model import (
    Account,
    AccountState,
    Confidence,
    HeldReason,
    Named,
    Personal,
    Resolution,
    SubjectKind,
    Unresolved,
)
from rules.plainnames import spoken

ROUNDS: Final = 3
"""Steps from one identifier to another of the same person at most: key, username, e-mail address."""
NOBODY: Final = frozenset({"anonymous", "unknown"})
"""Words that stand for a visitor without an account, or for the lack of one."""
AskStates = Callable[[Sequence[str]], Awaitable[States]]


@dataclass(frozen=True, slots=True)
class Said:
    """What one route says about an identifier."""

    route: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What one route was worth."""

    name: str
    asked: int
    resolved: int
    led_on: int = 0
    """People for whom it knows another identifier."""
    unavailable: str = ""
    """Why it was not asked, or not to the end."""


class Directory:
    """Resolves identifiers by all routes. A resolver of rules; `learn` asks the sites beforehand."""

    def __init__(
        self,
        ledgers: Sequence[Ledger],
        routes: Sequence[Route] = (),
        *,
        states: AskStates | None = None,
        policy: Policy = DEFAULTS,
        register: Register | None = None,
        witness: bool = False,
        witnesses: Collection[str] = (),
        contacted: Contacted = nothing,
    ) -> None:
        self.register = register or Register()
        self._ledgers = tuple(ledgers)
        self._routes = tuple(routes)
        self._ask_states = states
        self._policy = policy
        self._witness = witness
        self._witnesses = frozenset(witnesses)
        """Names of routes that are asked about everybody in any case."""
        self._asked: dict[str, set[Identifier]] = {route.name: set() for route in routes}
        self._closed: dict[str, str] = {}
        """Route -> why it is not asked any more in this process."""
        self._facts: dict[str, AccountFacts] = {}
        self._people: set[Identifier] = set()
        self.states_unavailable = ""
        self._learnt = False
        """Whether sites were asked: from then on a state that is missing stays missing."""
        self.contacted: Final = contacted
        """Other sites than the audited one that were asked in this run."""

    def __call__(self, personal: Personal) -> Resolution:
        """Return the one account of `personal`, or why it has none."""
        if personal.kind not in ASKABLE:
            return Unresolved(HeldReason.UNRESOLVED, f"no route resolves a {personal.kind.value}")
        return self.resolve(identifier(personal))

    def resolve(self, asked: Identifier) -> Resolution:
        """Return the one account behind an identifier, or why there is none."""
        if asked.value in NOBODY and not self._named_locally(asked):
            return Unresolved(HeldReason.UNRESOLVED, "it stands for an anonymous visitor, who is nobody")
        return self._judged(self._found(asked), asked)

    def said(self, asked: Identifier) -> Iterator[Said]:
        """Yield what each route says about an identifier or another one of the same person, most trusted first."""
        around = self._around(asked)
        for ledger in self._ledgers:
            for one, ways in around.items():
                yield Said(ledger.name, _by_way(ledger.look_up(one), ways))
        for route in self._routes:
            heard = self.register.answers.get(route.name, {})
            for one, ways in around.items():
                if one in heard:
                    yield Said(route.name, _by_way(heard[one], ways))

    def state_of(self, account: str) -> AccountState | None:
        """Return the state of an account, None where it was not asked about."""
        return self._facts[account].state if account in self._facts else None

    def name_of(self, asked: Identifier) -> str:
        """Return the display name that a table or a site has for a person, empty where none has."""
        return next(self._names(asked), "")

    def _names(self, asked: Identifier) -> Iterator[str]:
        """Yield what a person is called, by the most trusted source first."""
        around = self._around(asked)
        yield from (name for ledger in self._ledgers for one in around if (name := ledger.name_of(one)))
        for told in self.register.names.values():
            yield from (told[one] for one in around if one in told)

    def identifiers(self) -> Iterator[Identifier]:
        """Yield every identifier that is known without asking a site again."""
        for ledger in self._ledgers:
            yield from ledger.identifiers()
        yield from self.register.identifiers()

    async def learn(self, values: Sequence[Personal]) -> bool:
        """Ask the sites about values; return whether anything may be resolved differently from before."""
        return await self.learn_about([identifier(value) for value in values if value.kind in ASKABLE])

    async def learn_about(self, values: Sequence[Identifier]) -> bool:
        """Ask the sites about identifiers; return whether anything may be resolved differently from before."""
        everybody = sorted(one for one in set(values) if one.value not in NOBODY)
        people = [one for one in everybody if not is_surely_account_id(one.value)]
        self._people.update(people)
        before = {one: self.resolve(one) for one in everybody}
        for _ in range(ROUNDS):
            if not await self._round(people):
                break
        await self._learn_states(everybody)
        self._learnt = True
        return any(_core(self.resolve(one)) != _core(was) for one, was in before.items())

    def route_facts(self) -> tuple[RouteFacts, ...]:
        """Return what each route was worth for everybody who was asked about, most trusted first."""
        people = sorted(self._people)
        resolved: Counter[str] = Counter()
        for one in people:
            names = {said.route for said in self.said(one) if isinstance(said.answer, Resolved)}
            resolved.update(names)
        local = [RouteFacts(ledger.name, len(people), resolved[ledger.name]) for ledger in self._ledgers]
        return (
            *local,
            *(
                RouteFacts(
                    route.name,
                    len(self._asked[route.name]),
                    resolved[route.name],
                    len(self.register.aliases.get(route.name, {})),
                    self._closed.get(route.name) or self.register.lasting.get(route.name, ""),
                )
                for route in self._routes
            ),
        )

    def _named_locally(self, asked: Identifier) -> bool:
        """Return whether a local route leaves no question open about an identifier."""
        around = self._around(asked)
        return any(not isinstance(ledger.look_up(one), Unknown) for ledger in self._ledgers for one in around)

    def _around(self, asked: Identifier) -> dict[Identifier, tuple[str, ...]]:
        """Return an identifier and the others of the same person, with the routes that led to each.

        A username that is an address leads to the address by itself.
        """
        found: dict[Identifier, tuple[str, ...]] = {asked: ()}
        edge = [asked]
        for _ in range(ROUNDS):
            following: list[Identifier] = []
            for one in edge:
                for name, others in self._aliases(one):
                    for other in others:
                        if other not in found:
                            found[other] = (*found[one], name)
                            following.append(other)
            edge = following
        return found

    def _aliases(self, one: Identifier) -> Iterator[tuple[str, tuple[Identifier, ...]]]:
        for ledger in self._ledgers:
            yield ledger.name, ledger.aliases(one)
        for name in self._asked:  # what a route said that is configured no more is no witness
            yield name, self.register.aliases.get(name, {}).get(one, ())
        if one.kind is SubjectKind.USERNAME and "@" in one.value:
            yield "", (folded(SubjectKind.EMAIL, one.written or one.value),)

    def _found(self, asked: Identifier) -> Account | Unresolved:
        """Return the account that the routes name. One that stands there itself is taken as written if none does."""
        found = self._combined(asked)
        written = asked.written or asked.value
        if isinstance(found, Account) or found.reason is not HeldReason.UNRESOLVED:
            return found
        if asked.kind is not SubjectKind.USERNAME or not is_surely_account_id(written):
            return found
        return Account(written, AS_WRITTEN)

    def _combined(self, asked: Identifier) -> Account | Unresolved:
        resolved: list[tuple[str, Resolved]] = []
        unknown: dict[str, str] = {}
        for said in self.said(asked):
            match said.answer:
                case Ambiguous(detail):
                    return Unresolved(HeldReason.AMBIGUOUS, detail)
                case Resolved():
                    resolved.append((said.route, said.answer))
                case Unknown(detail):
                    unknown[said.route] = unknown.get(said.route) or detail
        if not resolved:
            return Unresolved(HeldReason.UNRESOLVED, _nowhere(unknown))
        source, first = resolved[0]
        other = next(((route, one) for route, one in resolved if one.account != first.account), None)
        if other is not None:
            named = (first.route, other[1].route) if first.route != other[1].route else (source, other[0])
            return Unresolved(HeldReason.AMBIGUOUS, f"{named[0]} and {named[1]} name different accounts for it")
        names = dict.fromkeys(one.route for _, one in resolved if one.source != first.source)
        return Account(
            first.account,
            first.route,
            witnessed_at=first.witnessed_at,
            confidence=first.confidence,
            witnesses=tuple(names),
        )

    def _judged(self, found: Resolution, asked: Identifier) -> Resolution:
        """Return what the policy makes of an account."""
        if isinstance(found, Unresolved):
            return found
        if found.account_id not in self._facts:
            return self._unasked(found)
        facts = self._facts[found.account_id]
        if self._contradicted(found.account_id, asked, facts):
            detail = "the mapping names another e-mail address than the account has on the site"
            return Unresolved(HeldReason.AMBIGUOUS, detail)
        if self._policy[facts.condition] is Treatment.MAP:
            return replace(found, state=facts.state)
        return self._withheld(found, asked, facts)

    def _withheld(self, found: Account, asked: Identifier, facts: AccountFacts) -> Unresolved:
        """Return why the policy does not let an account be written."""
        condition = facts.condition
        reason = _REASONS.get(condition, HeldReason.POLICY)
        if self._policy[condition] is Treatment.NAME:
            return self._named(asked, found.account_id, facts, reason)
        if facts.state is AccountState.ABSENT:
            which = "stands there" if found.route == AS_WRITTEN else f"{found.route} names"
            detail = f"the site does not know the account that {which}"
            return Unresolved(HeldReason.UNRESOLVED, detail, settled=True)
        return Unresolved(reason, f"its account is {_WORDS[condition]}, and the policy holds it", settled=True)

    def _contradicted(self, account: str, asked: Identifier, facts: AccountFacts) -> bool:
        """Return whether the mapping gives a person another e-mail address than the site gives the account.

        A backup is older than the site and may have the address of then, so it contradicts nothing.
        """
        mappings = [ledger for ledger in self._ledgers if ledger.name == MAPPING]
        around = self._around(asked)
        told = {each for ledger in mappings for one in around for each in ledger.addresses(one, account)}
        return bool(told and facts.email) and folded(SubjectKind.EMAIL, facts.email).value not in told

    def _unasked(self, found: Account) -> Resolution:
        """Return what the policy makes of an account whose state nobody told. Before `learn`, that is still open."""
        open_yet = self._ask_states is not None and not self._learnt
        if open_yet or self._policy[Condition.UNASKED] is Treatment.MAP:
            return found
        why = self.states_unavailable or "no site was asked"
        step = 'unasked = "map" in the section [identity] of the configuration allows it'
        detail = f"the state of its account is not known ({why}); {step}"
        return Unresolved(HeldReason.UNRESOLVED, detail, settled=True)

    def _named(self, asked: Identifier, account: str, facts: AccountFacts, reason: HeldReason) -> Unresolved:
        """Return the name that stands for a person in texts, or that no source has one that can."""
        identifiers = [one.written or one.value for one in self._around(asked)]
        names = (spoken(name, identifiers) for name in (*self._names(asked), facts.name))
        name = next(filter(None, names), "")
        policy = f"its account is {_WORDS[facts.condition]}, and the policy wants the plain name"
        if not name:
            detail = f"{policy}, which is not known: a column `name` of the mapping tells it"
            return Unresolved(reason, detail, settled=True)
        detail = f"{policy}: it may stand for a mention in a text, not where an identifier is needed"
        return Named(reason, detail, settled=True, name=Personal(SubjectKind.DISPLAY_NAME, name), account_id=account)

    async def _round(self, people: Sequence[Identifier]) -> bool:
        """Ask every route once about what it was not asked yet; return whether something new was learnt."""
        new = False
        open_ = people if self._witness else [person for person in people if not self._named_locally(person)]
        for route in self._routes:
            if route.name in self._closed or route.name in self.register.lasting:
                continue
            known = self.register.answers.get(route.name, {})
            asked = self._asked[route.name]
            wanted = [
                one
                for person in (people if route.name in self._witnesses else open_)
                for one in self._around(person)
                if one.kind in route.kinds and one not in asked and not isinstance(known.get(one), Resolved | Ambiguous)
            ]
            if not wanted:
                continue
            wanted = list(dict.fromkeys(wanted))
            heard = await route.ask(wanted)
            asked.update(wanted)
            self.register.note(route.name, heard)
            if heard.unavailable:
                self._closed[route.name] = heard.unavailable
            new = new or bool(heard.aliases) or any(isinstance(one, Resolved) for one in heard.answers.values())
        return new

    async def _learn_states(self, people: Sequence[Identifier]) -> None:
        if self._ask_states is None or self.states_unavailable:
            return
        found = (self._found(one) for one in people)
        accounts = {one.account_id for one in found if isinstance(one, Account)} - self._facts.keys()
        if accounts:
            states = await self._ask_states(sorted(accounts))
            self._facts.update(states.known)
            self.states_unavailable = states.unavailable


_REASONS: Final = {Condition.CLOSED: HeldReason.ACCOUNT_CLOSED, Condition.ABSENT: HeldReason.UNRESOLVED}
"""Why the policy holds an account, where its state says it."""
_WORDS: Final[Mapping[Condition, str]] = {
    Condition.ACTIVE: "active",
    Condition.INACTIVE: "inactive",
    Condition.CLOSED: "closed",
    Condition.UNKNOWN: "in a state that the site does not name",
    Condition.ABSENT: "absent",
    Condition.APP: "that of an app",
    Condition.CUSTOMER: "that of a portal customer",
}


def _nowhere(unknown: Mapping[str, str]) -> str:
    """Return in words that no route knows somebody, route -> what it said; a route that knows a part is quoted."""
    if not unknown:
        return "no route to an account was asked"
    told = [detail for detail in unknown.values() if detail]
    partly = [detail for detail in told if not detail.startswith("not ")]
    if partly or len(unknown) == 1:
        return next(iter(partly or told), "no route to an account was asked")
    return f"none of the routes knows it: {', '.join(unknown)}"


def _core(found: Resolution) -> object:
    """Return what a rewrite depends on."""
    return found if isinstance(found, Unresolved) else found.account_id


def _by_way(answer: Answer, ways: tuple[str, ...]) -> Answer:
    """Return an answer about another identifier of a person as one about the person, with the way there."""
    match answer:
        case Resolved() if ways:
            named = WAY.join(dict.fromkeys((*(way for way in ways if way not in {"", answer.route}), answer.route)))
            return replace(answer, route=named, confidence=Confidence.MEDIUM)
        case Unknown() if ways:
            return Unknown()
        case _:
            return answer
