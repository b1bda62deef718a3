"""Lists whose rule is put together on the spot: so many rules that none can be remembered.

A rule takes words, chooses and orders them, changes them and sets them among fixed words.
The reader must find out which from the lines before.  The rules that `patterns.KEPT` names are
never written, nor any that would show the same lines (`shows_kept`).
Leaves to others: how a list looks (`patterns.laid_out`).
"""

from __future__ import annotations

import re
import string

from . import open_words, patterns
from .lists import NUMBERS

LETTERS = string.ascii_lowercase
JOINERS = [" ", " ", " ", ", ", " and ", " - ", "/", " + ", " then ", "; ", " with ", " to ", ", then ", " & ", " but ", " before ", ".", " of "]


_GAP = r"\W+(?:\w+[.:] )?"
_KEPT_LINES = re.compile(rf"(\b(\w+) \w+, \2 \w+|\w+, \w+, (\w+){_GAP}\3|\b[a-z]+ ([a-z]+) [a-z]+{_GAP}\4|(\w+){_GAP}\5 \5 \5|(\w+){_GAP}\6ful|(\w+) or (\w+){_GAP}\8 or \7)\W*$", re.M)


def shows_kept(rows: list[tuple[str, str]], text: str) -> bool:
    """Whether lines show what a kept-back rule would; one line may by chance, none does twice here."""
    def kept(x: str, y: str) -> bool:
        return (len(x) == len(y) == 1 and x.isalpha() and ord(x) - ord(y.lower()) == 1 or x.isdigit() and y.isdigit() and int(x) - int(y) == 10
                or len(x.split()) == 3 and y == x.split()[1])
    return sum(kept(x, y) for x, y in rows) > 1 or len(_KEPT_LINES.findall(text)) > 1


