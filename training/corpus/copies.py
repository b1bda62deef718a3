"""Copy books: words, names and sentences, and the same again.

Everything after the first time can be read off the lines above, which teaches to look back and
copy, names and rare words above all.  Leaves to others: the words (`patterns`, `words`) and
the passages (`questions`).
"""

from __future__ import annotations

from . import patterns, questions
from .words import Words, invented

AGAIN = ["Again:", "Once more:", "Copy:", "Write it again:", "The same again:", "Copied:", "Say it again:", "Repeat:", "Second time:", "And again:", ""]


def document(rng, words: Words, padding: list[str]) -> str:
    r = rng.random()
    if r < 0.5:
        make = rng.choice([lambda: patterns.word(rng), lambda: invented(rng), lambda: rng.choice(words.mined or words.male), lambda: rng.choice(words.things)[0]])
        items = [make() if rng.random() < 0.8 else patterns.word(rng) for _ in range(rng.randint(4, 24))]
        block = rng.choice([", ", ", ", " ", "\n", " - ", "; ", " and "]).join(items)
    elif r < 0.8:
        s = questions.scene(rng, words, padding)
        block = rng.choice([" ", "\n"]).join(s.lines)
    else:
        block = rng.choice([" ", "\n"]).join(rng.sample(padding, rng.randint(2, 5)))
    head = rng.choice(["", "", "Text:\n", "Words:\n", "Read:\n", "First time:\n"])
    again = rng.choice(AGAIN)
    gap = rng.choice(["\n", "\n\n"])
    return head + gap.join([block] + [(again + "\n" if again else "") + block] * rng.choice((1, 1, 2)))
