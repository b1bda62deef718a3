"""Tasks that exist only in their examples: a rule, some lines that show it, and the next line.

Whoever continues such a list must read the rule off the lines before.  Rules are of three
sorts: facts about words (opposites, capitals, plurals), operations on any text (copy, shout,
swap), and mappings made up on the spot, which cannot be remembered.  KEPT rules are never
written here, to measure learning from examples: see `evaluate`.
"""

from __future__ import annotations

from . import words as w
from .lists import KINDS as FACTS
from .lists import _pairs
from .words import article, capital, invented

NOUNS = [t.split(":")[0] for t in w.THINGS]
ANIMALS = w.ANIMALS
NUMBERS = ["one"] + w.NUMBERS
LETTERS = "abcdefghijklmnopqrstuvwxyz"
VERBS = "walk play open help look work call jump cook clean paint start visit want need talk listen laugh climb pull push kick count shout rain snow".split()
ADJECTIVES = "old young tall small long short strong cheap fast slow rich poor loud quiet warm cold clean dark light soft hard high low deep weak thick".split()
JOBS = [tuple(p.split(">")) for p in """teacher>teaches,singer>sings,baker>bakes,painter>paints,writer>writes,driver>drives,farmer>farms,hunter>hunts,dancer>dances,swimmer>swims,
runner>runs,reader>reads,player>plays,worker>works,cleaner>cleans,builder>builds,fisher>fishes,cook>cooks,gardener>digs,sailor>sails,thief>steals,winner>wins""".replace("\n", "").split(",")]
CLASSES = {"animal": w.ANIMALS, "colour": w.COLOURS, "city": w.CITIES, "day": w.DAYS, "month": w.MONTHS, "food": w.FOODS[:16], "number": NUMBERS, "job": w.JOBS, "place": w.PLACES}
FEMALE_OF = _pairs("king queen,prince princess,boy girl,man woman,father mother,brother sister,uncle aunt,son daughter,husband wife,actor actress,grandfather grandmother,waiter waitress,he she,him her")
SOUNDS = _pairs("dog barks,cat mews,cow moos,horse neighs,duck quacks,sheep bleats,pig grunts,lion roars,mouse squeaks,bird sings,frog croaks,bee hums,wolf howls,hen clucks")
HOMES = _pairs("bird nest,dog kennel,horse stable,bee hive,king castle,fish water,lion den,pig sty,spider web,cow barn,monk abbey,farmer farm,sailor ship,soldier camp")
COLOUR_OF = _pairs("grass green,snow white,blood red,coal black,sky blue,banana yellow,milk white,tomato red,lemon yellow,night black,leaf green,cherry red,carrot orange,mouse grey,sun yellow")
TOOL_OF = _pairs("painter brush,writer pen,cook pan,farmer plough,hunter gun,singer voice,tailor needle,fisherman net,gardener spade,doctor medicine,king crown,soldier sword,teacher book,driver car,carpenter saw")


def word(rng) -> str:
    return rng.choice((lambda: rng.choice(NOUNS), lambda: rng.choice(ANIMALS), lambda: rng.choice(VERBS), lambda: rng.choice(ADJECTIVES), lambda: invented(rng).lower(), lambda: rng.choice(w.COLOURS)))()


def distinct(rng, make, k: int) -> list:
    out = {}
    for _ in range(k * 6):
        a, b = make()
        out.setdefault(a, b)
        if len(out) == k:
            break
    return list(out.items())


def letters(rng, k): return "".join(rng.sample(LETTERS, k))
def vowels_out(t): return "".join(c for c in t if c not in "aeiou") or t


