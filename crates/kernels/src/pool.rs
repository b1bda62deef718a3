//! Threads that share the work of one kernel.
//!
//! A kernel's work is cut into more chunks than there are threads. Each thread has a share of
//! neighbouring chunks, so that it reads memory in one long stretch, and when it is done with them
//! takes what is left of the others': a thread that the system takes the core from delays one chunk,
//! not its share. The caller works too. Threads without work look for more for some microseconds, as
//! long as the next kernel of a forward pass is away, and then sleep.
//!
//! Where threads come from is left to others: natively they are the system's, in a browser they
//! are workers that the page's worker starts and that call [`join`]. A job waits for no thread
//! that has not come to it: while a thread is still to start, or has lost its core, the others go on.

#![allow(unsafe_code, reason = "a job that borrows from its caller is handed to other threads")]

use std::cell::Cell;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

/// How often a thread looks for work before it sleeps: some tens of microseconds, in which the rest
/// of a forward pass comes to its next product. wasm has no instruction that makes a look take longer.
const LOOKS: u32 = if cfg!(target_arch = "wasm32") { 100_000 } else { 4_000 };

/// How often the caller looks whether the others are done before it sleeps, so that they may have
/// its core.
const LOOKS_OF_CALLER: u32 = if cfg!(target_arch = "wasm32") { 100_000 } else { 1_000 };

/// The pool that kernels use.
static POOL: Mutex<Option<Arc<Pool>>> = Mutex::new(None);

/// How many pools there have been.
static POOLS: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// Whose job this thread may be at.
    static AT_JOB_OF: Cell<Option<*const Pool>> = const { Cell::new(None) };
}

/// Threads that wait for jobs.
pub struct Pool {
    id: u32,
    /// Held by whoever has a job for it; nobody waits for that, so that two models in one process
    /// do not hold each other up: the second works alone.
    caller: Mutex<()>,
    /// Changes with every job.
    epoch: AtomicU32,
    /// Whether chunks of the present job may be taken.
    open: AtomicBool,
    /// One for each thread; the caller's is the first.
    shares: Box<[Share]>,
    /// Threads that have come, the caller among them.
    joined: AtomicUsize,
    /// Threads, other than the caller, that may be at the job.
    active: AtomicUsize,
    /// Whether the caller sleeps until none of them is.
    awaited: AtomicBool,
    /// Whether a thread failed at the present job.
    failed: AtomicBool,
    job: Mutex<Option<Job>>,
    sleepers: Mutex<usize>,
    wake: Condvar,
    /// Where the caller sleeps.
    left: Mutex<()>,
    all_left: Condvar,
    ended: AtomicBool,
}

/// The next chunk of a share of the present job, in a cache line of its own: it is written to with
/// every chunk.
#[repr(align(64))]
struct Share(AtomicUsize);

/// What is to be done, chunk by chunk. It borrows from the caller of [`split`], who waits until no
/// thread is at it.
#[derive(Clone, Copy)]
struct Job {
    work: *const (dyn Fn(usize) + Sync),
    chunks: usize,
}

// SAFETY: the closure behind the pointer may be called from any thread, and lives as long as a
// thread may be at the job.
unsafe impl Send for Job {}

