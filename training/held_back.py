"""Proves what was kept back: python held_back.py --text train.jsonl [--corpus DIR] [--out FILE]

Looks through the training documents for the page's own wordings, kept-back names, tales and
parts of tales, kept-back rules of lists, sentences of bAbI's kind, and (with --corpus) for
evaluation pairs.  Exits with 1 when one is found.  What it looks for is written here as
patterns, apart from the generators that must avoid it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from pathlib import Path

from corpus import sources
from corpus import words as w
from corpus.tales import TALES_KEPT

LANGUAGES = "English|French|German"
PATTERNS = {
    "x = y (translation)": ("translation", re.compile(r" = ")),
    "Translate A to B: x": ("", re.compile(rf"Translate ({LANGUAGES}) to ({LANGUAGES}): ?\S")),
    "english: x": ("", re.compile(r"^(english|french|german): ", re.M)),
    "In B: y after How do you say": ("", re.compile(rf"^How do you say .*\n *In ({LANGUAGES}):", re.M)),
    "Q: / A:": ("", re.compile(r"^Q: .*\nA: ", re.M)),
    "TL;DR: (summary)": ("", re.compile(r"TL;DR:")),
    "the seed example": ("", re.compile(r"\b[Hh]ouse (is|was|looks) (\w+ )?wonderful")),
    "kept-back parts of tales": ("summaries", re.compile(r"(sleep because|dig a well|top of the tower|had forgotten (his|her) |much too cold|wind was (so|too) strong|"
                                                         r"on the way home|sat (down beside|with) (him|her) and sang|stayed with (him|her) for|wake (him|her|me) up|move to \w+!|I do not like it|I have an exam)")),
    "sentences of bAbI's kind": ("", re.compile(r"(John|Mary|Sandra|Daniel) (moved|went|went back|travelled|journeyed) to the (bathroom|bedroom|garden|hallway|kitchen|office)\.")),
}
# lines of lists, by kept-back rule; each three times in one document, since one line may be chance
GAP = r"(?:[^\w\n]*[^\w\s][^\w\n]*|\t|[^\w\n]*\n(?:\w+[.:] )?)"
LINE = r"^(?:\w+[.:] )?[^\w\n]*"
RULES = {
    "third of three": re.compile(LINE + rf"\w+, \w+, (\w+){GAP}\1\W*$", re.M), "middle word": re.compile(LINE + rf"(?!if )[a-z]+ ([a-z]+) [a-z]+{GAP}\1\W*$", re.M),
    "three times": re.compile(LINE + rf"(\w+){GAP}\1 \1 \1\W*$", re.M), "ful": re.compile(LINE + rf"(\w+){GAP}\1ful\W*$", re.M),
    "swap with or": re.compile(LINE + rf"(\w+) or (\w+){GAP}\2 or \1\W*$", re.M), "in two colours": re.compile(r"\b(\w+) \w+, \1 \w+\W*$", re.M),
    "animal and young": re.compile(r"\b(puppy|kitten|calf|foal|lamb|duckling|piglet)\b"),
}
NUMBERS = re.compile(LINE + r"(\d+)\D{1,12}(\d+)\W*$", re.M)
LETTERS = re.compile(LINE + rf"([a-z]){GAP}([a-z])\W*$", re.M)


def rules(text: str):
    """Kept-back rules that a list shows."""
    for name, pattern in RULES.items():
        if len(pattern.findall(text)) > 2:
            yield name
    if sum(int(a) - int(b) == 10 for a, b in set(NUMBERS.findall(text))) > 2:
        yield "take ten"
    if sum(ord(a) - ord(b) == 1 for a, b in set(LETTERS.findall(text))) > 2:
        yield "letter before"


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--text", type=Path, required=True)
    p.add_argument("--corpus", type=Path)
    p.add_argument("--out", type=Path, help="write the report here too")
    a = p.parse_args()
    found = {name: 0 for name in PATTERNS}
    shown = {name: 0 for name in (*RULES, "take ten", "letter before")}
    digest = hashlib.sha256()
    kept_words = [*w.MALE_KEPT, *w.FEMALE_KEPT, *w.PET_NAMES_KEPT]
    names = re.compile(r"\b(" + "|".join(kept_words) + r")\b")
    generated_with_kept = overlap = documents = 0
    evaluation = set()
    if a.corpus:
        for other in ("fr", "de"):
            for line in open(a.corpus / "eval" / f"tatoeba.en-{other}.jsonl", encoding="utf-8"):
                r = json.loads(line)
                evaluation |= {r["en"]} | set(r["refs"])
    long_evaluation = {e for e in evaluation if len(e.split()) > 4}
    for line in open(a.text, encoding="utf-8"):
        d = json.loads(line)
        digest.update(line.encode())
        documents += 1
        if d["kind"].startswith(("patterns", "examples")):
            for name in rules(d["text"]):
                shown[name] += 1
        for name, (kind, pattern) in PATTERNS.items():
            if d["kind"].startswith(kind) and pattern.search(d["text"]):
                found[name] += 1
        if d["kind"] in ("questions", "summaries", "copies") and names.search(d["text"]):
            generated_with_kept += 1
        if long_evaluation and d["kind"].startswith("translation"):
            overlap += any(e in d["text"] for e in re.split(r"\n| => | -> | = |\t", d["text"]) if e in long_evaluation)
    report = {"text sha256": digest.hexdigest(), "documents": documents, "kept-back wordings and parts found": found, "kept-back rules of lists found": shown, "generated documents with kept-back names": generated_with_kept,
              "kept-back tales": list(TALES_KEPT), "documents with an evaluation sentence": overlap}
    if a.corpus:
        names_of = sorted(sources.CLEAN)
        report["sources sha256"] = {n: hashlib.sha256((a.corpus / "train" / n).read_bytes()).hexdigest() for n in names_of}
    text = json.dumps(report, indent=1)
    print(text)
    if a.out:
        a.out.write_text(text + "\n")
    raise SystemExit(1 if any(found.values()) or any(shown.values()) or overlap or generated_with_kept else 0)


if __name__ == "__main__":
    main()
