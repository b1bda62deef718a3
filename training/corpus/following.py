"""Reading exercises that ask about everything: each line of them can be answered for by one question
or more, between the lines or after them.

`questions` asks a few questions of a rich passage; these ask many of a plain one, because answers
that must be looked up are what is learnt late.  Same rules as `frames`: another test set's
sentences are never written (`walk`).  Leaves to others: words (`open_words`), layouts (`questions`).
"""

from __future__ import annotations

import re

from . import questions
from .frames import Scene
from .frames_track import _facts, walk
from .open_words import Open
from .words import capital


class Page:
    """Lines of the passage and questions, in the order in which they are read."""

    def __init__(self, rng):
        self.rng, self.parts = rng, []

    def say(self, line: str):
        self.parts.append((capital(line), None))

    def ask(self, question: str, answer: str):
        self.parts.append((question, capital(answer) + "."))

    def text(self) -> str:
        rng = self.rng
        layout = rng.choice([x for x in questions.LAYOUTS if "{n}" not in x])
        lines_apart = rng.random() < 0.15
        out, passage = [], []
        for line, answer in self.parts:
            if answer is None:
                passage.append(line)
            else:
                if passage:
                    out.append(("\n" if lines_apart else " ").join(passage))
                    passage = []
                out.append(layout.format(q=line, a=answer))
        return rng.choice(["\n", "\n", "\n", "\n\n"]).join(out + ([" ".join(passage)] if passage else []))


def moves(rng, words, page: Page, between: bool):
    s = Scene(rng, words, questions.cast(rng, words, rng.choice((2, 2, 3, 3, 4, 4, 5))))
    room = rng.random() < 0.7
    places = words.rooms if room else words.places
    places = rng.sample(places, min(len(places), rng.randint(3, 7)))
    prep = "in" if room else "at"
    at: dict[str, list[str]] = {}

    def ask(name):
        here = at[name]
        kinds = ["now"] * 4 + (["before", "before", "first"] if len(here) > 1 else []) + ["who", "yes", "yes"]
        kind = rng.choice(kinds)
        if kind == "before":
            last = here[-1]
            page.ask(rng.choice([f"Where was {name} before the {last}?", f"Where was {name} before?", f"Where had {name} been before the {last}?"]) if here.count(last) == 1 else f"Where was {name} before?", f"{prep} the {here[-2]}")
        elif kind == "first":
            page.ask(rng.choice([f"Where did {name} go first?", f"Where was {name} first?", f"Where was {name} at the beginning?"]), f"{prep} the {here[0]}")
        elif kind == "who" and [v[-1] for v in at.values()].count(here[-1]) == 1:
            page.ask(rng.choice([f"Who is {prep} the {here[-1]}?", f"Who is {prep} the {here[-1]} now?"]), name)
        elif kind == "yes":
            where = here[-1] if rng.random() < 0.5 else rng.choice(places)
            page.ask(f"Is {name} {prep} the {where}?", "yes" if where == here[-1] else "no")
        else:
            page.ask(rng.choice([f"Where is {name}?"] * 3 + [f"Where is {name} now?", f"Where can {name} be found?"]), f"{prep} the {here[-1]}")
    for i in range(rng.randint(3, 12)):
        p = rng.choice(s.cast)
        place = rng.choice([x for x in places if at.get(p.name, [None])[-1] != x])
        page.say(walk(s, p.name, place, room) + ".")
        at.setdefault(p.name, []).append(place)
        if between and i and rng.random() < 0.45:
            for name in rng.sample(list(at), min(len(at), rng.choice((1, 1, 2)))):
                ask(name)
    for name in rng.sample(list(at), len(at)):
        ask(name)


# How a question that asks for a person becomes one about the person {n}.
ABOUT_ONE = [("Who is ", "Is {n} "), ("Who was ", "Was {n} "), ("Who has ", "Does {n} have "), ("Who lives ", "Does {n} live "), ("Who bought ", "Did {n} buy "),
             ("Who ate ", "Did {n} eat "), ("Who had ", "Did {n} have "), ("Who came ", "Did {n} come "), ("Who comes ", "Does {n} come "), ("Who likes ", "Does {n} like "),
             ("Who gets up ", "Does {n} get up ")]


def yes_or_no(who_is: str) -> list[str]:
    """The question about one person that "who" asks of all."""
    whose = re.fullmatch(r"Whose (.+) is (.+)", who_is)
    return [f"Is {{n}}'s {whose[1]} {whose[2]}"] if whose else [asks + who_is[len(who):] for who, asks in ABOUT_ONE if who_is.startswith(who)]


def facts(rng, words, page: Page, between: bool):
    """Three to seven people with one fact of a kind each, and perhaps another kind."""
    s = Scene(rng, words, questions.cast(rng, words, rng.randint(3, 7)))
    asks = []
    for _ in range(rng.choice((1, 1, 2))):
        says, by_name, by_value, values = _facts(s)
        values = list(dict.fromkeys(values))
        who = rng.sample(s.cast, min(len(s.cast), len(values)))
        form = rng.choice(says)
        for p, v in zip(who, rng.sample(values, len(who))):
            page.say((form if rng.random() < 0.6 else rng.choice(says)).format(n=p.name, v=v))
            question, _, answer = rng.choice(by_name).partition("+")
            who_is = rng.choice(by_value)
            asks += [(question.format(n=p.name), (answer or "{v}").format(v=v)), (who_is.format(v=v), p.name)]
            said = v if rng.random() < 0.5 else rng.choice(values)
            asks += [(q.format(n=p.name, v=said), "yes" if said == v else "no") for q in yes_or_no(who_is)]
    rng.shuffle(asks)
    for q, a in {q: (q, a) for q, a in asks[:12]}.values():
        page.ask(q, a)


