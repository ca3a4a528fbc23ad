"""Economic integration: work graded by its hours, how long it lasts, and what people live on."""

from tracker.indicators.economic.assistance import E12
from tracker.indicators.economic.first_job import E5, E6, E8
from tracker.indicators.economic.income import E11
from tracker.indicators.economic.intensity import E1, E2
from tracker.indicators.economic.moves import E7
from tracker.indicators.economic.setback import E13
from tracker.indicators.economic.states import E10
from tracker.indicators.economic.subsidy import E9
from tracker.indicators.economic.sustained import E3, E4

INDICATORS = (E1, E2, E3, E4, E5, E6, E7, E8, E9, E10, E11, E12, E13)
