use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// Numbers up to `end`, each worked on for so long as it says, and what was written of them.
fn run(
    threads: usize,
    pauses: &[u64],
    bytes: usize,
    may_wait: bool,
    read: impl Fn(u64) -> Result<(), Failure> + Send + Sync,
    write: impl Fn(u64) -> Result<(), Failure> + Send + Sync,
) -> (Vec<u64>, Result<(), Failure>, u64) {
    let (mut next, mut written) = (0, Vec::new());
    // Those that are read and not written, and the most there were.
    let (under_way, most) = (AtomicU64::new(0), AtomicU64::new(0));
    let result = in_order(
        threads,
        Steps {
            read: |piece: &mut (u64, u64)| {
                if next == pauses.len() as u64 {
                    return Ok(false);
                }
                read(next)?;
                *piece = (next, 0);
                next += 1;
                most.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                Ok(true)
            },
            bytes: |_: &(u64, u64)| bytes,
            memory: || (),
            work: |(): &mut (), piece: &mut (u64, u64)| {
                let pause = pauses[piece.0 as usize];
                thread::sleep(Duration::from_micros(pause));
                piece.1 = piece.0 + pause;
            },
            write: |piece: &mut (u64, u64)| {
                under_way.fetch_sub(1, Ordering::SeqCst);
                assert_eq!(piece.1, piece.0 + pauses[piece.0 as usize]);
                write(piece.0)?;
                written.push(piece.0);
                Ok(())
            },
            may_wait,
        },
    );
    (written, result, most.into_inner())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pieces_are_written_in_order_whatever_they_take(
        pauses in prop::collection::vec(prop_oneof![Just(0_u64), 0..200_u64, Just(1000)], 0..60),
        threads in 1..5_usize,
        fails in 0..80_u64,
        bytes in prop::sample::select(vec![0, 1, MOST_BYTES / 3, MOST_BYTES - 1, MOST_BYTES, 2 * MOST_BYTES]),
        may_wait: bool,
    ) {
        let all: Vec<u64> = (0..pauses.len() as u64).collect();
        let before = &all[..pauses.len().min(fails as usize)];
        let fail = |number| if number == fails { Err(Failure::BadData(String::new())) } else { Ok(()) };
        let ends = |result: &Result<(), Failure>| result.is_err() == (fails < pauses.len() as u64);

        let (written, result, most) = run(threads, &pauses, bytes, may_wait, |_| Ok(()), |_| Ok(()));
        prop_assert!(result.is_ok());
        prop_assert_eq!(&written, &all);
        prop_assert!(most <= AHEAD * threads as u64);
        prop_assert!(bytes == 0 || threads == 1 || most <= MOST_BYTES.div_ceil(bytes) as u64);

        let (written, result, _) = run(threads, &pauses, bytes, may_wait, fail, |_| Ok(()));
        prop_assert!(ends(&result));
        prop_assert_eq!(&written, before);

        let (written, result, _) = run(threads, &pauses, bytes, false, |_| Ok(()), fail);
        prop_assert!(ends(&result));
        prop_assert_eq!(&written, before);
    }
}

#[test]
fn a_panic_stops_all_threads() {
    for threads in 1..4 {
        let ended = catch_unwind(AssertUnwindSafe(|| {
            in_order(
                threads,
                Steps {
                    read: |(): &mut ()| Ok(true),
                    bytes: |(): &()| 0,
                    memory: || 0,
                    work: |count: &mut u64, (): &mut ()| {
                        *count += 1;
                        assert!(*count < 50, "on purpose");
                    },
                    write: |(): &mut ()| Ok(()),
                    may_wait: false,
                },
            )
        }));
        assert!(ended.is_err());
    }
}
