"""Leavers of 2022 by stratum, as tables of people: so many of each, of whom so many work twelve months later."""

from tests.tables import table

COLUMNS = "who | municipality | born | gender | schooling | rules | left | work | hours | confirmed"


def leavers(text: str) -> str:
    """A table of people from one with a row a stratum: municipality, born, gender, schooling, rules, people, working.

    Whoever does not work was confirmed to do nothing, so that everybody's status is known.
    """
    rows = [COLUMNS]
    for stratum in table(text):
        for number in range(int(stratum["people"])):
            works = number < int(stratum["working"])
            told = [stratum[name] for name in ("municipality", "born", "gender", "schooling", "rules")]
            job = ["2022-05-01", "37.5", ""] if works else ["", "", "2023-02-01"]
            rows.append(" | ".join([f"{len(rows)}", *told, "2022-03-01", *job]))
    return "\n".join(rows)
