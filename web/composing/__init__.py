"""Forms that write several facts at once: their sections, what is meant by them, and drafts of them."""

from web.composing.sections import Composite, LevelSection, Section

__all__ = ["Composite", "LevelSection", "Section"]
