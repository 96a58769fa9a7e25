"""Addresses of people's own pages on social networks and on sites where people work together.

Pages of the sites themselves, of companies, groups and single posts are none. Where a company's page looks like a
person's (`github.com/NAME`), confidence is lower. Facts: the sites' own addresses as of 2026; Mastodon's documents on
`@user@host`; ORCID's check digit (ISO 7064 mod 11-2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stdnum.iso7064 import mod_11_2

from rules.hits import Anchor, Detector, Hit
from rules.model import Confidence
from rules.spotting import folded, spots
from rules.subjects import SubjectKind

_REACH: Final = 224
_END: Final = r"(?![\w%+-]|\.\w)"
_PERSON: Final = re.compile(
    r"(?i:(?<![\w.@-])(?:[a-z]{2,3}\.|www\.|m\.|mobile\.|old\.)?(?:"
    r"linkedin\.com/(?:in|pub|mwlite/in)/(?P<linkedin>[\w%.-]{3,100})"
    r"|xing\.(?:com|to)/profile/(?P<xing>[\w%.-]{3,100})"
    r"|(?:facebook|fb)\.com/(?:profile\.php\?id=[0-9]{6,20}|people/[\w%.-]{2,80}/[0-9]{6,20})"
    r"|(?:tiktok\.com|youtube\.com|medium\.com|threads\.(?:net|com)|substack\.com|pixelfed\.\w{2,10})/@(?P<at>[\w.-]{2,40})"
    r"|youtube\.com/user/[\w-]{3,40}|reddit\.com/u(?:ser)?/[\w-]{3,24}|bsky\.app/profile/(?P<bluesky>[\w.-]{4,80})"
    r"|researchgate\.net/profile/[\w-]{3,80}|stackoverflow\.com/users/[1-9][0-9]{0,9}(?:/[\w-]{1,60})?"
    r"|scholar\.google\.[a-z.]{2,6}/citations\?(?:[\w=&;-]{0,40}&(?:amp;)?)?user=[\w-]{12}|keybase\.io/\w{2,24}"
    r"|about\.me/[\w.-]{3,40}|vk\.com/id[1-9][0-9]{2,11}|steamcommunity\.com/id/[\w-]{2,40}"
    r"|strava\.com/athletes/[0-9]{3,12}|viadeo\.com/(?:[a-z]{2}/)?profile/[\w.-]{3,60}"
    rf"))/?{_END}"
)
_PEOPLE_HOSTS: Final = "mastodon|mstdn|fosstodon|hachyderm|troet|chaos|social|toot|infosec|norden|ruby|functional|mas"
_FEDERATED: Final = re.compile(
    rf"(?i:(?<![\w.@-])(?:[\w-]{{1,40}}\.){{0,3}}(?:(?:{_PEOPLE_HOSTS})[\w-]{{0,30}}\.[a-z]{{2,12}}|[\w-]{{2,40}}\.social)"
    rf"/@[a-z0-9_]{{1,30}}(?:@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,3}})?){_END}"
)
_ADDRESS: Final = re.compile(
    r"(?<![\w@./+-])@(?P<user>[A-Za-z0-9_][\w.-]{0,29})@(?P<host>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,3}\.[a-z]{2,12})"
    r"(?![\w@]|\.\w)"
)
_EITHER: Final = re.compile(
    r"(?i:(?<![\w.@-])(?:www\.|m\.|mobile\.|[a-z]{2}-[a-z]{2}\.)?(?P<site>(?:twitter|x|facebook|instagram|github|gitlab|pinterest|"
    r"twitch|flickr|vimeo|soundcloud|behance|dribbble)\.(?:com|tv|net)|fb\.com|fb\.me|codeberg\.org|bitbucket\.org)/"
    r"(?:~|users/|user/|people/|in/)?(?P<name>(?![0-9]+(?![\w.-]))@?[A-Za-z0-9_][\w.-]{1,49}))/?(?=[\s\"'<>)\],;:!|]|[.?](?:\W|\Z)|\?[a-z]|\Z)"
)
_ORCID: Final = re.compile(
    r"(?i:(?<![\w.-])orcid(?:\.org/|(?: id)?:? ?))(?P<number>(?:[0-9]{4}-){3}[0-9]{3}[0-9X])(?![\w-])"
)
_PAGES: Final = folded(
    """
    login, logout, signin, sign-in, signup, sign-up, join, register, share, sharer, sharer.php, share.php, intent, home
    search, explore, about, about-us, help, support, contact, legal, terms, tos, privacy, policy, policies, security
    settings, notifications, messages, features, pricing, enterprise, marketplace, topics, trending, collections, orgs
    sponsors, customer-stories, readme, events, groups, pages, pg, watch, gaming, hashtag, i, oauth, oauth2, api, apps
    download, downloads, downloadapp, developers, developer, docs, documentation, blog, news, press, jobs, careers
    company, business, ads, adsmanager, advertising, plugins, dialog, tr, story.php, photo, photos, photo.php, video
    videos, reel, reels, p, tv, stories, accounts, directory, web, embed, tweet, widgets, statuses, status, site, sites
    new, notes, public, user, users, people, profile, profile.php, permalink.php, policies.php, groups.php, media, l.php
    dashboard, discover, categories, channels, board, pin, ideas, shop, store, gist, gists, issues, pulls, stars
    username, yourname, your-name, your_username, your-username, name, example, handle, nickname, me, org, organisation
    organization, project, projects, repo, repos, -, help.php, recover, checkpoint, marketing, community, robots.txt
    favicon.ico, index.html, index.php, images, static, assets, css, js, explore.html, actions, copilot, team, partners
    """
)
"""Pages of the sites, and words that stand for a name."""
_HOUSES: Final = folded(
    """
    github, gitlab, gitlab-org, atlassian, microsoft, google, googleapis, apache, facebook, meta, twitter, instagram
    kubernetes, docker, python, nodejs, npm, oracle, ibm, redhat, aws, awslabs, amazon, hashicorp, elastic
    mozilla, spring-projects, jenkinsci, ansible, prometheus, grafana, nvidia, intel, adobe, openai, huggingface, debian
    linkedin, xing, youtube, tiktok, jira, confluence, slack, zoom, figma, salesforce, sap, bosch, django, rails
    """
)
"""Companies and projects that many pages link to."""
_LABELS: Final = folded(
    """
    linkedin, xing, twitter, x, facebook, instagram, github, gitlab, mastodon, profile, social, social media, portfolio
    author, profil, autor, auteur, perfil, profilo, autore, profiel
    """
)


def detectors(_: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of people's pages on social networks."""
    return (
        Detector(
            rule="social-profile",
            anchors=(
                Anchor(
                    rb"(?i)(?:linkedin\.com/(?:in|pub|mwlite)/|xing\.(?:com|to)/profile/|(?:facebook|fb)\.com/(?:profile\.php|people/)"
                    rb"|/@[a-z0-9_]|youtube\.com/user/|reddit\.com/u(?:ser)?/|bsky\.app/profile/|researchgate\.net/profile/"
                    rb"|stackoverflow\.com/users/|/citations\?|keybase\.io/|about\.me/|vk\.com/id|steamcommunity\.com/id/"
                    rb"|strava\.com/athletes/|viadeo\.com/|\borcid(?:\.org/|(?: id)?:? ?)[0-9])",
                    before=140,
                ),
                Anchor(
                    rb"(?i)\b(?:(?:twitter|x|facebook|instagram|github|gitlab|pinterest|twitch|flickr|vimeo|soundcloud|behance"
                    rb"|dribbble)\.(?:com|tv|net)|fb\.com|fb\.me|codeberg\.org|bitbucket\.org)/[~@a-z0-9_]",
                    before=28,
                ),
                Anchor(rb"@[A-Za-z0-9_][A-Za-z0-9_.-]{0,29}@[A-Za-z0-9-]{1,63}\.[a-z0-9]", before=100),
            ),
            find=_find,
            labels=_LABELS,
            in_links=True,
        ),
    )


