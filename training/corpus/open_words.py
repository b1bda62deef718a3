"""Words without number: nouns and names found in the real text, and ones that nobody has.

The generators' own lists are short enough to be learnt by heart, and what is known by heart is
not copied.  `Open.draw` gives every scene a small lexicon of its own, most of it from thousands
of mined and made-up words.  Nothing that is kept back for evaluation is among them.
Leaves to others: the short lists (`words`) and mined names (`names`).
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from . import sources
from . import words as w

_ONSETS = "b br c ch d dr f fl fr g gr h j k l m n p pl pr r s sh sk sl sn sp st t th tr v w y z b d f g k l m n p r s t".split() + [""] * 3
_VOWELS = "a e i o u a e i o u a e i o u a e i o u ai ee ea oa oo ou au".split()
_CODAS = "b d g l m n r s t k n l r t x ck ll nd ng nk rd rk rm rn rt sh sk ss st tch th".split() + [""] * 20
KEPT = {x for t in w.THINGS_KEPT for x in t.split(":")} | {x for t in w.ANIMALS_KEPT + w.JOBS_KEPT + w.ROOMS_KEPT + w.PLACES_KEPT for x in t.split()} - {"room", "hall"}
KEPT |= {s.split()[-1] for s in w.SPOTS_KEPT} | {"puppy", "kitten", "calf", "foal", "lamb", "duckling", "piglet"}
_NOT_NOUNS = set("""same other most first last whole only best next way time lot few same very more own one two three much many such so too as of and or to in at on new old
good big great little small young long own that this it he she they we you i not no all both which what who is was are were be been have has had do did will would can could""".split())
_AREAS = "room hall house yard street square tower garden hill road field corner bridge gate wood mill court lane barn shop cellar".split()


def made_up(rng, least: int = 1, most: int = 3) -> str:
    """A word that can be said but means nothing."""
    while True:
        word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(min(rng.randint(least, most), rng.randint(least, most))))
        if 3 <= len(word) <= 10 and not word.endswith("ful") and word not in KEPT and word.capitalize() not in w.KEPT_NAMES:
            return word


def plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else noun + "s"


def mined_nouns(corpus: Path, most: int = 4000) -> list[str]:
    """Words that stand after an article and before a stop or a small word."""
    text = "\n".join([a for a, _ in sources.pairs(corpus, "tatoeba.en-fr.tsv.gz") + sources.pairs(corpus, "tatoeba.en-de.tsv.gz")]
                     + sources.documents(corpus, "prose-en-storybooks.txt.gz") + sources.documents(corpus, "prose-en-children.txt.gz")[:800])
    found = Counter(re.findall(r"\b(?:a|an|the|his|her|my) ([a-z]{3,11})(?=[.,;!?]| and | in | on | of | is | was | to | at | with | from | that )", text))
    return [n for n, c in found.most_common() if c >= 3 and n not in _NOT_NOUNS and n not in KEPT and not n.endswith(("ing", "est", "ful", "ly", "ness"))][:most]


class Lexicon(w.Words):
    """The words of one scene."""

    def __init__(self, rng, open_: "Open"):
        base, self.open, self.kept, self.mined = open_.base, open_, False, open_.base.mined
        self.male, self.female, self.pet_names = base.male, base.female, base.pet_names
        closed = rng.random() < 0.2  # now and then nothing but the short lists

        def mix(own, make, k):
            return rng.sample(own, min(k, len(own))) if closed else list(dict.fromkeys(rng.choice(own) if rng.random() < 0.3 else make() for _ in range(k)))
        noun = open_.noun
        self.things = mix(base.things, lambda: (lambda n: (n, plural(n)))(noun(rng)), 16)
        self.animals = mix(base.animals, lambda: made_up(rng) if rng.random() < 0.6 else noun(rng), 8)
        self.jobs = mix(base.jobs, lambda: made_up(rng) + rng.choice(["er", "er", "or", "ist", ""]) if rng.random() < 0.7 else noun(rng), 8)
        self.rooms = mix(base.rooms, lambda: self._area(rng), 9)
        self.places = mix(base.places, lambda: self._area(rng), 9)
        spot = lambda: f"{rng.choice(('in', 'on', 'under', 'behind', 'near', 'beside', 'next to'))} the {noun(rng)}"
        self.spots = mix(base.spots, spot, 8)
        self.cities = mix(base.cities, lambda: rng.choice(base.mined) if rng.random() < 0.4 else made_up(rng, 2).capitalize(), 8)

    def _area(self, rng) -> str:
        r = rng.random()
        if r < 0.3:
            return f"{self.open.noun(rng)} {rng.choice(_AREAS)}"
        return made_up(rng) + rng.choice(["", "", "um", "ery", " room", " house"]) if r < 0.55 else self.open.noun(rng)

    def name(self, rng, female: bool) -> str:
        r = rng.random()
        if r < 0.3:
            return rng.choice(self.mined)
        if r < 0.7:
            return made_up(rng, 1, 3).capitalize()
        return w.invented(rng) if r < 0.82 else rng.choice(self.female if female else self.male)

    def pet_name(self, rng) -> str:
        return rng.choice(self.pet_names) if rng.random() < 0.25 else made_up(rng).capitalize()


class Open:
    def __init__(self, corpus: Path, base: w.Words):
        self.base, self.nouns = base, mined_nouns(corpus)
        self.own = [t[0] for t in base.things] + base.animals

    def noun(self, rng) -> str:
        r = rng.random()
        return rng.choice(self.nouns) if r < 0.55 else made_up(rng) if r < 0.9 else rng.choice(self.own)

    def draw(self, rng) -> Lexicon:
        return Lexicon(rng, self)
