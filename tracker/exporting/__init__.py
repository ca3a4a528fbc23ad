"""Exporting: the read model's tables as files that other programs open, with what their columns mean."""
