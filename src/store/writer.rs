//! The one writer: acts queue for one thread, which runs a batch of them in one transaction, each
//! in its savepoint, commits once and then answers them all. The fsync is shared.
//!
//! A batch whose commit fails is *unknown*: the connection is dropped and reopened and every act
//! of the batch is answered [`Verdict::Unknown`]; asking again with the same idempotency key tells.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
};

use super::{Db, Fault};

/// How many acts may wait; one more is told to come back later.
const QUEUE: usize = 4096;
/// How many acts share one commit at most.
const BATCH: usize = 512;

/// What became of a job's writes.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Its batch is on disk.
    Committed,
    /// The commit broke off: the rows may or may not be there.
    Unknown(Fault),
    /// The database could not be reached; nothing was written.
    Unreachable(Fault),
}

/// A unit of writing: runs inside its savepoint, then learns its verdict.
pub trait Job: Send {
    /// Writes. `false` rolls the job's writes back; the answer is the job's own business.
    fn run(&mut self, db: &mut Db) -> bool;
    /// Called once, after the commit of the batch.
    fn finish(self: Box<Self>, verdict: Verdict);
}

/// The queue into the writer thread; clones share it.
#[derive(Clone)]
pub struct Writer {
    queue: SyncSender<Box<dyn Job>>,
    waiting: Arc<AtomicUsize>,
}

impl Writer {
    /// Starts the thread; it ends when the last [`Writer`] is dropped.
    pub fn start(url: &str) -> Result<Self, Fault> {
        let (queue, jobs) = sync_channel(QUEUE);
        let db = Db::open(url)?;
        let url = url.to_owned();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counter = waiting.clone();
        std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || serve(&url, db, &jobs, &counter))?;
        Ok(Self { queue, waiting })
    }

    /// How many jobs have no verdict yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Queues a job; gives it back when the queue is full or the thread is gone.
    pub fn submit(&self, job: Box<dyn Job>) -> Result<(), Box<dyn Job>> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.queue.try_send(job).map_err(|e| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match e {
                TrySendError::Full(job) | TrySendError::Disconnected(job) => job,
            }
        })
    }
}

fn serve(url: &str, db: Db, jobs: &Receiver<Box<dyn Job>>, waiting: &AtomicUsize) {
    let mut db = Some(db);
    while let Ok(first) = jobs.recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        let verdict = match db.take().map_or_else(|| Db::open(url), Ok) {
            Err(fault) => Verdict::Unreachable(fault),
            Ok(mut open) => match run_batch(&mut open, &mut batch) {
                Ok(()) => {
                    db = Some(open);
                    Verdict::Committed
                }
                Err(fault) => {
                    tracing::error!(%fault, "a batch broke off; its outcome is unknown");
                    Verdict::Unknown(fault)
                }
            },
        };
        waiting.fetch_sub(batch.len(), Ordering::Relaxed);
        for job in batch {
            job.finish(verdict.clone());
        }
    }
}

fn run_batch(db: &mut Db, batch: &mut [Box<dyn Job>]) -> Result<(), Fault> {
    db.begin()?;
    for job in batch {
        savepoint(db, |db| {
            // a panic in one act must not take the writer, and with it everyone's acts, along
            catch_unwind(AssertUnwindSafe(|| job.run(db))).unwrap_or_else(|_| {
                tracing::error!("an act panicked; its writes are rolled back");
                false
            })
        })?;
    }
    db.commit()
}

/// Runs `body` in a savepoint that is kept when it says so.
pub fn savepoint(db: &mut Db, body: impl FnOnce(&mut Db) -> bool) -> Result<(), Fault> {
    use diesel::connection::SimpleConnection as _;
    db.batch_execute("SAVEPOINT act")?;
    let keep = body(db);
    db.batch_execute(if keep {
        "RELEASE SAVEPOINT act"
    } else {
        "ROLLBACK TO SAVEPOINT act; RELEASE SAVEPOINT act"
    })?;
    Ok(())
}
