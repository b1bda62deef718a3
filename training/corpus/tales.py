"""Small tales with a known gist, for summaries.

Each tale is a list of steps (alternatives in a list; a step starting with "?" may be left
out) and the gist in several wordings.  {A} and {B} are people, {he} {his} {him} {He} {His}
belong to A; {x} is a thing, {ax} with its article; {place} {spot} {animal} {day} and the
rest come from `words`.  Leaves to others: padding and layout (`summaries`).
"""

TALES = {
    "lost": (
        [["{A} lost {his} {x} at the {place}.", "At the {place} {A} noticed that {his} {x} was gone."],
         ["?{He} looked everywhere for it.", "?{He} searched for hours."], ["?{He} asked everyone, but nobody had seen it.", "?{He} was close to tears."],
         ["Then {B} came by and helped to search.", "{B} heard about it and wanted to help."],
         ["In the end {B} found it {spot}.", "After a long time {B} saw it {spot}."], ["?{A} was very happy.", "?{A} thanked {B} again and again."]],
        ["{A} lost {his} {x}, but {B} found it {spot}.", "{B} found the {x} that {A} had lost.", "{A}'s {x} was lost at the {place} and {B} found it."]),
    "gift": (
        [["It was {B}'s birthday on {day}.", "On {day} {B} had a birthday."], ["{A} did not know what to give.", "{A} thought for a long time about a present."],
         ["?{He} did not have much money.", "?{He} went from shop to shop."], ["At last {he} bought {ax} at the {place}.", "At the {place} {he} saw {ax} and bought it."],
         ["{B} opened the parcel and laughed with joy.", "When {B} saw it, {B} was delighted."]],
        ["{A} bought {B} {ax} for {B}'s birthday.", "{A} gave {B} {ax} as a birthday present.", "{B} got {ax} from {A} for the birthday and was delighted."]),
    "late": (
        [["{A} wanted to take the train to {city}.", "{A} had to catch the train to {city}."], ["?{He} got up early.", "?{He} packed {his} bag in the evening."],
         ["But {cause}.", "Unfortunately {cause}."], ["{A} ran to the station as fast as {he} could.", "{He} hurried to the station."],
         ["When {he} arrived, the train had already left.", "The train left without {him}."], ["?{He} had to wait until {day}.", "?So {he} went home again."]],
        ["{A} missed the train to {city} because {cause}.", "Because {cause}, {A} missed the train to {city}.", "{A} could not go to {city} because {he} missed the train."]),
    "rescue": (
        [["{A} was walking near the {place} when {he} heard a strange noise.", "On {day} {A} went for a walk near the {place}."],
         ["A small {animal} had fallen into the water.", "There was a little {animal} in the water."], ["?It was cold and afraid.", "?It could not get out."],
         ["{A} pulled it out with a rope.", "{A} jumped in and pulled it out."], ["{He} took it home and gave it some milk.", "{He} wrapped it in {his} coat and carried it home."],
         ["?Since then the {animal} has never left {him}.", "?Now they are best friends."]],
        ["{A} rescued a little {animal} from the water.", "{A} saved {an_animal} near the {place} and took it home.", "{A} pulled {an_animal} out of the water and took it home."]),
    "cake": (
        [["{A} wanted to bake a cake for {B}.", "{A} decided to make a cake for {B}."], ["{He} mixed flour, eggs and sugar.", "?{He} found a recipe in an old book."],
         ["But then {he} went out and forgot the oven.", "Then {he} fell asleep on the sofa.", "Then the telephone rang and {he} talked for an hour."],
         ["When {he} came back, the kitchen was full of smoke.", "The cake burned and turned black."], ["So {he} bought a cake at the bakery.", "In the end they ate {food} instead."]],
        ["{A} wanted to bake a cake for {B}, but it burned.", "{A}'s cake for {B} burned.", "{A} burned the cake that {he} was making for {B}."]),
    "pet": (
        [["{A} had always wanted {an_animal}.", "For years {A} dreamed of {an_animal}."], ["?{His} parents said no.", "?{His} house was very small."],
         ["On {day} {B} came with a box.", "One {day} {B} brought a basket."], ["In it was a {colour} {animal}.", "A {colour} {animal} looked out of it."],
         ["{A} named it {pet}.", "They called it {pet}."], ["?It slept {spot} from the first night on.", "?It ate everything it could find."]],
        ["{A} got a {colour} {animal} from {B} and named it {pet}.", "{B} gave {A} a {colour} {animal}.", "{A}'s wish came true: {B} brought {him} {an_animal}."]),
    "race": (
        [["There was a race at the {place} on {day}.", "On {day} everyone came to the {place} to see the race."], ["{B} was the fastest runner in town.", "Everybody thought that {B} would win."],
         ["?{A} had trained in secret.", "?Nobody knew {A}."], ["But near the end {B} fell.", "Halfway {B} stopped to rest."], ["{A} ran past and won.", "{A} did not stop and came in first."],
         ["?{He} won {ax} as a prize.", "?The people clapped and cheered."]],
        ["{A} won the race against {B}.", "{A} beat {B} in a race at the {place}.", "{B} was faster, but {A} won the race."]),
    "illness": (
        [["{A} woke up with a fever.", "On {day} {A} felt ill."], ["{He} could not go to {his} work.", "?{His} head hurt and {he} could not eat."],
         ["{B} heard about it and came at once.", "{B} went to see {him}."], ["{B} cooked soup and made tea.", "{B} brought {food} and hot tea."], ["?After {n} days the fever was gone.", "?Soon {he} felt better."]],
        ["{A} was ill and {B} took care of {him}.", "When {A} was ill, {B} looked after {him}.", "{B} helped {A}, who was ill."]),
    "storm": (
        [["{A} and {B} wanted to have a picnic at the {place}.", "{A} and {B} planned a picnic at the {place}."], ["They packed {food} and {drink}.", "?They had waited for it all week."],
         ["As soon as they sat down, it began to rain.", "Suddenly dark clouds came and a storm broke out."], ["They ran to the car.", "They grabbed everything and ran."],
         ["So they had their picnic at home, on the floor.", "In the end they ate at {A}'s house."]],
        ["{A} and {B} could not have their picnic because of the rain.", "Rain spoiled {A} and {B}'s picnic, so they ate at home.", "{A} and {B} planned a picnic, but it rained."]),
    "repair": (
        [["{B}'s {x} was broken.", "One day {B}'s {x} broke."], ["?{B} wanted to throw it away.", "?A new one was too expensive."], ["{A} looked at it and shook {his} head.", "{A}, {job_a}, said that {he} could fix it."],
         ["{He} worked on it for {n} hours.", "{He} worked all night."], ["In the morning it was as good as new.", "Then it worked again."], ["?{B} paid {him} with {food}.", "?{B} could not believe it."]],
        ["{A} repaired {B}'s {x}.", "{A} fixed the broken {x} of {B}.", "{B}'s {x} broke and {A} repaired it."]),
    "move": (
        [["{A} had lived in {city} all {his} life.", "{A} was born in {city}."], ["Then {he} found work as {job_a} in {city2}.", "One day {he} was offered a job as {job_a} in {city2}."],
         ["?It was hard to say goodbye to {B}.", "?{He} packed everything into {n} boxes."], ["{He} moved there in {month}.", "In {month} {he} left."], ["?Now {he} writes to {B} every week.", "?{He} likes the new town."]],
        ["{A} moved from {city} to {city2} to work as {job_a}.", "{A} left {city} for a job in {city2}.", "{A} moved to {city2} because {he} found work there."]),
    "learn": (
        [["{A} wanted to learn to {skill}.", "{A} could not {skill}, and it made {him} sad."], ["{B} promised to teach {him}.", "{B} offered to show {him}."], ["At first it was very difficult.", "?{He} wanted to give up many times."],
         ["They practised every {day}.", "They practised for {n} weeks."], ["In {month} {he} could do it.", "At last {he} could {skill} very well."]],
        ["{B} taught {A} to {skill}.", "{A} learned to {skill} with {B}'s help.", "With the help of {B}, {A} learned to {skill}."]),
    "thief": (
        [["Every night {food} disappeared from {A}'s kitchen.", "Somebody was stealing {food} from {A}'s house."], ["{A} thought that it was {B}.", "?{B} said that {B} had nothing to do with it."],
         ["So {he} hid behind the door and waited.", "One night {he} did not go to bed and waited."], ["At midnight {an_animal} came in and took it.", "Then {he} saw that the thief was {an_animal}."], ["?{A} had to laugh.", "?{A} said sorry to {B}."]],
        ["{An_animal} was stealing {food} from {A}'s kitchen.", "{A} found out that {an_animal} had stolen the {food}.", "The thief who took {A}'s {food} was {an_animal}."]),
    "quarrel": (
        [["{A} and {B} were best friends.", "{A} and {B} had been friends for years."], ["One day they quarrelled about {ax}.", "On {day} they had a quarrel over {ax}."], ["?They did not speak for {n} days.", "?Both were angry and sad."],
         ["Then {A} wrote a letter and said sorry.", "At last {A} went to {B}'s house and said sorry."], ["Now they are friends again.", "{B} forgave {him} and they laughed about it."]],
        ["{A} and {B} quarrelled about {ax}, but made up again.", "{A} said sorry to {B} after a quarrel about {ax}.", "After a quarrel over {ax}, {A} and {B} became friends again."]),
    "found_money": (
        [["{A} found a bag full of money {spot}.", "On the way to the {place}, {A} found a bag with a lot of money."], ["?{He} counted it {n} times.", "?{He} could have bought anything."],
         ["{He} took it to the police.", "But {he} did not keep it."], ["The money belonged to {B}.", "It turned out to be {B}'s money."], ["{B} gave {him} {ax} as a reward.", "?{B} thanked {him} warmly."]],
        ["{A} found {B}'s money and gave it back.", "{A} gave back the money that {B} had lost.", "{A} found a bag of money and returned it to {B}."]),
    "visit": (
        [["{A} had not seen {B} for {n} years.", "{B} lived far away, in {city}."], ["In {month} {he} decided to visit {B}.", "One {day} {A} took the bus to {city} to visit {B}."],
         ["?The journey was long.", "?{He} took {food} as a present."], ["But {B} was not at home.", "When {he} knocked, nobody opened the door."], ["{B} had gone to visit {A}.", "A neighbour said that {B} had left to visit {A}."], ["?Both laughed about it later."]],
        ["{A} went to visit {B}, but {B} had gone to visit {A}.", "{A} and {B} went to visit each other at the same time.", "{A} wanted to visit {B} but {B} was not at home."]),
}
TALES_KEPT = {
    "snow": (
        [["It snowed all night in {city}.", "In {month} it snowed for {n} days."], ["{A} could not open {his} door.", "?Everything was white."], ["{B} came with a shovel and cleared the way.", "Then {B} dug a path to the house."],
         ["{A} made {drink} for both of them.", "?They were tired and cold."]],
        ["{B} helped {A} out of the snow.", "{B} dug {A}'s house out of the snow.", "{A} could not leave the house because of the snow, and {B} helped."]),
    "song": (
        [["{A} wrote a song about {an_animal}.", "{A} was {job_a}, but {he} loved to write songs."], ["?Nobody wanted to hear it."], ["{B} sang it at the {place}.", "On {day} {B} played it at the {place}."], ["Everybody liked it.", "Now the whole town sings it."]],
        ["{A} wrote a song and {B} made it famous.", "{B} sang {A}'s song at the {place}.", "{A}'s song became a success when {B} sang it."]),
}
CAUSES = ["the alarm clock did not ring", "the car did not start", "there was too much traffic", "the bus broke down", "the bridge was closed",
          "it was snowing", "the key was lost", "the taxi did not come"]
SKILLS = ["swim", "ride a bicycle", "play the guitar", "cook", "speak French", "dance", "read", "play chess", "drive", "draw", "sing"]
