//! What is being kept in this tab, one slot for each load: so that the page can have it deleted, make
//! room for another model, and load what is just being put away.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use zeroshot_protocol::{Kept, ModelSummary, Seat};

use super::{
    control::{Control, call_after, moment},
    hashing::Hasher,
    keeper::{Keeper, kept},
    scope::now,
    shelf::Refused,
    waker::Waker,
};
use crate::{
    open::Opening,
    pace::{self, Pace},
};

/// Milliseconds between two looks whether a model has been put away.
const SETTLING_PAUSE_MS: i32 = 10;

/// A keeper that the page may take away from a load.
pub struct Slot {
    key: String,
    control: Rc<Control>,
    keeper: RefCell<Option<Box<Keeper>>>,
    forgotten: Cell<bool>,
    /// All of the model has arrived.
    arrived: Cell<bool>,
    /// Another load waits for it.
    awaited: Cell<bool>,
    /// The model's memory is needed for another.
    gives_way: Cell<bool>,
    waker: Waker,
}

impl Slot {
    /// The keeper, to work with; it has to be given back. None if it was taken away.
    fn lend(&self) -> Option<Box<Keeper>> {
        self.keeper.take()
    }

    /// Gives the keeper back; one that was to be taken away meanwhile is.
    async fn give_back(&self, keeper: Box<Keeper>) {
        if self.forgotten.get() {
            keeper.discard().await;
        } else {
            *self.keeper.borrow_mut() = Some(keeper);
        }
    }

    /// Takes the keeper away and deletes what is there of the model.
    async fn forget(&self) {
        self.forgotten.set(true);
        let keeper = self.keeper.take();
        if let Some(keeper) = keeper {
            keeper.discard().await;
        }
    }

    /// Whether nothing more arrives, and what is there is being put away.
    fn is_settling(&self) -> bool {
        self.arrived.get() || self.control.is_ended()
    }

    /// Lets everything else go on, for longer while a model `is_busy`, unless somebody waits.
    async fn pause(&self, is_busy: bool) {
        let milliseconds = pace::pause(is_busy && !self.awaited.get());
        self.waker.wait(|wake| call_after(wake, milliseconds)).await;
    }
}

/// The slots of all loads that keep something.
#[derive(Default)]
pub struct Slots(RefCell<Vec<Weak<Slot>>>);

impl Slots {
    /// One has begun. It is here as long as what is given lives.
    pub fn begin(&self, key: &str, control: &Rc<Control>, keeper: Box<Keeper>) -> Keeps {
        let slot = Rc::new(Slot {
            key: key.to_owned(),
            control: Rc::clone(control),
            keeper: RefCell::new(Some(keeper)),
            forgotten: Cell::default(),
            arrived: Cell::default(),
            awaited: Cell::default(),
            gives_way: Cell::default(),
            waker: Waker::default(),
        });
        let mut slots = self.0.borrow_mut();
        slots.retain(|slot| slot.strong_count() > 0);
        slots.push(Rc::downgrade(&slot));
        Keeps::Slot(slot)
    }

    fn find(&self, is: impl Fn(&Slot) -> bool) -> Vec<Rc<Slot>> {
        self.0.borrow().iter().filter_map(Weak::upgrade).filter(|slot| is(slot)).collect()
    }

    /// Takes away the keepers of this model.
    pub async fn forget(&self, key: &str) {
        for slot in self.find(|slot| slot.key == key) {
            slot.forget().await;
        }
    }

    /// Has the models of a seat, of now and of before, let go of their memory.
    pub fn give_way(&self, seat: Seat) {
        for slot in self.find(|slot| slot.control.seat == Some(seat)) {
            slot.gives_way.set(true);
            slot.waker.wake();
        }
    }

    /// Waits until what is being put away of a model is, for a load that will find it.
    pub async fn settled(&self, key: &str, control: &Control) {
        while !control.is_ended() {
            let settling = self.find(|slot| slot.key == key && slot.is_settling());
            if settling.is_empty() {
                return;
            }
            for slot in settling {
                slot.awaited.set(true);
                slot.waker.wake();
            }
            moment(SETTLING_PAUSE_MS).await;
        }
    }
}

/// What a load keeps, or why it keeps nothing.
pub enum Keeps {
    /// It keeps its model.
    Slot(Rc<Slot>),
    /// It does not.
    Not(Kept),
}

