"""Words for the generators: names, places, things, colours, numbers.

A fifth or so of the names, things and places is kept back: the training documents never
use them in a generated passage, so that evaluation can ask about people and things that
the generators did not show.  Leaves to others: grammar (`questions`, `summaries`).
"""

from __future__ import annotations

import random

MALE = """Tom John Daniel Paul Ben Sam Jack Peter David Mark Luke Adam Leo Max Henry George Fred Harry
Simon Martin Alan Kevin Brian Eric Frank Jim Bob Bill Mike Nick Pierre Louis Hans Karl Ali Omar Ken Juma
Kofi Raj Ravi Carlos Diego Pablo Marco Luca Ivan Boris Jamal Tariq Musa Chen Hiro Andrew Joseph Robert
Charles Edward Arthur Walter Ralph Noah Liam Ethan Jacob Samuel Isaac Philip Stephen Roger Victor""".split()
FEMALE = """Mary Anna Lucy Emma Sara Kate Jane Alice Rose Lily Nina Eva Maria Julia Laura Susan Linda Helen
Betty Nancy Carol Ellen Grace Amy Molly Sophie Marie Claire Amina Fatima Aisha Mei Yuki Priya Asha Rita
Carmen Lola Elena Olga Tanya Zara Leila Wanjiru Akinyi Thandi Naledi Emily Daisy Ivy Hannah Rachel Sarah
Rebecca Martha Margaret Judy Karen Peggy Dora Flora Ella Mia Chloe Zoe Olivia Isabel Louise""".split()
MALE_KEPT = "Oscar Felix Hugo Theo Bruno Jonas Sven Amir Kwame Nils Albert Toby Ernest Pedro Ivo".split()
FEMALE_KEPT = "Ruth Clara Nadia Ingrid Paula Vera Greta Salma Wilma Tessa Agnes Yara Monica Lena Ada".split()

# name, plural
THINGS = """ball:balls book:books key:keys hat:hats cup:cups box:boxes bag:bags pen:pens doll:dolls kite:kites
coat:coats lamp:lamps map:maps letter:letters ring:rings watch:watches spoon:spoons knife:knives plate:plates
basket:baskets bottle:bottles blanket:blankets shirt:shirts scarf:scarves pencil:pencils drum:drums
picture:pictures chair:chairs bucket:buckets ticket:tickets shell:shells stone:stones flower:flowers
candle:candles football:footballs bicycle:bicycles toy:toys camera:cameras phone:phones newspaper:newspapers
cake:cakes apple:apples orange:oranges egg:eggs banana:bananas pear:pears loaf:loaves biscuit:biscuits
mango:mangoes carrot:carrots potato:potatoes umbrella:umbrellas ladder:ladders rope:ropes brush:brushes
mirror:mirrors comb:combs coin:coins stick:sticks feather:feathers guitar:guitars
boot:boots shoe:shoes sock:socks belt:belts dress:dresses skirt:skirts pillow:pillows towel:towels bell:bells clock:clocks
radio:radios piano:pianos flute:flutes stamp:stamps card:cards envelope:envelopes notebook:notebooks magazine:magazines
dictionary:dictionaries ruler:rulers needle:needles thread:threads nail:nails saw:saws spade:spades shovel:shovels
wheel:wheels boat:boats sledge:sledges tent:tents flag:flags mask:masks statue:statues vase:vases rose:roses seed:seeds
leaf:leaves nut:nuts plum:plums peach:peaches melon:melons cherry:cherries onion:onions cabbage:cabbages pumpkin:pumpkins
sandwich:sandwiches pie:pies sweet:sweets pan:pans pot:pots bowl:bowls fork:forks glass:glasses kettle:kettles
broom:brooms fan:fans pipe:pipes sword:swords shield:shields crown:crowns necklace:necklaces bracelet:bracelets
diamond:diamonds pearl:pearls robot:robots balloon:balloons bear:bears puppet:puppets train:trains computer:computers
suitcase:suitcases wallet:wallets passport:passports sponge:sponges soap:soaps chain:chains net:nets hook:hooks""".split()
# regular plurals
THINGS += [n + ":" + n + "s" for n in """saddle drawer lid cane laptop bandage receipt pail rifle tray note spear cage tail frog snail arrow earring
pistol cap bow photo pebble acorn anchor apron badge barrel bead beetle bolt bouquet bracket brick brooch bun burger cable cap carpet cart cassette catapult cello
charm chisel cigar clarinet cloak cone cork cracker cradle crayon cushion dart dumpling eraser fiddle folder garland globe goblet gown hammock harp
hatchet helm hoe horn hose jewel jug kimono kernel lemonade lever locket log lollipop lute magnet mat medal mitten mop mousetrap muffin mug napkin necktie
nut oar olive onion overcoat packet paddle pancake parachute parcel peanut pendant pillar pin pitcher plank plaster plum poster propeller quilt raft rag
rake rattle razor recorder reel ribbon riddle robe rocket roller rug sack sandal saucer sausage scooter screw screwdriver sheet shawl ship shutter
sign sieve skateboard skate ski slipper snowball spanner spear spring statuette stool strap straw string swing tambourine tape telescope thermometer
thimble tile tin token toothbrush torch tractor trolley trowel trunk tub tulip turban turnip typewriter vest wagon wand washer waistcoat wig wreath yoyo zip""".split()]
THINGS = list(dict.fromkeys(THINGS))
THINGS_KEPT = """whistle:whistles helmet:helmets violin:violins button:buttons lantern:lanterns lemon:lemons
jar:jars purse:purses hammer:hammers puzzle:puzzles glove:gloves tomato:tomatoes trumpet:trumpets
teapot:teapots marble:marbles""".split()

