"""More frames, of the kind that picture books and readers hold: homes, work, animals, weather,
things built and things eaten.  Same rules as `frames`.
"""

from __future__ import annotations

from . import words as w
from .frames import Scene
from .words import article, capital

BUILT = "boat house hut table fence bridge cage cart kite chair bed wall tower".split()
MATERIALS = ["wood", "stones", "an old tree", "paper", "bricks", "mud", "old boxes", "branches", "iron", "bamboo"]
CLOTHES = "coat hat scarf jacket sweater cap shirt jumper".split()
WEATHER = [("it was cold", ["coat", "scarf", "jacket", "sweater", "jumper"]), ("it was sunny", ["hat", "cap"]), ("it was raining", ["coat", "hat", "cap", "jacket"]),
           ("it was windy", ["scarf", "jacket", "cap"]), ("it was snowing", ["coat", "scarf", "sweater"])]
HOMES = ["on a farm", "in a small village", "near the sea", "in a big city", "in the mountains", "on an island", "in a little house", "at the edge of the forest", "by the river",
         "in an old castle", "next to the school", "above the bakery", "in the desert", "near the lake"]
NOISES = ["a noise", "a strange sound", "somebody cry", "a small voice", "a loud crash"]
PEOPLE_PLURAL = ["brothers", "sisters", "friends", "boys", "girls", "children", "men", "women", "farmers", "soldiers", "mice", "goats", "monkeys"]


def builds(s: Scene):
    many = s.rng.random() < 0.4
    p = s.people(1)[0]
    who = f"{s.rng.choice(w.NUMBERS[:4])} {s.rng.choice(PEOPLE_PLURAL)}" if many else p.name
    they, plural = ("they", True) if many else (p.he, False)
    thing, material, colour = s.new(BUILT), s.rng.choice(MATERIALS), s.rng.choice(w.COLOURS)
    n, unit = s.rng.choice(w.NUMBERS), s.rng.choice(["days", "weeks", "months", "hours"])
    s.say(f"{who} built a {thing} from {material}.", f"{who} made a {thing} out of {material}.", f"{who} built a {thing}. {capital(they)} used {material}.")
    if s.rng.random() < 0.7:
        s.say(f"It took {'them' if plural else p.him} {n} {unit}.", f"{capital(they)} worked on it for {n} {unit}.", f"It was ready after {n} {unit}.")
        s.ask([f"How long did it take?", f"How long did {they} work on the {thing}?", f"How long did it take to build the {thing}?"], f"{n} {unit}")
    if s.rng.random() < 0.7:
        s.say(f"{capital(they)} painted it {colour}.", f"The {thing} was {colour}.", f"At the end {they} painted it {colour}.")
        s.ask([f"What colour was the {thing}?", f"What colour is the {thing}?", f"What was the colour of the {thing}?"], colour)
    the = f"the {who.split()[1]}" if many else who
    s.ask([f"What did {the} build?", f"What did {the} make?"], f"a {thing}")
    s.ask([f"Who built the {thing}?", f"Who made the {thing}?"], f"{who}")
    s.ask([f"What was the {thing} made of?", f"What did {they} build the {thing} from?", f"What did {they} use?"], material)


def wakes(s: Scene):
    p = s.people(1)[0]
    job, n = s.new(s.words.jobs), s.rng.choice(w.NUMBERS)
    place, food = s.new(s.words.places), s.rng.choice(w.FOODS)
    sport = s.rng.choice(w.SPORTS)
    s.say(f"{p.name} is {article(job)}.", f"{p.name} works as {article(job)}.")
    s.say(f"{p.He} gets up at {n} o'clock.", f"Every morning {p.he} gets up at {n} o'clock.", f"{p.He} gets up at {n} o'clock, when it is still dark.")
    s.say(f"{p.He} works at the {place}.", f"{p.He} works in the {place} until the evening.")
    s.say(f"For lunch {p.he} eats {food}.", f"{p.He} eats {food} for lunch.", f"In the evening {p.he} plays {sport}.", f"After work {p.he} plays {sport}.")
    s.ask([f"What is {p.name}?", f"What does {p.name} do?", f"What is {p.name}'s job?"], article(job))
    s.ask([f"When does {p.name} get up?", f"At what time does {p.name} get up?"], f"at {n} o'clock")
    s.ask([f"Where does {p.name} work?"], f"{'at' if ' at the ' in s.lines[-2] else 'in'} the {place}")
    if "plays" in s.lines[-1]:
        s.ask([f"What does {p.name} play?", f"What does {p.he} play in the evening?" if "evening" in s.lines[-1] else f"What does {p.he} play after work?"], sport)
    else:
        s.ask([f"What does {p.name} eat for lunch?", f"What does {p.name} eat?", f"What does {p.he} have for lunch?"], food)


