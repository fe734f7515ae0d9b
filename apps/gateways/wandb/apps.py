"""Registers the gateway for the official `wandb` client."""

from django.apps import AppConfig


class WandbConfig(AppConfig):
    name = "apps.gateways.wandb"