def hands(rng, words, page: Page, between: bool):
    """Several things, several people: who has what, and who had it before."""
    people = questions.cast(rng, words, rng.randint(2, 4))
    things = [t[0] for t in rng.sample(words.things, min(len(words.things), rng.randint(1, 4)))]
    had: dict[str, list] = {}

    def ask(t):
        kind, holders = rng.random(), had[t]
        if kind < 0.6 or len(holders) == 1:
            page.ask(rng.choice([f"Who has the {t}?", f"Who has the {t} now?", f"Who got the {t} last?"]), holders[-1].name)
        elif kind < 0.75:
            page.ask(rng.choice([f"Who had the {t} first?", f"Who had the {t} at the beginning?"]), holders[0].name)
        elif kind < 0.9:
            page.ask(rng.choice([f"Who had the {t} before?", f"From whom did {holders[-1].name} get the {t}?", f"Who gave the {t} to {holders[-1].name}?", f"Who had the {t} before {holders[-1].name}?"]), holders[-2].name)
        else:
            mine = [x for x in had if had[x][-1] is holders[-1]]
            if len(mine) == 1:
                page.ask(rng.choice([f"What does {holders[-1].name} have?", f"What does {holders[-1].name} have now?"]), f"the {t}")
    for i in range(rng.randint(3, 9)):
        t = rng.choice(things)
        if t not in had:
            p = rng.choice(people)
            page.say(rng.choice([f"{p.name} took the {t}.", f"{p.name} found the {t}.", f"{p.name} picked up the {t}.", f"{p.name} got the {t}.", f"The {t} is {p.name}'s."]))
            had[t] = [p]
        else:
            p, q = had[t][-1], rng.choice([x for x in people if x is not had[t][-1]])
            page.say(rng.choice([f"{p.name} gave the {t} to {q.name}.", f"{p.name} handed {q.name} the {t}.", f"{q.name} got the {t} from {p.name}.", f"{p.name} gave {q.name} the {t}.", f"{q.name} took the {t} from {p.name}.", f"{p.name} passed the {t} to {q.name}."]))
            had[t].append(q)
        if between and rng.random() < 0.4:
            ask(rng.choice(list(had)))
    for t in rng.sample(list(had), len(had)) + [rng.choice(list(had))] * (len(had) < 3):
        ask(t)


DOES = [("came", "come"), ("arrived", "arrive"), ("left", "leave"), ("got up", "get up"), ("spoke", "speak"), ("sang", "sing"), ("finished", "finish"), ("went in", "go in"), ("jumped", "jump"), ("ate", "eat"), ("went home", "go home")]


def order(rng, words, page: Page, between: bool):
    """Three to six one after the other: people who do the same, or things that one person does."""
    asks = []
    if rng.random() < 0.6:
        people, (did, _) = [p.name for p in questions.cast(rng, words, rng.randint(3, 6))], rng.choice(DOES)
        for i, p in enumerate(people):
            b = people[i - 1]
            page.say(rng.choice([f"First {p} {did}.", f"{p} {did} first.", f"{p} {did}."]) if not i else
                     rng.choice([f"Last {p} {did}.", f"{p} {did} last.", f"After {b}, {p} {did}."]) if i == len(people) - 1 else rng.choice([f"Then {p} {did}.", f"After {b}, {p} {did}.", f"{p} {did} next.", f"{p} {did} after {b}."]))
        asks = [(f"Who {did} first?", people[0]), (f"Who {did} last?", people[-1])]
        asks += [(rng.choice([f"Who {did} after {a}?", f"Who {did} next after {a}?"]), b) for a, b in zip(people, people[1:])] + [(f"Who {did} before {b}?", a) for a, b in zip(people, people[1:])]
    else:
        p, verb = questions.cast(rng, words, 1)[0], rng.choice([("saw", "see"), ("bought", "buy"), ("found", "find"), ("visited", "visit"), ("painted", "paint"), ("carried", "carry"), ("cleaned", "clean")])
        things = [t[0] for t in rng.sample(words.things, min(len(words.things), rng.randint(3, 5)))]
        for i, t in enumerate(things):
            page.say(rng.choice([f"First {p.name} {verb[0]} the {t}.", f"{p.name} {verb[0]} the {t}."]) if not i else
                     rng.choice([f"Finally {p.he} {verb[0]} the {t}.", f"At last {p.he} {verb[0]} the {t}."]) if i == len(things) - 1 else rng.choice([f"Then {p.he} {verb[0]} the {t}.", f"After the {things[i - 1]} {p.he} {verb[0]} the {t}.", f"Next {p.he} {verb[0]} the {t}."]))
        base = f"What did {p.name} {verb[1]}"
        asks = [(base + " first?", f"the {things[0]}"), (base + " last?", f"the {things[-1]}")]
        asks += [(f"{base} after the {a}?", f"the {b}") for a, b in zip(things, things[1:])] + [(f"{base} before the {b}?", f"the {a}") for a, b in zip(things, things[1:])]
    rng.shuffle(asks)
    for q, a in asks[:rng.randint(3, 8)]:
        page.ask(q, a)


KINDS = [moves, moves, facts, facts, hands, order, order]


def document(rng, open_: Open) -> str:
    pages = []
    for _ in range(rng.choice((1, 1, 2))):
        page = Page(rng)
        rng.choice(KINDS)(rng, open_.draw(rng), page, rng.random() < 0.4)
        pages.append(page.text())
    return "\n\n".join(pages)
