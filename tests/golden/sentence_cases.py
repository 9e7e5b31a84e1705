"""Lines of news and the sentences that they hold, by what makes them hard; all written for these tests."""

SENTENCES: list[tuple[str, list[str]]] = [
    # Plain
    ("Peru signed the contract. Chile protested.", ["Peru signed the contract.", "Chile protested."]),
    ("Will Lima pay? Nobody knows!", ["Will Lima pay?", "Nobody knows!"]),
    ("Lima to buy forty tanks", ["Lima to buy forty tanks"]),
    ("TRADE ROW", ["TRADE ROW"]),
    ("The minister listed three aims:", ["The minister listed three aims:"]),
    ("They waited... Nothing came.", ["They waited...", "Nothing came."]),
    # Abbreviations, titles, initials
    ("The U.S. Army sold the jeeps.", ["The U.S. Army sold the jeeps."]),
    ("He flew to the U.S. He came back.", ["He flew to the U.S.", "He came back."]),
    ("The U.S. State Department declined to comment.", ["The U.S. State Department declined to comment."]),
    ("The U.N. Security Council met.", ["The U.N. Security Council met."]),
    ("The U.K. agreed. So did Oslo.", ["The U.K. agreed.", "So did Oslo."]),
    ("Gen. Ruiz met Col. Paz. They ate.", ["Gen. Ruiz met Col. Paz.", "They ate."]),
    ("Maj. Gen. Ana Paz flew home.", ["Maj. Gen. Ana Paz flew home."]),
    ("Lt. Cmdr. Ode spoke.", ["Lt. Cmdr. Ode spoke."]),
    ("Sen. Lee and Rep. Cho objected.", ["Sen. Lee and Rep. Cho objected."]),
    ("Gov. Diaz vetoed it.", ["Gov. Diaz vetoed it."]),
    ("Mr. Paz, Mrs. Lee and Dr. Ode signed.", ["Mr. Paz, Mrs. Lee and Dr. Ode signed."]),
    ("A source named Mr. X. spoke.", ["A source named Mr. X. spoke."]),
    ("J. K. Ode wrote it. R. Paz read it.", ["J. K. Ode wrote it.", "R. Paz read it."]),
    ("George W. Ode resigned.", ["George W. Ode resigned."]),
    ("The fleet left St. Petersburg. Ice followed.", ["The fleet left St. Petersburg.", "Ice followed."]),
    ("Orion Corp. won the bid. Vega Inc. lost.", ["Orion Corp. won the bid.", "Vega Inc. lost."]),
    ("He moved to Washington, D.C. They stayed.", ["He moved to Washington, D.C.", "They stayed."]),
    ("The non-U.S. firm met anti-U.N. crowds.", ["The non-U.S. firm met anti-U.N. crowds."]),
    ("The ex-U.S. envoy left. Oslo paid.", ["The ex-U.S. envoy left.", "Oslo paid."]),
    ("Ana Paz, D-N.Y., objected. Oslo paid.", ["Ana Paz, D-N.Y., objected.", "Oslo paid."]),
    ("He met the anti-U.S.S.R. bloc.", ["He met the anti-U.S.S.R. bloc."]),
    # Numbers, dates, times
    ("The first Nov. 3 launch failed.", ["The first Nov. 3 launch failed."]),
    ("The talks on Jan. 5 and Sept. 6 failed.", ["The talks on Jan. 5 and Sept. 6 failed."]),
    ("The army's No. 3 was dismissed.", ["The army's No. 3 was dismissed."]),
    ("Resolution No. 17 passed. It binds.", ["Resolution No. 17 passed.", "It binds."]),
    ("It cost $3.5 million. Lima paid.", ["It cost $3.5 million.", "Lima paid."]),
    ("They met at 9 a.m. in Oslo.", ["They met at 9 a.m. in Oslo."]),
    ("They left at 5 p.m. Monday for Rome.", ["They left at 5 p.m. Monday for Rome."]),
    ("It began at 3 a.m. He slept.", ["It began at 3 a.m.", "He slept."]),
    ("It ended in 2022. Oslo paid.", ["It ended in 2022.", "Oslo paid."]),
    # Quotations
    ("“We will pay.” He left.", ["“We will pay.”", "He left."]),
    ('"We will pay." He left.', ['"We will pay."', "He left."]),
    ("‘We will pay.’ He left.", ["‘We will pay.’", "He left."]),
    ("“We will pay,” he said. “We must.”", ["“We will pay,” he said.", "“We must.”"]),
    ('"Will you pay?" he asked.', ['"Will you pay?" he asked.']),
    ("“Never!” she shouted. “Go!”", ["“Never!” she shouted.", "“Go!”"]),
    ("“It is late. We go,” he said.", ["“It is late.", "We go,” he said."]),
    ('He said: "It is late. We go."', ['He said: "It is late.', 'We go."']),
    ("He asked: “Why? Who gains?” Then he left.", ["He asked: “Why?", "Who gains?”", "Then he left."]),
    ("“It is over…” They left.", ["“It is over…”", "They left."]),
    ("“The U.S. Navy came. We fled.”", ["“The U.S. Navy came.", "We fled.”"]),
    ("He called it a “two-way street.” Oslo agreed.", ["He called it a “two-way street.”", "Oslo agreed."]),
    ("“One.” “Two.”", ["“One.”", "“Two.”"]),
    ("«Nous irons.» He left.", ["«Nous irons.»", "He left."]),
    ("`` It is late . '' He left .", ["`` It is late . ''", "He left ."]),
    ("“We will go on. We will", ["“We will go on.", "We will"]),
    # Brackets
    ("It was short. (Lima was silent.) They left.", ["It was short.", "(Lima was silent.)", "They left."]),
    ("The sale (worth $3m) was agreed. It is done.", ["The sale (worth $3m) was agreed.", "It is done."]),
    # Bullets, headings
    ("• Forty tanks were sold.", ["Forty tanks were sold."]),
    ("- Forty tanks were sold.", ["Forty tanks were sold."]),
    ("* Forty tanks were sold. Chile protested.", ["Forty tanks were sold.", "Chile protested."]),
    ("1. Forty tanks were sold.", ["Forty tanks were sold."]),
    ("## Chile protests", ["Chile protests"]),
    ("-40 degrees were measured.", ["-40 degrees were measured."]),
    # Datelines that open a sentence
    ("SEOUL, Nov. 3 (Yonhap) -- Lima paid. It did.", ["SEOUL, Nov. 3 (Yonhap) -- Lima paid.", "It did."]),
    ("MOSCOW, November 3. /TASS/. Lima paid. It did.", ["MOSCOW, November 3. /TASS/. Lima paid.", "It did."]),
    ("KYIV. Nov 3 (Interfax-Ukraine) – Lima paid.", ["KYIV. Nov 3 (Interfax-Ukraine) – Lima paid."]),
    ("LIMA (AP) — The navy sailed. It is back.", ["LIMA (AP) — The navy sailed.", "It is back."]),
    # Stray marks
    ("Lima paid. ... Oslo did not.", ["Lima paid. ...", "Oslo did not."]),
    ("... Lima paid.", ["... Lima paid."]),
    ("Lima paid. ■", ["Lima paid. ■"]),
    ("The deal ended.The next began.", ["The deal ended.", "The next began."]),
]

TEXTS: list[tuple[str, list[str]]] = [
    (
        "Lima buys tanks\nPeru signed. Chile protested.\n\nOslo paid.",
        ["Lima buys tanks", "Peru signed.", "Chile protested.", "Oslo paid."],
    ),
    ("“We pay.\n\n“We must,” he said.", ["“We pay.", "“We must,” he said."]),
    (
        "LIMA, March 3 (Reuter) - Peru said on Sunday that it would buy forty\n"
        "tanks from a maker abroad, in a contract that the chamber has to\n"
        "approve. Chile protested.\n"
        '   "We will not be idle," said the minister, whose name the ministry\n'
        "did not give.\n",
        [
            "LIMA, March 3 (Reuter) - Peru said on Sunday that it would buy forty\n"
            "tanks from a maker abroad, in a contract that the chamber has to\n"
            "approve.",
            "Chile protested.",
            '"We will not be idle," said the minister, whose name the ministry\ndid not give.',
        ],
    ),
    (
        "Peru buys forty tanks\nChile protests loudly\nOslo pays",
        ["Peru buys forty tanks", "Chile protests loudly", "Oslo pays"],
    ),
]
