"""Copy books: words, names and sentences, and the same again.

Everything after the first time can be read off the lines above, which teaches to look back and
copy, names and rare words above all.  Leaves to others: the words (`patterns`, `words`) and
the passages (`questions`).
"""

from __future__ import annotations

from . import open_words, patterns, questions
from .words import invented

AGAIN = ["Again:", "Once more:", "Copy:", "Write it again:", "The same again:", "Copied:", "Say it again:", "Repeat:", "Second time:", "And again:", ""]


def document(rng, open_: open_words.Open, padding: list[str]) -> str:
    r, words = rng.random(), open_.draw(rng)
    if r < 0.5:
        make = rng.choice([lambda: open_words.made_up(rng), lambda: open_words.made_up(rng).capitalize(), lambda: invented(rng), lambda: rng.choice(words.mined), lambda: open_.noun(rng), lambda: open_.noun(rng)])
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
