"""Columns: the rows of the read model in the form that figures are counted from, kept in files beside it."""
