"""Reads the texts that tickets are made of."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
KINDS = {"s": "subjects", "b": "bodies", "a": "answers", "c": "replies", "r": "resolutions"}
ESCAPE = re.compile(r"\\(n|t|u[0-9a-f]{4})")


def unescape(text):
    return ESCAPE.sub(lambda m: {"n": "\n", "t": "\t"}.get(m[1]) or chr(int(m[1][1:], 16)), text)


def scenarios(tenant):
    """The scenarios of a tenant: id, tags, priorities, and the texts of each language by kind."""
    found, texts = [], None
    for number, line in enumerate((FOLDER / (tenant + ".txt")).read_text("utf-8").split("\n"), 1):
        if not line:
            continue
        if line.startswith("== "):
            name, tags, priorities = line[3:].split(" | ")
            found.append({"id": name, "tags": tags.split(", "), "priorities": priorities.split(), "languages": {}})
        elif line.startswith("-- "):
            texts = {kind: [] for kind in KINDS.values()}
            found[-1]["languages"][line[3:]] = texts
        elif line[:1] in KINDS and line[1:2] == " ":
            texts[KINDS[line[0]]].append(unescape(line[2:]))
        else:
            raise SystemExit("%s.txt:%d: %r" % (tenant, number, line))
    return found


def matching(texts, number):
    """The texts with one body, and what fits it: where there are as many answers as bodies, each answers one of them."""
    bodies = texts["bodies"]
    i = number % len(bodies)
    kept = {"subjects": texts["subjects"], "bodies": [bodies[i]]}
    for kind in ("answers", "replies", "resolutions"):
        paired = len(bodies) == len(texts[kind]) > 1
        kept[kind] = [texts[kind][i]] if paired else texts[kind]
    return kept


def phrases():
    """Greetings, closings and what is said again and again: by language, then by use, a list."""
    found = {}
    for line in (FOLDER / "phrase.txt").read_text("utf-8").splitlines():
        if line.startswith("-- "):
            language = found.setdefault(line[3:], {})
        elif line:
            use, texts = line.split(" ", 1)
            language[use] = texts.split("|")
    return found


def fill(text, slots):
    """The text with its slots; braces that are no slot stay as they are. A slot of a slot is filled too."""
    for _ in range(2):
        text = re.sub(r"\{([a-z0-9]+)\}", lambda m: str(slots.get(m[1], m[0])), text)
    return text