ANIMALS = "dog cat rabbit horse cow goat sheep pig duck hen mouse parrot donkey fox monkey bird turtle lion bear".split()
ANIMALS_KEPT = "hamster goose camel squirrel pony".split()
PETS = "dog cat rabbit parrot horse goat donkey turtle".split()
PET_NAMES = "Snow Sugar Sunny Cloud Honey Rosie Daisy Blacky Buster Toto Tina Chico Nero Prince Duke Rusty Storm Polly Minka Bobby Lulu Teddy Kiki Rex Bella Max Spot Snowy Tiger Coco Lucky Ginger Simba Milo Bobo Fluffy Shadow Star Pepper Oreo Pip".split()
PET_NAMES_KEPT = "Biscuits Ziggy Pumpkin Rocket Moss".split()

COLOURS = "red blue green yellow black white brown grey pink purple orange".split()
ADJECTIVES = "big small old new little heavy round long broken wooden beautiful".split()

ROOMS = [w.replace("_", " ") for w in """kitchen garden bathroom bedroom living_room hallway garage cellar
office library classroom dining_room attic""".split()]
ROOMS_KEPT = [w.replace("_", " ") for w in "playroom shed laundry_room studio".split()]
PLACES = [w.replace("_", " ") for w in """park market school station shop beach forest river village museum
hospital zoo bank church farm post_office bakery lake field hotel cinema swimming_pool harbour bus_stop
playground restaurant""".split()]
PLACES_KEPT = [w.replace("_", " ") for w in "airport castle theatre stadium orchard town_hall".split()]
SPOTS = """under the bed;on the table;behind the door;in the drawer;on the shelf;under the chair;in the cupboard;
next to the window;behind the sofa;in the garden;on the roof;under a tree;in the car;near the river;in his bag;
on the stairs;in the kitchen;under the blanket;on the bench;in the grass;beside the well;in the box"""
SPOTS = [s.strip() for s in SPOTS.replace("in his bag;", "").split(";")]
SPOTS_KEPT = ["behind the curtain", "under the carpet", "in the oven", "on the piano", "in the boat"]

CITIES = """Paris London Berlin Rome Madrid Boston Tokyo Cairo Nairobi Lagos Lima Dublin Vienna Munich Lyon
Geneva Oslo Athens Delhi Chicago Sydney Moscow Prague Lisbon Toronto Accra Kampala""".split()
CITIES_KEPT = "Hamburg Naples Warsaw Quito Nice Dakar".split()
JOBS = """doctor teacher nurse farmer baker driver cook painter singer pilot policeman fisherman carpenter tailor
gardener writer dentist shopkeeper engineer lawyer""".split()
JOBS_KEPT = "plumber sailor butcher librarian".split()
FOODS = """bread rice soup fish chicken pizza chocolate cheese apples bananas cake eggs salad beans
pancakes honey meat noodles""".split() + ["ice cream"]
DRINKS = "tea coffee milk water juice lemonade".split()
SPORTS = "football tennis chess basketball cards volleyball".split()
SUBJECTS = "history music maths English French German science art geography".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
SEASONS = "spring summer autumn winter".split()
NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
RELATIVES_M = "brother father uncle grandfather friend cousin".split()
RELATIVES_F = "sister mother aunt grandmother friend cousin".split()

