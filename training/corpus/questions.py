"""Reading exercises: a generated passage and questions about it, in many layouts.

Leaves to others: the happenings themselves (`frames`) and words (`words`).
The page's own layout, "Q: ...\\nA: ...", is kept back; its siblings are here.
"""

from __future__ import annotations

import re

from . import words as w
from .frames import FRAMES, Person, Scene, choose
from .frames_more import MORE
from .frames_track import TRACK

LAYOUTS = [
    "Question: {q}\nAnswer: {a}", "Question: {q}\nAnswer: {a}", "Q. {q}\nA. {a}", "Q. {q}\nA. {a}", "{q}\n{a}", "{q} {a}", "- {q}\n- {a}",
    "question: {q}\nanswer: {a}", "QUESTION: {q}\nANSWER: {a}", "{n}. {q}\n{a}", "{n}. {q}\nAnswer: {a}", "Question {n}: {q}\nAnswer {n}: {a}",
    "Teacher: {q}\nPupil: {a}", "Q) {q}\nA) {a}", "Q - {q}\nA - {a}", "{q}\n- {a}", "{q} - {a}", "> {q}\n{a}", "{n}) {q} {a}",
    "Q{n}: {q}\nA{n}: {a}", "Q{n}. {q}\nA{n}. {a}", "q: {q}\na: {a}", "Question - {q}\nAnswer - {a}", "{q}\nA: {a}", "{q}\nAnswer: {a}",
    "Q> {q}\nA> {a}", "Ask: {q}\nReply: {a}", "{q} => {a}", "Query: {q}\nAnswer: {a}", "Q : {q}\nA : {a}", "Mother: {q}\nChild: {a}",
]
LEARNT_LATE = re.compile(r"\b(before|after|first|last|beginning)\b|^(Is|Did|Does|Was|Are) ")
KEPT_BACK = ["Q: {q}\nA: {a}"]
HEADS = ["", "", "", "", "", "Passage: ", "Text: ", "Story: ", "Read the text and answer the questions.\n", "Reading exercise {n}\n\n",
         "Text:\n", "Reading comprehension\n\n", "Answer the questions about the text.\n\n", "Passage:\n"]
BEFORE = ["", "", "", "", "", "Questions:\n", "Questions about the text\n", "Answer the questions.\n"]


def cast(rng, words: w.Words, k: int) -> list[Person]:
    """People by name; in some passages by what they are: the old woman, the fox, Mr. Brown."""
    people, seen = [], set()
    roles = rng.random() < 0.15
    while len(people) < k:
        female = rng.random() < 0.5
        name = rng.choice(w.ROLES_F if female else w.ROLES_M) if roles and rng.random() < 0.8 else words.name(rng, female)
        if name not in seen:
            seen.add(name)
            people.append(Person(name, female))
    return people


def scene(rng, words: w.Words, padding: list[str]) -> Scene:
    """One to three frames over one cast, with sentences between that answer nothing."""
    s = Scene(rng, words, cast(rng, words, rng.choice((2, 3, 3, 4))))
    for frame in choose(rng, rng.choice((1, 1, 2, 2, 3)), FRAMES + MORE + TRACK):
        at = len(s.lines)
        frame(s)
        if padding and rng.random() < 0.35:
            s.lines.insert(rng.choice((at, len(s.lines))), rng.choice(padding))
    return s


def passage(rng, s: Scene) -> str:
    return " ".join(s.lines) if rng.random() < 0.88 else "\n".join(s.lines)


def turns(rng, s: Scene, most: int) -> list[tuple[str, str]]:
    asks = [(rng.choice(q), a) for q, a in s.asks]
    # the same question twice would have to have the same answer; keep only one
    unique = {}
    for q, a in asks:
        unique.setdefault(q, a)
    items = list(unique.items())
    rng.shuffle(items)
    return items[:most]


def chosen(rng, s: Scene, most: int) -> list[tuple[str, str]]:
    """As `turns`, but questions of kinds that are learnt late come more often."""
    weigh = lambda q: rng.random() ** (1 / (3 if LEARNT_LATE.search(q) else 1))
    return sorted(turns(rng, s, 99), key=lambda item: -weigh(item[0]))[:most]


def follow_up(rng, s: Scene, items: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Now and then a question says "he" or "her" for the person of the question before."""
    out = items[:1]
    for (before, _), (q, a) in zip(items, items[1:]):
        for p in s.cast:
            if p.name in before and q.count(p.name) == 1 and rng.random() < 0.35 and not any(o.name in before for o in s.cast if o is not p):
                q = re.sub(rf"\b{re.escape(p.name)}'s\b", p.his, q)
                q = re.sub(rf"(?<=\b(?:is|id|as|es|ld|re) ){re.escape(p.name)}\b", p.he, q)
                q = re.sub(rf"(?<=\b(?:to|om|ve) ){re.escape(p.name)}\b", p.him, q)
        out.append((q, a))
    return out


def document(rng, words: w.Words, padding: list[str]) -> str:
    layout, head, before = rng.choice(LAYOUTS), rng.choice(HEADS), rng.choice(BEFORE)
    gap = rng.choice(["\n", "\n", "\n\n"])
    between = rng.choice(["\n", "\n", "\n", "\n\n"]) if "\n" in layout else "\n"
    if "{n}" in layout:
        between = "\n"
    parts = []
    for number in range(rng.choice((1, 1, 1, 2, 3))):
        s = scene(rng, words, padding)
        items = follow_up(rng, s, chosen(rng, s, rng.choice((1, 2, 3, 4, 6))))
        block = between.join(layout.format(q=q, a=a, n=i + 1) for i, (q, a) in enumerate(items))
        parts.append(head.format(n=rng.randint(1, 40)) + passage(rng, s) + gap + before + block)
    return "\n\n".join(parts)
