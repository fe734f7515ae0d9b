"""All HTTP addresses, in the order in which they are tried."""

from django.urls import include, path

from apps.core import health
from apps.portal.urls import entity_urlpatterns

urlpatterns = [
    path("", include("apps.gateways.wandb.urls_file_stream")),
    path("", include("apps.gateways.wandb.urls")),
    path("api/v1/", include("config.api_urls")),
    path("", include("apps.portal.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.teams.urls")),
    path("", include("apps.projects.urls")),
]
handler404 = "apps.core.refusals.not_found"
handler500 = "apps.core.refusals.server_error"

# Addresses that begin with a name come last: literal paths win (apps/core/names.py keeps them reserved).
urlpatterns += [path("", include((entity_urlpatterns, "entities")))]
urlpatterns += [path("", include("apps.panels.urls")), path("", include("apps.runs.urls"))]
