"""How spreadsheets of municipalities become facts: files and cells, profiles, imports and their undoing."""
