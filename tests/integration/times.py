#!/usr/bin/env python3
"""times.py SEED LISTS TEXTS FOLDER - random formats and texts, for what C and SQL read to be compared.

Writes FOLDER/input for build/read-times, and lists and texts for times.sql. A list is of no format (the default forms), or
of up to three; about every fifth format is made invalid. A text is written by one of the formats, with digits padded or not, and
about every third is made invalid too. Its times include those at the ends of years, months and of the range.
"""

import calendar
import json
import pathlib
import random
import sys

MONTHS = "January February March April May June July August September October November December".split()
COMPOUNDS = {"F": "%Y-%m-%d", "D": "%m/%d/%y", "T": "%H:%M:%S", "R": "%H:%M", "r": "%I:%M:%S %p"}
LETTERS = "YymbBhdeHIpMSfzsQFDTRrnt%"
SEPARATORS = ["-", "/", ".", " ", "", ", ", "  ", "%n", "%t", "%%", " de ", "年", "\\", "*", "+", "?", "(", "]", "^", "$", "|", "é", "{2}", "'", "&"]
DEFAULTS = ["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S%z", "%FT%T.%f%z", "%F %R%z"]


def spell_out(form):
    """The tokens of a format: '%d', or a character."""
    tokens, i = [], 0
    while i < len(form):
        token = form[i:i + 2] if form[i] == "%" else form[i]
        i += len(token)
        tokens += spell_out(COMPOUNDS[token[1]]) if token[1:] in COMPOUNDS and token[1:] else [token]
    return tokens


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def often(self, share):
        return self.random.random() < share

    def form(self):
        pick = self.random.choice
        if self.often(0.08):
            return pick(["%s", "%Q", "%s.%f", "%s,%f", "@%s", " %Q"])
        if self.often(0.15):
            form = pick(["%F", "%D", "%Y%m%d"])
        else:
            parts = ["%" + pick("YYy"), "%" + pick("mmbBh"), "%" + pick("dde")]
            self.random.shuffle(parts)
            one = pick(SEPARATORS)
            form = parts[0] + one + parts[1] + (one if self.often(0.8) else pick(SEPARATORS)) + parts[2]
        if self.often(0.2):
            return form
        colon = pick([":", ":", ":", "", ".", " ", "h"])
        if self.often(0.25):
            day = pick(["%T", "%R", "%r"])
        else:
            half = self.often(0.4)
            day = ("%I" if half else "%H") + colon + "%M"
            if self.often(0.6):
                day += colon + "%S" + pick(["", "", ".%f", ",%f", "%f"])
            elif self.often(0.1):
                day = day[:2]
            if half:
                day = day + pick(["", " "]) + "%p" if self.often(0.8) else "%p" + pick(["", " "]) + day
        day += pick(["", "", "", "%z", " %z", " UTC"])
        return day + pick([" ", ", "]) + form if self.often(0.1) else form + pick([" ", "T", "", " um ", "%t", "-"]) + day

    def spoil_form(self, form):
        pick, at = self.random.choice, self.random.randint(0, len(form))
        return pick([
            lambda: form[:at] + "%" + pick(LETTERS) + form[at:],
            lambda: form[:at] + form[at + 1:],
            lambda: form.replace("%", "%" + pick(["-", "_", "E", "O", "10", "^", "0#"]), 1),
            lambda: form[:at] + "%" + pick("aAcCGgjkluUVwWxXZPLN !é") + form[at:],
            lambda: form + "%", lambda: form + pick(["%-", "%E", "%é", " " * 60]), lambda: form + form,
            lambda: form[:at] + pick(["\x7f", "\x05", "\u0085", "\ufffd"]) + form[at:],
            lambda: "".join("%" + pick(LETTERS) for _ in range(self.random.randint(1, 5))),
        ])()

    def number(self, value, width):
        style = self.random.random()
        return f"{value:0{width}d}" if style < 0.6 else str(value) if style < 0.9 else f" {value}" if style < 0.97 else f"  {value:0{width}d}"

    def write(self, tokens):
        """A time as these tokens say."""
        pick, between = self.random.choice, self.random.randint
        year = pick([2017, 2018, 2016, 1970, 9999, 1969, 2000, 1900, 2100, between(0, 9999), between(1970, 2068)])
        month = pick([1, 2, 12, between(1, 12), between(1, 12), between(1, 12)])
        day = pick([1, calendar.monthrange(max(year, 1), month)[1], between(1, 28), between(1, 28), between(29, 31)])
        hour, minute, second = pick([0, 12, 23, between(0, 23)]), pick([0, 59, between(0, 59)]), pick([0, 59, between(0, 59)])
        if self.often(0.04):
            month, day, hour, minute, second = (between(0, 99) for _ in range(5))
        value = {
            "Y": lambda: f"{year:04d}", "y": lambda: f"{year % 100:02d}", "m": lambda: self.number(month, 2),
            "d": lambda: self.number(day, 2), "H": lambda: self.number(hour, 2), "I": lambda: self.number((hour + 11) % 12 + 1, 2),
            "M": lambda: self.number(minute, 2), "S": lambda: self.number(second, 2), "p": lambda: pick(["AM", "PM", "am", "pm", "Pm"]),
            "f": lambda: "".join(pick("00123456789") for _ in range(pick([1, 2, 3, 3, 4, 6, 9, 12, 40]))),
            "z": lambda: pick(["Z", "+00:00", "-03:00", "+0530", "-11", "+14:00", "-2359", f"{pick('+-')}{between(0, 24):02d}:{between(0, 60):02d}"]),
            "s": lambda: str(pick([0, 1506941793, 253402300799, 253402300800, between(0, 10 ** pick([3, 9, 12, 13]))])),
            "Q": lambda: str(pick([0, 1506941793000, 253402300799999, 253402300800000, between(0, 10 ** pick([3, 13, 15, 16]))])),
        }
        name = MONTHS[(month - 1) % 12]
        value["b"] = lambda: pick([str.upper, str.lower, str])(pick([name, name[:3], name[:3]]))
        value["B"] = value["h"] = value["b"]
        value["e"], value["n"], value["t"], value["%"] = value["d"], lambda: pick(["", " ", "  "]), lambda: pick(["", " "]), lambda: "%"
        return "".join(pick(["", " ", " ", " ", "  "]) if t == " " else value.get(t[1:], str)() if t[0] == "%" else t for t in tokens)

    def spoil_text(self, text):
        pick, at = self.random.choice, self.random.randint(0, len(text))
        return pick([
            lambda: text[:at] + text[at + 1:], lambda: text[:at] + text[at:at + 1] + text[at:], lambda: text[:at],
            lambda: text[:at] + pick("0123456789 :-/.TZ+aApPmMé年%\\*'\"") + text[at:],
            lambda: text[:at] + pick("0123456789 :-/.TZ+x") + text[at + 1:],
            lambda: text + pick([" ", "Z", "0", "-03:00", " UTC", ".5"]), lambda: " " + text, str.swapcase and (lambda: text.swapcase()),
        ])()

    def text(self, forms):
        form = self.random.choice(forms or DEFAULTS)
        tokens = spell_out(form)
        if self.often(0.15): # the date alone, if it comes first
            dates = [i for i, t in enumerate(tokens) if len(t) > 1 and t[1] in "YymbBhde"]
            tokens = tokens[:dates[-1] + 1] if dates else tokens
        text = self.write(tokens)
        for _ in range(self.random.choice([0, 0, 0, 0, 1, 1, 2])):
            text = self.spoil_text(text)
        return text

    def forms(self):
        if self.often(0.1):
            return []
        forms = [self.form() for _ in range(self.random.choice([1, 1, 2, 3]))]
        return [self.spoil_form(f) or "%" if self.often(0.2) else f for f in forms]


def main():
    seed, lists, texts, folder = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), pathlib.Path(sys.argv[4])
    maker = Maker(seed)
    with open(folder / "input", "w") as for_c, open(folder / "lists", "w") as for_sql, open(folder / "texts", "w") as rows:
        for number in range(1, lists + 1):
            forms = maker.forms()
            print("=" + "\x1f".join(forms), file=for_c)
            print(number, json.dumps(forms, ensure_ascii=False), sep="\x02", file=for_sql)
            for _ in range(texts):
                text = maker.text(forms)
                print(" " + text, file=for_c)
                print(number, text, sep="\x02", file=rows)


main()
