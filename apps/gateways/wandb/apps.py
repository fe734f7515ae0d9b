"""Registers the gateway for the official `wandb` client."""

from django.apps import AppConfig


class WandbConfig(AppConfig):
    name = "apps.gateways.wandb"

    def ready(self) -> None:
        from apps.gateways.wandb import listeners  # registers them
