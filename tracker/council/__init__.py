"""The report for the council: what is asked, frozen when it is made, kept unchanged, and why its numbers change."""
