"""Tales put together from independent parts, so that the gist must be picked out of the tale and
not recognised by its kind: a wish, what stood in the way, who helped, how it ended; a talk of
two people; a small report.

`tale` gives the sentences (a leading "?" may be left out) and the gist in several wordings, as
`tales` does.  Parts at the end of a list, as many as KEPT says, are kept back.
"""

from __future__ import annotations

from . import words as w
from .words import article

# infinitive | past | how the tale puts it
GOALS = [tuple(x.split("|")) for x in """build {ax}|built {ax}|{A} wanted to build {ax}.|{A} made a plan to build {ax}.
see the sea|saw the sea|{A} had never seen the sea.|All {his} life {A} had dreamed of the sea.
open a shop in {city}|opened a shop in {city}|{A} wanted to have a shop of {his} own in {city}.|{A} had one dream: a small shop in {city}.
win the race|won the race|{A} wanted to win the race on {day}.|{A} trained for the race for {n} months.
learn to {skill}|learned to {skill}|{A} wanted to learn to {skill}.|More than anything {A} wished that {he} could {skill}.
catch the {animal}|caught the {animal}|{A} went out to catch the {animal}.|Everyone was afraid of the {animal}, but {A} wanted to catch it.
buy {ax}|bought {ax}|{A} wanted to buy {ax}.|In the window of a shop {A} saw {ax} and wanted to have it.
paint the house {colour}|painted the house {colour}|{A} wanted to paint the house {colour}.|{A} was tired of {his} grey house and wanted a {colour} one.
cook dinner for {n} people|cooked dinner for {n} people|{A} had to cook dinner for {n} people.|{n} people were coming to dinner, and {A} had to cook.
find the lost {animal}|found the lost {animal}|The {animal} was lost, and {A} went to look for it.|{A} wanted to find the {animal} that had run away.
cross the river|crossed the river|{A} had to cross the river.|{A} stood at the river and had to get to the other side.
write a book|wrote a book|{A} wanted to write a book.|For years {A} had wanted to write a book.
travel to {city}|travelled to {city}|{A} wanted to travel to {city}.|{A} planned a journey to {city}.
plant a garden|planted a garden|{A} wanted to plant a garden behind the house.|Behind {A}'s house there was nothing but stones, and {he} wanted a garden.
visit {his} grandmother|visited {his} grandmother|{A} set out to visit {his} grandmother.|{A} had not seen {his} grandmother for {n} years and wanted to visit her.
sell {his} {x}|sold {his} {x}|{A} wanted to sell {his} {x}.|{A} went to the market to sell {his} {x}.
clean the {place}|cleaned the {place}|The {place} was dirty, and {A} wanted to clean it.|{A} promised to clean the {place}.
climb the mountain|climbed the mountain|{A} wanted to climb the mountain.|Nobody had ever climbed the mountain, and {A} wanted to be the first.
send a letter to {city}|sent a letter to {city}|{A} had to send a letter to {city}.|{A} had written a long letter to a friend in {city}.
repair the roof|repaired the roof|The roof was broken and {A} had to repair it.|Rain came through the roof, so {A} wanted to repair it.
catch the train|caught the train|{A} had to catch the train at {n} o'clock.|The train left at {n} o'clock and {A} wanted to be on it.
play in the school band|played in the school band|{A} wanted to play in the school band.|{A} loved music and wanted to play in the school band.
keep the {animal}|kept the {animal}|{A} found {an_animal} and wanted to keep it.|One day {an_animal} came to {A}'s door, and {A} wanted to keep it.
bake a cake for {B}|baked a cake for {B}|{A} wanted to bake a cake for {B}.|It was {B}'s birthday and {A} wanted to bake a cake.
move the big stone|moved the big stone|A big stone lay on the road and {A} wanted to move it.|{A} could not go on, for a big stone lay on the road.
sleep|slept|{A} was tired and wanted to sleep.|After a long day {A} only wanted to sleep.
dig a well|dug a well|The village had no water, so {A} wanted to dig a well.|{A} decided to dig a well.
get to the top of the tower|got to the top of the tower|{A} wanted to get to the top of the tower.|From the top of the tower one could see the sea, and {A} wanted to go up.""".split("\n")]
OBSTACLES = [tuple(x.split("|")) for x in """{he} had no money|But {he} had no money.|The trouble was that {he} did not have a single coin.
it rained for {n} days|But it rained for {n} days.|Then rain began to fall and did not stop for {n} days.
nobody believed {him}|Nobody believed {him}.|Everybody laughed and nobody believed {him}.
{his} {x2} broke|But {his} {x2} broke.|On the first day {his} {x2} broke.
{he} was too small|But {he} was too small.|Everyone said that {he} was too small.
{he} fell and hurt {his} leg|Then {he} fell and hurt {his} leg.|On the way {he} fell over a stone and hurt {his} leg.
the road was closed|But the road was closed.|A tree had fallen, and the road was closed.
somebody stole {his} {x2}|In the night somebody stole {his} {x2}.|When {he} woke up, {his} {x2} was gone. Somebody had stolen it.
{he} was afraid|But {he} was afraid.|{His} knees shook, for {he} was afraid.
there was not enough time|But there was not enough time.|There was so little time.
{his} father said no|But {his} father said no.|{He} asked {his} father, who said no.
it was too dark|But it was too dark.|Night fell, and it was too dark.
{he} did not know the way|But {he} did not know the way.|At the first corner {he} stopped, for {he} did not know the way.
{he} became ill|Then {he} became ill.|The next day {he} became ill and had to stay in bed.
the neighbours were against it|But the neighbours were against it.|The neighbours shouted that they were against it.
a {colour2} {animal2} stood in the way|But a {colour2} {animal2} stood in the way.|In the middle of the path stood a {colour2} {animal2}, and it did not move.
{he} had forgotten {his} {x2}|But {he} had forgotten {his} {x2}.|Then {he} saw that {he} had forgotten {his} {x2}.
it was much too cold|But it was much too cold.|A cold wind blew, and it was much too cold.
the wind was too strong|But the wind was too strong.|The wind was so strong that {he} could hardly stand.""".split("\n")]
HELPS = [tuple(x.split("|")) for x in """gave {him} {ax3}|{B} came by and gave {him} {ax3}.|Then {B} gave {him} {ax3}.
showed {him} what to do|{B} showed {him} what to do.|An old friend, {B}, showed {him} what to do.
worked with {him} all night|{B} worked with {him} all night.|{B} came in the evening, and they worked all night.
lent {him} {his2} {x3}|{B} lent {him} {his2} {x3}.|{B} said, "Take my {x3}."
told {him} not to give up|{B} told {him} not to give up.|"Do not give up," said {B}.
carried {him} on {his2} back|{B} carried {him} on {his2} back.|{B} was strong and carried {him}.
called all the people of the village|{B} called all the people of the village.|{B} went from house to house and called all the people of the village.
came with {n} friends|{B} came with {n} friends.|Then {B} came, and with {him2} {n} friends.
had a good idea|{B} had a good idea.|{B} thought for a while and then had a good idea.
found a better way|{B} found a better way.|{B} looked at it and found a better way.
sat with {him} and sang|{B} sat with {him} and sang.|{B} sat down beside {him} and sang.
brought {food} and {drink}|{B} brought {food} and {drink}.|{B} came with {food} and {drink}.
stayed with {him} for {n} days|{B} stayed with {him} for {n} days.|{B} came and stayed for {n} days.""".split("\n")]
GOOD = ["In the end {A} {past}.", "At last {A} {past}.", "And so {A} {past}.", "On {day} {A} {past}.", "Now {A} has done it.", "It worked."]
BAD = ["But in the end {A} had to give up.", "It did not help, and {A} gave up.", "So {A} went home again.", "{A} never tried again."]
MORE_ENDS = ["?They danced until midnight.", "?{A} never forgot that day.", "?{A} thanked {B} warmly.", "?Everyone in {city} talked about it.", "?Since then they have been friends.", "?{A} still tells the story."]
ASIDES = ["?It was {month}.", "?{A} thought about it day and night.", "?{A}, {job_a}, was not a person who talks much.", "?{A} lived {spot2}.", "?It was a {day}.", "?{A} had {n} brothers.", "?{He} did not tell anybody.", "?{A}'s {pet_animal} was always with {him}."]
# what A asks of B | how the gist puts it
REQUESTS = [tuple(x.split("|")) for x in """Could you lend me your {x}?|asks {B} for {his2} {x}|to lend {him} {his2} {x}
Can you help me with my {subject} homework?|asks {B} for help with {his} {subject} homework|to help with the {subject} homework
Shall we go to the {place} on {day}?|asks {B} to go to the {place} on {day}|to go to the {place} on {day}
Would you like to come to my party on {day}?|invites {B} to a party on {day}|to come to the party on {day}
Can you look after my {animal} while I am in {city}?|asks {B} to look after {his} {animal}|to look after the {animal}
I want to sell my {x}. Do you want it?|offers {B} {his} {x}|to buy the {x}
Could you drive me to the {place}?|asks {B} for a lift to the {place}|to drive {him} to the {place}
Do you want to learn to {skill} with me?|asks {B} to learn to {skill} with {him}|to learn to {skill}
Can we meet at {n} o'clock?|asks {B} to meet at {n} o'clock|to meet at {n} o'clock
Will you buy some {food} on the way home?|asks {B} to buy some {food}|to buy some {food}
Could you wake me up at {n} o'clock?|asks {B} to wake {him} up at {n} o'clock|to wake {him} up
Let's move to {city}!|wants to move to {city} with {B}|to move to {city}""".split("\n")]
REASONS = [tuple(x.split("|")) for x in """I have to work|{he2} has to work
I am ill|{he2} is ill
my mother is coming to visit|{his2} mother is coming
I am too tired|{he2} is too tired
I have no time|{he2} has no time
I promised to help a friend|{he2} promised to help a friend
my car is broken|{his2} car is broken
I do not like it|{he2} does not like it
I will be in {city2}|{he2} will be in {city2}
I have an exam|{he2} has an exam""".split("\n")]
SMALL_TALK = ["?Hello, {b}!", "?How are you?", "?Fine, thank you.", "?What a day!", "?Have you heard the news?", "?It is so cold today.", "?I have not seen you for weeks.", "?Nice to see you.", "?I was just thinking of you."]
KEPT = 3


