"""The read model: every journey folded into rows, with the time it is about and the position it was known from."""
