"""Reference tables: reading them, keeping them, looking them up."""
