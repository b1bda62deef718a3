"""Short declaratives in three languages, built from a small lexicon: what everyday sentences of
the corpus show too seldom for a small model, an adjective that agrees with its noun.

One combination of noun and adjective in eight is kept back (`kept`), among them the page's
seed example.  Leaves to others: layout (`translation`).
"""

from __future__ import annotations

import hashlib

# English | French with gender | German with gender
NOUNS = [tuple(x.split("|")) for x in """house|f maison|n Haus;car|f voiture|n Auto;dog|m chien|m Hund;cat|m chat|f Katze;book|m livre|n Buch;table|f table|m Tisch;door|f porte|f Tür;
window|f fenêtre|n Fenster;garden|m jardin|m Garten;kitchen|f cuisine|f Küche;room|f chambre|n Zimmer;school|f école|f Schule;train|m train|m Zug;bus|m bus|m Bus;street|f rue|f Straße;
town|f ville|f Stadt;village|m village|n Dorf;water|f eau|n Wasser;soup|f soupe|f Suppe;bread|m pain|n Brot;cake|m gâteau|m Kuchen;cheese|m fromage|m Käse;milk|f lait|f Milch;coffee|m café|m Kaffee;
tea|m thé|m Tee;meal|m repas|n Essen;film|m film|m Film;music|f musique|f Musik;song|f chanson|n Lied;picture|f photo|n Bild;letter|f lettre|m Brief;story|f histoire|f Geschichte;
idea|f idée|f Idee;question|f question|f Frage;answer|f réponse|f Antwort;problem|m problème|n Problem;weather|m temps|n Wetter;sun|m soleil|f Sonne;moon|f lune|m Mond;sky|m ciel|m Himmel;
sea|f mer|n Meer;river|f rivière|m Fluss;mountain|f montagne|m Berg;forest|f forêt|m Wald;tree|m arbre|m Baum;flower|f fleur|f Blume;bird|m oiseau|m Vogel;horse|m cheval|n Pferd;
fish|m poisson|m Fisch;man|m homme|m Mann;woman|f femme|f Frau;boy|m garçon|m Junge;girl|f fille|n Mädchen;child|m enfant|n Kind;teacher|m professeur|m Lehrer;doctor|m médecin|m Arzt;
friend|m ami|m Freund;brother|m frère|m Bruder;sister|f sœur|f Schwester;father|m père|m Vater;mother|f mère|f Mutter;son|m fils|m Sohn;hat|m chapeau|m Hut;coat|m manteau|m Mantel;
shirt|f chemise|n Hemd;dress|f robe|n Kleid;shoe|f chaussure|m Schuh;bag|m sac|f Tasche;key|f clé|m Schlüssel;box|f boîte|f Kiste;bed|m lit|n Bett;chair|f chaise|m Stuhl;lamp|f lampe|f Lampe;
clock|f horloge|f Uhr;phone|m téléphone|n Telefon;computer|m ordinateur|m Computer;hotel|m hôtel|n Hotel;restaurant|m restaurant|n Restaurant;shop|m magasin|m Laden;church|f église|f Kirche;
bridge|m pont|f Brücke;island|f île|f Insel;boat|m bateau|n Boot;bicycle|m vélo|n Fahrrad;game|m jeu|n Spiel;ball|f balle|m Ball;party|f fête|f Party;day|f journée|m Tag;night|f nuit|f Nacht;
summer|m été|m Sommer;winter|m hiver|m Winter;morning|m matin|m Morgen;evening|f soirée|m Abend;trip|m voyage|f Reise;job|m travail|f Arbeit;work|m travail|f Arbeit;exam|m examen|f Prüfung;
dream|m rêve|m Traum;voice|f voix|f Stimme;present|m cadeau|n Geschenk;world|m monde|f Welt;life|f vie|n Leben;museum|m musée|n Museum;apple|f pomme|m Apfel;egg|m œuf|n Ei;wall|m mur|f Wand""".replace("\n", "").replace("milk|f lait", "milk|m lait").split(";")]
# English | French masculine | feminine | German
ADJECTIVES = [tuple(x.split("|")) for x in """wonderful|merveilleux|merveilleuse|wunderbar;beautiful|beau|belle|schön;big|grand|grande|groß;small|petit|petite|klein;old|vieux|vieille|alt;new|nouveau|nouvelle|neu;
good|bon|bonne|gut;bad|mauvais|mauvaise|schlecht;expensive|cher|chère|teuer;empty|vide|vide|leer;full|plein|pleine|voll;open|ouvert|ouverte|offen;closed|fermé|fermée|geschlossen;
clean|propre|propre|sauber;dirty|sale|sale|schmutzig;cold|froid|froide|kalt;hot|chaud|chaude|heiß;warm|chaud|chaude|warm;red|rouge|rouge|rot;blue|bleu|bleue|blau;green|vert|verte|grün;
white|blanc|blanche|weiß;black|noir|noire|schwarz;yellow|jaune|jaune|gelb;long|long|longue|lang;short|court|courte|kurz;strange|étrange|étrange|seltsam;interesting|intéressant|intéressante|interessant;
difficult|difficile|difficile|schwierig;easy|facile|facile|leicht;important|important|importante|wichtig;dangerous|dangereux|dangereuse|gefährlich;quiet|calme|calme|ruhig;happy|heureux|heureuse|glücklich;
sad|triste|triste|traurig;tired|fatigué|fatiguée|müde;ill|malade|malade|krank;young|jeune|jeune|jung;rich|riche|riche|reich;poor|pauvre|pauvre|arm;heavy|lourd|lourde|schwer;broken|cassé|cassée|kaputt;
ready|prêt|prête|fertig;dark|sombre|sombre|dunkel;magnificent|magnifique|magnifique|prächtig;fantastic|fantastique|fantastique|fantastisch;perfect|parfait|parfaite|perfekt;terrible|terrible|terrible|schrecklich;
famous|célèbre|célèbre|berühmt;modern|moderne|moderne|modern;boring|ennuyeux|ennuyeuse|langweilig;delicious|délicieux|délicieuse|köstlich;pretty|joli|jolie|hübsch;lovely|charmant|charmante|reizend;
nice|agréable|agréable|nett;strong|fort|forte|stark;free|libre|libre|frei;hungry|affamé|affamée|hungrig;dry|sec|sèche|trocken;wet|mouillé|mouillée|nass;
high|haut|haute|hoch;deep|profond|profonde|tief;round|rond|ronde|rund;true|vrai|vraie|wahr;strict|sévère|sévère|streng;proud|fier|fière|stolz;angry|furieux|furieuse|wütend;hard|dur|dure|hart""".replace("\n", "").split(";")]
ADVERBS = [("", "", ""), ("", "", ""), ("", "", ""), ("very ", "très ", "sehr "), ("too ", "trop ", "zu "), ("really ", "vraiment ", "wirklich "), ("so ", "si ", "so "), ("almost ", "presque ", "fast "),
           ("always ", "toujours ", "immer "), ("never ", None, "nie "), ("still ", "encore ", "noch ")]
