"""Plain stories: picture books whole, and the simplest pages of old children's books."""

from __future__ import annotations

import re


def story(document: str) -> str:
    """A picture book: its title, an empty line, its pages as paragraphs."""
    return re.sub(r"\n{2,}", "\n\n", document).strip()


def openings(document: str, limit: int) -> str:
    """The beginning of a story, up to a whole paragraph near the limit (in characters)."""
    out, size = [], 0
    for p in document.split("\n\n"):
        if size + len(p) > limit and out:
            break
        out.append(p.replace("\n", " "))
        size += len(p)
    return "\n\n".join(out)


def simple_pages(document: str, common: set[str], limit: int = 1200) -> list[str]:
    """Runs of paragraphs made almost wholly of common words, in short sentences."""
    pages, page = [], []
    for p in document.split("\n\n"):
        p = p.replace("\n", " ").strip()
        tokens = re.findall(r"[a-z']+", p.lower())
        good = len(tokens) > 3 and sum(t in common for t in tokens) / len(tokens) > 0.945 and len(tokens) / max(1, len(re.findall(r"[.!?]", p))) < 22
        if good:
            page.append(p)
        if (not good or sum(map(len, page)) > limit) and page:
            if sum(map(len, page)) > 350:
                pages.append("\n\n".join(page)[:limit * 2])
            page = []
    return pages