impl Keeps {
    /// Works with the keeper, if there is one. Where that fails, the load goes on without.
    async fn work<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Keeper) -> Result<T, Refused>,
    ) -> Option<T> {
        let Self::Slot(slot) = self else { return None };
        let slot = Rc::clone(slot);
        let Some(mut keeper) = slot.lend() else {
            let detail = "it was deleted before all of it was there".to_owned();
            *self = Self::Not(Kept::Unable { detail });
            return None;
        };
        match work(&mut keeper).await {
            Ok(done) => {
                slot.give_back(keeper).await;
                Some(done)
            }
            Err(refused) => {
                let total = keeper.total();
                keeper.discard().await;
                *self = Self::Not(kept(refused, total).await);
                None
            }
        }
    }

    fn look<T>(&self, look: impl FnOnce(&mut Keeper) -> T) -> Option<T> {
        let Self::Slot(slot) = self else { return None };
        slot.keeper.borrow_mut().as_deref_mut().map(look)
    }

    /// Whether there is anything to do until more arrives.
    pub fn has_work(&self, opening: &Opening<Hasher>) -> bool {
        self.look(|keeper| keeper.behind(opening) > 0 || keeper.has_news()).unwrap_or_default()
    }

    /// Keeps what it is time for while the model arrives.
    pub async fn keep(&mut self, opening: &mut Opening<Hasher>, pace: &mut Pace) {
        while pace.is_due(self.look(|keeper| keeper.behind(opening)).unwrap_or_default()) {
            self.work(async |keeper| keeper.step(opening).await).await;
        }
        self.work(async |keeper| keeper.note_at_times(opening).await).await;
    }

    /// Nothing is to be kept of a load that has failed.
    pub async fn discard(self) {
        if let Self::Slot(slot) = &self {
            slot.forget().await;
        }
    }

    /// Keeps what has arrived of a load that has failed, and notes it: another can go on from it.
    pub async fn put_away(mut self, opening: &mut Opening<Hasher>) {
        if let Self::Slot(slot) = &self {
            let slot = Rc::clone(slot);
            while !self.turn(&slot, opening).await {
                slot.pause(false).await;
            }
            self.work(async |keeper| keeper.note(opening).await).await;
        }
    }

    /// Keeps as much as a turn of the event loop has time for; says whether no more is to be kept.
    /// A model that has to give way is kept up to the end of the tensor at hand.
    async fn turn(&mut self, slot: &Slot, opening: &mut Opening<Hasher>) -> bool {
        let begun = now();
        loop {
            let gives_way = slot.gives_way.get();
            if gives_way && self.look(|keeper| keeper.is_between_tensors()) != Some(false) {
                return true;
            }
            let more = self.work(async |keeper| keeper.step(opening).await).await;
            if more != Some(true) {
                return true;
            }
            if !gives_way && now() - begun >= pace::TURN_MS {
                return false;
            }
        }
    }

    /// All of the model has arrived and is sound: what the page is told of its being kept, and what
    /// is left to keep, if anything is.
    pub fn rest(self, opening: Opening<Hasher>, model: ModelSummary) -> (Kept, Option<Rest>) {
        match self {
            Self::Not(kept) => (kept, None),
            Self::Slot(slot) => {
                slot.arrived.set(true);
                (Kept::Underway, Some(Rest { slot, opening, model }))
            }
        }
    }
}

/// What is left to keep of a model that can be used.
pub struct Rest {
    slot: Rc<Slot>,
    /// It shares the weights of the model.
    opening: Opening<Hasher>,
    model: ModelSummary,
}

impl Rest {
    /// Keeps it in small steps, fewer of them while a model `is_busy`. Says how it ended.
    pub async fn keep(self, is_busy: impl Fn() -> bool) -> Kept {
        let Self { slot, mut opening, model } = self;
        let mut keeps = Keeps::Slot(Rc::clone(&slot));
        loop {
            slot.pause(is_busy()).await;
            let done = keeps.turn(&slot, &mut opening).await;
            if done {
                break;
            }
            keeps.work(async |keeper| keeper.note_at_times(&mut opening).await).await;
        }
        let is_partial =
            slot.gives_way.get() && keeps.look(|keeper| keeper.is_whole()) == Some(false);
        if is_partial {
            keeps.work(async |keeper| keeper.note(&mut opening).await).await;
            let detail = "another model needed the room before all of it was there".to_owned();
            return Kept::Unable { detail };
        }
        keeps.work(async |keeper| keeper.complete(model).await).await;
        match keeps {
            Keeps::Slot(_) => Kept::Yes,
            Keeps::Not(kept) => kept,
        }
    }
}
