//! Work is done once and whole, whatever threads do: come late, sleep, panic, or stop for good.

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
                let counts: Vec<AtomicUsize> = (0..items).map(|_| AtomicUsize::new(0)).collect();
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

#[test]
fn threads_that_come_late_find_their_pool_and_no_other() {
    let _one = lock(&ONE_AT_A_TIME);
    let pool = Pool::new(1);
    let id = pool.id();
    use_pool(Some(pool));
    let other = std::thread::spawn(move || join(id + 1));
    other.join().expect("there is no such pool, so it does not work");
    // Alone until the thread comes.
    let mine = std::thread::current().id();
    split(8, 1, |_| assert_eq!(std::thread::current().id(), mine));
    let late = std::thread::spawn(move || join(id));
    let met = AtomicBool::new(false);
    let both = std::sync::Barrier::new(2);
    split(2, 1, |_| {
        // Both chunks are taken only if there are two threads.
        both.wait();
        met.store(true, Ordering::Relaxed);
    });
    assert!(met.load(Ordering::Relaxed));
    use_pool(None);
    late.join().expect("it ends with its pool");
}

#[test]
fn a_thread_that_stops_for_good_fails_its_job_and_holds_nobody_up() {
    let _one = lock(&ONE_AT_A_TIME);
    use_threads(2).expect("threads");
    let mine = std::thread::current().id();
    let both = std::sync::Barrier::new(2);
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        split(2, 1, |_| {
            both.wait();
            if std::thread::current().id() != mine {
                abandon();
                loop {
                    std::thread::park();
                }
            }
        });
    }));
    assert!(failed.is_err());
    let done = AtomicUsize::new(0);
    split(9, 1, |range| {
        done.fetch_add(range.len(), Ordering::Relaxed);
    });
    assert_eq!(done.load(Ordering::Relaxed), 9);
    use_pool(None);
}