impl Job {
    /// The chunks of one of so many shares.
    fn share(&self, share: usize, shares: usize) -> Range<usize> {
        self.chunks * share / shares..self.chunks * (share + 1) / shares
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    /// A pool for this many threads besides the caller of kernels.
    #[must_use]
    pub fn new(helpers: usize) -> Arc<Self> {
        Arc::new(Self {
            id: POOLS.fetch_add(1, Ordering::SeqCst),
            caller: Mutex::new(()),
            epoch: AtomicU32::new(0),
            open: AtomicBool::new(false),
            shares: (0..=helpers).map(|_| Share(AtomicUsize::new(0))).collect(),
            joined: AtomicUsize::new(1),
            active: AtomicUsize::new(0),
            awaited: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            job: Mutex::new(None),
            sleepers: Mutex::new(0),
            wake: Condvar::new(),
            left: Mutex::new(()),
            all_left: Condvar::new(),
            ended: AtomicBool::new(false),
        })
    }

    /// The name by which threads that start elsewhere find it.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Works at jobs until the pool is given up: what each of its threads does.
    pub fn work(&self) {
        let own = self.joined.fetch_add(1, Ordering::SeqCst);
        let mut seen = 0;
        while let Some(epoch) = self.wait_for_job(seen) {
            seen = epoch;
            // The caller closes the job before it looks whether anybody is at it, and this thread
            // says that it is before it looks whether the job is open: one of the two sees the
            // other.
            let _at_job = AtJob::new(self);
            if self.open.load(Ordering::SeqCst) {
                let job = *lock(&self.job);
                if let Some(job) = job {
                    self.take_chunks(job, own);
                }
            }
        }
    }

    /// The number of the next job after `seen`; `None` once the pool is given up.
    fn wait_for_job(&self, seen: u32) -> Option<u32> {
        let look = || {
            let epoch = self.epoch.load(Ordering::SeqCst);
            (epoch != seen).then_some(epoch)
        };
        let mut looks = 0;
        loop {
            if self.ended.load(Ordering::SeqCst) {
                return None;
            }
            if let Some(epoch) = look() {
                return Some(epoch);
            }
            if looks < LOOKS {
                looks += 1;
                std::hint::spin_loop();
                continue;
            }
            let mut sleepers = lock(&self.sleepers);
            *sleepers += 1;
            while look().is_none() && !self.ended.load(Ordering::SeqCst) {
                sleepers = self.wake.wait(sleepers).unwrap_or_else(PoisonError::into_inner);
            }
            *sleepers -= 1;
        }
    }

    /// Works at a share of the job, then at what is left of the shares after it.
    fn take_chunks(&self, job: Job, own: usize) {
        let shares = self.shares.len();
        for share in (own..own + shares).map(|share| share % shares) {
            let Share(next) = &self.shares[share];
            let end = job.share(share, shares).end;
            loop {
                let chunk = next.fetch_add(1, Ordering::SeqCst);
                if chunk >= end {
                    break;
                }
                // SAFETY: the job was open when this thread announced itself, so its caller waits
                // for it, and what the closure borrows is still there.
                unsafe { (*job.work)(chunk) };
            }
        }
    }

    fn run(&self, chunks: usize, work: &(dyn Fn(usize) + Sync)) {
        // SAFETY: only the lifetime is another; `close` is called before this function ends, even
        // by a panic, and after it no thread is at the job.
        let work: *const (dyn Fn(usize) + Sync) = unsafe { std::mem::transmute(work) };
        let job = Job { work, chunks };
        *lock(&self.job) = Some(job);
        for (share, Share(next)) in self.shares.iter().enumerate() {
            next.store(job.share(share, self.shares.len()).start, Ordering::SeqCst);
        }
        self.open.store(true, Ordering::SeqCst);
        let open = Open(self);
        self.epoch.fetch_add(1, Ordering::SeqCst);
        if *lock(&self.sleepers) > 0 {
            self.wake.notify_all();
        }
        self.take_chunks(job, 0);
        drop(open);
        assert!(!self.failed.swap(false, Ordering::SeqCst), "a thread failed at its part of a job");
    }

    /// Lets no more threads at the job, and waits for those that are at it.
    fn close(&self) {
        self.open.store(false, Ordering::SeqCst);
        let at_job = || self.active.load(Ordering::SeqCst) > 0;
        let mut looks = 0;
        while at_job() && looks < LOOKS_OF_CALLER {
            looks += 1;
            std::hint::spin_loop();
        }
        if at_job() {
            // This thread says that it sleeps before it looks for the last time, and the others
            // look whether it does after they have left: one of the two sees the other.
            self.awaited.store(true, Ordering::SeqCst);
            let mut left = lock(&self.left);
            while at_job() {
                left = self.all_left.wait(left).unwrap_or_else(PoisonError::into_inner);
            }
            drop(left);
            self.awaited.store(false, Ordering::SeqCst);
        }
        *lock(&self.job) = None;
    }

    /// A thread is no longer at the job.
    fn leave(&self) {
        AT_JOB_OF.set(None);
        let others = self.active.fetch_sub(1, Ordering::SeqCst) - 1;
        if others == 0 && self.awaited.load(Ordering::SeqCst) {
            let _left = lock(&self.left);
            self.all_left.notify_all();
        }
    }

    /// Lets its threads end.
    pub fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
        let _sleepers = lock(&self.sleepers);
        self.wake.notify_all();
    }
}