ROLES_M = ["the boy", "the old man", "the king", "the farmer", "the teacher", "the baker", "the prince", "the fisherman", "the hunter", "the little boy", "the soldier", "the fox",
           "the wolf", "the bear", "the youngest son", "grandfather", "Mr. Brown", "Mr. Miller", "Mr. Green", "Mr. White", "Uncle Jim", "the thief"]
ROLES_F = ["the girl", "the old woman", "the queen", "the princess", "the nurse", "the little girl", "the witch", "the shopkeeper", "the hen", "the cat", "the mother", "grandmother",
           "Mrs. Brown", "Mrs. Miller", "Mrs. Green", "Mrs. White", "Aunt Polly", "the singer", "the youngest sister", "the cook"]

_SYLLABLES = "ba be bo da di do fa fi ga go ka ki ko la li lo ma mi mo na ni no pa pi ra ri ro sa si so ta ti to va vi za zu".split()


_STARTS = "B Br C Ch D Dr F Fl Fr G Gl Gr H J K Kl L M N P Ph Pr Qu R S Sh Sk Sl St T Th Tr V W Y Z A E I O U".split()
_MIDDLES = "a e i o u ai ee ea oa ou ia an en in on ar er or al el il un ath and elb ind ust ort all ick ott unn est".split()
_ENDS = "a o e y ie ah us is on an en in el ik ert old ard ine ette ina ora ius ton ley wick bert mund fred lyn sa ra da na ta vo co ro ff ll tt x".split()


def invented(rng) -> str:
    """A name that nobody has: there is no remembering it, it must be copied."""
    if rng.random() < 0.35:
        return "".join(rng.sample(_SYLLABLES, rng.choice((2, 2, 3)))).capitalize() + rng.choice(["", "", "n", "l"])
    name = rng.choice(_STARTS) + rng.choice(_MIDDLES) + rng.choice(_ENDS)
    return name if name not in KEPT_NAMES else invented(rng)


KEPT_NAMES = {*MALE_KEPT, *FEMALE_KEPT, *PET_NAMES_KEPT, *CITIES_KEPT}


class Words:
    """The word lists a generator may draw from: the training side, or the kept-back side."""

    def __init__(self, kept: bool, mined: list[str] | None = None):
        self.mined = mined or []  # names found in the prose: see names.py
        pick = lambda train, held: held if kept else train
        self.kept = kept
        self.male, self.female = pick(MALE, MALE_KEPT), pick(FEMALE, FEMALE_KEPT)
        self.things = [tuple(t.split(":")) for t in pick(THINGS, THINGS_KEPT)]
        self.animals = pick(ANIMALS, ANIMALS_KEPT)
        self.pet_names = pick(PET_NAMES, PET_NAMES_KEPT)
        self.rooms, self.places = pick(ROOMS, ROOMS_KEPT), pick(PLACES, PLACES_KEPT)
        self.spots = pick(SPOTS, SPOTS_KEPT)
        self.cities, self.jobs = pick(CITIES, CITIES_KEPT), pick(JOBS, JOBS_KEPT)
        if not kept and self.mined:  # places with names to copy
            rng = random.Random(7)
            self.cities = self.cities + rng.sample(self.mined, 40) + [invented(rng) for _ in range(40)]

    def pet_name(self, rng) -> str:
        r = rng.random()
        if not self.kept and r < 0.25:
            return invented(rng)
        if self.mined and r < 0.45:
            return rng.choice(self.mined)
        return rng.choice(self.pet_names)

    def name(self, rng, female: bool) -> str:
        # an invented name now and then, so that names are copied rather than remembered
        r = rng.random()
        if self.mined and r < 0.5:
            return rng.choice(self.mined)
        if not self.kept and r < 0.72:
            return invented(rng)
        return rng.choice(self.female if female else self.male)


def article(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
