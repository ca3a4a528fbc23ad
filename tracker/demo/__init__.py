"""The demo: a simulated municipality, plausible and reproducible, whose people are obviously synthetic."""
