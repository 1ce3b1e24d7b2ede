//! Work on the pieces of an input by all threads, written in the order in which they were read.
//!
//! The thread that read a piece works on it, and while one thread reads or writes the others work. Who is done while an
//! earlier piece is not written, or another thread writes, leaves the piece to be written by that thread and goes on.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::failure::Failure;

/// So many pieces are worked on without waking other threads: most inputs end before that is worth it.
const ALONE: usize = 2;
/// So many threads work at most, however many there are.
const MOST_THREADS: usize = 256;
/// For each thread so many pieces may be read and not written yet: memory stays constant.
const AHEAD: u64 = 8;
/// And so many bytes by all threads, of pieces that are longer than usual, before a thread waits instead of reading on.
const MOST_BYTES: usize = 1 << 24;

/// What to do with each piece.
pub(crate) struct Steps<R, B, L, W, O> {
    /// Reads the next piece in the place of one that is done with; `false` at the end.
    pub read: R,
    /// How many bytes a piece has that was read.
    pub bytes: B,
    /// The memory of a thread for its work.
    pub memory: L,
    pub work: W,
    /// Writes a piece.
    pub write: O,
    /// Whether reading may take for ever, as of a pipe. Then a failure to write ends the process, since a thread may be
    /// waiting for what never comes.
    pub may_wait: bool,
}

/// Goes through the pieces of an input. A failure to read is given when all before it is written; a failure to write, at once.
pub(crate) fn in_order<J: Default + Send, M>(
    threads: usize,
    mut steps: Steps<
        impl FnMut(&mut J) -> Result<bool, Failure> + Send,
        impl Fn(&J) -> usize + Sync,
        impl Fn() -> M + Sync,
        impl Fn(&mut M, &mut J) + Sync,
        impl FnMut(&mut J) -> Result<(), Failure> + Send,
    >,
) -> Result<(), Failure> {
    let threads = threads.min(MOST_THREADS);
    let mut piece = J::default();
    let mut memory = (steps.memory)();
    let alone = if threads > 1 { ALONE } else { usize::MAX };
    for _ in 0..alone {
        if !(steps.read)(&mut piece)? {
            return Ok(());
        }
        (steps.work)(&mut memory, &mut piece);
        (steps.write)(&mut piece)?;
    }
    drop(memory);
    let Steps { read, bytes, memory, work, write, may_wait } = steps;
    let line = Line {
        reader: Mutex::new(Reader { read, count: 0, ended: false }),
        order: Mutex::new(Order::default()),
        changed: Condvar::new(),
        writer: Mutex::new(write),
        most: AHEAD * threads as u64,
        may_wait,
    };
    let run = || {
        let _guard = StopOnPanic(&line);
        let mut memory = memory();
        while let Some((number, mut piece)) = line.take(&bytes) {
            work(&mut memory, &mut piece);
            line.give(number, piece);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(run);
        }
        run();
    });
    locked(&line.order).failure.take().map_or(Ok(()), Err)
}

/// What the threads share.
struct Line<J, R, O> {
    reader: Mutex<Reader<R>>,
    order: Mutex<Order<J>>,
    /// Told when a piece is written, and when all is to stop.
    changed: Condvar,
    /// Taken only by the thread that has set `Order::writing`.
    writer: Mutex<O>,
    /// So many pieces may be under way.
    most: u64,
    may_wait: bool,
}

struct Reader<R> {
    read: R,
    /// Pieces read.
    count: u64,
    ended: bool,
}

struct Order<J> {
    /// Pieces that are done and not written, from number `written` on; none for those that are worked on.
    done: VecDeque<Option<J>>,
    written: u64,
    /// The bytes of those that are read and not written, one by one and together.
    sizes: VecDeque<usize>,
    bytes: usize,
    writing: bool,
    /// Pieces that are done with.
    spare: Vec<J>,
    stopped: bool,
    failure: Option<Failure>,
}

impl<J> Default for Order<J> {
    fn default() -> Self {
        Self {
            done: VecDeque::new(),
            written: 0,
            sizes: VecDeque::new(),
            bytes: 0,
            writing: false,
            spare: Vec::new(),
            stopped: false,
            failure: None,
        }
    }
}

impl<J, R, O> Line<J, R, O>
where
    J: Default,
    R: FnMut(&mut J) -> Result<bool, Failure>,
    O: FnMut(&mut J) -> Result<(), Failure>,
{
    /// Reads the next piece; none where all is read or to stop.
    fn take(&self, bytes: impl Fn(&J) -> usize) -> Option<(u64, J)> {
        let mut reader = locked(&self.reader);
        let mut piece = {
            let mut order = locked(&self.order);
            while !order.stopped && (order.sizes.len() as u64 >= self.most || order.bytes >= MOST_BYTES) {
                order = self.changed.wait(order).unwrap_or_else(PoisonError::into_inner);
            }
            if order.stopped || reader.ended {
                return None;
            }
            order.spare.pop().unwrap_or_default()
        };
        match (reader.read)(&mut piece) {
            Ok(true) => {
                let (mut order, bytes) = (locked(&self.order), bytes(&piece));
                order.sizes.push_back(bytes);
                order.bytes += bytes;
                reader.count += 1;
                Some((reader.count - 1, piece))
            }
            read => {
                reader.ended = true;
                if let Err(failure) = read {
                    locked(&self.order).failure.get_or_insert(failure);
                }
                None
            }
        }
    }

    /// Takes piece `number` when it is done, and writes all whose turn has come, if nobody else does.
    fn give(&self, number: u64, piece: J) {
        let mut order = locked(&self.order);
        let at = (number - order.written) as usize;
        if order.done.len() <= at {
            order.done.resize_with(at + 1, || None);
        }
        order.done[at] = Some(piece);
        if mem::replace(&mut order.writing, true) {
            return;
        }
        let mut writer = locked(&self.writer);
        while !order.stopped
            && let Some(mut piece) = order.done.front_mut().and_then(Option::take)
        {
            drop(order);
            let written = writer(&mut piece);
            order = locked(&self.order);
            order.done.pop_front();
            order.written += 1;
            order.bytes -= order.sizes.pop_front().unwrap_or(0);
            order.spare.push(piece);
            if let Err(failure) = written {
                if self.may_wait {
                    failure.end_process();
                }
                order.failure = Some(failure);
                order.stopped = true;
            }
            self.changed.notify_all();
        }
        order.writing = false;
    }
}

/// What a mutex holds is whole even where a thread has panicked: then all stop.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stops the other threads when one panics: its piece would never be done.
struct StopOnPanic<'a, J, R, O>(&'a Line<J, R, O>);

impl<J, R, O> Drop for StopOnPanic<'_, J, R, O> {
    fn drop(&mut self) {
        if thread::panicking() {
            locked(&self.0.order).stopped = true;
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests;
