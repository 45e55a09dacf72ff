"""Times of tickets, in milliseconds since 1970: when they are opened, answered and closed."""

from datetime import datetime, timedelta, timezone

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FIRST, LAST = datetime(2026, 1, 2), datetime(2026, 7, 3)

# Hours from UTC, and the share of tickets that come in each hour of the local day.
OFFSET = {"nordwind": 1, "atlas": 1, "sakura": 9}
BY_HOUR = [1, 1, 1, 0.5, 0.5, 1, 2, 5, 9, 12, 13, 11, 7, 8, 10, 10, 9, 7, 5, 5, 6, 5, 3, 2]
BY_DAY = {"nordwind": [11, 9, 9, 8, 8, 6, 7], "atlas": [10, 10, 10, 10, 9, 4, 1], "sakura": [12, 10, 10, 9, 10, 1, 1]}

RESPONSE_HOURS = {"urgent": 1, "high": 4, "normal": 8, "low": 16}
RESOLVE_HOURS = {"urgent": 8, "high": 24, "normal": 40, "low": 80}
# How long a first answer takes in the middle, in hours.
USUAL_ANSWER = {"urgent": 0.4, "high": 1.5, "normal": 5, "low": 11}


def millis(moment):
    """Milliseconds of a datetime in UTC, or of a text such as 2026-03-02T09:00:00.000Z."""
    if isinstance(moment, str):
        moment = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S.%fZ")
    return (moment.replace(tzinfo=timezone.utc) - EPOCH) // timedelta(milliseconds=1)


def moment(ms):
    return EPOCH + timedelta(milliseconds=ms)


def stamp(ms):
    at = moment(ms)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at.microsecond // 1000)


# What happens at one time of the year alone: Ramadan, the change of clocks, the leap day that is none, new colleagues in spring.
SEASON = {
    "night-delivery": ("02-09", "03-17"), "fruit-export": ("01-05", "03-20"), "leap-day": ("02-16", "03-20"),
    "timezone-calendar": ("03-30", "04-30"), "training": ("03-02", "04-20"), "payroll-bonus": ("06-01", "06-30"),
    "tent-leaks": ("03-30", "05-20"), "price-increase": ("03-02", "06-30"),
}


def opened(rng, tenant, scenario):
    """A moment at which a ticket of the scenario might come."""
    first, last = FIRST, LAST
    if scenario in SEASON:
        first, last = (datetime.strptime("2026-" + day, "%Y-%m-%d") for day in SEASON[scenario])
    while True:
        day = first + timedelta(days=rng.randrange((last - first).days))
        if rng.random() * 12 < BY_DAY[tenant][day.weekday()]:
            break
    hour = rng.choices(range(24), BY_HOUR)[0]
    return millis(day) + (hour - OFFSET[tenant]) * HOUR + rng.randrange(HOUR)


def at_work(rng, tenant, ms):
    """The moment itself, or the next morning on which somebody works."""
    while True:
        local = moment(ms + OFFSET[tenant] * HOUR)
        if local.weekday() < 5 and 7 <= local.hour < 19 or rng.random() < 0.12:
            return ms
        following = datetime(local.year, local.month, local.day) + timedelta(days=1 if local.hour >= 7 else 0)
        ms = millis(following) + (8 - OFFSET[tenant]) * HOUR + rng.randrange(100 * MINUTE)


def later(rng, ms, hours, spread):
    """A moment after ms: in the middle so many hours, with long waits now and then."""
    return ms + max(1, int(hours * HOUR * rng.lognormvariate(0, spread)))


def due(ms, hours):
    """The moment at which so many business hours have passed: Monday to Friday, nine to five, UTC."""
    left = hours * HOUR
    day = ms - ms % DAY
    while True:
        if moment(day).weekday() < 5:
            start, end = max(ms, day + 9 * HOUR), day + 17 * HOUR
            if start < end:
                if left <= end - start:
                    return start + left
                left -= end - start
        day += DAY


# Openings at the edges of days, weeks, months and clocks.
EDGES = [
    "2026-03-02T09:00:00.000Z", "2026-03-02T08:59:59.999Z", "2026-03-03T09:00:00.001Z", "2026-03-03T17:00:00.000Z",
    "2026-03-04T16:59:59.999Z", "2026-03-04T17:00:00.001Z", "2026-02-27T17:00:00.000Z", "2026-02-27T16:00:00.000Z",
    "2026-02-28T23:59:59.999Z", "2026-03-01T00:00:00.000Z", "2026-03-08T07:00:00.000Z", "2026-03-29T01:00:00.000Z",
    "2026-03-31T16:59:59.999Z", "2026-04-30T23:59:59.999Z", "2026-05-01T00:00:00.000Z", "2026-05-30T12:00:00.000Z",
    "2026-05-31T23:59:59.999Z", "2026-06-01T00:00:00.000Z", "2026-06-30T23:59:59.999Z", "2026-01-01T00:00:00.000Z",
    "2026-01-30T13:00:00.000Z", "2026-06-05T09:00:00.000Z", "2026-06-05T16:59:59.999Z", "2026-06-07T23:59:59.999Z",
]
