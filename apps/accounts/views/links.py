"""Links that work once."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from apps.accounts.actions import use_sign_in_link
from apps.core.needs import Needs, needs


@needs(GET=Needs.NOBODY)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in whoever has the link that the server's shell printed. It counts as a fresh sign-in."""
    adapter = get_adapter(request)
    client = adapter.get_http_user_agent(request)
    user = use_sign_in_link(request.GET.get("code", ""), address=adapter.get_client_ip(request), client=client)
    adapter.login(request, user)
    record_authentication(request, user, "link", reauthenticated=True)
    target = request.GET.get("next", "")
    return HttpResponseRedirect(target if adapter.is_safe_url(target) else "/")
