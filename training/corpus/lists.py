"""Short lists: encyclopaedia-like facts, and word lists in which the pattern must be read
from the lines before (opposites, plurals, past tenses, colours of things, next numbers).

Lists that only their lines explain are in `patterns`, where some rules are kept back.
"""

from __future__ import annotations

from . import words as w
from .words import capital

OPPOSITES = """hot cold,big small,old new,long short,tall short,fast slow,good bad,happy sad,light dark,open closed,rich poor,full empty,
early late,high low,hard soft,strong weak,young old,clean dirty,wet dry,thick thin,near far,up down,left right,day night,first last,
easy difficult,loud quiet,cheap expensive,sweet sour,brave afraid,true false,black white,winter summer,friend enemy,begin end,buy sell,
give take,push pull,win lose,remember forget,laugh cry,ask answer,come go,inside outside,above below,always never,more less,with without""".replace("\n", "")
PASTS = """go went,eat ate,see saw,take took,give gave,run ran,come came,write wrote,drink drank,sing sang,swim swam,buy bought,bring brought,
think thought,find found,sleep slept,speak spoke,break broke,know knew,fly flew,sit sat,stand stood,tell told,make made,say said,walk walked,
play played,open opened,wash washed,help helped,look looked,work worked,ask asked,call called,begin began,drive drove,ride rode,fall fell""".replace("\n", "")
CAPITALS = """France Paris,Germany Berlin,Italy Rome,Spain Madrid,Japan Tokyo,Egypt Cairo,Kenya Nairobi,Peru Lima,Ireland Dublin,Austria Vienna,Norway Oslo,
Greece Athens,Russia Moscow,Portugal Lisbon,Ghana Accra,Uganda Kampala,England London,Poland Warsaw,Sweden Stockholm,Finland Helsinki,Hungary Budapest,
Denmark Copenhagen,Turkey Ankara,Cuba Havana,China Beijing,Canada Ottawa""".replace("\n", "")


def _pairs(text: str) -> list[tuple[str, str]]:
    return [tuple(p.split()) for p in text.split(",")]


NUMBERS = ["one"] + w.NUMBERS
KINDS = {
    "opposites": _pairs(OPPOSITES), "past tense": _pairs(PASTS), "capitals": _pairs(CAPITALS),
    "plurals": [tuple(t.split(":")) for t in w.THINGS], "singulars": [tuple(reversed(t.split(":"))) for t in w.THINGS],
    "next number": list(zip(NUMBERS, NUMBERS[1:])), "numerals": [(n, str(i + 1)) for i, n in enumerate(NUMBERS)],
    "figures": [(str(i + 1), n) for i, n in enumerate(NUMBERS)], "next day": [(a, w.DAYS[(i + 1) % 7]) for i, a in enumerate(w.DAYS)],
    "month after": [(a, w.MONTHS[(i + 1) % 12]) for i, a in enumerate(w.MONTHS)], "first letter": [(t.split(":")[0], t[0]) for t in w.THINGS],
    "same": [(t.split(":")[0],) * 2 for t in w.THINGS], "with article": [(t.split(":")[0], "the " + t.split(":")[0]) for t in w.THINGS],
    "shouting": [(t.split(":")[0], t.split(":")[0].upper()) for t in w.THINGS],
    "country of": [tuple(reversed(p)) for p in _pairs(CAPITALS)], "add one": [(str(i), str(i + 1)) for i in range(1, 99)],
}
TITLES = {"opposites": ["Opposites", "Words and their opposites"], "past tense": ["Irregular verbs", "Verbs: present and past"], "capitals": ["Countries and their capitals", "Capitals"],
          "plurals": ["One and many", "Plurals"], "next day": ["The day after"], "numerals": ["Numbers"]}
SEPARATORS = [" = ", " = ", " -> ", " => ", ": ", " - ", " : ", " | ", "\t", " / ", " → ", " ... "]


def examples(rng) -> str:
    kind = rng.choice(list(KINDS))
    pairs = rng.sample(KINDS[kind], min(len(KINDS[kind]), rng.randint(5, 14)))
    sep = rng.choice(SEPARATORS)
    head = rng.choice(TITLES[kind]) + "\n" if kind in TITLES and rng.random() < 0.5 else ""
    return head + "\n".join(a + sep + b for a, b in pairs)


def facts(rng, rows: list[tuple[str, str]]) -> str:
    """A few facts, as sentences or as questions of a quiz."""
    return "\n".join(f"{capital(stem)} {answer}." for stem, answer in rows)
