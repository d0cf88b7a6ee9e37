import re
from datetime import time

# What the sources' hours look like; anything else is not guessed at.
ALWAYS = re.compile(r"hele døgnet|døgnåpen|døgnbemannet", re.IGNORECASE)
WEEKDAYS = re.compile(r"mandag (?:til|–|-) fredag\D*(\d{1,2})[.:](\d{2})\D+(\d{1,2})[.:](\d{2})", re.IGNORECASE)


def is_open(hours, now):
    """Return whether a helpline with these sourced `hours` answers at `now` (Norwegian time); None when unsure."""
    if ALWAYS.search(hours):
        return True
    if match := WEEKDAYS.search(hours):
        first, last = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        return now.weekday() < 5 and first <= now.time() < last
    return None
