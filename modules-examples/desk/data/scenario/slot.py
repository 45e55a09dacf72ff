"""What stands for the slots of the texts: numbers, dates, names and goods."""

import json

from scenario import clock
from scenario.reading import FOLDER

VALUES = json.loads((FOLDER / "value.json").read_text("utf-8"))

MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "en": "January February March April May June July August September October November December".split(),
    "da": "januar februar marts april maj juni juli august september oktober november december".split(),
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "ar": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر".split(),
}
PRODUCTS = {  # the scenarios in which not every product makes sense
    "tent-leaks": "tent", "spare-parts": "tent", "zip-broken": "zip", "shoes-sole": "boots", "wrong-size": "wear",
    "carbon-neutral": "wear", "stock-question": "wear", "group-order": "wear",
}


def date(language, ms):
    at = clock.moment(ms)
    if language in ("ja", "zh"):
        return "%d月%d日" % (at.month, at.day)
    if language == "ko":
        return "%d월 %d일" % (at.month, at.day)
    name = MONTHS[language][at.month - 1]
    return {"de": "%d. %s", "da": "%d. %s", "es": "%d de %s"}.get(language, "%d %s") % (at.day, name)


def amount(rng, tenant, language):
    value = rng.choice([rng.randrange(15, 400), rng.randrange(400, 90000) if tenant == "atlas" else rng.randrange(20, 700)])
    if tenant == "sakura":
        return f"{value * 1100:,}"
    cents = rng.choice([0, 50, 90, 95, 99])
    if tenant == "atlas":
        unit = rng.choice(["MAD", "€", "USD"])
        return {"fr": f"{value:,} {unit}".replace(",", "\u202f"), "en": f"{unit} {value:,}.00"}.get(language, f"{value:,} {unit}")
    return f"{value},{cents:02d}" if language in ("de", "da", "pl") else f"{value}.{cents:02d}"


def slots(rng, tenant, language, scenario, person, opened):
    """All slots of a ticket. The same slot has the same value in each of its texts."""
    v = VALUES[tenant]

    def digits(n):
        return "%0*d" % (n, rng.randrange(10 ** n))

    s = {
        "customer": person["id"], "name": person["person"], "short": person["short"], "company": person["company"],
        "email": person["email"], "phone": rng.choice(v["phones"]).replace("{d}", digits(2)),
        "date": date(language, opened - rng.randrange(1, 12) * clock.DAY), "date2": date(language, opened + rng.randrange(2, 25) * clock.DAY),
        "time": "%02d:%02d" % (rng.randrange(6, 20), rng.choice([0, 5, 10, 15, 30, 40, 45, 55])),
        "days": rng.randrange(3, 29), "n": rng.randrange(3, 98), "pct": rng.choice(["3,5", "4,2", "6", "8,75"]),
        "amount": amount(rng, tenant, language), "month": MONTHS.get(language, MONTHS["en"])[clock.moment(opened).month % 12],
    }
    if tenant == "nordwind":
        kind = PRODUCTS.get(scenario, "any")
        first, second = rng.sample(v["products"][kind], 1) + rng.sample(v["products"]["any"], 1)
        s.update(product=first, product2=second if second != first else "Reparaturset „Flicken“", order="26-" + digits(7), track="NX" + digits(9) + "DE",
                 voucher="NORD-" + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=6)), invoice="RE-2026-" + digits(5),
                 city=rng.choice(v["cities"]), street=rng.choice(v["streets"]), plz=digits(5), color=rng.choice(v["colors"]),
                 size=rng.choice(v["sizes"].get(kind, v["sizes"]["wear"])))
    elif tenant == "atlas":
        cities = rng.sample(v["cities"][language], 2)
        s.update(container=rng.choice(["ATLU", "MSKX", "TGMU"]) + digits(7), bl="CAS" + digits(8), awb="147-" + digits(8),
                 plate=digits(5) + rng.choice(["-A-6", "-B-1", "-D-40"]), vessel=rng.choice(v["vessels"]), port=rng.choice(v["ports"][language]),
                 city=cities[0], city2=cities[1], kg=rng.randrange(400, 26000), pallets=rng.randrange(3, 33),
                 goods=rng.choice(v["goods"][language]), invoice="FA26-" + digits(5), warehouse=rng.choice(v["warehouses"]),
                 driver=rng.choice(v["drivers"]))
    else:
        s.update(product=rng.choice(v["products"][language]), version="%d.%d.%d" % (rng.randrange(4, 7), rng.randrange(10), rng.randrange(30)),
                 build="2026%02d%02d" % (rng.randrange(1, 7), rng.randrange(1, 29)), license="SK-" + digits(4) + "-" + digits(4), seats=rng.randrange(3, 140),
                 invoice="INV-" + digits(6), host=rng.choice(v["hosts"]), ms=rng.randrange(2100, 48000), file=rng.choice(v["files"]))
    return s
