//! The shots to choose from at a desk, in their order: the first ones stand in the prompt, the
//! others wait behind them.
//!
//! Pure. How many stand in the prompt is the desk's to know.

use super::MAX_SHOTS;
use zeroshot_prompting::{Shot, permutation};

/// The most shots that are kept, waiting ones included.
const MOST_KEPT: usize = 2 * MAX_SHOTS;

/// Shots in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct ShotList {
    shots: Vec<Shot>,
    /// What is known of each shot beside its text.
    slots: Vec<Slot>,
    /// What an empty place is filled with.
    blank: Shot,
    last_id: u32,
}

/// What is known of a shot beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Names the shot wherever it moves; counted in the order in which shots came.
    pub id: u32,
    /// Whether it is left out of the prompt for now.
    pub off: bool,
}

impl ShotList {
    /// These shots, and empty ones up to [`MAX_SHOTS`].
    pub fn new(shots: Vec<Shot>, blank: Shot) -> Self {
        let mut list = Self { shots: Vec::new(), slots: Vec::new(), blank, last_id: 0 };
        for shot in shots {
            list.insert(list.shots.len(), shot);
        }
        list.fill_up();
        list
    }

    pub fn shots(&self) -> &[Shot] {
        &self.shots
    }

    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The first `count` as the prompt has them: those that are off are empty, so that the others
    /// keep their numbers.
    pub fn standing(&self, count: usize) -> Vec<Shot> {
        let of = |(shot, slot): (&Shot, &Slot)| {
            if slot.off { self.blank.clone() } else { shot.clone() }
        };
        self.shots.iter().zip(&self.slots).take(count).map(of).collect()
    }

    /// Those that could stand in the prompt: not off, not empty.
    pub fn usable(&self) -> Vec<Shot> {
        self.standing(self.shots.len()).into_iter().filter(|shot| !shot.is_blank()).collect()
    }

    /// Puts another text in a place.
    pub fn set(&mut self, index: usize, shot: Shot) {
        if let Some(place) = self.shots.get_mut(index) {
            *place = shot;
        }
    }

    /// Adds an empty shot at a place.
    pub fn add(&mut self, index: usize) {
        self.insert(index.min(self.shots.len()), self.blank.clone());
        self.shots.truncate(MOST_KEPT);
        self.slots.truncate(MOST_KEPT);
    }

    /// Takes a shot away; says whether there was one.
    pub fn remove(&mut self, index: usize) -> bool {
        let there = index < self.shots.len();
        if there {
            self.shots.remove(index);
            self.slots.remove(index);
            self.fill_up();
        }
        there
    }

    /// Moves a shot to another place; those between move up.
    pub fn relocate(&mut self, from: usize, to: usize) {
        if from < self.shots.len() && to < self.shots.len() {
            let (shot, slot) = (self.shots.remove(from), self.slots.remove(from));
            self.shots.insert(to, shot);
            self.slots.insert(to, slot);
        }
    }

    /// Leaves a shot out, or no longer.
    pub fn switch(&mut self, index: usize, off: bool) {
        if let Some(slot) = self.slots.get_mut(index) {
            slot.off = off;
        }
    }

    /// Puts the first `count` in the order of `seed`. The order does not depend on the one before:
    /// the same seed gives the same again.
    pub fn shuffle(&mut self, count: usize, seed: u64) {
        let count = count.min(self.shots.len());
        let mut first: Vec<_> = self.shots.drain(..count).zip(self.slots.drain(..count)).collect();
        first.sort_by_key(|(_, slot)| slot.id);
        let order = permutation(count, seed);
        for (place, index) in order.into_iter().enumerate() {
            let (shot, slot) = &first[index];
            self.shots.insert(place, shot.clone());
            self.slots.insert(place, *slot);
        }
    }

    fn insert(&mut self, index: usize, shot: Shot) {
        self.last_id += 1;
        self.shots.insert(index, shot);
        self.slots.insert(index, Slot { id: self.last_id, off: false });
    }

    fn fill_up(&mut self) {
        while self.shots.len() < MAX_SHOTS {
            self.insert(self.shots.len(), self.blank.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shot(text: &str) -> Shot {
        Shot::Translate { source: text.to_owned(), target: text.to_uppercase() }
    }

    fn list() -> ShotList {
        ShotList::new(["a", "b", "c", "d"].map(shot).into(), shot(""))
    }

    fn texts(list: &ShotList) -> String {
        list.shots()
            .iter()
            .map(|shot| if shot.is_blank() { "-" } else { shot.fields()[0].1 })
            .collect()
    }

    #[test]
    fn shots_are_added_moved_and_taken_away() {
        let mut list = list();
        assert_eq!(texts(&list), "abcd-");
        list.relocate(3, 1);
        assert_eq!(texts(&list), "adbc-");
        list.add(2);
        assert_eq!(texts(&list), "ad-bc-");
        assert!(list.remove(0) && !list.remove(99));
        assert_eq!(texts(&list), "d-bc-");
        list.remove(0);
        assert_eq!(texts(&list), "-bc--", "there are always five places");
        (0..20).for_each(|_| list.add(0));
        assert_eq!(list.shots().len(), MOST_KEPT);
    }

    #[test]
    fn a_shot_that_is_off_leaves_the_numbers_of_the_others() {
        let mut list = list();
        list.switch(0, true);
        list.relocate(0, 1);
        let standing = list.standing(3);
        assert_eq!(standing.iter().map(Shot::is_blank).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!(list.usable(), ["b", "c", "d"].map(shot));
    }

    #[test]
    fn the_same_seed_gives_the_same_order_from_any_other() {
        let mut once = list();
        once.shuffle(4, 3);
        let mut again = list();
        again.relocate(0, 2);
        again.shuffle(4, 8);
        again.shuffle(4, 3);
        assert_eq!(texts(&once), texts(&again));
        assert_ne!(texts(&once), texts(&list()));
        let mut all: Vec<char> = texts(&once).chars().collect();
        all.sort_unstable();
        assert_eq!(all, ['-', 'a', 'b', 'c', 'd']);
        assert_eq!(&texts(&once)[4..], "-", "those that wait stay behind");
    }
}
