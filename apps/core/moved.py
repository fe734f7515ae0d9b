"""Old addresses of things that were renamed."""

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse


def moved(request: HttpRequest, **present: str) -> HttpResponseRedirect | None:
    """Return the redirect to the present address if the request used a former name, else None.

    `present` maps URL arguments to present names. Only reading moves: a form sent to an old address is still taken.
    Path not taken: 301. A browser keeps it for ever, and a name may be taken back.
    """
    match = request.resolver_match
    if match is None or request.method not in {"GET", "HEAD"}:
        return None
    given = {name: match.kwargs.get(name) for name in present}
    if given == present:
        return None
    address = reverse(match.view_name, kwargs={**match.kwargs, **present})
    query = request.META.get("QUERY_STRING")
    return HttpResponseRedirect(f"{address}?{query}" if query else address)
