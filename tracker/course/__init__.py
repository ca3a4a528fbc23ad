"""Expected course: what a participant has reached, set against what is typical for the track and the goal."""