def home(s: Scene):
    p = s.people(1)[0]
    where, pet = s.new(HOMES), s.words.pet_name(s.rng)
    female = s.rng.random() < 0.5
    rel = s.rng.choice((w.RELATIVES_F if female else w.RELATIVES_M)[:4])
    a, b = s.rng.sample([x for x in s.words.animals if x not in ("sheep", "mouse")], 2)
    n, colour = s.rng.choice(w.NUMBERS), s.rng.choice(w.COLOURS[:8])
    plural = a + ("es" if a.endswith(("x", "s")) else "s")
    plural = {"monkeys": "monkeys", "ponys": "ponies", "gooses": "geese"}.get(plural, plural)
    s.say(f"{p.name} lives {where} with {p.his} {rel}.", f"{p.name} and {p.his} {rel} live {where}.", f"{p.name} lives with {p.his} {rel} {where}.")
    s.say(f"They have {n} {plural} and {article(colour)} {b}.", f"They have {article(colour)} {b} and {n} {plural}.")
    s.say(f"The {b} is called {pet}.", f"The {b}'s name is {pet}.", f"{p.name} calls the {b} {pet}.")
    if s.rng.random() < 0.5:
        s.say(f"Every morning {p.name} takes {pet} to the river.", f"Every day {p.name} takes it to the field.", f"In the evening {p.he} takes {pet} to the lake.")
        s.ask([f"Where does {p.name} take {pet}?", f"Where does {p.name} take the {b}?"], "to the " + s.lines[-1].rsplit(" ", 1)[1].rstrip("."))
    s.ask([f"Where does {p.name} live?", f"Where do {p.name} and {p.his} {rel} live?", "Where do they live?"], where)
    s.ask([f"Who does {p.name} live with?", f"With whom does {p.name} live?"], f"{p.his} {rel}")
    s.ask([f"How many {plural} do they have?", f"How many {plural} does {p.name} have?"], n)
    s.ask([f"What is the {b} called?", f"What is the name of the {b}?", f"What is the {b}'s name?"], pet)
    s.ask([f"What colour is the {b}?", f"What colour is {pet}?"], colour)
    s.ask([f"What is {pet}?", f"What kind of animal is {pet}?"], article(b))


def dresses(s: Scene):
    p = s.people(1)[0]
    cause, clothes = s.rng.choice(WEATHER)
    thing, colour = s.rng.choice(clothes), s.rng.choice(w.COLOURS)
    place = s.new(s.words.places)
    s.say(f"{cause}, so {p.name} put on {p.his} {colour} {thing}.", f"{p.name} put on {p.his} {colour} {thing} because {cause}.", f"{cause}. {p.name} put on {article(colour)} {thing}.")
    s.say(f"Then {p.he} went out to the {place}.", f"{p.He} walked to the {place}.", f"{p.He} went to the {place}.")
    s.ask([f"What did {p.name} put on?", f"What did {p.name} wear?"], f"{p.his} {colour} {thing}" if p.his + " " + colour in s.lines[-2] else article(f"{colour} {thing}"))
    s.ask([f"What colour was the {thing}?", f"What colour was {p.name}'s {thing}?"], colour)
    if cause + "." not in s.lines[-2].lower():
        s.ask([f"Why did {p.name} put on {p.his} {thing}?", f"Why did {p.name} put on the {thing}?"], f"because {cause}")
    s.ask([f"Where did {p.name} go?", f"Where did {p.name} walk?" if "walked" in s.lines[-1] else f"Where did {p.name} go?"], f"to the {place}")


def searches(s: Scene):
    p = s.people(1)[0]
    animal = s.new(s.words.animals)
    a, b, c = s.rng.sample(s.words.spots, 3)
    s.say(f"{p.name}'s {animal} was gone.", f"{p.name} could not find {p.his} {animal}.", f"The {animal} did not come home, and {p.name} was worried.")
    s.say(f"{p.He} looked {a} and {b}.", f"{p.He} searched {a} and {b}, but it was not there.", f"First {p.he} looked {a}, then {b}.")
    s.say(f"At last {p.he} found it {c}.", f"The {animal} was {c}.", f"Then {p.he} heard a small noise. The {animal} was {c}, asleep.", f"In the end the {animal} was {c}.")
    s.ask([f"Where was the {animal}?", f"Where did {p.name} find the {animal}?", f"Where was {p.name}'s {animal}?"], c)
    s.ask([f"What was {p.name} looking for?", f"What did {p.name} look for?"], f"{p.his} {animal}")
    s.ask([f"Who was looking for the {animal}?", f"Whose {animal} was gone?"], p.name)


