"""The profile of McVicar and Anyadike-Danes' journeys from school to work, 712 young people over 70 months."""

MVAD = """
[sheet]
kind = "monthly-status"
references = "mvad"                     # the reference system: "id" 1 of two sheets is not one person
participant = "id"
months = { first = "1993-09", columns = ["Sep.93", "Jun.99"] }     # first and last month column
[participant]                           # constants, or columns with an optional map
municipality = "0301"
settled_on = "1993-09-01"
gender = { column = "male", map = { yes = "male", no = "female" } }
[states]                                # what a cell says about that month; equal neighbours become one spell
employment  = { activity = "work", hours_per_week = 37.5 }
FE          = { activity = "upper-secondary" }
HE          = { activity = "higher-education" }
school      = { activity = "primary-school" }
training    = { activity = "labour-market-measure" }
joblessness = {}                        # observed, and nothing runs
[[facts]]                               # optional further facts a row: constants, or columns
fact = "consent-given"
on = "1993-09-01"                       # or { column = "..." }
purpose = "follow-up"
"""
