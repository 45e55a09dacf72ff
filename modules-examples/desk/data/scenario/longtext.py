"""Tickets with long bodies: logs, lists, threads and complaints that somebody took an evening to write."""

import random

COMPLAINT = """Sehr geehrte Damen und Herren,

ich schreibe Ihnen heute etwas ausführlicher, weil ich glaube, dass Sie nur so verstehen, was in den letzten sieben Wochen schiefgelaufen ist.

Angefangen hat es harmlos. Am 4. Mai habe ich ein Zelt, zwei Schlafsäcke und einen Kocher bestellt. Am 6. Mai kam die Versandmail. Am 8. Mai kam der Kocher. Nur der Kocher. Ich habe Ihnen am selben Tag geschrieben und die Antwort bekommen, die Bestellung werde „in Teillieferungen“ verschickt. Gut, dachte ich.

Am 13. Mai kamen zwei Schlafsäcke, allerdings zwei linke. Falls Sie nicht wissen, was das heißt: Man kann zwei Schlafsäcke zu einem verbinden, wenn einer den Reißverschluss links und einer ihn rechts hat. Wir haben extra danach gefragt. Frau M. am Telefon sagte wörtlich: „Das liefern wir automatisch passend.“ Meine Frau und ich haben also versucht, zwei linke Schlafsäcke zu verbinden. Das Ergebnis war eine Art Möbiusband.

Am 15. Mai habe ich einen der beiden zurückgeschickt (Beleg liegt bei). Am 22. Mai bekam ich dafür eine Gutschrift über 0,00 €, am 23. Mai eine Mahnung über 6,90 € Rücksendekosten, am 26. Mai einen Gutschein über 10 € „für die Unannehmlichkeiten“, einlösbar ab 75 €, und am 27. Mai wieder einen Schlafsack. Wieder links.

Das Zelt kam nie. Laut Sendungsverfolgung liegt es seit dem 12. Mai in Castrop-Rauxel. Ich habe inzwischen eine gewisse Zuneigung zu diesem Zelt entwickelt. Meine Tochter hat ihm einen Namen gegeben (Herbert).

Ich verlange keinen Gutschein und keine Entschuldigung. Ich möchte genau drei Dinge:
1. einen Schlafsack mit Reißverschluss rechts,
2. die Rücknahme der Mahnung,
3. Herbert.

Unser Urlaub beginnt am 27. Juni um 6:00 Uhr.

Mit noch freundlichen Grüßen
Dr. Ute Weiß"""

REPLY = """Sehr geehrte Frau Dr. Weiß,

ich habe Ihren Brief zweimal gelesen, einmal davon laut in der Teambesprechung. Sie haben in jedem Punkt recht.

1. Ein rechter Schlafsack ist heute mit Express verschickt; ich habe ihn selbst aus dem Regal genommen und den Reißverschluss angesehen.
2. Die Mahnung ist storniert. Die 129,90 € für den zurückgesandten Schlafsack sind angewiesen.
3. Herbert wurde heute um 14:10 Uhr in Castrop-Rauxel gesichtet und ist auf dem Weg zu Ihnen.

Herzliche Grüße aus Flensburg
Silke"""


