#!/usr/bin/env python3
"""Writes tickets.jsonl, the tickets of the demo, beside itself. It needs Python's own library alone, and writes the same bytes
each time: all chance comes from seeds. The texts lie in the folder scenario."""

import json
import random
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # the folder is part of an app, which has no place for compiled Python
sys.path.insert(0, str(Path(__file__).parent))

from scenario import clock, conversation, people, reading, slot, special  # noqa: E402

LANGUAGES = {  # tickets of each language
    "nordwind": {"de": 272, "en": 80, "da": 34, "pl": 34},
    "atlas": {"fr": 168, "ar": 92, "es": 68, "en": 72},
    "sakura": {"ja": 216, "en": 76, "ko": 52, "zh": 56},
}
PREFIX = {"nordwind": "NW", "atlas": "AT", "sakura": "SK"}
CHANNELS = {"nordwind": [45, 30, 15, 10], "atlas": [20, 55, 20, 5], "sakura": [50, 30, 10, 10]}
EXTRA_TAGS = ["vip", "wartet", "2. Kontakt", "b2b", "follow-up", "escalated", "à-suivre", "要確認", "duplicate?", "bug", "FAQ"]


def draft(rng, tenant, language, scenario, person, phrases, number, opened):
    """A ticket of a scenario without its reference, as a help desk would have it."""
    texts, say = reading.matching(scenario["languages"][language], number), phrases[language]
    slots = slot.slots(rng, tenant, language, scenario["id"], person, opened)
    channel = rng.choices(["web", "email", "phone", "chat"], CHANNELS[tenant])[0]
    ticket = {
        "tenant": tenant, "ref": "",
        "subject": texts["subjects"][number % len(texts["subjects"])],
        "body": conversation.body(rng, language, channel, texts["bodies"][0], say),
        "customer_id": person["id"], "customer_name": person["name"], "language": language, "channel": channel,
        "priority": rng.choice(scenario["priorities"]), "tags": tags(rng, scenario), "opened_at": opened,
    }
    history = conversation.Plan(rng, tenant, scenario["id"], ticket, texts, say, slots)
    history.add_to(ticket)
    for key in ("subject", "body", "resolution"):
        if key in ticket:
            ticket[key] = reading.fill(ticket[key], slots)
    return ticket


def tags(rng, scenario):
    kept = [t for t in scenario["tags"] if rng.random() < 0.85]
    if rng.random() < 0.2:
        kept += rng.sample(EXTRA_TAGS, rng.randrange(1, 3))
    return [] if rng.random() < 0.08 else kept


def tickets_of(tenant, phrases):
    rng = random.Random("desk:" + tenant)
    crowd = people.Crowd(rng, tenant)
    scenarios = reading.scenarios(tenant)
    tickets = []
    edges = special.edges(sum(LANGUAGES[tenant].values()))
    for language, count in LANGUAGES[tenant].items():
        fitting = [s for s in scenarios if language in s["languages"]]
        for number in range(count):
            if number % len(fitting) == 0:
                rng.shuffle(fitting)
            scenario = fitting[number % len(fitting)]
            person = crowd.pick(rng, language)
            opened = edges.get(len(tickets))
            if opened is None or scenario["id"] in clock.SEASON:
                opened = clock.opened(rng, tenant, scenario["id"])
            tickets.append(draft(rng, tenant, language, scenario, person, phrases, number // len(fitting), opened))
    special.set_edges(tickets, edges)
    tickets += special.tickets(rng, tenant, crowd)
    tickets.sort(key=lambda t: t["opened_at"])
    number = rng.randrange(90, 130)
    for ticket in tickets:
        number += rng.choice([1, 1, 1, 1, 2, 3])  # what is missing was spam, or merged
        ticket["ref"] = ticket["ref"] or "%s-%06d" % (PREFIX[tenant], number)
    return tickets


def check(tickets):
    """Refuses what the app would refuse."""
    refs = {(t["tenant"], t["ref"]) for t in tickets}
    assert len(refs) == len(tickets), "a reference twice"
    for t in tickets:
        where = t["tenant"] + " " + t["ref"]
        for key, most in (("ref", 40), ("subject", 300), ("body", 20000), ("customer_id", 80), ("customer_name", 200), ("resolution", 4000)):
            text = t.get(key, "x")
            assert 1 <= len(text) <= most and text == text.strip() and "\0" not in text, (where, key, len(text))
        assert len(t["tags"]) <= 20 and all(1 <= len(tag) <= 60 for tag in t["tags"]), where
        times = [t["opened_at"], *([t["assigned_at"]] if "assigned_at" in t else []), *(c["at"] for c in t.get("comments", ())),
                 *([t["closed_at"]] if "closed_at" in t else [])]
        assert all(a < b for a, b in zip(times, times[1:])), (where, times)
        assert ("closed_at" in t) == ("resolution" in t), where
        assert all(c["body"] == c["body"].strip() != "" for c in t.get("comments", ())), where
        assert len(t.get("comments", ())) <= 6, where


def line(ticket, ascii_only):
    """A ticket as JSON, with its times as texts. Some lines are pure ASCII, as some exports are."""
    shown = {k: clock.stamp(v) if k.endswith("_at") else v for k, v in ticket.items()}
    if "comments" in shown:
        shown["comments"] = [{**c, "at": clock.stamp(c["at"])} for c in shown["comments"]]
    return json.dumps(shown, ensure_ascii=ascii_only, separators=(",", ":"))


def main():
    phrases = reading.phrases()
    tickets = [t for tenant in LANGUAGES for t in tickets_of(tenant, phrases)]
    check(tickets)
    tickets.sort(key=lambda t: (t["opened_at"], t["tenant"], t["ref"]))
    text = "".join(line(t, number % 29 == 7) + "\n" for number, t in enumerate(tickets))
    (Path(__file__).parent / "tickets.jsonl").write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    main()
