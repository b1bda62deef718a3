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
TALES |= {
    "opening": (
        [["The town of {city} has opened a new {building}.", "A new {building} opened in {city} on {day}."], ["It stands near the {place}.", "?It took {n} years to build."], ["?It cost a lot of money.", "?It has {n} large rooms."],
         ["More than {n} hundred people came on the first day.", "?{A} was the first visitor."], ["?It is open every day but {day}.", "?Children do not have to pay."]],
        ["A new {building} has opened in {city}.", "{city} has a new {building}.", "The town of {city} opened a new {building} near the {place}."]),
    "closing": (
        [["The {building} in {city} will close in {month}.", "{A} has worked in the {building} of {city} for {n} years."], ["{A}, who works there, wants to rest.", "Now {he} is old and wants to rest."], ["?{He} has looked for somebody to take over.", "?{His} children live far away."],
         ["But nobody wants the work.", "{B} was asked, but said no."], ["?People in the town are sad.", "?Many people came to say thank you."]],
        ["The {building} in {city} closes because {A} wants to rest.", "The {building} closes because nobody takes over from {A}.", "{A} stops working and the {building} will close."]),
    "fire": (
        [["A fire broke out in the {building} of {city} on {day}.", "On {day} evening the {building} in {city} was on fire."], ["{A} saw the smoke and called for help.", "{A} smelled smoke and woke everybody."], ["?It took {n} hours to put it out.", "?The firemen came at once."],
         ["Nobody was hurt.", "Everybody got out in time."], ["?Only a {x} was burned.", "?The roof must be repaired."]],
        ["A fire broke out in {city}, but nobody was hurt.", "The {building} in {city} burned, but {A} saw it in time.", "{A} saw a fire in the {building}, and nobody was hurt."]),
    "blocked": (
        [["Heavy snow fell in {city} last night.", "There was a storm in {city} on {day}.", "Heavy rain fell on {city} all night."], ["The road to the {place} was closed.", "A tree fell on the road."], ["The school bus could not come.", "?Many people could not go to work."],
         ["The children had no school.", "The children stayed at home and played."], ["?{A} helped to clear the road.", "?By the evening the road was open again."]],
        ["Bad weather closed the road in {city}, and the children had no school.", "There was no school in {city} because the road was closed.", "The road was closed and the children stayed at home."]),
    "fox": (
        [["A hungry {animal} came to {A}'s farm every night.", "Every night {an_animal} came to the farm of {A} and stole an egg."], ["{A} built a fence.", "{A} built a high wall around the farm."], ["But the {animal} dug a hole under it.", "But the {animal} jumped over it."],
         ["Then {B} had an idea and put {ax} in front of the door.", "Then {B} put {ax} beside the door."], ["The {animal} was afraid of it and never came back.", "When the {animal} saw it, it ran away."]],
        ["{B} drove away the {animal} that came to {A}'s farm.", "{An_animal} came to {A}'s farm every night until {B} stopped it.", "{B} had an idea and the {animal} never came back to the farm."]),
    "seed": (
        [["{A} found a seed and planted it behind the house.", "{A} planted a small seed in the garden."], ["{He} gave it water every day.", "?Every morning {he} looked at it."], ["For a long time nothing grew.", "But nothing grew."], ["{B} laughed at {him}.", "{B} said that it was dead."],
         ["After {n} weeks a green leaf came out of the ground.", "Then one day in {month} there was a green leaf."], ["In the summer it was a big tree.", "It became a flower taller than {A}.", "?Now {B} does not laugh any more."]],
        ["{A} planted a seed and waited until it grew.", "{A}'s seed grew in the end, although {B} had laughed.", "{A} was patient, and the seed grew."]),
    "birthday": (
        [["{A} was {n} years old on {day}.", "It was {A}'s birthday."], ["{He} asked all {his} friends to come.", "?{He} had waited for this day all year."], ["But it rained and nobody came.", "In the afternoon nobody came."], ["{A} was sad and sat by the window.", "?{He} began to cry."],
         ["Then the door opened and all {his} friends came in.", "Suddenly {B} and all the friends stood at the door."], ["They had brought {food} and {ax}.", "?They sang and danced until night."]],
        ["{A} thought that nobody would come to the birthday, but {his} friends came.", "{A}'s friends came late to {his} birthday.", "{A} was sad on {his} birthday until {his} friends came."]),
    "lost_at_sea": (
        [["{A} was out at sea when a storm came.", "On {day} {A} went fishing and lost {his} way in a storm."], ["?The waves were as high as houses.", "?{His} radio was broken."], ["{B} lit a fire on the hill.", "{B} saw the boat and lit a lamp."], ["{A} followed the light.", "{A} saw the light and turned the boat."],
         ["{He} reached the harbour before midnight.", "So {he} came home safely."]],
        ["{B} lit a fire, and {A} came home from the sea.", "{A} lost the way in a storm, but {B}'s light brought {him} home.", "{A} was saved from the storm because {B} lit a fire."]),
    "wish": (
        [["{A} was poor and lived {spot2}.", "{A} had nothing but {ax}."], ["One day {he} met {B}.", "One day {B} came to the door and asked for something to eat."], ["{A} shared {his} {food} with {B}.", "{A} gave {B} the last {food}."], ["?{B} was in fact very rich.", "?{B} smiled and went away."],
         ["The next day there was a bag of gold at the door.", "The next morning {A} found {n} gold coins {spot}."]],
        ["{A} was kind to {B} and was rewarded with gold.", "{A} shared {his} food with {B} and got gold for it.", "Poor {A} helped {B} and became rich."]),
    "protest": (
        [["Every {day} there is a market in the middle of {city}.", "There is an old tree in the middle of {city}."], ["?People love it.", "?It has been there for {n} hundred years."], ["The town wanted to build a {building} there.", "This year the town wanted to put a {building} in its place."],
         ["{A} and {n} hundred people signed a letter against it.", "{A} wrote a letter, and many people signed it."], ["Now everything stays as it is.", "So the town gave up the plan."]],
        ["People in {city} stopped the plan for a {building}.", "{A} and others stopped the town from building a {building}.", "The town will not build a {building} because people did not want it."]),
}
BUILDINGS = ["library", "school", "hospital", "bakery", "cinema", "museum", "swimming pool", "station", "hotel", "bank", "post office", "theatre", "bookshop", "restaurant"]
HOMES = ["in a small hut", "at the edge of the forest", "near the river", "in the mountains", "by the sea"]
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
