"""Names found in the prose and the sentence pairs: capitalised words inside sentences.

The generators use them beside their own lists, so that a name is something to copy from the
passage and not one of a few to remember.  Kept-back names and places are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from . import sources
from . import words as w

_NOT_NAMES = set("""I English French German Mr Mrs Miss Sir Lady Lord God Christmas Sunday Bible Indian American Japanese Chinese Italian Spanish Russian European Latin
Greek Roman Dutch Irish Scotch British Christian Jew Catholic Black White Red Green Blue King Queen Prince Princess Captain Doctor Professor Uncle Aunt Father Mother""".split())


def mined(corpus: Path, most: int = 6000) -> list[str]:
    text = "\n".join(sources.documents(corpus, "prose-en-children.txt.gz")[:1500] + sources.documents(corpus, "prose-en-storybooks.txt.gz"))
    text += "\n".join(a for a, _ in sources.pairs(corpus, "tatoeba.en-fr.tsv.gz"))
    inside = Counter(re.findall(r"(?<=[a-z] )[A-Z][a-z]{2,8}\b(?!\s[A-Z])", text))
    lower = Counter(re.findall(r"\b[a-z]{3,9}\b", text))
    kept = {*w.MALE_KEPT, *w.FEMALE_KEPT, *w.PET_NAMES_KEPT, *w.CITIES_KEPT, *_NOT_NAMES, *w.DAYS, *w.MONTHS}
    names = [n for n, c in inside.most_common() if c >= 2 and lower[n.lower()] < c / 4 and n not in kept]
    return names[:most]
