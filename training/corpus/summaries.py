"""Summary documents: a tale with padding, a cue, and its gist.

Leaves to others: the tales themselves (`tales`).  "TL;DR:" is kept back; its siblings are here.
"""

from __future__ import annotations

import re

from . import plots
from . import words as w
from .questions import cast
from .tales import BUILDINGS, CAUSES, HOMES, SKILLS, TALES, TALES_KEPT
from .words import article, capital

CUES = ["tl;dr", "tl;dr:", "tl;dr -", "TLDR:", "TLDR", "TL;DR", "TL;DR -", "TL; DR:", "Tl;dr:", "tldr:", "In short:", "In short,", "Summary:", "In a nutshell:", "To sum up:",
         "In brief:", "Short version:", "The short version:", "In one sentence:", "Summary -", "SUMMARY:", "Gist:", "The story in short:", "Briefly:", "In a few words:",
         "What happened:", "Long story short:", "So, in short:", "Abstract:", "Résumé:", "What is the story about?", "Headline:"]
KEPT_BACK = ["TL;DR:"]
HEADS = ["", "", "", "", "", "", "Article: ", "Story: ", "Text:\n", "Story {n}\n", "Read the story and write a summary.\n\n", "{day}, {n} {month}\n"]


def slots(rng, words: w.Words) -> dict:
    a, b = cast(rng, words, 2)
    thing = rng.choice(words.things)[0]
    x = thing if rng.random() < 0.5 else rng.choice(w.COLOURS) + " " + thing
    animal = rng.choice(words.animals)
    city, city2 = rng.sample(words.cities, 2)
    return dict(A=a.name, female_b=b.female, B=b.name, he=a.he, his=a.his, him=a.him, He=a.He, His=capital(a.his), x=x, ax=article(x), animal=animal,
                an_animal=article(animal), An_animal=capital(article(animal)), place=rng.choice(words.places), spot=rng.choice(words.spots), day=rng.choice(w.DAYS),
                month=rng.choice(w.MONTHS), city=city, city2=city2, food=rng.choice(w.FOODS), drink=rng.choice(w.DRINKS), colour=rng.choice(w.COLOURS),
                pet=words.pet_name(rng), n=rng.choice(w.NUMBERS), job_a=article(rng.choice(words.jobs)), cause=rng.choice(CAUSES), skill=rng.choice(SKILLS), building=rng.choice(BUILDINGS), spot2=rng.choice(HOMES))


def tale(rng, words: w.Words, padding: list[str], tales=None) -> tuple[str, list[str]]:
    """(article, gists): the gists say the same in different words.  Without `tales` the kind is drawn, half of them from `plots`."""
    s = slots(rng, words)
    if tales == "plots" or not tales and rng.random() < 0.55:
        steps, gists, more = plots.plot(rng, words.kept)
        s = plots.more_slots(rng, words, s, s["female_b"]) | more
    else:
        (steps, gists), more = rng.choice(list((tales or (TALES_KEPT if words.kept else TALES)).values())), {}
    s = {k: v.format(**s) if isinstance(v, str) else v for k, v in s.items()}
    talk, lines = "talk" in more, []
    for alternatives in steps:
        line = rng.choice(alternatives)
        if line.startswith("?") and rng.random() < 0.45:
            continue
        lines.append(capital(line.lstrip("?").format(**s)))
        if padding and not talk and rng.random() < 0.28:
            lines.append(rng.choice(padding))
    if padding and not talk and rng.random() < 0.3:
        lines.insert(0, rng.choice(padding))
    return ("\n" if talk else " ").join(lines), [re.sub(r"(?<=\. )[a-z]", lambda m: m[0].upper(), capital(g.format(**s))) for g in gists]


def document(rng, words: w.Words, padding: list[str]) -> str:
    cue, head = rng.choice(CUES), rng.choice(HEADS).format(n=rng.randint(1, 28), day=rng.choice(w.DAYS), month=rng.choice(w.MONTHS))
    join = rng.choice(["\n", "\n", "\n\n", " "])
    sep = "\n" if cue[-1] in ":?" and not cue.lower().startswith("tl") and rng.random() < 0.12 else " "
    parts = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        article_, gists = tale(rng, words, padding)
        gist = rng.choice(gists)
        after = "\n" if "\n" in article_ else join  # a talk's cue has a line of its own
        parts.append(f"{head}{article_}{after}{cue}{sep}{gist}")
    return "\n\n".join(parts)


def titled(rng, story: str, title: str) -> str:
    """The beginning of a picture book, and the title that its author gave it."""
    cue = rng.choice(["Title:", "The title:", "Headline:", "Title -", "A title for this story:", "The book is called:", "Name of the story:"])
    return f"{story}{rng.choice(chr(10) + ' ')}{cue} {title.strip()}"


_PAD = re.compile(r"^(It was|It is|It had|It rained|It began|The (sun|moon|wind|rain|sky|weather|snow|night|streets?|trees?|leaves|room|house|birds?|flowers?|"
                  r"children|stars|clock|bus|train|air|sea|river|town|dinner|music|door|shop|street|fire|food|grass|days?|morning|evening)|There (was|were|is|are)|Everybody|Everyone|"
                  r"Nobody|Some people|Birds|Many people|Most|All the|Children|Time|Summer|Winter|Spring|Autumn|Outside|In the (morning|evening|distance))\b")


def padding(sentences: list[str]) -> list[str]:
    """Real sentences that could stand in any small story: impersonal, plain, one full stop."""
    out = [s for s in sentences if _PAD.match(s) and s.endswith(".") and 3 < len(s.split()) < 12 and not re.search(r"\b(I|you|your|my|me|we|our|us|he|she|his|her|him|Tom|Mary|John)\b", s)]
    return sorted(set(out))
