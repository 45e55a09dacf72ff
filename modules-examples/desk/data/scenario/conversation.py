"""What customer and agents write on a ticket, and when."""

from scenario import clock
from scenario.reading import fill

AGENT_IDS = {"nordwind": "nw-agent-%d", "atlas": "at-agent-%d", "sakura": "sk-agent-%d"}
DENSE = ("ja", "zh")  # written without blanks between sentences


def upper(text):
    return text[:1].upper() + text[1:]


def body(rng, language, channel, text, say):
    """The first message: a chat is short, a call is written down by an agent, a mail has its forms."""
    if channel == "chat":
        return upper(text)
    if channel == "phone":
        return rng.choice(say["phone"]) + "\n" + upper(text)
    join = "" if language in DENSE else " "
    if rng.random() < 0.35:
        text += join + rng.choice(say["extra"])
    if channel == "web" and rng.random() < 0.3:
        return upper(text)
    if language != "de":
        text = upper(text)
    text = rng.choice(say["greet"]) + "\n\n" + text
    if rng.random() < 0.85:
        text += "\n\n" + rng.choice(say["close"]) + ("\n{name}" if rng.random() < 0.85 else "")
    return text


class Plan:
    """The further life of one ticket: who is given it, who says what, how it ends."""

    def __init__(self, rng, tenant, ticket, texts, say, slots):
        self.rng, self.tenant, self.ticket, self.texts, self.say, self.slots = rng, tenant, ticket, texts, say, slots
        self.assigned = rng.random() < 0.85
        self.closed = rng.random() < (0.67 if self.assigned else 0.2)
        self.agent = "" if not self.assigned else AGENT_IDS[tenant] % (1 + rng.randrange(6))
        self.used = set()

    def add_to(self, ticket):
        rng, at = self.rng, ticket["opened_at"]
        if self.assigned:
            at = clock.at_work(rng, self.tenant, clock.later(rng, at, 0.3, 1.1))
            ticket["assignee_id"], ticket["assigned_at"] = self.agent, at
        comments = []
        speakers = self.speakers()
        for i, kind in enumerate(speakers):
            text = self.says(kind, speakers, i)
            if kind == "agent":
                wait = clock.USUAL_ANSWER[ticket["priority"]] * (1 if "agent" not in speakers[:i] else 1.6)
                at = clock.at_work(rng, self.tenant, clock.later(rng, at, wait, 1.2))
                author = self.author()
            else:
                at = clock.later(rng, at, 6, 1.4)
                author = ticket["customer_id"]
            at += i + 1  # a shift's first second is shared by many, never by two comments
            comments.append({"author_kind": kind, "author_id": author, "body": fill(text, self.slots), "at": at})
        if comments:
            ticket["comments"] = comments
        if self.closed:
            ticket["closed_at"] = clock.later(rng, at, 16, 1.3)
            ends = self.texts["resolutions"] if rng.random() < 0.8 else self.say["done"]
            ticket["resolution"] = rng.choice(ends)

    def speakers(self):
        """Who writes, in order."""
        rng = self.rng
        weights = [7, 19, 26, 23, 13, 8, 4] if self.assigned else [60, 28, 12]
        count = rng.choices(range(len(weights)), weights)[0]
        kinds = []
        for i in range(count):
            if i == 0:
                kinds.append("agent" if rng.random() < (0.85 if self.assigned else 0.35) else "customer")
            else:
                other = "customer" if kinds[-1] == "agent" else "agent"
                kinds.append(other if rng.random() < 0.75 else kinds[-1])
        return kinds

    def author(self):
        """Mostly the assignee, sometimes a colleague."""
        if self.agent and self.rng.random() < 0.88:
            return self.agent
        return AGENT_IDS[self.tenant] % (1 + self.rng.randrange(6))

    def says(self, kind, speakers, i):
        return self.agent_says(speakers, i) if kind == "agent" else self.customer_says(speakers, i)

    def agent_says(self, speakers, i):
        rng, left = self.rng, [t for t in self.texts["answers"] if t not in self.used]
        if left and (speakers[i + 1:].count("agent") < len(left) or rng.random() < 0.5):
            text = left[0]
        else:
            text = self.fresh(self.say["wait"])
        self.used.add(text)
        if i > 0 and rng.random() < 0.25:
            return upper(text)
        german = self.ticket["language"] == "de"
        text = rng.choice(self.say["agent"]) + "\n" + (text if german else upper(text))
        return text + "\n\n" + rng.choice(self.say["sign"]) if rng.random() < 0.8 else text

    def customer_says(self, speakers, i):
        rng = self.rng
        last = i == len(speakers) - 1
        left = [t for t in self.texts["replies"] if t not in self.used]
        if "agent" in speakers[:i] and left and rng.random() < 0.7:
            text = rng.choice(left)
        elif last and self.closed and "agent" in speakers[:i]:
            text = self.fresh(self.say["thanks"])
        else:
            text = self.fresh(self.say["angry" if rng.random() < 0.2 else "bump"])
        self.used.add(text)
        return text

    def fresh(self, texts):
        return self.rng.choice([t for t in texts if t not in self.used] or texts)