def _find(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the pages that begin in the window, in order."""
    hits: list[Hit] = []
    for pattern in (_PERSON, _FEDERATED, _ADDRESS, _EITHER, _ORCID):
        for found in spots(pattern, text, start, end, _REACH):
            hit = _either(found) if pattern is _EITHER else _person(found)
            if hit:
                hits.append(hit)
    yield from sorted(hits, key=lambda hit: hit.start)


def _person(found: re.Match[str]) -> Hit | None:
    """Return a page that is always a person's, or a person's number as an author."""
    groups = found.groupdict()
    if groups.get("number") and not mod_11_2.is_valid(groups["number"].replace("-", "")):
        return None
    if (groups.get("linkedin") or groups.get("xing") or groups.get("at") or "").lower() in _PAGES:
        return None
    return _hit(found, Confidence.HIGH)


def _either(found: re.Match[str]) -> Hit | None:
    """Return a page that is a person's or a company's; None for the site's own."""
    name = found["name"].lstrip("@").rstrip(".").lower()
    if name in _PAGES or len(name) < 2 or name.endswith((".html", ".php", ".aspx", ".git")):  # noqa: PLR2004 - a name
        return None
    return _hit(found, Confidence.MEDIUM if name in _HOUSES else Confidence.HIGH, "it may be the page of a company")


def _hit(found: re.Match[str], alone: Confidence, doubt: str = "") -> Hit:
    written = found[0].rstrip("/.")
    return Hit(
        found.start(),
        found.start() + len(written),
        written.lower().removeprefix("www."),
        SubjectKind.SOCIAL_PROFILE,
        "page on a social network",
        alone=alone,
        reason="it is the address of a page on a social network",
        doubt=doubt,
    )
