"""How many people a promise needs: many callers, few servers, nobody hangs up (Erlang C, M/M/c)."""

from math import ceil, exp

# A crowd beyond this is a typing error.
MOST_SERVERS = 10_000


def erlang_b(servers: int, load: float) -> float:
    """Share of callers who find all servers busy, were they sent away. load: arrivals × service time, in erlang.

    By the recurrence over servers, which no factorial overflows.
    """
    share = 1.0
    for n in range(1, servers + 1):
        share = load * share / (n + load * share)
    return share


def erlang_c(servers: int, load: float) -> float:
    """Share of callers who have to wait; 1 when the load is as large as the servers or larger."""
    if load <= 0:
        return 0.0
    if servers <= load:
        return 1.0
    busy = erlang_b(servers, load)
    return servers * busy / (servers - load * (1 - busy))


def share_waiting_longer(servers: int, per_hour: float, service_hours: float, wait_hours: float) -> float:
    """Share of callers who wait longer than `wait_hours` until somebody begins with them.

    Args:
        per_hour: arrivals. service_hours: mean time that one takes.
    """
    load = per_hour * service_hours
    if load <= 0:
        return 0.0
    if servers <= load:
        return 1.0
    return erlang_c(servers, load) * exp(-(servers - load) * max(0.0, wait_hours) / service_hours)


def servers_for(share: float, per_hour: float, service_hours: float, wait_hours: float) -> int | None:
    """The smallest number that begins with at least `share` (0 to 1, below 1) within `wait_hours`.

    0 when nobody comes. None when no number does it: the wait allowed is negative because the way alone takes longer.
    """
    if per_hour <= 0 or service_hours <= 0:
        return 0
    if wait_hours < 0:
        return None
    # Fewer never catch up, so the search begins where the load just fits.
    low = max(1, ceil(per_hour * service_hours))
    for servers in range(low, low + MOST_SERVERS):
        if share_waiting_longer(servers, per_hour, service_hours, wait_hours) <= 1 - share:
            return servers
    return None