def operation(name: str, rng, k: int) -> list[tuple[str, str]]:
    """k lines of one operation; what it needs to choose, it chooses once for the list."""
    def on(make, f):
        def one():
            x = make()
            return x, f(x)
        return distinct(rng, one, k)
    two = lambda: rng.choice(NOUNS) + " " + rng.choice(ANIMALS + NOUNS)
    three = lambda: " ".join(rng.sample(NOUNS, 3))
    fixed, other, n = rng.choice(NOUNS), rng.choice(ADJECTIVES + w.COLOURS), rng.randint(2, 9)
    plain = lambda: word(rng)
    return {
        "copy": lambda: on(plain, lambda x: x),
        "copy a name": lambda: on(lambda: invented(rng), lambda x: x),
        "shout": lambda: on(plain, str.upper),
        "shout with !": lambda: on(plain, lambda x: x.upper() + "!"),
        "twice": lambda: on(plain, lambda x: x + " " + x),
        "swap two": lambda: on(two, lambda x: " ".join(reversed(x.split()))),
        "swap with and": lambda: on(lambda: " and ".join(rng.sample(NOUNS, 2)), lambda x: " and ".join(reversed(x.split(" and ")))),
        "reverse three": lambda: on(three, lambda x: " ".join(reversed(x.split()))),
        "first word": lambda: on(three, lambda x: x.split()[0]),
        "last word": lambda: on(three, lambda x: x.split()[-1]),
        "first letter": lambda: on(plain, lambda x: x[0]),
        "first letter big": lambda: on(plain, lambda x: x[0].upper()),
        "last letter": lambda: on(plain, lambda x: x[-1]),
        "capital letter": lambda: on(plain, capital),
        "add a word": lambda: on(plain, lambda x: f"{other} {x}"),
        "add a word after": lambda: on(plain, lambda x: f"{x} and {fixed}"),
        "always the same": lambda: on(plain, lambda x: fixed),
        "the": lambda: on(lambda: rng.choice(NOUNS), lambda x: "the " + x),
        "a or an": lambda: on(lambda: rng.choice(NOUNS + ANIMALS), article),
        "my": lambda: on(lambda: rng.choice(NOUNS), lambda x: f"my {other} {x}"),
        "ing": lambda: on(lambda: rng.choice([v for v in VERBS if v not in ("rain", "snow")]), lambda x: x + "ing"),
        "ed": lambda: on(lambda: rng.choice(VERBS), lambda x: x + "ed"),
        "third person": lambda: on(lambda: rng.choice([v for v in VERBS if v != "push"]), lambda x: "he " + x + "s"),
        "not": lambda: on(lambda: rng.choice(ADJECTIVES), lambda x: "not " + x),
        "very": lambda: on(lambda: rng.choice(ADJECTIVES), lambda x: "very " + x),
        "er": lambda: on(lambda: rng.choice([a for a in ADJECTIVES if a[-1] not in "e" and a != "hot"]), lambda x: x + "er"),
        "add one": lambda: on(lambda: str(rng.randint(1, 98)), lambda x: str(int(x) + 1)),
        "take one": lambda: on(lambda: str(rng.randint(2, 99)), lambda x: str(int(x) - 1)),
        "add ten": lambda: on(lambda: str(rng.randint(1, 89)), lambda x: str(int(x) + 10)),
        "next letter": lambda: on(lambda: rng.choice(LETTERS[:-1]), lambda x: LETTERS[LETTERS.index(x) + 1]),
        "next letters": lambda: on(lambda: (lambda i: LETTERS[i:i + 3])(rng.randint(0, 21)), lambda x: LETTERS[LETTERS.index(x[0]) + 3]),
        "two more numbers": lambda: on(lambda: (lambda i: f"{i} {i + n}")(rng.randint(1, 40)), lambda x: str(int(x.split()[1]) + n)),
        "count of the same": lambda: on(lambda: " ".join([rng.choice(NOUNS)] * rng.randint(1, 5)), lambda x: NUMBERS[len(x.split()) - 1]),
        "which class": lambda: on(lambda: rng.choice([m for c in classes for m in CLASSES[c]]), lambda x: next(c for c in classes if x in CLASSES[c])),
        "yes or no": lambda: on(lambda: rng.choice([m for c in classes for m in CLASSES[c]]), lambda x: "yes" if x in CLASSES[classes[0]] else "no"),
        "big or small number": lambda: on(lambda: str(rng.randint(1, 99)), lambda x: "big" if int(x) > 50 else "small"),
        "odd colour": lambda: on(lambda: rng.choice(w.COLOURS) + " " + rng.choice(NOUNS), lambda x: x.split()[0]),
        "the noun": lambda: on(lambda: rng.choice(w.COLOURS) + " " + rng.choice(NOUNS), lambda x: x.split()[1]),
        "who": lambda: on(lambda: f"{invented(rng)} has {article(rng.choice(NOUNS))}", lambda x: x.split()[0]),
        "what": lambda: on(lambda: f"{invented(rng)} has {article(rng.choice(NOUNS))}", lambda x: x.split()[-1]),
        "new colour": lambda: on(lambda: rng.choice([c for c in w.COLOURS if c != other]) + " " + rng.choice(NOUNS), lambda x: f"{other} {x.split()[1]}"),
        "bracket": lambda: on(plain, lambda x: f"({x})"),
        "question": lambda: on(plain, lambda x: f"{x}?"),
        "spell": lambda: on(lambda: rng.choice([x for x in NOUNS + ANIMALS if len(x) < 6]), lambda x: "-".join(x)),
        "female": lambda: rng.sample(FEMALE_OF, min(k, len(FEMALE_OF))), "sound": lambda: rng.sample(SOUNDS, min(k, len(SOUNDS))),
        "home": lambda: rng.sample(HOMES, min(k, len(HOMES))), "colour of": lambda: rng.sample(COLOUR_OF, min(k, len(COLOUR_OF))),
        "tool": lambda: rng.sample(TOOL_OF, min(k, len(TOOL_OF))), "what they do": lambda: rng.sample(JOBS, min(k, len(JOBS))),
        # kept back
        "third of three": lambda: on(lambda: ", ".join(rng.sample(NOUNS, 3)), lambda x: x.split(", ")[2]),
        "middle word": lambda: on(three, lambda x: x.split()[1]),
        "three times": lambda: on(plain, lambda x: f"{x} {x} {x}"),
        "take ten": lambda: on(lambda: str(rng.randint(11, 99)), lambda x: str(int(x) - 10)),
        "letter before": lambda: on(lambda: rng.choice(LETTERS[1:]), lambda x: LETTERS[LETTERS.index(x) - 1]),
        "ful": lambda: on(plain, lambda x: x + "ful"),
        "in two colours": lambda: on(lambda: rng.choice(NOUNS), lambda x: f"{other} {x}, {other} {fixed}"),
        "swap with or": lambda: on(lambda: " or ".join(rng.sample(NOUNS, 2)), lambda x: " or ".join(reversed(x.split(" or ")))),
    }[name]() if (classes := rng.sample(list(CLASSES), 2)) else []


