"""Forms of facts, made from their classes, and what people write in them."""

from web.forms.fact_form import FactForm
from web.forms.field import Choice, Field

__all__ = ["Choice", "FactForm", "Field"]
