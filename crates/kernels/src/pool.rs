//! Threads that share the work of one kernel.
//!
//! A kernel's work is cut into more chunks than there are threads, and each thread takes the next
//! one when it is done with its last: a thread that the system takes the core from delays one
//! chunk, not its share of the whole. The caller works too. Threads without work look for more
//! for some microseconds, as long as the next kernel of a forward pass is away, and then sleep.
//!
//! Where threads come from is left to others: natively they are the system's, in a browser they
//! are workers that the page's worker starts and that call [`work`].

#![allow(unsafe_code, reason = "a job that borrows from its caller is handed to other threads")]

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

/// How often a thread looks for work before it sleeps: some tens of microseconds.
const LOOKS: u32 = 4_000;

/// How often the caller looks whether the others are done before it lets them have its core.
const LOOKS_OF_CALLER: u32 = 1_000;

/// The pool that kernels use; one job at a time, so that two models in one process do not wait for
/// each other: the second works alone.
static POOL: Mutex<Option<Arc<Pool>>> = Mutex::new(None);

/// Threads that wait for jobs.
pub struct Pool {
    /// Changes with every job.
    epoch: AtomicU32,
    /// Whether chunks of the present job may be taken.
    open: AtomicBool,
    /// The next chunk to take.
    next: AtomicUsize,
    /// Threads, other than the caller, that may be at the job.
    active: AtomicUsize,
    /// Whether a thread failed at the present job.
    failed: AtomicBool,
    job: Mutex<Option<Job>>,
    sleepers: Mutex<usize>,
    wake: Condvar,
    ended: AtomicBool,
    helpers: usize,
}

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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    /// A pool for this many threads besides the caller of kernels.
    #[must_use]
    pub fn new(helpers: usize) -> Arc<Self> {
        Arc::new(Self {
            epoch: AtomicU32::new(0),
            open: AtomicBool::new(false),
            next: AtomicUsize::new(0),
            active: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            job: Mutex::new(None),
            sleepers: Mutex::new(0),
            wake: Condvar::new(),
            ended: AtomicBool::new(false),
            helpers,
        })
    }

    /// Works at jobs until the pool is given up: what each of its threads does.
    pub fn work(&self) {
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
                    self.take_chunks(job);
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

    fn take_chunks(&self, job: Job) {
        loop {
            let chunk = self.next.fetch_add(1, Ordering::SeqCst);
            if chunk >= job.chunks {
                return;
            }
            // SAFETY: the job was open when this thread announced itself, so its caller waits for
            // it, and what the closure borrows is still there.
            unsafe { (*job.work)(chunk) };
        }
    }

    fn run(&self, chunks: usize, work: &(dyn Fn(usize) + Sync)) {
        // SAFETY: only the lifetime is another; `close` is called before this function ends, even
        // by a panic, and after it no thread is at the job.
        let work: *const (dyn Fn(usize) + Sync) = unsafe { std::mem::transmute(work) };
        let job = Job { work, chunks };
        *lock(&self.job) = Some(job);
        self.next.store(0, Ordering::SeqCst);
        self.open.store(true, Ordering::SeqCst);
        let open = Open(self);
        self.epoch.fetch_add(1, Ordering::SeqCst);
        if *lock(&self.sleepers) > 0 {
            self.wake.notify_all();
        }
        self.take_chunks(job);
        drop(open);
        assert!(!self.failed.swap(false, Ordering::SeqCst), "a thread failed at its part of a job");
    }

    /// Lets no more threads at the job, and waits for those that are at it.
    fn close(&self) {
        self.open.store(false, Ordering::SeqCst);
        let mut looks = 0;
        while self.active.load(Ordering::SeqCst) > 0 {
            looks += 1;
            if looks < LOOKS_OF_CALLER {
                std::hint::spin_loop();
            } else {
                // The core may be what the other thread waits for.
                std::thread::yield_now();
            }
        }
        *lock(&self.job) = None;
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
        Self(pool)
    }
}

