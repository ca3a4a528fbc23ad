"""Figures of others beside the municipality's own: read from files, kept with source and version, and looked up."""
