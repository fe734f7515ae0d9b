"""The address of the stream. Path segments may hold %2F; the view reads them from the raw path."""

from django.urls import path

from apps.gateways.wandb.file_stream import file_stream

urlpatterns = [path("files/<str:entity>/<str:project>/<str:run>/file_stream", file_stream, name="file_stream")]
