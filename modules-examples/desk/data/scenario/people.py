"""Customers: some with many tickets, most with few."""

import unicodedata

from scenario.slot import VALUES

# Legal, if unusual: ids that look like numbers, hold blanks, quotes, slashes or another script.
ODD_IDS = {
    "nordwind": ["000417", "1e5", "kunde/42?x=1&y=2", "O'Brien & Söhne", "NULL", "Größe-§-1", "-1"],
    "atlas": ["00012", "عميل-٤٢", "client;DROP", "C'est \"nous\"", "0x1F", "true"],
    "sakura": ["0042", "株)山﨑", "cust 7", "고객-7", "a\u0301-corp", "🌸", "{{customer}}"],
}
FORMS = {"nordwind": ("K-%06d", 4700), "atlas": ("ATL-C-%04d", 100), "sakura": ("cust_%05d", 20000)}
COUNTS = {"nordwind": 240, "atlas": 90, "sakura": 120}


def letters(text):
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return ".".join("".join(c if c.isalnum() else " " for c in plain).split()) or "office"


class Crowd:
    """The customers of a tenant, by language."""

    def __init__(self, rng, tenant):
        self.tenant = tenant
        self.by_language = {}
        values = VALUES[tenant]
        form, number = FORMS[tenant]
        languages = list(values["names"])
        for i in range(COUNTS[tenant]):
            language = languages[0] if i % 5 < 2 else languages[i % len(languages)]
            number += rng.randrange(1, 40)
            odd = ODD_IDS[tenant]
            self.add(rng, language, odd[i // 9] if i % 9 == 4 and i // 9 < len(odd) else form % number)

    def add(self, rng, language, identity):
        values = VALUES[self.tenant]
        name = rng.choice(values["names"][language])
        company = ""
        if "companies" in values:
            company = rng.choice(values["companies"][language])
        shown = name if not company or rng.random() < 0.3 else company if rng.random() < 0.4 else "%s (%s)" % (name, company)
        mail = "%s%d@example.%s" % (letters(name), rng.randrange(90), rng.choice(["com", "org", "net"]))
        self.by_language.setdefault(language, []).append({
            "id": identity, "name": shown, "short": short(language, name), "company": company or name, "email": mail,
            "person": name})

    def pick(self, rng, language):
        """A customer; those at the front of the list come again and again."""
        people = self.by_language[language]
        if rng.random() < 0.45:
            return people[int(rng.paretovariate(0.55)) % len(people)]
        return rng.choice(people)


def short(language, name):
    """How one addresses somebody of that name."""
    return name.split()[0] if language in ("en", "da", "es") else name
