"""Figures about groups of journeys: who is counted, when, what is measured, and how sure it is."""
