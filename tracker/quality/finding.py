"""How each kind of problem is found: SELECTs of participant, version, happened_on, due, detail.

version is the fact it is about, or null; due the day by which it is or was to be done, or null. They take :position and
:at as in :mod:`tracker.quality.rows`, and :municipality.
"""

from events import activities, fact_classes
from tracker.quality.rows import (
    governed,
    known,
    last_possible,
    months_later,
    quoted,
    running,
    told,
    year_closes,
)
from tracker.rules.nir import CUT_OFF
from tracker.rules.quality import QUIET_FOR

SKILLS = ("listening", "reading", "writing", "speaking")
GONE = ("left-norway", "protection-ended", "died")

_ADMINISTRATIVE = quoted(topic for topic, cls in fact_classes().items() if cls.administrative)
_LIFE = quoted(name for name, activity in activities().items() if activity.observes and name != "programme")

PARTS = (
    "track",
    *(f"level in {skill}" for skill in SKILLS),
    "schooling",
    "literacy",
    "work history",
    "programme goal",
    "long-term goal",
)
"""Of a starting point."""


def at_the_end(condition: str, detail: str) -> str:
    """The last end of programmes that run no longer, but for transfers."""
    return f"""
        SELECT t.participant, t.version, t.happened_on,
               {governed(CUT_OFF, "t.happened_on", year_closes)} AS due, {detail} AS detail
        FROM timeline t
        WHERE t.fact = 'programme-ended' AND {told("t")} AND {condition}
          AND COALESCE(json_extract(t.details, '$.manner'), '') <> 'transferred'
          AND NOT EXISTS (
              SELECT 1 FROM timeline l WHERE l.participant = t.participant AND l.fact = t.fact AND {told("l")}
              AND (l.happened_on, l.version) > (t.happened_on, t.version))
          AND NOT EXISTS (
              SELECT 1 FROM spells s
              WHERE s.participant = t.participant AND s.activity = 'programme' AND {running("s")})
        """


def flagged(flag: str) -> str:
    return f"""
        SELECT f.participant, f.version, f.happened_on, NULL AS due, f.about AS detail FROM flags f
        WHERE f.flag = '{flag}' AND {known("f")} AND f.happened_on <= :at
        """


_LAST_TOLD = f"""(
    SELECT MAX(CASE t.fact WHEN 'period-observed' THEN MIN(t.value, :at) ELSE t.happened_on END) FROM timeline t
    WHERE t.participant = o.participant AND {told("t")} AND t.fact NOT IN {_ADMINISTRATIVE}
      AND NOT (t.fact = 'status-confirmed' AND t.value = 'no'))"""
_IN_PROGRAMME = f"""
    SELECT s.participant, MIN(s.spell_from) AS since, 'programme' AS what FROM spells s
    WHERE s.activity = 'programme' AND {running("s")} GROUP BY s.participant"""


def _has(activities_of: str) -> str:
    return f"""EXISTS (
        SELECT 1 FROM spells s WHERE s.participant = o.participant AND s.activity {activities_of} AND {running("s")})"""


_GONE = _has(f"= 'residence' AND s.value IN {quoted(GONE)}")
GAP = f"""
    SELECT participant, NULL AS version, last_told AS happened_on, NULL AS due,
           'in the programme since ' || since || ', nothing told since ' || last_told AS detail
    FROM (
        SELECT o.*, {_LAST_TOLD} AS last_told FROM ({_IN_PROGRAMME}) o
        WHERE NOT {_has(f"IN {_LIFE}")} AND NOT {_has("IN ('leave', 'suspension')")} AND NOT {_GONE}
    ) WHERE {governed(QUIET_FOR, "last_told", months_later)} <= :at
    """
_LEAVE_DAYS = f"""(
    SELECT CAST(COALESCE(SUM(
        julianday(MIN(COALESCE(l.valid_to, date(:at, '+1 day')), date(:at, '+1 day')))
        - julianday(MAX(l.valid_from, s.spell_from))), 0) AS INTEGER)
    FROM spells l
    WHERE l.participant = s.participant AND l.activity = 'leave' AND {known("l")} AND l.valid_from <= :at
      AND (l.valid_to IS NULL OR l.valid_to > s.spell_from)
      AND COALESCE(json_extract(l.details, '$.approved'), 1)
      AND COALESCE(json_extract(l.details, '$.extends_deadline'), 1))"""
PAST_PLANNED_END = f"""
    SELECT participant, opened_by AS version, spell_from AS happened_on,
           date(planned_end, '+' || leave || ' days') AS due,
           'planned end ' || planned_end
           || CASE leave WHEN 0 THEN '' ELSE ', and ' || leave || ' days of leave' END AS detail
    FROM (
        SELECT s.participant, s.opened_by, s.spell_from, json_extract(s.details, '$.planned_end') AS planned_end,
               {_LEAVE_DAYS} AS leave
        FROM spells s
        WHERE s.activity = 'programme' AND {running("s")} AND json_extract(s.details, '$.planned_end') < :at
    ) WHERE date(planned_end, '+' || leave || ' days') < :at
    """
CONTRADICTED_JOB = f"""
    SELECT s.participant, s.opened_by AS version, s.spell_from AS happened_on, NULL AS due,
           'job ' || s.key || ' is open, no work confirmed ' || c.happened_on AS detail
    FROM (
        SELECT t.participant, MAX(t.happened_on || printf(' %09d', t.version)) AS latest, t.happened_on, t.details
        FROM timeline t WHERE t.fact = 'status-confirmed' AND t.value = 'yes' AND {told("t")} GROUP BY +t.participant
    ) c
    JOIN spells s ON s.participant = c.participant AND s.activity = 'work' AND s.key <> 'confirmed' AND {running("s")}
    JOIN timeline j ON j.participant = s.participant AND j.version = s.opened_by AND {told("j")}
    WHERE json_type(c.details, '$.activities.work') IS NULL
      AND json_type(c.details, '$.activities."wage-subsidy"') IS NULL
      AND ({last_possible("j")}) < c.happened_on
    """