impl Drop for AtJob<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.failed.store(true, Ordering::SeqCst);
        }
        self.0.active.fetch_sub(1, Ordering::SeqCst);
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
    lock(&POOL).as_ref().map_or(1, |pool| pool.helpers + 1)
}

/// How many of `items` a thread should take at once, if each is that many multiplications and
/// additions: enough that taking them costs nothing beside; all of them where the whole is too
/// little to be worth waking a thread.
pub(crate) fn grain(items: usize, of_item: usize) -> usize {
    const LEAST_CHUNK: usize = 1 << 16;
    const LEAST_JOB: usize = 1 << 19;
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
        // Whoever holds the pool works with it; nobody waits for it.
        let held = match POOL.try_lock() {
            Ok(held) => Some(held),
            Err(TryLockError::Poisoned(held)) => Some(held.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        if let Some(pool) = held.as_ref().and_then(|held| held.as_ref()) {
            let chunk = |index: usize| {
                let start = index * grain;
                work(start..items.min(start + grain));
            };
            return pool.run(items.div_ceil(grain), &chunk);
        }
    }
    work(0..items);
}

/// A slice of which several threads write different parts.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    start: *mut f32,
    len: usize,
    slice: std::marker::PhantomData<&'a mut [f32]>,
}

// SAFETY: it only hands out parts, to callers who promise that no two of them overlap.
unsafe impl Send for Parts<'_> {}
// SAFETY: the same.
unsafe impl Sync for Parts<'_> {}

impl<'a> Parts<'a> {
    pub(crate) fn new(slice: &'a mut [f32]) -> Self {
        Self { start: slice.as_mut_ptr(), len: slice.len(), slice: std::marker::PhantomData }
    }

    /// A part of the slice.
    ///
    /// # Safety
    /// No other part that is in use may overlap with it.
    ///
    /// # Panics
    /// If the slice has no such part.
    #[allow(clippy::mut_from_ref, reason = "different parts are different slices")]
    pub(crate) unsafe fn part(&self, range: Range<usize>) -> &'a mut [f32] {
        assert!(range.start <= range.end && range.end <= self.len);
        // SAFETY: the range lies within the slice, and the caller promises that nobody else has it.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(range.start), range.len()) }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    /// One pool for all of a process; tests that use it must not do so at once.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    #[test]
    fn every_item_is_worked_on_once_whatever_the_number_of_threads() {
        let _one = lock(&ONE_AT_A_TIME);
        for threads in [1, 2, 5] {
            use_threads(threads).expect("threads");
            for items in [0, 1, 7, 64, 1000] {
                for _ in 0..50 {
                    let counts: Vec<AtomicUsize> =
                        (0..items).map(|_| AtomicUsize::new(0)).collect();
                    split(items, 3, |range| {
                        for count in &counts[range] {
                            count.fetch_add(1, Ordering::Relaxed);
                        }
                    });
                    assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 1));
                }
            }
        }
        use_pool(None);
    }

    #[test]
    fn a_thread_that_sleeps_is_woken_and_two_callers_do_not_wait_for_each_other() {
        let _one = lock(&ONE_AT_A_TIME);
        use_threads(3).expect("threads");
        std::thread::sleep(std::time::Duration::from_millis(20));
        let total = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        split(100, 5, |range| {
                            total.fetch_add(range.len(), Ordering::Relaxed);
                        });
                    }
                });
            }
        });
        assert_eq!(total.load(Ordering::Relaxed), 2 * 200 * 100);
        use_pool(None);
    }

    #[test]
    fn a_panic_in_one_chunk_leaves_the_pool_usable() {
        let _one = lock(&ONE_AT_A_TIME);
        let pool = Pool::new(0);
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            pool.run(3, &|chunk| assert!(chunk != 1, "as planned"));
        }));
        assert!(failed.is_err());
        let done = AtomicUsize::new(0);
        pool.run(3, &|_| {
            done.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(done.load(Ordering::Relaxed), 3);
    }
}
