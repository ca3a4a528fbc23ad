"""What the figures of a report are called, in plain words."""

from collections.abc import Mapping

from web.wording import marked as _

MAIN_ACTIVITIES: Mapping[str, str] = {
    "work": _("Work"),
    "upper-secondary-or-higher": _("Upper secondary or higher education"),
    "primary-school": _("Primary school"),
    "public-measure": _("Labour market measure"),
    "social-assistance": _("Social assistance"),
    "other-benefits": _("Other benefits"),
    "moved": _("Moved"),
    "other": _("Other"),
    "not-registered": _("Not registered"),
}
DEFINITIONS: Mapping[str, str] = {
    "official": _("Official: work from one hour"),
    "official-without-moved-or-health": _("Without those who moved or are ill"),
    "work-10-hours": _("Work of at least 10 hours"),
    "work-20-hours": _("Work of at least 20 hours"),
    "work-30-hours": _("Work of at least 30 hours"),
    "full-time-work": _("Full-time work"),
    "wage-subsidy-too": _("Work with wage subsidy counts, too"),
    "primary-school-too": _("Primary school counts, too"),
    "wage-subsidy-and-primary-school-too": _("Wage subsidy and primary school count"),
}
HOURS: Mapping[str, str] = {
    "work-1-hours": _("Some work, from one hour a week"),
    "work-10-hours": _("At least 10 hours a week"),
    "work-20-hours": _("At least 20 hours a week"),
    "work-30-hours": _("At least 30 hours a week"),
    "work-37-hours": _("Full time, 37 hours or more"),
}
BANDS: Mapping[str, str] = {
    "no-work": _("No work"),
    "under-1": _("Under 1 hour a week"),
    "1-9": _("1 to 9 hours"),
    "10-19": _("10 to 19 hours"),
    "20-29": _("20 to 29 hours"),
    "30-36": _("30 to 36 hours"),
    "37-or-more": _("37 hours or more"),
    "hours-unknown": _("Work, hours not known"),
    "status-unknown": _("Nobody knows"),
}
COMPETENCE: Mapping[str, str] = {
    "any": _("Any of these"),
    "primary-school": _("Primary school"),
    "upper-secondary-module": _("A module of upper secondary"),
    "upper-secondary-year": _("A year of upper secondary"),
    "trade-certificate": _("Trade certificate"),
    "foreign-education": _("Foreign education recognised"),
    "higher-education-credits": _("Credits of higher education"),
}
SKILLS: Mapping[str, str] = {
    "listening": _("Listening"),
    "reading": _("Reading"),
    "writing": _("Writing"),
    "speaking": _("Speaking"),
}
INDICATORS: Mapping[str, str] = {
    "R1": _("The official figure"),
    "R2": _("How far the official figure could have moved"),
    "R3": _("The same people under other definitions"),
    "E1": _("Hours of work, year by year"),
    "E2": _("Work one year after"),
    "E3": _("Work that lasts"),
    "K9": _("Formal competence three years after"),
    "K2": _("Norwegian gained in the programme"),
    "K7": _("Primary school completed"),
    "R5": _("What is not known"),
}
CHOICES: Mapping[str, str] = {
    "low": _("at the least"),
    "registered": _("as registered"),
    "main-by-hours": _("by most hours"),
    "main-by-plan": _("by the plan"),
    "high": _("at the most"),
    "november-low": _("at the least, in November"),
    "november-main-by-hours": _("by most hours, in November"),
    "november-high": _("at the most, in November"),
    "gap-0": _("without a break"),
    "gap-1": _("with one month between at most"),
    "gap-2": _("with two months between at most"),
    "resident-then": _("of those who lived here then"),
    "resident-now": _("of those who live here now"),
    "other-evidence": _("by other evidence than a test"),
}
LINES: Mapping[str, str] = {
    "status-known": _("The situation is known"),
    "status-unknown": _("The situation is not known"),
    "out-of-scope": _("Moved away or left Norway"),
    "died": _("Died"),
    "schooling-unknown": _("Schooling before is not known"),
    "without-primary-school": _("Came without primary school"),
    "with-primary-school": _("Came with primary school"),
    "primary-school-completed": _("Completed primary school"),
    "left-the-programme": _("Left the programme"),
    "ordinary-20-hours": _("Ordinary work of at least 20 hours"),
    "self-employed-20-hours": _("Self-employed, at least 20 hours"),
    "wage-subsidy-20-hours": _("With wage subsidy, at least 20 hours"),
    "wage-subsidy-1-hours": _("With wage subsidy, from one hour a week"),
    "wage-subsidy-10-hours": _("With wage subsidy, at least 10 hours a week"),
    "wage-subsidy-30-hours": _("With wage subsidy, at least 30 hours a week"),
    "wage-subsidy-37-hours": _("With wage subsidy, full time"),
    "self-employed": _("Self-employed"),
    "wage-subsidy": _("With wage subsidy"),
    "work-and-education": _("Work and education at once"),
    "november-work-or-education": _("In work or education in November the year after"),
    "november-work": _("In work in November the year after"),
    "november-education": _("In education in November the year after"),
    "november-work-and-education": _("In both in November the year after"),
    **{
        f"{skill}-gained-{levels}": sentence
        for levels, sentences in (
            (
                1,
                {
                    "listening": _("Listening: one level or more"),
                    "reading": _("Reading: one level or more"),
                    "writing": _("Writing: one level or more"),
                    "speaking": _("Speaking: one level or more"),
                },
            ),
            (
                2,
                {
                    "listening": _("Listening: two levels or more"),
                    "reading": _("Reading: two levels or more"),
                    "writing": _("Writing: two levels or more"),
                    "speaking": _("Speaking: two levels or more"),
                },
            ),
        )
        for skill, sentence in sentences.items()
    },
}
"""Lines that are called the same in every indicator."""

_OF: Mapping[str, Mapping[str, str]] = {
    "R1": {"official": _("Work or education, officially"), **MAIN_ACTIVITIES},
    "R2": DEFINITIONS,
    "R3": DEFINITIONS,
    "E1": BANDS,
    "E2": HOURS,
    "E3": {**HOURS, "work-20-hours": _("Six months of at least 20 hours a week")},
    "K9": COMPETENCE,
}


def line_of(id: str, line: str) -> str:
    """What a line of an indicator is called, English; its name where it has no words."""
    return _OF.get(id, {}).get(line) or LINES.get(line) or line.replace("-", " ")
