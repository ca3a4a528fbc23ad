"""How long what was recorded may still be put right as a slip, before a change of it is a late one."""

from datetime import date

from tracker.rules import Rule

SLIP_FOR = Rule(
    id="slip-for",
    version=1,
    steps=((date.min, 30),),
    unit="days after the day of the first record; what is changed on the last of them is a slip, later it is late",
    basis="choice of this product: indicator R6, the month in which a slip of the pen is found",
)
