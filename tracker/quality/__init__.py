"""Quality: what to put right before figures are trusted, and what the register has not been told."""
