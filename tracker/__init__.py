"""What it means: journeys, the read model, figures, and the ways in and out that need no browser."""
