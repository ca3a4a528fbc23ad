"""The pages, one module or folder an area; each has a blueprint ``pages``."""

from importlib import import_module

from flask import Blueprint

AREAS = (
    "signing_in",
    "account",
    "openings",
    "undoing",
    "my_day",
    "nir_list",
    "participant",
    "logging",
    "contracts",
    "agreed",
    "handover",
    "class_grid",
    "register",
    "test_day",
    "conversation",
    "programme_ends",
    "drafts",
    "figures",
    "importing",
    "reports",
    "quality",
    "administration",
    "access_log",
    "status",
)
BLUEPRINTS: tuple[Blueprint, ...] = tuple(import_module(f"web.pages.{area}").pages for area in AREAS)
