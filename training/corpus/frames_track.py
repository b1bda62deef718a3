"""Frames in which a passage must be followed to its end: people who move several times, things
that pass from hand to hand, several people with one kind of fact each, facts over two sentences.

Same rules as `frames`.  A task of others (bAbI 1) asks where people are after some moves; its
own sentences are never written here: see `walk`.
"""

from __future__ import annotations

from . import words as w
from .frames import OTHERS_NAMES, STATES, Scene
from .words import article

# Another test set's verbs; a move with one of its names takes none of them.
OTHERS_VERBS = ["moved to", "went to", "went back to", "travelled to"]
WALKS = ["walked to", "ran to", "hurried to", "came into", "walked into", "stepped into", "returned to", "crept into", "strolled to", "drove to", "rushed to", "wandered into",
         "walked back to", "was sent to", "marched into", "moved on to", "set off for", "made for", "entered", "headed for", "left for", "dashed to"]
OUTSIDE = {"park", "market", "shop", "beach", "forest", "river", "village", "farm", "lake", "field", "harbour", "bus stop", "playground", "castle", "orchard", "garden", "island"}


def walk(s: Scene, name: str, place: str, room: bool) -> str:
    verbs = [v for v in WALKS if ("into" not in v and v != "entered") or place not in OUTSIDE]
    if room:
        verbs = [v for v in verbs if not v.startswith(("drove", "set off", "left for"))]
    if name not in OTHERS_NAMES:
        verbs = verbs + OTHERS_VERBS * 2
    return f"{name} {s.rng.choice(verbs)} the {place}"


def wanders(s: Scene):
    """Two to four people, up to ten moves; the last one of each counts.  Others' moves are the distractors."""
    room = s.rng.random() < 0.6
    places = (s.words.rooms if room else s.words.places)
    places = s.rng.sample(places, min(len(places), s.rng.randint(4, 7)))
    who = s.people(s.rng.randint(2, len(s.cast)))
    at: dict[str, list[str]] = {p.name: [] for p in who}
    plain = s.rng.random() < 0.6  # nothing between the moves
    for i in range(s.rng.choice((2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 10))):
        p = who[i] if i < len(who) and s.rng.random() < 0.7 else s.rng.choice(who)
        place = s.rng.choice([x for x in places if not at[p.name] or x != at[p.name][-1]])
        line = walk(s, p.name, place, room)
        if not plain:
            line = s.rng.choice(["", "", "", "Then ", "After that ", "Later ", "In the morning ", "At noon ", "A little later ", "Meanwhile ", "Soon "]) + line
            line += s.rng.choice(["", "", "", "", " and sat down", " and looked around", " and stayed there for a while", " for a moment", " to look for something"])
        s.say(line + ".")
        at[p.name].append(place)
        if not plain and s.rng.random() < 0.15:
            s.say(f"{p.He} was tired.", f"{p.He} was in a good mood.", f"{p.He} had time.", f"{p.He} whistled a song.", f"It was {s.rng.choice(['warm', 'cold', 'late', 'early', 'quiet'])}.")
    prep = "in" if room else "at"
    gone = [p for p in who if at[p.name]]
    for p in gone:
        here = at[p.name][-1]
        s.ask([f"Where is {p.name}?"] * 3 + [f"Where is {p.name} now?", f"Where did {p.name} go last?", f"Where is {p.name} in the end?", f"Where can {p.name} be found?"], f"{prep} the {here}")
        if len(at[p.name]) > 1 and at[p.name].count(here) == 1:
            s.ask([f"Where was {p.name} before the {here}?", f"Where was {p.name} before?", f"Where had {p.name} been before the {here}?"], f"{prep} the {at[p.name][-2]}")
        if len(at[p.name]) > 1:
            s.ask([f"Where did {p.name} go first?", f"Where was {p.name} first?", f"Where was {p.name} at the beginning?"], f"{prep} the {at[p.name][0]}")
    p = s.rng.choice(gone)
    with_p = [q for q in gone if at[q.name][-1] == at[p.name][-1]]
    if len(with_p) == 1:
        s.ask([f"Who is {prep} the {at[p.name][-1]} now?", f"Who is {prep} the {at[p.name][-1]}?"], p.name)
    wrong = s.rng.choice([x for x in places if x != at[p.name][-1]])
    s.yes_no(f"Is {p.name} {prep} the {at[p.name][-1]}?", f"Is {p.name} {prep} the {wrong}?")