def steals(s: Scene):
    p = s.people(1)[0]
    animal, food = s.new(s.words.animals), s.new([f for f in w.FOODS if f not in ("ice cream",)])
    place, when = s.new(s.words.rooms), s.rng.choice(["at night", "in the morning", "at noon", "on " + s.rng.choice(w.DAYS), "in the evening"])
    s.say(f"{article(animal)} came into the {place} {when} and ate the {food}.", f"{when} {article(animal)} came into the {place} and ate all the {food}.", f"{article(animal)} ate {p.name}'s {food}. It came into the {place} {when}.")
    s.say(f"{p.name} saw it and shouted.", f"{p.name} heard it and woke up.", f"{p.name} was very angry.", f"{p.name} only laughed.")
    s.ask([f"What did the {animal} eat?", f"What did the {animal} steal?"][:1], f"the {food}")
    s.ask([f"Who ate the {food}?", f"What ate the {food}?", f"Which animal ate the {food}?"], article(animal))
    s.ask([f"When did the {animal} come?", f"When did the {animal} eat the {food}?"], when)
    s.ask([f"Where was the {food}?", f"Where did the {animal} go?"][:1], f"in the {place}")


def hears(s: Scene):
    p = s.people(1)[0]
    animal, spot = s.new(s.words.animals), s.new(s.words.spots)
    noise, do = s.rng.choice(NOISES), s.rng.choice([("gave it some milk", "some milk"), ("gave it some bread", "some bread"), ("gave it some water", "some water"), ("gave it some meat", "some meat")])
    s.say(f"One night {p.name} heard {noise}.", f"{p.name} heard {noise}.", f"When {p.name} came home, {p.he} heard {noise}.")
    s.say(f"It was {article('little ' + animal)} {spot}.", f"There was {article(animal)} {spot}.", f"{spot} {p.he} saw a little {animal}.")
    s.say(f"{p.name} {do[0]}.", f"{p.He} {do[0]}.")
    s.ask([f"What did {p.name} hear?"], noise)
    s.ask([f"Where was the {animal}?", f"Where did {p.name} see the {animal}?"], spot)
    s.ask([f"What did {p.name} give the {animal}?", f"What did the {animal} get?"], do[1])
    s.ask([f"Who heard {noise}?", f"Who helped the {animal}?"], p.name)


def waits(s: Scene):
    p = s.people(1)[0]
    place, n, thing = s.new(s.words.places), s.rng.choice(w.NUMBERS), s.rng.choice(["train", "bus", "friend", "plane", "brother", "teacher"])
    did = s.rng.choice([("read a newspaper", "read"), ("read a book", "read"), ("ate an apple", "eat"), ("drank tea", "drink"), ("wrote a letter", "write"), ("ate a sandwich", "eat"), ("drank coffee", "drink")])
    s.say(f"{p.name}'s {thing} was late.", f"The {thing} was late, and {p.name} had to wait." if thing in ("train", "bus", "plane") else f"{p.name}'s {thing} did not come.")
    s.say(f"{p.He} waited at the {place} and {did[0]}.", f"So {p.he} sat down at the {place} and {did[0]}.", f"{p.He} waited at the {place} until {n} o'clock and {did[0]}.")
    verb = "wait" if "waited" in s.lines[-1] else "sit down"
    s.ask([f"Where did {p.name} {verb}?", f"Where was {p.name}?"], f"at the {place}")
    s.ask([f"What did {p.name} {did[1]}?", f"What did {p.he} {did[1]}?"], did[0].split(" ", 1)[1])
    if str(n) + " o'clock" in s.lines[-1]:
        s.ask([f"How long did {p.name} wait?", f"Until when did {p.name} wait?"][1:], f"until {n} o'clock")
    s.ask(["What was late?", f"What did {p.name} wait for?"] if thing in ("train", "bus", "plane") else [f"Who was late?", f"Who did {p.name} wait for?"],
          f"the {thing}" if thing in ("train", "bus", "plane") else f"{p.name}'s {thing}")


MORE = [(builds, 3, ""), (wakes, 3, ""), (home, 3, ""), (dresses, 2, "place"), (searches, 2, ""), (steals, 2, ""), (hears, 2, ""), (waits, 2, "place")]
