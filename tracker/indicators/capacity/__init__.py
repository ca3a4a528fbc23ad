"""Integration capacity: the starting point, Norwegian, expected course, goals, primary school and competence."""

from tracker.indicators.capacity import baseline, competence, course, goals, language, path, primary_school

INDICATORS = (
    *baseline.INDICATORS,
    *language.INDICATORS,
    *course.INDICATORS,
    *goals.INDICATORS,
    *path.INDICATORS,
    *primary_school.INDICATORS,
    *competence.INDICATORS,
)