def hands_on(s: Scene):
    """One thing, several hands, several places: who has it now, where it is, who had it before."""
    full, noun = s.thing()
    room = s.rng.random() < 0.7
    places = s.words.rooms if room else s.words.places
    prep = "in" if room else "at"
    p = s.people(1)[0]
    here = s.rng.choice(places)
    s.say(f"{p.name} took the {full} from the {here}.", f"{p.name} found the {full} {prep} the {here}.", f"{p.name} picked up the {full} {prep} the {here}.", f"{p.name} got {article(full)} {prep} the {here}.")
    first, before, holders = here, None, [p]
    for _ in range(s.rng.randint(1, 4)):
        if s.rng.random() < 0.5 and len(s.cast) > 1:
            q = s.rng.choice([x for x in s.cast if x is not p])
            s.say(f"{p.name} gave it to {q.name}.", f"{p.name} handed the {noun} to {q.name}.", f"Then {q.name} got it from {p.name}.", f"{q.name} took the {noun} from {p.name}.", f"{p.name} passed it on to {q.name}.")
            p = q
            holders.append(p)
        else:
            there = s.rng.choice([x for x in places if x != here])
            s.say(f"{p.name} carried it to the {there}.", f"{p.name} took the {noun} to the {there}.", f"With the {noun} in {p.his} hand, " + walk(s, p.name, there, room) + ".", f"{p.name} brought it to the {there}.")
            before, here = here, there
    put = s.rng.random() < 0.4
    if put:
        s.say(f"There {p.he} put it down.", f"{p.name} left the {noun} there.", f"{p.He} dropped it there.")
    else:
        s.ask([f"Who has the {noun} now?", f"Who has the {noun}?", f"Who has the {noun} in the end?"], p.name)
    s.ask([f"Where is the {noun}?", f"Where is the {noun} now?"], f"{prep} the {here}")
    if before and before != here:
        s.ask([f"Where was the {noun} before the {here}?", f"Where was the {noun} before it came to the {here}?"], f"{prep} the {before}")
    s.ask([f"Where was the {noun} at first?", f"Where was the {noun} at the beginning?"], f"{prep} the {first}")
    if len(holders) > 1:
        s.ask([f"Who had the {noun} before {holders[-1].name}?", f"Who gave the {noun} to {holders[-1].name}?", f"From whom did {holders[-1].name} get the {noun}?"], holders[-2].name)
        s.ask([f"Who had the {noun} first?", f"Who had the {noun} at the beginning?"], holders[0].name)


