"""The TimeGate (RFC 7089): which version applied at an instant, as a redirect to its page."""

import datetime as dt

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response

from clausepress.api.problems import Problem
from clausepress.archive.as_of import applied
from clausepress.archive.lifecycle import today
from clausepress.archive.memento import (
    TIMEGATES,
    History,
    accepted_day,
    history,
    http_date,
    link_header,
)
from clausepress.ledger import Catalog, Refused
from clausepress.ledger.catalog import Policy

_VARY = {"Vary": "accept-datetime"}


def timegate(catalog: Catalog, request: Request, site: str) -> Response:
    """Redirect to the version that applied at ``Accept-Datetime``, or to the current one.

    An instant before the first version leads to the first, one after the last to the last
    (section 4.5.3).

    Raises:
        Problem: 400 for a header that is no date; 404 for a policy that is not there, that
            states no date, or whose version of then is not published in the language.
    """
    lang, name = request.path_params["lang"], request.path_params["policy"]
    base = site or _root(request.url)
    try:
        policy = catalog.policy(name)
    except Refused as error:
        raise Problem(404, str(error), field="policy", headers=_VARY) from error
    found = policy_history(policy, lang, today(), api=f"{_root(request.url)}v1/")
    links = link_header(found.links(f"{TIMEGATES}{lang}/{name}"), base)
    headers = {**_VARY, "Link": links}
    wanted = request.headers.get("accept-datetime")
    if wanted is None:
        path = _current(catalog, policy, lang, headers)
    else:
        try:
            day = accepted_day(wanted)
        except ValueError as error:
            raise Problem(
                400,
                "Accept-Datetime is no date. Write it like Mon, 25 Jan 2021 00:00:00 GMT.",
                field="Accept-Datetime",
                headers=headers,
            ) from error
        path = _at(policy, found, lang, day, headers)
    return Response(None, 302, {**headers, "Location": base + path})


def policy_history(policy: Policy, lang: str, on: dt.date, api: str = "") -> History:
    """The dated states of a policy's page in a language, from what policies.json says."""
    public = [each for each in reversed(policy.versions) if each.status != "draft"]
    return history(
        f"{lang}/{policy.id}/",
        [(each.id, each.effective_on) for each in public],
        {each.id: each.editions[lang].url for each in public if lang in each.editions},
        on,
        api,
    )


def memento_headers(catalog: Catalog, path: str, url: URL) -> dict[str, str]:
    """The headers of a page of the site beside the API: its links, and its date if it is a memento.

    Args:
        catalog: The published policies.
        path: The page's path, without slashes around it.
        url: URL of the request.
    """
    lang, _, rest = path.partition("/")
    name, _, version = rest.partition("/")
    try:
        policy = catalog.policy(name)
    except Refused:
        return {}
    editions = {each.id: each.editions.get(lang) for each in policy.versions}
    if not any(editions.values()):
        return {}
    edition = editions.get(version)
    if version and edition is None:
        return {}
    found = policy_history(policy, lang, today())
    page = edition.url if edition else found.original
    headers = {"Link": link_header(found.links(page), _root(url))}
    if memento := found.memento(page):
        headers["Memento-Datetime"] = http_date(memento.begins)
    return headers


def _root(url: URL) -> str:
    return f"{url.scheme}://{url.netloc}/"


def _current(catalog: Catalog, policy: Policy, lang: str, headers: dict[str, str]) -> str:
    try:
        return catalog.edition(policy.id, None, lang)[1].url
    except Refused as error:
        raise Problem(404, str(error), field="lang", headers=headers) from error


def _at(policy: Policy, found: History, lang: str, day: dt.date, headers: dict[str, str]) -> str:
    if not found.mementos:
        raise Problem(
            404,
            "No version in this language states the day it took effect, so none can be told "
            "by date. Ask without Accept-Datetime for the current one.",
            headers=headers,
        )
    then = applied(found.periods, day)
    if then is None:
        return found.mementos[0].path
    version = next(each for each in policy.versions if each.id == then.version)
    if lang not in version.editions:
        raise Problem(
            404,
            f"Version {version.id} applied then, and is not published in this language. "
            f"It is in: {', '.join(version.editions)}.",
            field="lang",
            headers=headers,
        )
    return version.editions[lang].url
