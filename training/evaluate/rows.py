"""The rows whose text the model writes: translation, questions, summaries, lists.

Each function gives one row: prompts in, a score out.  A prompt longer than the model's context
less what it may write loses its beginning (`generate.Model.continue_`).  Wordings are the
page's own, kept back from training, except where a row says "trained".
"""

from __future__ import annotations

import functools
import gzip
import json
import random
import re
from pathlib import Path

from corpus import patterns, questions, sources, summaries
from corpus.lists import _pairs
from corpus.words import Words
from generate import Model

from . import scores

LANGUAGE = {"en": "English", "fr": "French", "de": "German"}
DIRECTIONS = [("en", "fr"), ("fr", "en"), ("en", "de"), ("de", "en")]
# a shot, and what is asked; {A} {B} are the languages' names
TRANSLATE = {
    "Translate A to B: x / B: y": ("Translate {A} to {B}: {x}\n{B}: {y}\n", "Translate {A} to {B}: {x}\n{B}:"),
    "x = y": ("{x} = {y}\n", "{x} ="),
    "a: x / b: y": ("{a}: {x}\n{b}: {y}\n", "{a}: {x}\n{b}:"),
    "How do you say x / In B: y": ("How do you say \"{x}\" in {B}?\nIn {B}: {y}\n", "How do you say \"{x}\" in {B}?\nIn {B}:"),
    "trained: A: x / B: y": ("{A}: {x}\n{B}: {y}\n", "{A}: {x}\n{B}:"),
}
DEFAULT = "Translate A to B: x / B: y"
ANSWER = {"Q: / A:": ("Q: {q}\nA: {a}\n", "Q: {q}\nA:"), "trained: Question: / Answer:": ("Question: {q}\nAnswer: {a}\n", "Question: {q}\nAnswer:")}
YOUNG = _pairs("dog puppy,cat kitten,cow calf,horse foal,sheep lamb,goat kid,duck duckling,pig piglet,lion cub,hen chick,swan cygnet,goose gosling,deer fawn,bear cub")


def evaluation(corpus: Path, name: str) -> list[dict]:
    path = corpus / "eval" / name
    text = gzip.decompress(path.read_bytes()).decode() if name.endswith(".gz") else path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


@functools.cache
def shot_pool(corpus: Path, other: str) -> list[tuple[str, str]]:
    return [p for p in sources.pairs(corpus, f"tatoeba.en-{other}.tsv.gz") if 3 < len(p[0].split()) < 8]


@functools.cache
def padding(corpus: Path) -> list[str]:
    return summaries.padding([x for x, _ in sources.pairs(corpus, "tatoeba.en-fr.tsv.gz")])


def translation(m: Model, corpus: Path, src: str, tgt: str, form: str, shots: int, items: int, file: str | None = None) -> dict:
    other = tgt if src == "en" else src
    rows = evaluation(corpus, file or f"tatoeba.en-{other}.jsonl")[:items]
    shot, ask = TRANSLATE[form]
    n = {"A": LANGUAGE[src], "B": LANGUAGE[tgt], "a": LANGUAGE[src].lower(), "b": LANGUAGE[tgt].lower()}
    rng, prompts = random.Random(5), []
    for r in rows:
        some = [dict(zip(("en", other), p)) for p in rng.sample(shot_pool(corpus, other), shots)]
        prompts.append("".join(shot.format(x=p[src], y=p[tgt], **n) for p in some) + ask.format(x=r[src], **n))
    references = [r.get("refs") or [r[tgt]] if src == "en" else [r[tgt]] for r in rows]
    return scores.bleu(m.continue_(prompts, 48), references)


# ---- questions

def kind(question: str) -> str:
    q = question.lower()
    for name, pattern in (("colour", "colou?r"), ("why", "^why"), ("how many, how old", "^how (many|old|much|long)"), ("before, after, first, last", r"\b(before|after|first|last|beginning|then)\b"),
                          ("when", "^(when|at what|on which|until)"), ("yes or no", "^(is|did|does|was|are) "), ("name", r"\b(called|name)\b"), ("where", "^(where|in which)"), ("who", "^(who|whose|to whom|from whom|with whom)")):
        if re.search(pattern, q):
            return name
    return "what, how"


def generated_questions(corpus: Path, kept: bool, each: int) -> list[tuple[str, str, str, str]]:
    """(passage, question, answer, kind), as many of each kind, on passages from another seed than training's."""
    rng, words, count, out = random.Random(11), Words(kept), {}, []
    while len(out) < each * 10:
        s = questions.scene(rng, words, padding(corpus))
        for q, a in questions.turns(rng, s, 1):
            k = kind(q)
            if count.get(k, 0) < each:
                count[k] = count.get(k, 0) + 1
                out.append((" ".join(s.lines), q, a, k))
    return out