def _facts(s: Scene):
    """(sentences about name and value), question about the person, question about the value, the values."""
    col, (noun, plural) = w.COLOURS, s.new(s.words.things)
    spots = s.words.spots
    return s.rng.choice([
        (["{n} bought {v}.", "{n} came out of the shop with {v}.", "{n} paid for {v}."], ["What did {n} buy?"], ["Who bought {v}?"], [article(t[0]) for t in s.words.things]),
        (["{n} lives in {v}.", "{n} has a house in {v}.", "The home of {n} is in {v}."], ["Where does {n} live?+In {v}", "In which city does {n} live?+In {v}"], ["Who lives in {v}?"], s.words.cities),
        (["{n} is wearing a {v} hat.", "{n}'s hat is {v}.", "The hat of {n} is {v}."], ["What colour is {n}'s hat?", "What is the colour of {n}'s hat?"], ["Who has a {v} hat?", "Whose hat is {v}?"], col),
        ([f"{{n}} has {{v}} {plural}.", f"{{n}} found {{v}} {plural}.", f"{{v}} {plural} belong to {{n}}."], [f"How many {plural} does {{n}} have?"], [f"Who has {{v}} {plural}?"], w.NUMBERS),
        (["{n} is {v} years old.", "{n} is {v}.", "{n} has just turned {v}."], ["How old is {n}?"], ["Who is {v} years old?"], w.NUMBERS),
        (["{n} works as {v}.", "{n} is {v}.", "{n} wants to stay {v}."], ["What is {n}'s job?", "What does {n} do?"], ["Who is {v}?"], [article(j) for j in s.words.jobs]),
        (["{n} has {v}.", "{n} looks after {v}.", "{v} belongs to {n}."], ["What animal does {n} have?"], ["Who has {v}?"], [article(a) for a in s.words.animals]),
        (["{n} was sitting {v}.", "{n} was {v}.", "{v} sat {n}."], ["Where was {n}?"], ["Who was {v}?"], spots),
        (["{n} ate {v}.", "{n} had {v} for dinner.", "{n} ordered {v}."], ["What did {n} eat?", "What did {n} have?"], ["Who ate {v}?", "Who had {v}?"], w.FOODS),
        (["{n} came on {v}.", "{n} arrived on {v}.", "On {v} {n} came."], ["When did {n} come?+On {v}", "When did {n} arrive?+On {v}"], ["Who came on {v}?"], w.DAYS),
        ([f"{{n}}'s {noun} is {{v}}.", f"{{n}} has a {noun}. It is {{v}}.", f"The {noun} of {{n}} is {{v}}."], [f"Where is {{n}}'s {noun}?"], [f"Whose {noun} is {{v}}?"], spots),
        ([f"{{n}}'s {noun} is {{v}}.", f"{{n}} has a {noun}. It is {{v}}.", f"The {noun} of {{n}} is {{v}}."], [f"What colour is {{n}}'s {noun}?"], [f"Whose {noun} is {{v}}?", f"Who has the {{v}} {noun}?"], col),
        (["{n} goes to school by {v}.", "{n} takes the {v}.", "{n} comes by {v}."], ["How does {n} come?+By {v}", "How does {n} go there?+By {v}"], ["Who comes by {v}?"], ["bus", "car", "train", "bicycle", "boat", "tram", "taxi", "plane"]),
        (["{n} likes {v} best.", "{n}'s favourite subject is {v}.", "{n} is good at {v}."], ["What does {n} like best?", "What is {n}'s favourite subject?"], ["Who likes {v} best?"], w.SUBJECTS),
        (["{n} gets up at {v} o'clock.", "At {v} o'clock {n} gets up.", "{n} wakes up at {v} o'clock."], ["When does {n} get up?+At {v} o'clock", "At what time does {n} get up?+At {v} o'clock"], ["Who gets up at {v} o'clock?"], w.NUMBERS),
    ])


def line_up(s: Scene):
    """Two to four people, one fact of the same kind each: the answer must go with the right one."""
    says, by_name, by_value, values = _facts(s)
    who = s.people(s.rng.randint(2, len(s.cast)))
    chosen = s.rng.sample(list(dict.fromkeys(values)), len(who))
    form = s.rng.choice(says)
    for p, v in zip(who, chosen):
        s.say((form if s.rng.random() < 0.6 else s.rng.choice(says)).format(n=p.name, v=v))
    for p, v in zip(who, chosen):
        question, _, answer = s.rng.choice(by_name).partition("+")
        s.ask([question.format(n=p.name)], (answer or "{v}").format(v=v))
        s.ask([q.format(v=v) for q in by_value], p.name)


