"""All sockets: who knocks is found by the session cookie, and only pages of our own hosts may knock."""

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from apps.core.routing import websocket_urlpatterns

websockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([*websocket_urlpatterns])))