class Rules:
    def __init__(self, open_: open_words.Open):
        self.open = open_

    def word(self, rng) -> str:
        return open_words.made_up(rng) if rng.random() < 0.15 else self.open.noun(rng)

    def source(self, rng):
        """What the words of a list are."""
        r = rng.random()
        if r < 0.62:
            return lambda: self.word(rng)
        if r < 0.74:
            return lambda: open_words.made_up(rng).capitalize() if rng.random() < 0.6 else rng.choice(self.open.base.mined)
        if r < 0.82:
            return lambda: rng.choice(LETTERS)
        if r < 0.9:
            return lambda: str(rng.randint(1, 99))
        some = [self.word(rng) for _ in range(rng.randint(4, 9))]
        return lambda: rng.choice(some)

    def change(self, rng):
        """What is done to one word."""
        end = rng.choice(["ness", "less", "ish", "ly", "s", "ing", "ed", "er", "y", "o", "ix", "ette", "ous", "able", open_words.made_up(rng, 1, 1), "!", "?", "."])
        front = rng.choice(["un", "re", "mis", "super", "over", "under", "pre", "anti", open_words.made_up(rng, 1, 1), "@", "#"])
        return rng.choice([str.upper, str.capitalize, lambda x: x + end, lambda x: x + end, lambda x: front + x, lambda x: x[0], lambda x: x[-1], lambda x: x[:2],
                           lambda x: f"({x})", lambda x: f"\"{x}\"", lambda x: f"{x}-{x}", lambda x: "-".join(x), lambda x: x[::-1] if len(x) < 4 else x, lambda x: x[0].upper()])

    def arrange(self, rng, n: int) -> list:
        """Which of the n words come out, and in what order; a string is a fixed word."""
        all_ = list(range(n))
        r = rng.random()
        if n == 1:
            slots = [0]
            if r < 0.35:
                slots = [0] * rng.choice([2, 2, 4, 5])
        elif r < 0.4:
            slots = [rng.choice([0, n - 1] if n == 3 else all_)]
        elif r < 0.6:
            slots = all_[::-1]
        elif r < 0.75:
            slots = rng.sample(all_, n)
        elif r < 0.9:
            slots = rng.sample(all_, rng.randint(2, n))
        else:
            slots = [rng.choice(all_) for _ in range(rng.choice([2, 4]))]
        for _ in range(rng.choice([1, 1, 2, 3]) if n == 1 and len(slots) == 1 else rng.choice([0, 0, 0, 0, 1, 1, 2])):
            slots.insert(rng.randint(0, len(slots)), self.word(rng))
        return slots

    def words_rule(self, rng):
        """Choose, order, change, frame."""
        n = rng.choice([1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5])
        make, joint = self.source(rng), rng.choice(JOINERS)
        fixed = self.word(rng) if n > 1 and rng.random() < 0.15 else None  # one word that every line has
        place = rng.randrange(n)
        if n == 1 and rng.random() < 0.3:  # change alone
            change = self.change(rng)
            return lambda: (lambda x: (x, change(x)))(make())
        slots, out = self.arrange(rng, n), joint if rng.random() < 0.5 else rng.choice(JOINERS[:6])
        change = self.change(rng) if rng.random() < 0.25 else str
        only = rng.choice(slots) if rng.random() < 0.5 else None

        def one():
            xs = [make() for _ in range(n)]
            if fixed:
                xs[place] = fixed
            return joint.join(xs), out.join(s if isinstance(s, str) else change(xs[s]) if only in (None, s) else xs[s] for s in slots)
        return one

    def frame_rule(self, rng):
        """One word or two in a frame of fixed words, signs between them as they come."""
        n, make = rng.choice([1, 1, 1, 2]), self.source(rng)
        joint, fixed = rng.choice(JOINERS), [self.word(rng) for _ in range(3)]
        pieces = [f"{{{i}}}" for i in range(n)] + [rng.choice(fixed) for _ in range(rng.randint(0, 3))] + ([f"{{{rng.randrange(n)}}}"] if rng.random() < 0.3 else [])
        rng.shuffle(pieces)
        frame = pieces[0] + "".join(rng.choice([" ", " ", " ", ", ", ". ", " and ", ": ", " (", "-", "; ", " or ", " is "]) + p for p in pieces[1:]) + rng.choice(["", "", "", "!", ".", "?"])
        return lambda: (lambda xs: (joint.join(xs), frame.format(*xs)))([make() for _ in range(n)])

    def numbers_rule(self, rng):
        k = rng.choice([1, 1, 2, 3, 5, 9, 11, 20])
        a, b = rng.choice([(lambda x: x + k, 1), (lambda x: x + k, 1), (lambda x: x - k, k + 1), (lambda x: x + 10, 1), (lambda x: 2 * x, 1), (lambda x: 10 * x, 1)])
        if rng.random() < 0.7:
            return lambda: (lambda x: (str(x), str(a(x))))(rng.randint(b, 99))
        pick, joint = rng.choice([max, min]), rng.choice([" ", " or ", ", ", " and "])
        return lambda: (lambda xs: (joint.join(map(str, xs)), str(pick(xs))))(rng.sample(range(1, 100), 2))

    def letters_rule(self, rng):
        k = rng.choice([1, 1, 2, 3, -2, -3])
        up = str.upper if rng.random() < 0.2 else str
        n = rng.choice([1, 1, 2, 3])

        def one():
            i = rng.randint(max(0, -k), 25 - max(0, k) - (n - 1))
            return " ".join(LETTERS[i:i + n]), up(LETTERS[i + n - 1 + k] if n > 1 and k > 0 else LETTERS[i + k])
        return one

    def look_rule(self, rng):
        """Something about the line as a whole: how many, whether, which one twice."""
        make, joint, kind = self.source(rng), rng.choice(JOINERS[:6]), rng.randrange(6)
        some = [make() for _ in range(3)]
        old, new = some[0], self.word(rng)
        figures = rng.random() < 0.5

        def one():
            xs = [make() for _ in range(rng.randint(2, 5))]
            if kind == 0:
                n = rng.randint(1, 6)
                return joint.join(xs[:1] * n), str(n) if figures else NUMBERS[n - 1]
            if kind == 1:
                xs = [make() for _ in range(rng.randint(1, 6))]
                return joint.join(xs), str(len(xs)) if figures else NUMBERS[len(xs) - 1]
            if kind == 2:
                if rng.random() < 0.5:
                    xs[rng.randrange(len(xs))] = old
                return joint.join(xs), "yes" if old in xs else "no"
            if kind == 3:
                twice = rng.choice(xs)
                line = xs + [twice]
                rng.shuffle(line)
                return joint.join(line), twice
            if kind == 4:
                xs[rng.randrange(len(xs))] = old
                return joint.join(xs), joint.join(new if x == old else x for x in xs)
            return joint.join(xs), joint.join(xs + xs[:1])
        return one

    def rows(self, rng, k: int) -> list[tuple[str, str]]:
        while True:
            r = rng.random()
            one = (self.words_rule if r < 0.56 else self.frame_rule if r < 0.72 else self.numbers_rule if r < 0.8 else self.letters_rule if r < 0.86 else self.look_rule)(rng)
            table = {}
            for _ in range(4 * k):
                x, y = one()
                table.setdefault(x, y)
                if len(table) == k:
                    break
            rows = list(table.items())
            if len(rows) > 2 and max(len(x) + len(y) for x, y in rows) < 110:
                return rows


def document(rng, rules: Rules) -> str:
    """One list, or several after each other; now and then the same rule comes back in another form."""
    parts, most = [], rng.choice((1, 1, 2, 2, 3))
    while len(parts) < most:
        rows = rules.rows(rng, rng.randint(4, 13))
        cut = rng.randint(3, len(rows) - 2) if len(rows) > 6 and rng.random() < 0.15 else len(rows)
        text = "\n\n".join(patterns.laid_out(rng, part) for part in (rows[:cut], rows[cut:]) if part)
        if not shows_kept(rows, text):
            parts.append(text)
    return "\n\n".join(parts)