def answers(m: Model, corpus: Path, form: str, kept: bool, items: int) -> dict:
    rows = generated_questions(corpus, kept, max(1, items // 10))
    guesses = m.continue_([p + "\n" + ANSWER[form][1].format(q=q) for p, q, _, _ in rows], 24)
    return scores.mean([scores.exact(g, [a]) for g, (_, _, a, _) in zip(guesses, rows)], [k for *_, k in rows])


def babi(m: Model, corpus: Path, form: str, shots: int, items: int) -> dict:
    """A guess may have "in the" before the place, which the answers do not have."""
    rows = evaluation(corpus, "babi-qa1.jsonl")
    rng, shot, prompts = random.Random(3), ANSWER[form], []
    for r in rows[:items]:
        own = generated_where(corpus, rng, shots)
        prompts.append("".join(f"{p}\n{shot[0].format(q=q, a=a)}\n" for p, q, a in own) + r["passage"] + "\n" + shot[1].format(q=r["question"]))
    guesses = m.continue_(prompts, 16)
    return scores.mean([float(scores.place(g) in map(scores.place, r["answers"])) for g, r in zip(guesses, rows)])


def generated_where(corpus: Path, rng, k: int) -> list[tuple[str, str, str]]:
    out = []
    while len(out) < k:
        s = questions.scene(rng, Words(False), [])
        out += [(" ".join(s.lines), q, a) for q, a in questions.turns(rng, s, 9) if q.startswith("Where is") and len(s.lines) < 7][:1]
    return out


def paragraphs(m: Model, corpus: Path, name: str, items: int) -> dict:
    """SQuAD and XQuAD: F1 of one question a paragraph, in turn."""
    rows = evaluation(corpus, name)
    rows = [r.get("en", r) for r in rows]
    asked = [(r["passage"], r["turns"][i % len(r["turns"])]) for i, r in enumerate(rows)][:items]
    guesses = m.continue_([p + "\nQ: " + t["question"].strip() + "\nA:" for p, t in asked], 24)
    return scores.mean([scores.f1(g, t["answers"]) for g, (_, t) in zip(guesses, asked)])


# ---- summaries: the paper's recipe, top-k 2, the first three sentences after "TL;DR:"

def summarise(m: Model, articles: list[str], cue: str, most: int = 3) -> list[str]:
    texts = m.continue_([a + "\n" + cue for a in articles], 100, stop="\n\n", top_k=2)
    return [" ".join(scores.sentences(t.split("\n" if "\n" in t and len(t.split("\n")[0]) > 20 else "\n\n")[0])[:most]) for t in texts]


def tales(m: Model, corpus: Path, cue: str, which: str, items: int) -> dict:
    """which: trained kinds of tale, kept-back ones, or tales of kept-back parts; names and things are kept-back ones."""
    pools = {"trained kinds": summaries.TALES, "kept-back kinds": summaries.TALES_KEPT, "kept-back parts": "plots"}
    rng, words = random.Random(13), Words(kept=True)
    stories = [summaries.tale(rng, words, padding(corpus), pools[which]) for _ in range(items)]
    measure = lambda texts: scores.mean([scores.rouge(t, g) for t, (_, g) in zip(texts, stories)])
    split = lambda a: scores.sentences(a.replace("\n", " "))
    return measure(summarise(m, [a for a, _ in stories], cue)) | {
        "lead-1": measure([split(a)[0] for a, _ in stories])["score"], "lead-3": measure([" ".join(split(a)[:3]) for a, _ in stories])["score"]}


def foreign_summaries(m: Model, corpus: Path, name: str, items: int) -> dict:
    rows, rng = evaluation(corpus, name)[:items], random.Random(17)
    references = [r.get("refs") or [r["summary"]] for r in rows]
    measure = lambda texts: scores.mean([scores.rouge(t, r) for t, r in zip(texts, references)])
    split = [scores.sentences(r["article"].replace("\n", " ")) for r in rows]
    chance = [" ".join(s[i] for i in sorted(rng.sample(range(len(s)), min(3, len(s))))) for s in split]
    return measure(summarise(m, [r["article"] for r in rows], "TL;DR:")) | {"random-3": measure(chance)["score"], "lead-3": measure([" ".join(s[:3]) for s in split])["score"]}


# ---- lists that only their lines explain

LIST = {"x = y": ("{x} = {y}\n", "{x} ="), "Input: x / Output: y": ("Input: {x}\nOutput: {y}\n", "Input: {x}\nOutput:")}


def lists(m: Model, names: list[str], form: str, shots: int, items: int) -> dict:
    """The next line after `shots` lines; as many lists of each rule.  The wordings are trained ones, with other rules."""
    shot, ask = LIST[form]
    prompts, truth, groups = [], [], []
    for name in names:
        rng = random.Random(19)
        for _ in range(max(1, items // len(names))):
            rows = rng.sample(YOUNG, shots + 1) if name == "animal and young" else patterns.operation(name, rng, shots + 1)
            if len(rows) <= shots:
                continue
            prompts.append("".join(shot.format(x=a, y=b) for a, b in rows[:shots]) + ask.format(x=rows[shots][0]))
            truth.append(rows[shots][1])
            groups.append(name)
    guesses = m.continue_(prompts, 24)
    return scores.mean([float(g == t) for g, t in zip(guesses, truth)], groups)