def server_log(rng, lines):
    hosts = ["gw-%02d" % i for i in range(1, 5)]
    out, second = [], 32400
    for _ in range(lines):
        second += rng.randrange(1, 14)
        clock = "2026-03-17T%02d:%02d:%02d.%03dZ" % (second // 3600, second // 60 % 60, second % 60, rng.randrange(1000))
        message = rng.choice([
            "INFO  sync: pulled %d rows in %d ms" % (rng.randrange(9000), rng.randrange(40, 900)),
            "WARN  pool: %d of 32 connections in use" % rng.randrange(24, 33),
            "ERROR sync: deadlock detected; process %d waits for ShareLock on transaction %d" % (rng.randrange(900, 30000), rng.randrange(10**6)),
            "INFO  http: GET /api/v2/vouchers?page=%d 200 %d ms" % (rng.randrange(90), rng.randrange(5, 4000)),
            "ERROR mail: 451 4.7.1 greylisted, try again in %d seconds" % rng.randrange(60, 900),
            "DEBUG cache: miss key=\"得意先:%04d\" ttl=%ds" % (rng.randrange(9999), rng.randrange(3600)),
        ])
        out.append("%s %s %s" % (clock, rng.choice(hosts), message))
    return "\n".join(out)


def stack_trace(rng, depth):
    names = ["voucher.VoucherService.post", "tax.Rounding.apply", "pdf.FontCache.glyph", "db.Session.flush", "ui.Grid.refresh", "sync.Queue.drain"]
    out = ["java.util.concurrent.CompletionException: java.lang.IllegalStateException: 端数処理: 合計が一致しません"]
    for i in range(depth):
        name = rng.choice(names)
        out.append("\tat jp.sakura.ledger.%s(%s.java:%d)" % (name, name.split(".")[1], rng.randrange(12, 900)))
        if i and i % 17 == 0:
            out.append("Caused by: java.lang.ArithmeticException: BigInteger would overflow supported range (voucher %08d)" % rng.randrange(10**8))
    return "\n".join(out) + "\n\t... 42 common frames omitted"


def packing_list(rng, rows):
    goods = ["Carreaux 60×60", "Carreaux 30×90 « Zellige »", "Colle C2TE 25 kg", "Joint gris 5 kg", "Plinthe 8 cm", "بلاط أندلسي"]
    out = ["N° ; Palette ; Désignation ; Colis ; Poids brut (kg) ; Volume (m³) ; Observations"]
    for i in range(1, rows + 1):
        out.append("%04d ; P-%02d ; %s ; %d ; %s ; %s ; %s" % (
            i, (i + 3) // 4, rng.choice(goods), rng.randrange(4, 60), ("%.1f" % rng.uniform(80, 990)).replace(".", ","),
            ("%.3f" % rng.uniform(0.3, 1.9)).replace(".", ","), rng.choice(["", "", "", "coin abîmé", "ré-étiqueté", "manque 1 colis", "مكسور"])))
    return "\n".join(line.rstrip(" ;") for line in out)


def edifact(rng, groups):
    out = ["UNB+UNOC:3+ATLASFRET:ZZ+CLIENT0042:ZZ+260512:0915+00000417'", "UNH+1+IFTSTA:D:99B:UN'", "BGM+77+FA26-00042+9'"]
    for i in range(1, groups + 1):
        out += ["CNI+%d+ATLU%07d'" % (i, rng.randrange(10**7)), "STS+1+%d'" % rng.choice([1, 24, 48, 74, 78]),
                "DTM+334:2026%02d%02d%02d%02d:203'" % (rng.randrange(1, 7), rng.randrange(1, 29), rng.randrange(24), rng.randrange(60)),
                "LOC+175+%s:139:6'" % rng.choice(["MACAS", "MAPTM", "ESALG", "FRFOS"])]
    return "\n".join(out + ["UNT+%d+1'" % (4 * groups + 3), "UNZ+1+00000417'"])


def inventory(rng, rows):
    items = ["Rucksack „Harz 45“", "Zelt „Fjellhütte 2“", "Isomatte „Moos“", "Kocher „Glut“", "Stirnlampe „Luchs 400“"]
    return "\n".join("%03d | 0%05d | %-24s | %s | %d Stk. | %s" % (
        i, rng.randrange(99999), rng.choice(items), rng.choice(["S", "M", "L", "–"]), rng.randrange(1, 40),
        rng.choice(["ok", "ok", "fehlt", "falsche Farbe", "doppelt"])) for i in range(1, rows + 1))


def minutes(rng, points):
    topics = ["月次締めの自動化", "電子帳簿保存法への対応", "承認経路の見直し", "旧システムからの移行手順", "利用者教育の日程", "障害時の連絡体制"]
    ends = ["次回までに{n}名で試行し、結果を報告する。", "{n}月末までに方針を決定する。担当は山田様。", "追加の費用({n}万円程度)について社内で確認する。", "継続審議とする。"]
    return "\n".join("%d. %sについて\n   ご要望:画面の入力項目が%dあり、毎回すべて入力するのは負担が大きい。既定値を保存したい。\n   結論:%s" % (
        i, rng.choice(topics), rng.randrange(12, 80), rng.choice(ends).replace("{n}", str(rng.randrange(2, 12)))) for i in range(1, points + 1))


def cases(tenant):
    rng = random.Random("long:" + tenant)
    if tenant == "nordwind":
        return [
            {"subject": "Sieben Wochen, drei Schlafsäcke und ein Zelt namens Herbert", "body": COMPLAINT, "priority": "high", "channel": "email", "tags": ["beschwerde", "teillieferung"],
             "comments": [("agent", REPLY), ("customer", "Herbert ist da! Und der Schlafsack ist rechts. Wir fahren. 🏕️")], "resolution": "Herbert zugestellt."},
            {"subject": "Inventurliste Verleih, bitte abgleichen", "body": "Hallo,\n\nhier die Liste aus unserem Verleih mit allem, was nicht stimmt:\n\n" + inventory(rng, 140), "tags": ["verleih"],
             "comments": [("agent", "Danke, das gleiche ich bis Freitag ab.")]},
            {"language": "en", "subject": "Full log of the broken GPS sync", "body": "As requested, everything since the update:\n\n" + server_log(rng, 48), "tags": ["gps", "log"], "channel": "email"},
            {"subject": "Resolutionstext an der Grenze", "body": "Bitte das vollständige Prüfprotokoll in den Abschluss übernehmen.", "priority": "low",
             "resolution": ("Prüfpunkt bestanden; " * 190)[:3999].rstrip("; ") + "."},
        ]
    if tenant == "atlas":
        return [
            {"subject": "Liste de colisage complète, 3 conteneurs", "body": "Bonjour,\n\nvoici la liste de colisage demandée :\n\n" + packing_list(rng, 150), "tags": ["documents"], "channel": "email",
             "comments": [("agent", "Bien reçu, je vérifie les poids.")], "resolution": "Liste vérifiée, déclaration déposée."},
            {"subject": "IFTSTA rejeté : message complet", "body": "Voici le message tel que reçu :\n\n" + edifact(rng, 60), "priority": "high", "tags": ["edi"]},
            {"language": "en", "subject": "Gateway log for the failed bookings", "body": server_log(rng, 30), "tags": ["log"]},
        ]
    return [
        {"subject": "定例会議の議事録とご要望一覧", "body": "お世話になっております。先日の会議の内容をお送りいたします。\n\n" + minutes(rng, 32) + "\n\n以上、よろしくお願いいたします。", "channel": "email",
         "comments": [("agent", "議事録をありがとうございます。順次回答いたします。")]},
        {"language": "en", "subject": "Stack trace of the month-end closing", "body": "It fails every month, at the same voucher:\n\n" + stack_trace(rng, 120), "priority": "urgent",
         "comments": [("agent", "Thank you, that's the same cause as in April."), ("customer", "And in March.")], "resolution": "Fixed: the sum is kept in integers."},
        {"subject": "サーバーログ一式", "body": "ご依頼のログです。\n\n" + server_log(rng, 100), "tags": ["ログ"], "channel": "email"},
    ]
