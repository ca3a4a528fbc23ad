"""Drawings as SVG: made of classes alone, so that they follow the colour scheme, print, and need no inline style."""
