"""Elements of SVG as text, escaped; a drawing has a title and a description, and numbers are short."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from html import escape

from markupsafe import Markup

Number = float | int


def short(number: Number) -> str:
    """A number with one decimal at most: ``12``, ``12.5``."""
    text = f"{number:.1f}"
    return text[:-2] if text[-2:] == ".0" else text


class Svg:
    """A drawing that is written from back to front.

    :ivar width: in user units; on a page it scales to the room there is
    """

    def __init__(self, width: Number, height: Number, title: str, description: str, *, id: str, kind: str = "") -> None:
        """
        :param title: what is drawn
        :param description: what it shows, for those who do not see it
        :param id: unique on the page
        :param kind: class of the drawing
        """
        self.width, self.height = width, height
        classes = f"chart {kind}".strip()
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{escape(classes)}" role="img" '
            f'viewBox="0 0 {short(width)} {short(height)}" aria-labelledby="{escape(id)}-title {escape(id)}-desc">'
            f'<title id="{escape(id)}-title">{escape(title)}</title>'
            f'<desc id="{escape(id)}-desc">{escape(description)}</desc>'
        ]

    def add(self, name: str, content: str | None = None, *, title: str = "", **attributes: object) -> None:
        """Draw an element.

        :param content: text within
        :param title: what is told when one points at it
        :param attributes: ``cls`` for the class; ``_`` stands for a dash; None leaves one out
        """
        self._add(name + _attributes(attributes), name, title, escape(content, quote=False) if content else "")

    def _add(self, start: str, name: str, title: str, inner: str = "") -> None:
        """Draw an element that is written but for its end."""
        if title:
            inner = f"<title>{escape(title)}</title>{inner}"
        self._parts.append(f"<{start}>{inner}</{name}>" if inner else f"<{start}/>")

    def rect(self, x: Number, y: Number, width: Number, height: Number, cls: str, title: str = "") -> None:
        """A rectangle."""
        size = f'width="{short(max(width, 0))}" height="{short(max(height, 0))}"'
        self._add(f'rect x="{short(x)}" y="{short(y)}" {size}{_class(cls)}', "rect", title)

    def line(self, x1: Number, y1: Number, x2: Number, y2: Number, cls: str) -> None:
        """A straight line."""
        ends = f'x1="{short(x1)}" y1="{short(y1)}" x2="{short(x2)}" y2="{short(y2)}"'
        self._parts.append(f"<line {ends}{_class(cls)}/>")

    def path(self, points: Iterable[tuple[Number, Number]], cls: str, *, closed: bool = False, title: str = "") -> None:
        """A line through points."""
        drawn = "L".join(f"{short(x)} {short(y)}" for x, y in points)
        if drawn:
            self._add(f'path d="M{drawn}{"Z" if closed else ""}"{_class(cls)}', "path", title)

    def text(self, x: Number, y: Number, words: str, cls: str = "label", *, text_anchor: str | None = None) -> None:
        """Words that begin at a point, or with ``text_anchor`` end or have their middle there."""
        self.add("text", words, x=x, y=y, cls=cls, text_anchor=text_anchor)

    @contextmanager
    def group(self, cls: str, title: str = "") -> Iterator[None]:
        """Elements that belong together."""
        self._parts.append(f'<g class="{escape(cls)}">' + (f"<title>{escape(title)}</title>" if title else ""))
        yield
        self._parts.append("</g>")

    @contextmanager
    def within(self, name: str, **attributes: object) -> Iterator[None]:
        """Elements inside another, such as a pattern among the definitions."""
        self._parts.append(f"<{name}{_attributes(attributes)}>")
        yield
        self._parts.append(f"</{name}>")

    def markup(self) -> Markup:
        """The drawing, to be put into a page or a file."""
        return Markup("".join((*self._parts, "</svg>")))


def _attributes(attributes: dict[str, object]) -> str:
    written = ""
    for name, value in attributes.items():
        if value is None or value == "":
            continue
        text = short(value) if isinstance(value, (int, float)) else escape(str(value))
        written += f' {_written(name)}="{text}"'
    return written


@lru_cache(maxsize=1024)
def _class(cls: str) -> str:
    return f' class="{escape(cls)}"' if cls else ""


@cache
def _written(name: str) -> str:
    """The name of an attribute as SVG writes it."""
    return "class" if name == "cls" else name.replace("_", "-")
