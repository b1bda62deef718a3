"""Proves what was kept back: python held_back.py --text train.jsonl [--corpus DIR]

Looks through the training documents for the page's own wordings, and (with --corpus) for
evaluation pairs.  Exits with 1 when one is found.  The lists it checks are those of
`corpus/translation.py`, `questions.py` and `summaries.py`, written here as patterns.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

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
    "the seed example": ("", re.compile(r"The house is wonderful")),
}


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--text", type=Path, required=True)
    p.add_argument("--corpus", type=Path)
    a = p.parse_args()
    found = {name: 0 for name in PATTERNS}
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
        documents += 1
        for name, (kind, pattern) in PATTERNS.items():
            if d["kind"].startswith(kind) and pattern.search(d["text"]):
                found[name] += 1
        if d["kind"] in ("questions", "summaries") and names.search(d["text"]):
            generated_with_kept += 1
        if long_evaluation and d["kind"].startswith("translation"):
            overlap += any(e in d["text"] for e in re.split(r"\n| => | -> | = |\t", d["text"]) if e in long_evaluation)
    report = {"documents": documents, "kept-back wordings found": found, "generated documents with kept-back names": generated_with_kept,
              "kept-back tales": list(TALES_KEPT), "documents with an evaluation sentence": overlap}
    print(json.dumps(report, indent=1))
    raise SystemExit(1 if any(found.values()) or overlap else 0)


if __name__ == "__main__":
    main()
