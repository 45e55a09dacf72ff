"""What customer and agents write on a ticket, and when."""

from scenario import clock
from scenario.reading import fill
from scenario.slot import VALUES

AGENTS = {tenant: values["agents"] for tenant, values in VALUES.items()}
AGENT_IDS = {"nordwind": "nw-agent-%d", "atlas": "at-agent-%d", "sakura": "sk-agent-%d"}
DENSE = ("ja", "zh")  # written without blanks between sentences
KIND_WORDS = ("thanks", "compliment", "thanks-support")  # after which nobody asks for news


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

    def __init__(self, rng, tenant, scenario, ticket, texts, say, slots):
        self.rng, self.tenant, self.scenario, self.ticket = rng, tenant, scenario, ticket
        self.texts, self.say, self.slots = texts, say, slots
        self.assigned = rng.random() < 0.85
        self.closed = rng.random() < (0.67 if self.assigned else 0.2)
        self.agent = rng.randrange(6)
        self.used, self.waited, self.answered, self.doubted, self.thanked = set(), False, False, False, False

    def add_to(self, ticket):
        rng, at = self.rng, ticket["opened_at"]
        if self.assigned:
            at = clock.at_work(rng, self.tenant, clock.later(rng, at, 0.3, 1.1))
            ticket["assignee_id"], ticket["assigned_at"] = AGENT_IDS[self.tenant] % (self.agent + 1), at
        comments, speakers = [], self.speakers()
        for i, kind in enumerate(speakers):
            if kind == "agent":
                number = self.author()
                text, author = self.agent_says(speakers[i + 1:].count("agent"), number, i), AGENT_IDS[self.tenant] % (number + 1)
                wait = clock.USUAL_ANSWER[ticket["priority"]] * (1.6 if self.answered else 1)
                at = clock.at_work(rng, self.tenant, clock.later(rng, at, wait, 1.2))
            else:
                text, author = self.customer_says(i == len(speakers) - 1), ticket["customer_id"]
                if text is None:
                    break
                at = clock.later(rng, at, 6, 1.4)
            at += i + 1  # a shift's first second is shared by many, never by two comments
            comments.append({"author_kind": kind, "author_id": author, "body": fill(text, self.slots), "at": at})
        if comments:
            ticket["comments"] = comments
        if self.closed:
            self.close(ticket, comments, at)

    def close(self, ticket, comments, at):
        """Most end as their scenario does; some because the customer said no more."""
        rng, done = self.rng, self.say["done"]
        if comments and comments[-1]["author_kind"] == "agent" and rng.random() < 0.25:
            words, at = done[1], at + 14 * clock.DAY
        else:
            words = rng.choice(self.texts["resolutions"] if rng.random() < 0.85 else done[:1] + done[2:])
        ticket["closed_at"] = clock.later(rng, at, 16, 1.3)
        ticket["resolution"] = words

    def speakers(self):
        """Who writes, in order."""
        rng = self.rng
        weights = [6, 19, 27, 23, 13, 8, 4] if self.assigned else [60, 28, 12]
        count = rng.choices(range(len(weights)), weights)[0]
        if self.scenario in KIND_WORDS:
            return ["agent"][:count]
        kinds = []
        for i in range(count):
            if i == 0:
                kinds.append("agent" if rng.random() < (0.85 if self.assigned else 0.35) else "customer")
            else:
                other = "customer" if kinds[-1] == "agent" else "agent"
                kinds.append(other if rng.random() < 0.75 else kinds[-1])
        if self.closed and kinds and "agent" not in kinds:
            kinds[-1] = "agent"
        return kinds

    def author(self):
        """Mostly the assignee, sometimes a colleague."""
        return self.agent if self.assigned and self.rng.random() < 0.88 else self.rng.randrange(6)

    def agent_says(self, more, number, i):
        """An answer, or before it a word that it takes time, or after it a friendly one. more: how often agents still write."""
        rng, say = self.rng, self.say
        left = [t for t in self.texts["answers"] if t not in self.used]
        if left and (more < len(left) or self.waited or rng.random() < 0.55):
            text, self.answered = left[0], True
        elif self.doubted or left and not self.answered:
            text, self.waited, self.doubted = self.fresh(say["wait"]), True, False
        else:
            text = self.fresh(say["after"][:1] if self.thanked else say["after"][1:])
        self.used.add(text)
        if i > 0 and rng.random() < 0.3:
            return upper(text)
        text = rng.choice(say["agent"]) + "\n" + (text if self.ticket["language"] == "de" else upper(text))
        if rng.random() < 0.8:
            text += "\n\n" + rng.choice(say["sign"]).replace("{agent}", AGENTS[self.tenant][number])
        return text

    def customer_says(self, last):
        """What fits: impatience before an answer, and after it a reply, doubts or thanks. None when all is said."""
        rng, say = self.rng, self.say
        left = [t for t in self.texts["replies"] if t not in self.used]
        if self.thanked:
            return None
        if not self.answered:
            text = self.fresh(say["angry" if rng.random() < 0.2 else "bump"])
        elif left and rng.random() < 0.75:
            text = rng.choice(left)
        elif last and self.closed or rng.random() < 0.4:
            text, self.thanked = self.fresh(say["thanks"]), True
        else:
            text, self.doubted = self.fresh(say["still"]), True
        self.used.add(text)
        return text

    def fresh(self, texts):
        return self.rng.choice([t for t in texts if t not in self.used] or texts)