KEPT = ["third of three", "middle word", "three times", "take ten", "letter before", "ful", "in two colours", "swap with or"]
OPERATIONS = """copy|copy a name|shout|shout with !|twice|swap two|swap with and|reverse three|first word|last word|first letter|first letter big|last letter|capital letter|add a word|
add a word after|always the same|the|a or an|my|ing|ed|third person|not|very|er|add one|take one|add ten|next letter|next letters|two more numbers|count of the same|which class|yes or no|
big or small number|odd colour|the noun|who|what|new colour|bracket|question|spell|female|sound|home|colour of|tool|what they do""".replace("\n", "").split("|")
LANGUAGES = "words of two languages"
SEPARATORS = [" = ", " = ", " -> ", " => ", ": ", " - ", " : ", " | ", "\t", " / ", " → ", " ... ", " >>> ", " --> ", " ~ ", " :: ", " > ", ", ", " == ", " ; "]
STARTS = ["", "", "", "- ", "* ", "# ", "word: ", "> "]
BLOCKS = ["Input: {x}\nOutput: {y}", "In: {x}\nOut: {y}", "Given: {x}\nResult: {y}", "You: {x}\nMe: {y}", "x: {x}\ny: {y}", "Input: {x}\nOutput: {y}", "in: {x}\nout: {y}", "Word: {x}\nAnswer: {y}", "Q. {x}\nA. {y}", "{x}\n{y}", "Question: {x}\nAnswer: {y}", "I say: {x}\nYou say: {y}", "A: {x}\nB: {y}", "({x}) -> ({y})",
          "\"{x}\" becomes \"{y}\"", "{x} becomes {y}.", "first {x}, then {y}", "if {x} then {y}", "<{x}> <{y}>", "{x} gives {y}"]


def made_up(rng, k: int) -> list[tuple[str, str]]:
    """A mapping invented for this list; every key comes back, so that its value can be looked up."""
    make = rng.choice([lambda: word(rng), lambda: invented(rng), lambda: letters(rng, 1), lambda: str(rng.randint(1, 60)), lambda: rng.choice(NOUNS)])
    value = rng.choice([lambda: word(rng), lambda: invented(rng), lambda: letters(rng, 1), lambda: str(rng.randint(1, 60)), lambda: rng.choice(w.COLOURS), lambda: rng.choice(["yes", "no"])])
    size = rng.randint(2, 6)
    table = distinct(rng, lambda: (make(), value()), size)
    rest = [rng.choice(table) for _ in range(k)]
    return table + rest if rng.random() < 0.7 else [rng.choice(table) for _ in range(k + size)]


def pairs(rng, k: int, words_of: list[list[tuple[str, str]]]) -> tuple[str, list[tuple[str, str]]]:
    r = rng.random()
    if r < 0.18:
        return "made up", made_up(rng, k)
    if r < 0.36:
        kind = rng.choice(list(FACTS))
        rows = FACTS[kind]
        return kind, rng.sample(rows, min(k, len(rows)))
    if r < 0.48 and words_of:
        rows = rng.choice(words_of)
        return LANGUAGES, rng.sample(rows, min(k, len(rows)))
    kind = rng.choice(OPERATIONS)
    return kind, operation(kind, rng, k)


def laid_out(rng, rows: list[tuple[str, str]], equals: bool = True) -> str:
    """Lines in one form.  Between two languages " = " is the page's own wording: then `equals` is false."""
    if rng.random() < 0.6:
        form = rng.choice(STARTS) + "{x}" + rng.choice([s for s in SEPARATORS if equals or s != " = "]) + "{y}"
    else:
        form = rng.choice(BLOCKS)
    gap = "\n\n" if "\n" in form and rng.random() < 0.4 else "\n"
    return gap.join(form.replace("{x}", a, 1).replace("{y}", b) for a, b in rows)


def document(rng, words_of) -> tuple[str, str]:
    """(kind, text): one list, or two after each other with another rule."""
    parts, kinds = [], []
    for _ in range(rng.choice((1, 1, 2))):
        kind, rows = pairs(rng, rng.randint(4, 14), words_of)
        kinds.append(kind)
        if kind != "made up" and rng.random() < 0.15:
            rows = [(b, a) for a, b in rows] if kind in FACTS and len({b for _, b in rows}) == len(rows) else rows
        parts.append(laid_out(rng, rows, LANGUAGES not in kinds))
    text = "\n\n".join(parts)
    return ("patterns.languages", text.replace(" = ", " == ")) if LANGUAGES in kinds else ("patterns", text)