VOWELS = "aeiouéêèàâîïôûœh"


def kept(noun: str, adjective: str) -> bool:
    """Combinations that no document holds."""
    return (noun, adjective) == ("house", "wonderful") or hashlib.sha256(f"{noun} {adjective}".encode()).digest()[0] < 32


def french_noun(word: str, kind: str) -> str:
    gender, noun = word.split(" ", 1)
    vowel = noun[0] in VOWELS
    if kind == "the":
        return "l'" + noun if vowel else ("la " if gender == "f" else "le ") + noun
    if kind == "a":
        return ("une " if gender == "f" else "un ") + noun
    if kind == "this":
        return ("cette " if gender == "f" else "cet " if vowel else "ce ") + noun
    stem = {"my": "m", "your": "t", "his": "s", "her": "s"}
    if kind in stem:
        return stem[kind] + ("a " if gender == "f" and not vowel else "on ") + noun
    return {"our": "notre ", "their": "leur "}[kind] + noun


def german_noun(word: str, kind: str, accusative: bool = False) -> str:
    gender, noun = word.split(" ", 1)
    noun += "n" if accusative and noun == "Junge" else ""
    if kind == "the":
        return {"m": "den " if accusative else "der ", "f": "die ", "n": "das "}[gender] + noun
    if kind == "this":
        return {"m": "diesen " if accusative else "dieser ", "f": "diese ", "n": "dieses "}[gender] + noun
    stem = {"a": "ein", "my": "mein", "your": "dein", "his": "sein", "her": "ihr", "our": "unser", "their": "ihr"}[kind]
    return stem + {"m": "en " if accusative else " ", "f": "e ", "n": " "}[gender] + noun