def _some(options: list, kept: bool) -> list:
    return options[-KEPT:] if kept else options[:-KEPT]


def more_slots(rng, words: w.Words, s: dict, female_b: bool) -> dict:
    """What `summaries.slots` has, and second and third things; "2" at a pronoun is B's."""
    s = dict(s)
    for i in "23":
        thing = rng.choice(words.things)[0]
        s["x" + i] = thing if rng.random() < 0.5 else rng.choice(w.COLOURS) + " " + thing
        s["ax" + i] = article(s["x" + i])
    s |= dict(he2="she" if female_b else "he", his2="her" if female_b else "his", him2="her" if female_b else "him", colour2=rng.choice(w.COLOURS[:8]),
              animal2=rng.choice(words.animals), subject=rng.choice(w.SUBJECTS), pet_animal=rng.choice(w.PETS))
    return s


def wish(rng, kept: bool) -> tuple[list[list[str]], list[str], dict]:
    goal, obstacle = rng.choice(_some(GOALS, kept)), rng.choice(_some(OBSTACLES, kept))
    help_ = rng.choice(_some(HELPS, kept))
    good, helped = rng.random() < 0.75, rng.random() < 0.8
    steps = [list(goal[2:]), [rng.choice(ASIDES)], list(obstacle[1:])]
    if rng.random() < 0.3:
        steps.append([rng.choice(ASIDES)])
    if helped:
        steps.append(list(help_[1:]))
    steps.append(GOOD if good else BAD)
    steps.append([rng.choice(MORE_ENDS)])
    inf, past, why, did = goal[0], goal[1], obstacle[0], "{B} " + help_[0]
    if good and helped:
        gists = [f"{{A}} {past} because {did}.", f"{{A}} wanted to {inf}, but {why}. {{B}} helped.", f"With {{B}}'s help {{A}} {past}.", f"Although {why}, {{A}} {past} with the help of {{B}}."]
    elif good:
        gists = [f"{{A}} {past}, although {why}.", f"Although {why}, {{A}} {past}.", f"{{A}} wanted to {inf}, and in the end {{he}} did."]
    elif helped:
        gists = [f"{{A}} could not {inf} because {why}.", f"{{A}} wanted to {inf}, but gave up although {did}.", f"{{B}} helped, but {{A}} could not {inf}."]
    else:
        gists = [f"{{A}} wanted to {inf}, but {why}.", f"{{A}} could not {inf} because {why}.", f"Because {why}, {{A}} did not {inf}."]
    return steps, gists, {"past": past}


