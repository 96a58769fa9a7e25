"""Words that may be shown in an excerpt: markup that everybody's pages share, field labels and function words.

Whatever is not listed here is masked, so a list that is too short costs legibility and never privacy. Left out on
purpose are function words that are names too (will, mark, may, art).
"""

from __future__ import annotations

from typing import Final


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


ELEMENTS: Final = _listed(
    """
    a abbr b big blockquote br caption cite code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img
    ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul
    ac:adf-attribute ac:adf-content ac:adf-extension ac:adf-fallback ac:adf-node ac:adf-parameter
    ac:default-parameter ac:emoticon ac:image ac:inline-comment-marker ac:layout ac:layout-cell ac:layout-section
    ac:link ac:link-body ac:macro ac:parameter ac:placeholder ac:plain-text-body ac:plain-text-link-body
    ac:rich-text-body ac:structured-macro ac:task ac:task-body ac:task-id ac:task-list ac:task-status ac:task-uuid
    at:declarations at:string at:list at:textarea at:var ri:attachment ri:blog-post ri:content-entity ri:page
    ri:shortcut ri:space ri:url ri:user
    """
)
"""Elements of storage format and of the HTML in it."""

ATTRIBUTES: Final = _listed(
    """
    alt class colspan data-account-id data-card-appearance data-datasource data-mention-id data-user-key
    data-user-name data-userkey data-username datetime height href id name rel rowspan scope src style target title
    userkey width ac:account-id ac:align ac:alt ac:anchor ac:card-appearance ac:height ac:local-id ac:macro-id
    ac:name ac:ref ac:schema-version ac:thumbnail ac:title ac:type ac:width ri:account-id ri:content-id ri:content-title
    ri:display-name ri:filename ri:local-id ri:posting-day ri:space-key ri:user-key ri:userkey ri:username
    ri:value ri:version-at-save
    """
)
"""Attributes of those elements."""

MACROS: Final = _listed(
    """
    anchor attachments blog-posts change-history children code column content-by-label content-by-user
    content-report-table contentbylabel contributors contributors-summary detailssummary details excerpt
    excerpt-include expand favpages gallery hide-if html im include index info jira jiraissues labels-list
    listlabels livesearch mail-to markdown multimedia network note pagetree pagetreesearch panel plantuml profile
    profile-picture recently-updated recently-updated-dashboard responsible-person-macro roadmap section show-if
    space-attachments space-details spaces-list status status-list task-list tasks-report-macro tip toc toc-zone
    userlister view-file viewdoc viewpdf viewppt viewxls warning widget
    """
)
"""Macros that come with Confluence or are met everywhere."""

PARAMETERS: Final = _listed(
    """
    assignee assignees author columns cql creator creators default excludes group groups heading hidden id include
    jqlQuery key label labels language layout max maxResults mode name order page pages params scope service
    showHeader sort spaceAndPage spaceKey spaces status theme title type url user User username users
    """
)
"""Parameters of those macros."""

LABELS: Final = _listed(
    """
    account accountid accountids accounttype address adresse ansprechpartner approvedby approver assignedto assignee
    assignees author authorid autor body business by cards cdata completedby contact contacts content contributor
    contributors cql cqlquery createdby creator creatorid creators departement department details displayname e
    e-mail editor email emailaddress fax filter group handy history im jql jqlquery key kontakt lastmodifiedby
    lastmodifier lastownerid lastupdatedby location mail mailto mobil mobile name operation owner ownerid page
    participants permission permissions person personal phone position principal principalid profilepicture
    publicname query read recipient reporter requester requestor restrictions results reviewedby reviewer reviewers
    seite sender space subject subjectid subjects system tel telefon telephone type update updatedby updater user
    user_key user_name userid userids userkey userkeys username usernames users value values verantwortlich version
    watcher watchers website zuständig
    """
)
"""Names of fields, in any case."""

FUNCTION_WORDS: Final = _listed(
    """
    a about an and are as at be before by can do every for from has have if in into is it its me more must no not
    of on only or our out please see she should than that the their them then there these they this to under until
    up us was we were when where which who with you your write ask call aber am als an auch auf aus bei bis bitte
    das dass dem den der des die dies diese dieser durch ein eine einem einen einer er es für gegen ich ihr im ist
    kein keine mit nach nicht noch nur oder ohne sie sind so über um und uns unter vom von vor was wenn wer wie
    wird wir zu zum zur fragen schreiben
    """
)
"""English and German words without content, shown only when written in lower case."""

SAFE_MARKS: Final = frozenset(" \"'()[]{}<>=/,;:.!?@&#+-*|%_–—…·•„“”«»\\~")
"""Punctuation that may be shown."""