def adjective(a, gender: str) -> str:
    return a[2] if gender == "f" else a[1]


def sentence(rng, keep: bool = False) -> tuple[str, str, str]:
    """(English, French, German); with keep, only combinations that training never holds."""
    while True:
        n, a, b = rng.choice(NOUNS), rng.choice(ADJECTIVES), rng.choice(ADJECTIVES)
        if kept(n[0], a[0]) == keep and (keep or not kept(n[0], b[0])):
            break
    g = n[1][0]
    det = rng.choice(["the", "the", "the", "this", "my", "your", "his", "her", "our", "their"])
    up = lambda t: t[0].upper() + t[1:]
    en, fr, de = det + " " + n[0], french_noun(n[1], det), german_noun(n[2], det)
    adv = rng.choice(ADVERBS)
    r = rng.random()
    if r < 0.5 or keep:
        be = rng.choice([("is", "est", "ist"), ("is", "est", "ist"), ("was", "était", "war")])
        french = f"{fr} n'{be[1]} jamais {adjective(a, g)}" if adv[1] is None else f"{fr} {be[1]} {adv[1]}{adjective(a, g)}"
        return up(f"{en} {be[0]} {adv[0]}{a[0]}."), up(french + "."), up(f"{de} {be[2]} {adv[2]}{a[3]}.")
    if r < 0.6:
        return up(f"{en} is not {a[0]}."), up(f"{fr} n'est pas {adjective(a, g)}."), up(f"{de} ist nicht {a[3]}.")
    if r < 0.7 and a[0] != b[0]:
        return up(f"{en} is {a[0]} and {b[0]}."), up(f"{fr} est {adjective(a, g)} et {adjective(b, g)}."), up(f"{de} ist {a[3]} und {b[3]}.")
    if r < 0.8:
        return up(f"is {en} {a[0]}?"), up(f"est-ce que {fr} est {adjective(a, g)} ?"), up(f"ist {de} {a[3]}?")
    if r < 0.86:
        return f"Where is {en}?", f"Où est {fr} ?", f"Wo ist {de}?"
    see = rng.choice([("I see", "Je vois", "Ich sehe"), ("We see", "Nous voyons", "Wir sehen"), ("I am looking for", "Je cherche", "Ich suche"), ("She is looking for", "Elle cherche", "Sie sucht"),
                      ("He sees", "Il voit", "Er sieht"), ("They know", "Ils connaissent", "Sie kennen"), ("Do you know", "Connais-tu", "Kennst du")])
    mark = ("?", " ?", "?") if see[0].startswith("Do") else (".", ".", ".")
    return f"{see[0]} {en}{mark[0]}", f"{see[1]} {fr}{mark[1]}", f"{see[2]} {german_noun(n[2], det, True)}{mark[2]}"


def pairs(rng, count: int, other: str) -> list[tuple[str, str]]:
    column, out = {"fr": 1, "de": 2}[other], {}
    while len(out) < count:
        s = sentence(rng)
        out.setdefault(s[0], s[column])
    return list(out.items())


def word_lists() -> list[list[tuple[str, str]]]:
    """Words of two languages, in both directions, for lists that only their lines explain."""
    bare = lambda w_: w_.split(" ", 1)[1]
    out = []
    for rows in ([(n[0], bare(n[1])) for n in NOUNS], [(n[0], bare(n[2])) for n in NOUNS], [(a[0], a[1]) for a in ADJECTIVES], [(a[0], a[3]) for a in ADJECTIVES],
                 [("the " + n[0], french_noun(n[1], "the")) for n in NOUNS], [("the " + n[0], german_noun(n[2], "the")) for n in NOUNS]):
        out += [rows, [(b, a) for a, b in rows]]
    return out
