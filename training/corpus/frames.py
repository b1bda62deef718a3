"""Frames: small patterns of happenings, each with the questions it can answer.

A frame takes the cast and writes sentences and (question wordings, answer) pairs into a
Scene.  Every answer needs the passage.  Leaves to others: mixing frames into passages and
laying out the page (`questions`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from . import words as w
from .words import article, capital


# Names of another test set (bAbI 1): a move with one of them never takes that set's verbs.
OTHERS_NAMES = {"John", "Mary", "Sandra", "Daniel"}


@dataclass
class Person:
    name: str
    female: bool

    @property
    def he(self): return "she" if self.female else "he"
    @property
    def his(self): return "her" if self.female else "his"
    @property
    def him(self): return "her" if self.female else "him"
    @property
    def He(self): return capital(self.he)


@dataclass
class Scene:
    rng: object
    words: w.Words
    cast: list[Person]
    lines: list[str] = field(default_factory=list)
    asks: list[tuple[list[str], str]] = field(default_factory=list)
    used: set = field(default_factory=set)

    def say(self, *alternatives: str):
        self.lines.append(capital(self.rng.choice(alternatives)))

    def ask(self, wordings, answer: str):
        answer = capital(answer)
        self.asks.append((list(wordings), answer if answer[-1] in ".!?" else answer + "."))

    def yes_no(self, true: str, false: str):
        """A question whose answer is yes, or one whose answer is no."""
        if self.rng.random() < 0.5:
            self.ask([true], "yes")
        else:
            self.ask([false], "no")

    def people(self, k: int) -> list[Person]:
        return self.rng.sample(self.cast, k)

    def new(self, options):
        """A word that this scene has not used yet, so that no answer is ambiguous."""
        left = [o for o in options if o not in self.used] or list(options)
        o = self.rng.choice(left)
        self.used.add(o)
        return o

    def thing(self, adjective=0.5):
        noun = self.new(self.words.things)[0]
        r = self.rng.random()
        if r < adjective:
            return self.rng.choice(w.COLOURS) + " " + noun, noun
        if r < adjective + 0.2:
            return self.rng.choice(w.ADJECTIVES) + " " + noun, noun
        return noun, noun


def moves(s: Scene):
    """People walk from room to room; the last place counts."""
    places = s.words.rooms if s.rng.random() < 0.6 else s.words.places
    who = s.people(s.rng.randint(1, min(3, len(s.cast))))
    at: dict[str, list[str]] = {p.name: [] for p in who}
    for _ in range(s.rng.randint(len(who), len(who) + 3)):
        p = s.rng.choice(who) if all(at.values()) else next(q for q in who if not at[q.name])
        place = s.rng.choice([x for x in places if x not in at[p.name]])
        subject = p.name if not at[p.name] or s.rng.random() < 0.8 else "then " + p.he
        if subject != p.name and not s.lines[-1].startswith((p.name, p.He)):
            subject = p.name
        verb = s.rng.choice(["went to", "walked to", "moved to", "ran to", "went back to" if place in at[p.name] else "went to",
                             "travelled to" if places is s.words.places else "hurried to", "came into" if places is s.words.rooms else "went to"])
        if p.name in OTHERS_NAMES:
            verb = "walked to"
        s.say(f"{subject} {verb} the {place}.")
        at[p.name].append(place)
    for p in who:
        here = at[p.name][-1]
        prep = "in" if places is s.words.rooms else "at"
        s.ask([f"Where is {p.name}?", f"Where is {p.name} now?", f"In which place is {p.name}?", f"Where did {p.name} end up?"],
              f"{prep} the {here}")
        if len(at[p.name]) > 1:
            s.ask([f"Where was {p.name} before the {here}?", f"Where was {p.name} before {p.he} went to the {here}?"],
                  f"{prep} the {at[p.name][-2]}")
    p = s.rng.choice(who)
    other = s.rng.choice([x for x in places if x not in at[p.name]] + at[p.name][:-1])
    s.yes_no(f"Is {p.name} {'in' if places is s.words.rooms else 'at'} the {at[p.name][-1]}?", f"Is {p.name} {'in' if places is s.words.rooms else 'at'} the {other}?")
    here = [p for p in who if at[p.name][-1] == at[who[0].name][-1]]
    if len(here) == 1:
        s.ask([f"Who is in the {at[who[0].name][-1]}?", f"Who went to the {at[who[0].name][-1]}?"] if sum(at[who[0].name][-1] in v for v in at.values()) == 1
              else [f"Who is in the {at[who[0].name][-1]} now?"], who[0].name)


def carries(s: Scene):
    """A thing is picked up, carried and put down."""
    p, (full, noun) = s.people(1)[0], s.thing()
    a, b = s.rng.sample(s.words.rooms, 2)
    s.say(f"{p.name} took the {full} from the {a}.", f"{p.name} picked up the {full} in the {a}.", f"In the {a}, {p.name} found a {full}." if full[0] not in "aeiou" else f"{p.name} got the {full} in the {a}.")
    s.say(f"{p.He} carried it to the {b}.", f"Then {p.he} went to the {b}.", f"{p.He} took it to the {b}.")
    put = s.rng.random() < 0.6
    if put:
        s.say(f"{p.He} left the {noun} there.", f"There {p.he} put down the {noun}.", f"{p.He} put the {noun} down there.")
    s.ask([f"Where is the {noun}?", f"Where is the {noun} now?", f"Where did {p.name} {'leave' if put else 'take'} the {noun}?"], f"in the {b}")
    s.ask([f"Where did {p.name} get the {noun}?", f"Where was the {noun} before?", f"Where did {p.name} find the {noun}?"], f"in the {a}")
    s.ask([f"What did {p.name} carry?", f"What did {p.name} take to the {b}?", f"What did {p.name} pick up?"], f"the {noun}")
    s.ask([f"Who carried the {noun}?", f"Who took the {noun}?", f"Who had the {noun}?"], p.name)


def gives(s: Scene):
    """Who gave what to whom."""
    a, b = s.people(2)
    full, noun = s.thing()
    s.say(f"{a.name} gave {b.name} {article(full)}.", f"{a.name} gave {article(full)} to {b.name}.",
          f"{b.name} got {article(full)} from {a.name}.", f"{a.name} handed {article(full)} to {b.name}.")
    s.ask([f"What did {a.name} give {b.name}?", f"What did {a.name} give to {b.name}?", f"What did {b.name} get from {a.name}?", f"What did {b.name} get?"], article(full))
    s.ask([f"Who gave the {noun} to {b.name}?", f"Who gave {b.name} the {noun}?", f"From whom did {b.name} get the {noun}?"], a.name)
    s.ask([f"Who got the {noun}?", f"Who did {a.name} give the {noun} to?", f"To whom did {a.name} give the {noun}?", f"Who has the {noun} now?" ], b.name)
    rest = [p for p in s.cast if p not in (a, b)]
    if s.rng.random() < 0.3:
        s.asks.insert(0, ([f"Did {a.name} give {b.name} {article(full)}?"], "Yes.") if s.rng.random() < 0.5 else ([f"Did {b.name} give {a.name} {article(full)}?"], "No."))
    if rest and s.rng.random() < 0.4:
        c = s.rng.choice(rest)
        s.asks[-1] = ([f"Who got the {noun} from {a.name}?", f"Who did {a.name} give the {noun} to?"], b.name + ".")
        s.say(f"Later {b.name} gave it to {c.name}.", f"Then {b.name} passed the {noun} to {c.name}.")
        s.ask([f"Who has the {noun} now?", f"Who has the {noun} in the end?", f"Who did {b.name} give the {noun} to?"], c.name)
        s.asks[-4:-3] = [([f"What did {a.name} give {b.name}?", f"What did {b.name} get from {a.name}?"], capital(article(full)) + ".")]


def owns(s: Scene):
    """Coloured things, one for each of two people."""
    a, b = s.people(2)
    noun = s.new(s.words.things)[0]
    c, d = s.rng.sample(w.COLOURS, 2)
    s.say(f"{a.name} has {article(c)} {noun}.", f"{a.name}'s {noun} is {c}.", f"The {noun} of {a.name} is {c}.")
    s.say(f"{b.name}'s {noun} is {d}.", f"{b.name} has {article(d)} {noun}.", f"But the {noun} of {b.name} is {d}.", f"{b.name} has {article(d)} one.")
    for p, col in ((a, c), (b, d)):
        s.ask([f"What colour is {p.name}'s {noun}?", f"What is the colour of {p.name}'s {noun}?", f"Which colour does {p.name}'s {noun} have?"], col)
        if s.rng.random() < 0.3:
            s.yes_no(f"Is {p.name}'s {noun} {col}?", f"Is {p.name}'s {noun} {s.rng.choice([x for x in w.COLOURS if x != col])}?")
        s.ask([f"Who has the {col} {noun}?", f"Who has {article(col)} {noun}?", f"Whose {noun} is {col}?"], p.name)


def counts(s: Scene):
    """How many of each, and where."""
    (_, a), (_, b) = s.rng.sample(s.words.things, 2)
    m, n = s.rng.sample(w.NUMBERS, 2)
    spot = s.new(s.words.spots)
    s.say(f"There are {m} {a} and {n} {b} {spot}.", f"There were {m} {a} and {n} {b} {spot}.", f"{spot} there are {m} {a} and {n} {b}.")
    s.ask([f"How many {a} are there?", f"How many {a} are {spot}?"], m)
    s.ask([f"How many {b} are there?", f"How many {b} are {spot}?"], n)
    s.ask([f"Where are the {a}?", f"Where are the {b}?"], spot)


def buys(s: Scene):
    p, place = s.people(1)[0], s.new(s.words.places)
    (_, a), (_, b) = s.rng.sample(s.words.things, 2)
    m, n, k = s.rng.sample(w.NUMBERS, 3)
    s.say(f"{p.name} went to the {place} and bought {m} {a} and {n} {b}.", f"At the {place} {p.name} bought {m} {a} and {n} {b}.")
    s.say(f"{p.He} paid {k} dollars.", f"{p.He} paid {k} dollars for everything.", f"Everything cost {k} dollars.")
    s.ask([f"What did {p.name} buy?", f"What did {p.name} buy at the {place}?"], f"{m} {a} and {n} {b}")
    s.ask([f"How many {a} did {p.name} buy?"], m)
    s.ask([f"How many {b} did {p.name} buy?"], n)
    s.ask([f"How much did {p.name} pay?", f"How much did everything cost?"], f"{k} dollars")
    s.ask([f"Where did {p.name} buy the {a}?", f"Where did {p.name} buy the {b}?", f"Where did {p.name} go shopping?"], f"at the {place}")


DOINGS = """washed the dishes;wash the dishes|watered the flowers;water the flowers|read a book;read a book|
fed the chickens;feed the chickens|wrote a letter;write a letter|swept the floor;sweep the floor|cooked dinner;cook dinner|
played football;play football|cleaned the windows;clean the windows|drank a cup of tea;drink a cup of tea|
took a bath;take a bath|did the homework;do the homework|made a cake;make a cake|called a friend;call a friend|
went for a walk;go for a walk|watched television;watch television|fixed the bicycle;fix the bicycle|
ate breakfast;eat breakfast|painted a picture;paint a picture|milked the cow;milk the cow|brushed the horse;brush the horse|
listened to the radio;listen to the radio|slept for an hour;sleep for an hour|cut the bread;cut the bread|
fetched water from the well;fetch water from the well|played the guitar;play the guitar|visited a friend;visit a friend"""
DOINGS = [tuple(x.strip().split(";")) for x in DOINGS.replace("\n", "").split("|")]


def orders(s: Scene):
    """First this, then that."""
    p = s.people(1)[0]
    (a, ai), (b, bi), (c, ci) = s.rng.sample(DOINGS, 3)
    three = s.rng.random() < 0.5
    s.say(f"First {p.name} {a}.", f"{p.name} {a}.", f"In the morning {p.name} {a}.")
    s.say(f"Then {p.he} {b}.", f"After that {p.he} {b}.", f"Next {p.he} {b}.")
    if three:
        s.say(f"Finally {p.he} {c}.", f"In the evening {p.he} {c}.", f"At last {p.he} {c}.")
        s.ask([f"What did {p.name} do last?", f"What did {p.name} do after {p.he} {b}?", f"What did {p.name} do in the end?"], f"{p.he} {c}")
    s.ask([f"What did {p.name} do first?", f"What did {p.name} do before {p.he} {b}?"], f"{p.he} {a}")
    s.ask([f"What did {p.name} do after {p.he} {a}?", f"What did {p.name} do then?" if not three else f"What did {p.name} do after {p.he} {a}?"], f"{p.he} {b}")
    s.ask([f"Who {a}?", f"Who {b}?"], p.name)


STATES = """was late;the bus broke down;the train was full;the alarm clock did not ring|was sad;the dog was ill;it rained all day;nobody came to the party|
was happy;the sun was shining;the holidays began;the exam was over;the team won the game|was tired;the night was short;the way was long;the baby cried all night|
was angry;somebody broke the window;the soup was cold;the neighbours were too loud|was afraid;there was a snake in the grass;it was dark;the dog barked loudly|
stayed at home;it was too cold;the road was closed;the car did not start|went to bed early;the train left at six in the morning;there was nothing to do|
was hungry;there was no bread left;the shop was closed;lunch was very late|was wet;it was raining;the boat turned over|
laughed;the clown fell off his chair;the joke was good;the parrot spoke|could not sleep;the moon was too bright;the wind was howling;the bed was too hard|
was surprised;a bird flew into the room;the door was open;it snowed in May|ran away;a bear came out of the forest;the bees were angry|
was proud;the cake was perfect;the bridge was finished;the picture won a prize|was thirsty;the well was dry;it was very hot"""
STATES = [x.strip().split(";") for x in STATES.replace("\n", "").split("|")]


def whys(s: Scene):
    p = s.people(1)[0]
    state, *causes = s.rng.choice(STATES)
    cause = s.rng.choice(causes)
    s.say(f"{p.name} {state} because {cause}.", f"{cause}, so {p.name} {state}.", f"{p.name} {state}, because {cause}.",
          f"Because {cause}, {p.name} {state}.", f"{cause}. That is why {p.name} {state}.")
    if state.startswith("was "):
        ask = [f"Why was {p.name} {state[4:]}?"]
    elif state.startswith("could not "):
        ask = [f"Why could {p.name} not {state[10:]}?"]
    else:
        base = {"stayed": "stay", "went": "go", "laughed": "laugh", "ran": "run"}
        verb, _, rest = state.partition(" ")
        ask = [f"Why did {p.name} {base[verb]} {rest}".strip() + "?"]
    s.ask(ask, f"because {cause}")
    s.ask([f"Who {state}?"], p.name)


def lives(s: Scene):
    p = s.people(1)[0]
    city, job, age = s.new(s.words.cities), s.new(s.words.jobs), s.rng.choice(w.NUMBERS[4:])
    female = s.rng.random() < 0.5
    rel = s.rng.choice(w.RELATIVES_F if female else w.RELATIVES_M)
    s.say(f"{p.name} is {age} years old and lives in {city}.", f"{p.name} lives in {city}. {p.He} is {age} years old.", f"{p.name} is {age}. {p.He} lives in {city}.",
          f"{p.name}, who is {age} years old, comes from {city}.")
    s.say(f"{capital(p.his)} {rel} is {article(job)}.", f"{p.name}'s {rel} is {article(job)}.", f"{capital(p.his)} {rel} works as {article(job)}.")
    s.ask([f"How old is {p.name}?", f"What is {p.name}'s age?"], age)
    s.ask([f"Where does {p.name} live?", f"In which city does {p.name} live?"] if "comes" not in s.lines[-2] else [f"Where does {p.name} come from?", f"Which city does {p.name} come from?"],
          f"in {city}" if "comes" not in s.lines[-2] else city)
    if "comes" not in s.lines[-2] and s.rng.random() < 0.4:
        s.yes_no(f"Does {p.name} live in {city}?", f"Does {p.name} live in {s.new(s.words.cities)}?")
    s.ask([f"What is {p.name}'s {rel}?", f"What does {p.name}'s {rel} do?", f"What is the job of {p.name}'s {rel}?"], article(job))


def pets(s: Scene):
    p = s.people(1)[0]
    animal, name, colour = s.new(s.words.animals), s.words.pet_name(s.rng), s.new(w.COLOURS[:8])
    spot = s.new(s.words.spots)
    s.say(f"{p.name} has a {colour} {animal} called {name}.", f"{p.name} has {article(animal)}. Its name is {name} and it is {colour}.",
          f"{p.name}'s {animal} is called {name}. It is {colour}.", f"{name} is {p.name}'s {animal}. {name} is {colour}.")
    if s.rng.random() < 0.6:
        s.say(f"The {animal} sleeps {spot}.", f"{name} likes to sleep {spot}.", f"It sleeps {spot}.")
        s.ask([f"Where does the {animal} sleep?", f"Where does {name} sleep?"], spot)
    s.ask([f"What is the name of the {animal}?", f"What is the {animal} called?", f"What is the name of {p.name}'s {animal}?"], name)
    s.ask([f"What colour is the {animal}?", f"What colour is {name}?"], colour)
    s.ask([f"Who has {article(animal)}?", f"Whose {animal} is {name}?"], p.name)
    s.ask([f"What animal does {p.name} have?", f"What kind of animal is {name}?", f"What is {name}?"], article(animal))


def weeks(s: Scene):
    p = s.people(1)[0]
    d, e = s.rng.sample(w.DAYS, 2)
    a, b = s.rng.sample(w.SPORTS + ["the guitar", "the piano"], 2)
    s.say(f"On {d} {p.name} plays {a}, and on {e} {p.he} plays {b}.", f"{p.name} plays {a} on {d}. On {e} {p.he} plays {b}.", f"Every {d} {p.name} plays {a}, but on {e} {p.he} plays {b}.")
    s.ask([f"What does {p.name} play on {d}?", f"What does {p.name} do on {d}?"][:1], a)
    s.ask([f"What does {p.name} play on {e}?"], b)
    s.ask([f"When does {p.name} play {a}?", f"On which day does {p.name} play {a}?"], f"on {d}")
    s.ask([f"When does {p.name} play {b}?", f"On which day does {p.name} play {b}?"], f"on {e}")


def likes(s: Scene):
    a, b = s.people(2)
    x, y = s.rng.sample(s.rng.choice([w.FOODS, w.FOODS, w.DRINKS, w.SUBJECTS, w.SEASONS]), 2)
    s.say(f"{a.name} likes {x}, but {b.name} likes {y}.", f"{a.name} loves {x}. {b.name} prefers {y}.", f"{a.name} likes {x} best. {b.name} likes {y} better.", f"{a.name} likes {x} and {b.name} likes {y}.")
    for p, z in ((a, x), (b, y)):
        s.ask([f"What does {p.name} like?", f"What does {p.name} like best?"], z)
        s.ask([f"Who likes {z}?"], p.name)


def loses(s: Scene):
    a, b = s.people(2)
    full, noun = s.thing()
    spot = s.new(s.words.spots)
    s.say(f"{a.name} lost {a.his} {full}.", f"{a.name} could not find {a.his} {full}.", f"{a.name} was looking for {a.his} {full}.")
    s.say(f"{b.name} found it {spot}.", f"It was {spot}, where {b.name} found it.", f"{b.name} saw the {noun} {spot}.", f"In the end {b.name} found the {noun} {spot}.")
    s.ask([f"What did {a.name} lose?", f"What was {a.name} looking for?"], f"{a.his} {full}")
    s.ask([f"Where was the {noun}?", f"Where did {b.name} find the {noun}?", f"Where was {a.name}'s {noun}?"], spot)
    s.ask([f"Who found the {noun}?", f"Who found {a.name}'s {noun}?"], b.name)
    s.ask([f"Who lost {a.his} {noun}?", f"Whose {noun} was it?"], a.name)


def compares(s: Scene):
    a, b = s.people(2)
    more, less = s.rng.choice([("taller", "shorter"), ("older", "younger"), ("faster", "slower"), ("stronger", "weaker"), ("richer", "poorer")])
    s.say(f"{a.name} is {more} than {b.name}.", f"{b.name} is {less} than {a.name}.")
    s.ask([f"Who is {more}?", f"Who is {more}, {a.name} or {b.name}?", f"Who is {more}, {b.name} or {a.name}?"], a.name)
    s.ask([f"Who is {less}?", f"Who is {less}, {a.name} or {b.name}?", f"Who is {less}, {b.name} or {a.name}?"], b.name)


def travels(s: Scene):
    p = s.people(1)[0]
    city, means, when = s.new(s.words.cities), s.rng.choice(["by train", "by bus", "by car", "by plane", "by boat", "by bicycle"]), s.rng.choice(
        ["in " + m for m in w.MONTHS + w.SEASONS] + ["on " + d for d in w.DAYS])
    s.say(f"{p.name} went to {city} {means} {when}.", f"{when} {p.name} went to {city} {means}.", f"{p.name} travelled to {city} {when}. {p.He} went {means}.")
    s.ask([f"Where did {p.name} go?", f"Where did {p.name} travel?", f"Which city did {p.name} visit?"][:2], f"to {city}")
    s.ask([f"How did {p.name} go to {city}?", f"How did {p.name} get to {city}?", f"How did {p.name} travel?"], means)
    s.ask([f"When did {p.name} go to {city}?", f"When did {p.name} travel to {city}?"], when)
    s.ask([f"Who went to {city}?", f"Who travelled to {city}?"], p.name)


def plays(s: Scene):
    """A thing is somebody's; then somebody gives a second thing, told with pronouns."""
    a, b = s.people(2)
    (full, noun), (full2, noun2) = s.thing(0.7), s.thing(0.7)
    place, day = s.new(s.words.rooms + s.words.places), s.rng.choice(w.DAYS)
    s.say(f"{a.name} has {article(full)}.", f"{a.name} got {article(full)} last year.", f"{a.name} owns {article(full)}.")
    s.say(f"{a.He} keeps it in the {place}.", f"{a.He} always leaves it in the {place}.", f"It is in the {place}.")
    s.say(f"On {day} {b.name} gave {a.him} {article(full2)}.", f"On {day}, {b.name} brought {a.him} {article(full2)}.", f"{b.name} gave {a.him} {article(full2)} on {day}.")
    s.ask([f"What did {b.name} give {a.name}?", f"What did {b.name} give to {a.name}?", f"What did {a.name} get on {day}?", f"What did {a.name} get from {b.name}?"], article(full2))
    s.ask([f"Where is the {noun}?", f"Where does {a.name} keep the {noun}?"], f"in the {place}")
    s.ask([f"Who gave {a.name} the {noun2}?", f"Who gave the {noun2} to {a.name}?", f"Who brought the {noun2}?"], b.name)
    s.ask([f"When did {a.name} get the {noun2}?", f"When did {b.name} give {a.name} the {noun2}?"], f"on {day}")