def links(s: Scene):
    """Two sentences must be put together: a relative and what is said of the relative."""
    a, b = s.people(2)
    rel = s.rng.choice(w.RELATIVES_F[:4] + ["daughter", "teacher", "best friend", "neighbour"] if b.female else w.RELATIVES_M[:4] + ["son", "teacher", "best friend", "neighbour"])
    s.say(f"{a.name}'s {rel} is called {b.name}.", f"{b.name} is {a.name}'s {rel}.", f"The {rel} of {a.name} is {b.name}.", f"{a.name} has a {rel} called {b.name}." if " " not in rel else f"{b.name} is {a.name}'s {rel}.")
    s.ask([f"Who is {b.name}?"], f"{a.name}'s {rel}")
    s.ask([f"Who is {a.name}'s {rel}?", f"What is {a.name}'s {rel} called?", f"What is the name of {a.name}'s {rel}?"], b.name)
    kind = s.rng.randrange(4)
    who = s.rng.choice([b.name, b.He])
    if kind == 0:
        place = s.new(s.words.places)
        s.say(f"{who} works at the {place}.", f"{who} has a job at the {place}.")
        s.ask([f"Where does {a.name}'s {rel} work?", f"Where does {b.name} work?"], f"at the {place}")
    elif kind == 1:
        full, noun = s.thing(0.8)
        s.say(f"{who} lost {b.his} {full}.", f"{who} lost {article(full)} last week.")
        s.ask([f"What did {a.name}'s {rel} lose?", f"What did {b.name} lose?"], f"{b.his} {full}" if b.his + " " + full in s.lines[-1] else article(full))
        s.ask([f"Who lost {article(noun)}?"], b.name)
    elif kind == 2:
        city = s.new(s.words.cities)
        s.say(f"{who} lives in {city}.", f"{who} moved to {city} and lives there.")
        s.ask([f"Where does {a.name}'s {rel} live?", f"Where does {b.name} live?"], f"in {city}")
    else:
        food = s.new(w.FOODS)
        s.say(f"{who} likes {food} best.", f"{who} eats {food} every day.")
        s.ask([f"What does {a.name}'s {rel} {'like' if 'likes' in s.lines[-1] else 'eat'}?"], food)


def two_whys(s: Scene):
    """Two people, each with a cause of their own."""
    for p, (state, *causes) in zip(s.people(2), s.rng.sample([x for x in STATES if x[0].startswith("was ")], 2)):
        cause = s.rng.choice(causes)
        s.say(f"{p.name} {state} because {cause}.", f"{cause}, so {p.name} {state}.", f"{p.name} {state}. The reason was that {cause}.")
        s.ask([f"Why was {p.name} {state[4:]}?"], f"because {cause}")
        s.ask([f"Who {state}?"], p.name)


def sequence(s: Scene):
    """Three people after each other: before whom, after whom, first, last."""
    if len(s.cast) < 3:
        return line_up(s)
    a, b, c = s.people(3)
    did, base = s.rng.choice([("arrived", "arrive"), ("came in", "come in"), ("jumped into the water", "jump into the water"), ("sang a song", "sing a song"), ("left", "leave"), ("got up", "get up"),
                              ("spoke", "speak"), ("finished", "finish"), ("crossed the bridge", "cross the bridge"), ("opened the parcel", "open the parcel")])
    s.say(f"First {a.name} {did}.", f"{a.name} {did} first.", f"{a.name} was the first who {did}.")
    s.say(f"Then {b.name} {did}.", f"After {a.name}, {b.name} {did}.", f"{b.name} {did} next.")
    s.say(f"{c.name} {did} last.", f"After {b.name}, {c.name} {did}.", f"At the end {c.name} {did}.")
    s.ask([f"Who {did} first?"], a.name)
    s.ask([f"Who {did} after {a.name}?", f"Who {did} before {c.name}?"], b.name)
    s.ask([f"Who {did} last?", f"Who {did} after {b.name}?"], c.name)
    s.ask([f"Who {did} before {b.name}?"], a.name)


TRACK = [(wanders, 20, "place"), (hands_on, 6, "place"), (line_up, 14, ""), (links, 4, ""), (two_whys, 2, ""), (sequence, 2, "")]