/// A thread that may be at the job; it no longer is when this is dropped, even by a panic.
struct AtJob<'a>(&'a Pool);

impl<'a> AtJob<'a> {
    fn new(pool: &'a Pool) -> Self {
        pool.active.fetch_add(1, Ordering::SeqCst);
        AT_JOB_OF.set(Some(pool));
        Self(pool)
    }
}

impl Drop for AtJob<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.failed.store(true, Ordering::SeqCst);
        }
        self.0.leave();
    }
}

/// Tells that this thread will do nothing more, not even unwind: what is left to do in a browser
/// when a worker's program has stopped in the middle. The job that it was at fails.
pub fn abandon() {
    if let Some(pool) = AT_JOB_OF.get() {
        // SAFETY: this thread stands still within `Pool::work`, which borrows the pool.
        let pool = unsafe { &*pool };
        pool.failed.store(true, Ordering::SeqCst);
        pool.leave();
    }
}

/// A job under way; closed when it is dropped, however that comes.
struct Open<'a>(&'a Pool);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Has kernels use this pool, or with `None` the calling thread alone. The pool before ends.
pub fn use_pool(pool: Option<Arc<Pool>>) {
    let before = std::mem::replace(&mut *lock(&POOL), pool);
    if let Some(before) = before {
        before.end();
    }
}

/// Works at the jobs of the pool that kernels use, until it is given up; not at all if it is no
/// longer the one of this [`Pool::id`].
pub fn join(id: u32) {
    let pool = lock(&POOL).as_ref().filter(|pool| pool.id == id).map(Arc::clone);
    if let Some(pool) = pool {
        pool.work();
    }
}

/// Has kernels use this many of the system's threads, the caller among them.
///
/// # Errors
/// If the system gives no more threads; then kernels use those that it gave.
#[cfg(not(target_arch = "wasm32"))]
pub fn use_threads(threads: usize) -> std::io::Result<()> {
    let helpers = threads.saturating_sub(1);
    let pool = Pool::new(helpers);
    use_pool((helpers > 0).then(|| Arc::clone(&pool)));
    for index in 1..=helpers {
        let pool = Arc::clone(&pool);
        let name = format!("kernels-{index}");
        std::thread::Builder::new().name(name).spawn(move || pool.work())?;
    }
    Ok(())
}

/// How many threads kernels use, the caller among them.
pub fn threads() -> usize {
    lock(&POOL).as_ref().map_or(1, |pool| pool.shares.len())
}

/// How many of `items` a thread should take at once, if each is that many multiplications and
/// additions: enough that taking them costs nothing beside; all of them where the whole is too
/// little to be worth waking a thread.
pub(crate) fn grain(items: usize, of_item: usize) -> usize {
    /// Some microseconds: what a thread that is done with its share may wait for the last of another.
    const LEAST_CHUNK: usize = 1 << 15;
    const LEAST_JOB: usize = 1 << 17;
    if items.saturating_mul(of_item) < LEAST_JOB {
        return items;
    }
    (LEAST_CHUNK / of_item.max(1)).max(1)
}

/// Does `work` on the numbers below `items`, in ranges of at least `grain` but the last, on
/// all threads of the pool.
pub(crate) fn split(items: usize, grain: usize, work: impl Fn(Range<usize>) + Sync) {
    let grain = grain.max(1);
    if items > grain {
        let pool = lock(&POOL).clone();
        // A caller before may have failed at its own job; that is over.
        let held = pool.as_ref().map(|pool| (pool, pool.caller.try_lock()));
        if let Some((pool, Ok(_) | Err(TryLockError::Poisoned(_)))) = &held {
            let chunk = |index: usize| {
                let start = index * grain;
                work(start..items.min(start + grain));
            };
            return pool.run(items.div_ceil(grain), &chunk);
        }
    }
    work(0..items);
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