def cooks(s: Scene):
    a, b = s.people(2)
    food, drink = s.new(w.FOODS), s.new(w.DRINKS)
    place, n = s.new(s.words.rooms), s.rng.choice(w.NUMBERS)
    s.say(f"{a.name} made {food} for {b.name}.", f"{a.name} cooked {food} for {b.name}.", f"{b.name} was hungry, so {a.name} made {food}.")
    s.say(f"They ate it in the {place} and drank {drink}.", f"They sat in the {place} and drank {drink}.", f"They drank {drink} with it and sat in the {place}.")
    s.say(f"At {n} o'clock {b.name} went home.", f"{b.name} left at {n} o'clock.", f"{b.name} stayed until {n} o'clock.")
    s.ask([f"What did {a.name} make?", f"What did {a.name} make for {b.name}?", "What did they eat?"], food)
    s.ask(["What did they drink?"], drink)
    s.ask(["Where did they eat?", "Where did they sit?"], f"in the {place}")
    s.ask([f"When did {b.name} leave?", f"When did {b.name} go home?", f"At what time did {b.name} go home?"], f"at {n} o'clock")
    s.ask([f"Who made the {food}?", "Who cooked?"] if food != "bananas" else ["Who cooked?"], a.name)


# A frame and how often it comes.  Frames that move a person share a group: a passage holds one
# of a group at most, or "Where is Anna?" would have two answers.
FRAMES = [(moves, 3, "place"), (carries, 2, "place"), (gives, 3, ""), (owns, 3, ""), (counts, 2, ""), (buys, 2, "place"), (orders, 3, ""),
          (whys, 3, ""), (lives, 2, ""), (pets, 3, ""), (weeks, 2, ""), (likes, 2, ""), (loses, 2, ""), (compares, 1, ""), (travels, 2, "place"), (plays, 3, "place"),
          (cooks, 2, "")]


def choose(rng, k: int, frames: list) -> list:
    """k different frames, by weight, at most one of a group."""
    chosen, groups = [], set()
    while len(chosen) < k:
        frame, _, group = rng.choices(frames, [f[1] for f in frames])[0]
        if frame in chosen or (group and group in groups):
            continue
        chosen.append(frame)
        groups.add(group)
    return chosen
