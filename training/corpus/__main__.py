"""Builds the training text:  python -m corpus --corpus DIR --out FILE [--megabytes-scale 1.0]

Reads the clean-licence files and the generators, writes documents as JSON lines
{"kind", "text"}, shuffled, plus a validation file beside them.  Deterministic by seed.
Leaves to others: tokens (`tokenizer.py`, `train.py`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections import Counter
from pathlib import Path

from . import copies, following, grammar, lists, names, open_words, patterns, prose, questions, rules, sources, summaries, translation
from .words import Words


def clean_pairs(rng, pairs, most_words: int, per_source: int = 2):
    """At most two versions of one source sentence, so that greedy decoding has less to choose from; of the
    shortest pairs, which are many, fewer than half."""
    seen, out = Counter(), []
    for a, b in pairs:
        if len(a.split()) > most_words or len(b.split()) > most_words + 3 or not a or not b or seen[a] >= per_source or " = " in a + b:
            continue
        seen[a] += 1
        if len(a.split()) > 3 or rng.random() < 0.45:
            out.append((a, b))
    return out


def evaluation_sentences(corpus: Path) -> set[str]:
    out = set()
    for other in ("fr", "de"):
        path = corpus / "eval" / f"tatoeba.en-{other}.jsonl"
        for line in open(path, encoding="utf-8") if path.exists() else []:
            row = json.loads(line)
            out |= {row["en"], row[other], *row["refs"]}
    return out


def translations(rng, corpus: Path, scale: float):
    never = evaluation_sentences(corpus)
    french = clean_pairs(rng, sources.pairs(corpus, "tatoeba.en-fr.tsv.gz"), 20)
    german = clean_pairs(rng, sources.pairs(corpus, "tatoeba.en-de.tsv.gz"), 20)
    books = [p for p in sources.pairs(corpus, "storybooks.en-fr.tsv") if len(p[0]) < 160 and len(p[1]) < 200]
    shares = {"enfr": 0.85, "fren": 1.0, "ende": 0.68, "deen": 0.68}
    for target, pairs in (("fr", french + books), ("de", german)):
        for src, tgt in (("en", target), (target, "en")):
            some = rng.sample(pairs, int(len(pairs) * shares[src + tgt] * scale))
            some += [p for p in grammar.pairs(rng, int(5_000 * scale), target) if not never & set(p)]
            rng.shuffle(some)
            if src != "en":
                some = [(b, a) for a, b in some]
            for g in translation.group(rng, some):
                yield "translation." + src + tgt, translation.document(rng, g, src, tgt)


def squad(rng, corpus: Path):
    for row in sources.json_lines(corpus, "squad-part.jsonl"):
        if len(row["passage"]) < 700:
            layout = rng.choice([x for x in questions.LAYOUTS if "Answer" in x or "A." in x])
            qa = "\n".join(layout.format(q=t["question"].strip(), a=t["answers"][0], n=i + 1) for i, t in enumerate(row["turns"]))
            yield "squad", row["passage"] + "\n" + qa


def stories(rng, corpus: Path, pages_bytes: int):
    books = sources.documents(corpus, "prose-en-storybooks.txt.gz")
    common = Counter(re.findall(r"[a-z']+", " ".join(books).lower()))
    common |= Counter(re.findall(r"[a-z']+", " ".join(a for a, _ in sources.pairs(corpus, "tatoeba.en-fr.tsv.gz")).lower()))
    words = {x for x, n in common.items() if n >= 4}
    for b in books:
        yield "storybook", prose.story(b)
        # once more from the first sentence on, as the page's story openings begin
        rest = b.split("\n\n")[1:]
        yield "storybook", prose.openings("\n\n".join(rest), 1100)
        yield "storybook", summaries.titled(rng, prose.openings("\n\n".join(rest), 700), b.split("\n\n")[0])
        if len(rest) > 8:
            yield "storybook", prose.openings("\n\n".join(rest[rng.randint(1, len(rest) // 2):]), 1100)
    pages = [p for d in sources.documents(corpus, "prose-en-children.txt.gz") for p in prose.simple_pages(d, words)]
    rng.shuffle(pages)
    size = 0
    for p in pages:
        size += len(p)
        if size > pages_bytes:
            break
        yield "children", p


def build(corpus: Path, seed: int, scale: float):
    rng = random.Random(seed)
    open_ = open_words.Open(corpus, Words(kept=False, mined=names.mined(corpus)))
    pad = summaries.padding([a for a, _ in sources.pairs(corpus, "tatoeba.en-fr.tsv.gz") + sources.pairs(corpus, "tatoeba.en-de.tsv.gz")])
    yield from translations(rng, corpus, scale)
    yield from squad(rng, corpus)
    yield from stories(rng, corpus, int(2_600_000 * scale))
    many = lambda n: range(int(n * scale))
    for _ in many(34_000):
        yield "questions", questions.document(rng, open_.draw(rng), pad)
    for _ in many(27_000):
        yield "following", following.document(rng, open_)
    for _ in many(9_000):
        yield "summaries", summaries.document(rng, open_.draw(rng), pad)
    for _ in many(1_000):
        yield "examples", lists.examples(rng)
    word_lists = grammar.word_lists()
    for _ in many(12_000):
        yield patterns.document(rng, word_lists)
    of_many = rules.Rules(open_)
    for _ in many(22_000):
        yield "patterns.rules", rules.document(rng, of_many)
    for _ in many(8_000):
        yield "copies", copies.document(rng, open_, pad)
    facts = sources.pairs(corpus, "wikidata-facts.tsv")
    rng.shuffle(facts)
    for i in range(0, int(6_000 * scale), 6):
        yield "facts", lists.facts(rng, facts[i:i + 6])


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--corpus", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--scale", type=float, default=1.0, help="amount of generated and prose text")
    a = p.parse_args()
    docs = [(k, t.strip()) for k, t in build(a.corpus, a.seed, a.scale)]
    random.Random(a.seed).shuffle(docs)
    n_valid = len(docs) // 200
    a.out.parent.mkdir(parents=True, exist_ok=True)
    for path, part in ((a.out, docs[n_valid:]), (a.out.with_suffix(".valid.jsonl"), docs[:n_valid])):
        with open(path, "w", encoding="utf-8") as f:
            for kind, text in part:
                f.write(json.dumps({"kind": kind, "text": text}, ensure_ascii=False) + "\n")
    sizes = Counter()
    for k, t in docs:
        sizes[k] += len(t.encode())
    total = sum(sizes.values())
    print(json.dumps({"documents": len(docs), "bytes": total, "shares": {k: round(v / total, 3) for k, v in sizes.most_common()},
                      "sha256": hashlib.sha256(a.out.read_bytes()).hexdigest()}, indent=1))


if __name__ == "__main__":
    main()