def talk(rng, kept: bool) -> tuple[list[list[str]], list[str], dict]:
    """A conversation; each line opens with who speaks."""
    (ask, gist, inf), (reason, because) = rng.choice(_some(REQUESTS, kept)), rng.choice(_some(REASONS, kept))
    yes = rng.random() < 0.5
    steps = []
    if rng.random() < 0.6:
        steps += [["{A}: " + rng.choice(SMALL_TALK).lstrip("?").replace("{b}", "{B}")], ["{B}: " + rng.choice(SMALL_TALK).lstrip("?").replace("{b}", "{A}")]]
    steps.append(["{A}: " + ask])
    if yes:
        steps += [["{B}: Yes, of course.", "{B}: Why not?", "{B}: With pleasure.", "{B}: That is a good idea.", "{B}: All right."], ["?{A}: Thank you very much.", "?{A}: That is kind of you."]]
        gists = [f"{{A}} {gist}, and {{B}} agrees.", f"{{B}} agrees {inf}.", f"{{A}} {gist}. {{B}} says yes."]
    else:
        steps += [[f"{{B}}: I am sorry, but {reason}.", f"{{B}}: I can't. You see, {reason}.", f"{{B}}: No, {reason}."], ["?{A}: What a pity.", "?{A}: Never mind.", "?{A}: Then another time."]]
        gists = [f"{{A}} {gist}, but {because}.", f"{{A}} {gist}, but {{B}} says no because {because}.", f"{{B}} does not want {inf} because {because}."]
    return steps, gists, {"talk": True}


def plot(rng, kept: bool):
    return (wish if rng.random() < 0.72 else talk)(rng, kept)
