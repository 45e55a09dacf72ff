"""Tickets that are odd but legal, and tickets at the edges of the service levels."""

from scenario import clock, longtext, odd
from scenario.conversation import AGENT_IDS


def edges(count):
    """The moments at edges, by the number of the ticket of so many that is opened then: each moment twice."""
    moments = clock.EDGES * 2
    return {i * count // len(moments): clock.millis(text) for i, text in enumerate(moments)}


def set_edges(tickets, edges):
    """Moves the answers and closings of tickets opened at an edge to where they come just in time, or just too late."""
    priorities = list(clock.RESPONSE_HOURS)
    for turn, (number, opened) in enumerate(edges.items()):
        ticket = tickets[number]
        comments = ticket.get("comments", [])
        agents = [i for i, c in enumerate(comments) if c["author_kind"] == "agent"]
        if ticket["opened_at"] != opened or "assigned_at" not in ticket or "closed_at" not in ticket or not agents:
            continue
        ticket["priority"] = priority = priorities[(turn + turn // len(clock.EDGES)) % 4]
        answer = clock.due(opened, clock.RESPONSE_HOURS[priority]) + (0, 1, -1)[turn % 3]
        end = clock.due(opened, clock.RESOLVE_HOURS[priority]) + (1, 0, 0, -1, 1)[turn % 5]
        first = agents[0]
        for i, c in enumerate(comments):
            c["at"] = answer + i - first if i <= first else answer + (end - answer) * (i - first) // (len(comments) - first)
        ticket["assigned_at"], ticket["closed_at"] = opened + 1, end


def tickets(rng, tenant, crowd):
    """The odd tickets of a tenant."""
    made = []
    for number, case in enumerate([*odd.CASES["all"], *odd.CASES[tenant], *longtext.cases(tenant)]):
        language = case.get("language", {"nordwind": "de", "atlas": "fr", "sakura": "ja"}[tenant])
        person = crowd.pick(rng, language)
        opened = case.get("opened_at") or clock.opened(rng, tenant, "")
        ticket = {
            "tenant": tenant, "ref": case.get("ref", ""), "subject": case["subject"], "body": case["body"],
            "customer_id": person["id"], "customer_name": case.get("name", person["name"]), "language": language,
            "channel": case.get("channel", "web"), "priority": case.get("priority", "normal"), "tags": case.get("tags", []),
            "opened_at": opened,
        }
        at = opened
        if number % 7 != 3:
            at = clock.later(rng, at, 0.5, 1)
            ticket["assignee_id"], ticket["assigned_at"] = AGENT_IDS[tenant] % (1 + number % 6), at
        comments = []
        for kind, text in case.get("comments", []):
            at = clock.later(rng, at, 4, 1)
            author = AGENT_IDS[tenant] % (1 + number % 6) if kind == "agent" else person["id"]
            comments.append({"author_kind": kind, "author_id": author, "body": text, "at": at})
        if comments:
            ticket["comments"] = comments
        if "resolution" in case:
            ticket["closed_at"] = clock.later(rng, at, 20, 1)
            ticket["resolution"] = case["resolution"]
        made.append(ticket)
    return made
