"""Readers for the corpus files whose licences allow the weights to be given away.

Reads only the files named in CLEAN; anything else in the corpus folder is never opened.
prose-en-classics is clean by its source but mixes in authors who died less than 70 years
ago without saying which chapter is whose, so it is left out as a whole.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

CLEAN = {
    "tatoeba.en-fr.tsv.gz", "tatoeba.en-de.tsv.gz", "storybooks.en-fr.tsv", "squad-part.jsonl",
    "wikidata-facts.tsv", "prose-en-children.txt.gz", "prose-en-storybooks.txt.gz",
    "prose-en-news-graded.txt.gz",
}


def read(corpus: Path, name: str) -> str:
    if name not in CLEAN:
        raise ValueError(f"{name} is not on the list of clean-licence files")
    path = corpus / "train" / name
    data = path.read_bytes()
    return (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8")


def pairs(corpus: Path, name: str) -> list[tuple[str, str]]:
    rows = (line.split("\t") for line in read(corpus, name).splitlines() if line)
    return [(r[0].strip(), r[1].strip()) for r in rows if len(r) == 2]


def documents(corpus: Path, name: str) -> list[str]:
    return [d.strip() for d in read(corpus, name).split("<|endoftext|>") if d.strip()]


def json_lines(corpus: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in read(corpus, name).splitlines() if line]
