"""The participant's page: the journey drawn and told, how it stands, and the way to log what happened."""

from web.pages.participant.routes import pages

__all__ = ["pages"]
