"""What is measured, always as a ratio within one run; `make bench` repeats it, README.md holds the figures."""
