"""Addresses of the official client, besides the signed ones of blobs."""

from django.urls import path

from apps.gateways.wandb import api

app_name = "wandb"
urlpatterns = [path("graphql", api.graphql, name="graphql")]
