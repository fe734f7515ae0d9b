"""Development: debug pages, the style guide, templates and assets read anew at every request."""

from config.settings.base import *
from config.settings.base import CARNET_VITE_URL, CONTENT_SECURITY_POLICY

DEBUG = True
WHITENOISE_AUTOREFRESH = True
if CARNET_VITE_URL:
    for directive in ("script-src", "style-src", "img-src", "font-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][directive].append(CARNET_VITE_URL)
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"] += [CARNET_VITE_URL, CARNET_VITE_URL.replace("http", "ws", 1)]
