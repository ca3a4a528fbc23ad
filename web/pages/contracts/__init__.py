"""Contracts: how they stand, signed from a path, changed and ended; steps, duties and conversations logged in them."""

from web.pages.contracts import logging, page, signing
from web.pages.contracts.blueprint import pages

__all__ = ["logging", "page", "pages", "signing"]
