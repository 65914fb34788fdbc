//! One bounded queue and one task that commits: the shape of both steps of the intake.
//!
//! There is no timer. An idle task starts at once; while it commits, requests gather, and whatever
//! has gathered (at most [`BATCH`]) is the next batch. Every request is answered after its own
//! commit, by its own outcome. A full queue refuses at once. Work that waits for a disk has a thread of
//! its own.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::figures::{Durations, StepFigures};

/// Requests of one transaction at most.
const BATCH: usize = 256;
/// Requests that wait at most: a tenth of a second's work, so that nobody waits in vain.
const QUEUE: usize = 1_024;
/// How long whoever asks waits. Where a database is away a step takes as long as the wait for a connection; two
/// steps with theirs end before the request is cut off, with words that say what to do.
const PATIENCE: Duration = Duration::from_secs(8);

/// Where batches are worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Among all other tasks: the work never blocks.
    Task,
    /// In a thread of its own: the work may block.
    Thread,
}

/// The entrance of a pipeline.
pub(super) struct Pipeline<T, A> {
    queue: mpsc::Sender<Request<T, A>>,
    durations: Arc<Durations>,
}

/// One request with the way to its answer.
pub(super) struct Request<T, A> {
    /// What is asked.
    pub item: T,
    answer: oneshot::Sender<A>,
}

/// The queue is full, the pipeline has stopped, or the work takes too long; it may still be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

impl<T: Send + 'static, A: Send + 'static> Pipeline<T, A> {
    /// Starts the task, which hands each batch to `work` until `stop`; then it empties the queue.
    /// `work` gives one answer for each item, in order.
    pub(super) fn start<W, F>(
        tasks: &TaskTracker,
        stop: CancellationToken,
        place: Place,
        work: W,
    ) -> Self
    where
        W: Fn(Vec<T>) -> F + Send + 'static,
        F: Future<Output = Vec<A>> + Send + 'static,
    {
        let (queue, receiver) = mpsc::channel(QUEUE);
        let durations = Arc::<Durations>::default();
        let run = run(receiver, stop, work, durations.clone());
        match place {
            Place::Task => drop(tasks.spawn(run)),
            Place::Thread => {
                // None of the runtime's own threads: dropped without a shutdown, it would wait for them for ever.
                let (runtime, run) = (Handle::current(), tasks.track_future(run));
                std::thread::spawn(move || runtime.block_on(run));
            }
        }
        Self { queue, durations }
    }

    /// Queue and batches for the operator.
    pub(super) fn figures(&self, name: &'static str) -> StepFigures {
        let (limit, free) = (self.queue.max_capacity(), self.queue.capacity());
        self.durations.figures(name, limit - free, limit)
    }

    /// Queues an item and waits for its answer.
    pub(super) async fn ask(&self, item: T) -> Result<A, Full> {
        self.ask_for(item, PATIENCE).await
    }

    async fn ask_for(&self, item: T, patience: Duration) -> Result<A, Full> {
        let (answer, answered) = oneshot::channel();
        self.queue
            .try_send(Request { item, answer })
            .map_err(|_| Full)?;
        match timeout(patience, answered).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) | Err(_) => Err(Full),
        }
    }
}

async fn run<T, A, W, F>(
    mut queue: mpsc::Receiver<Request<T, A>>,
    stop: CancellationToken,
    work: W,
    durations: Arc<Durations>,
) where
    W: Fn(Vec<T>) -> F,
    F: Future<Output = Vec<A>>,
{
    let mut waiting = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            count = queue.recv_many(&mut waiting, BATCH) => {
                if count == 0 {
                    return;
                }
            }
            () = stop.cancelled(), if !queue.is_closed() => {
                queue.close();
                continue;
            }
        }
        let (items, answers): (Vec<T>, Vec<_>) = waiting
            .drain(..)
            .map(|request| (request.item, request.answer))
            .unzip();
        let begun = Instant::now();
        let outcomes = work(items).await;
        durations.note(begun.elapsed());
        for (outcome, answer) in outcomes.into_iter().zip(answers) {
            // Whoever asked may have gone away; the outcome stands.
            drop(answer.send(outcome));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn what_arrives_during_one_batch_is_the_next() {
        let tasks = TaskTracker::new();
        let gate = Arc::new(Semaphore::new(0));
        let sizes = Arc::new(std::sync::Mutex::new(Vec::new()));
        let (held, noted) = (gate.clone(), sizes.clone());
        let pipeline = Arc::new(Pipeline::start(
            &tasks,
            CancellationToken::new(),
            Place::Task,
            move |items: Vec<u32>| {
                let (gate, sizes) = (held.clone(), noted.clone());
                async move {
                    sizes.lock().unwrap().push(items.len());
                    gate.acquire().await.unwrap().forget();
                    items.into_iter().map(|item| item * 2).collect()
                }
            },
        ));
        let first = tasks.spawn({
            let p = pipeline.clone();
            async move { p.ask(1).await }
        });
        while sizes.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let others: Vec<_> = (2..300)
            .map(|n| {
                let p = pipeline.clone();
                tasks.spawn(async move { p.ask(n).await })
            })
            .collect();
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(3);
        assert_eq!(first.await.unwrap(), Ok(2));
        for (n, other) in (2..300).zip(others) {
            assert_eq!(other.await.unwrap(), Ok(n * 2));
        }
        assert_eq!(*sizes.lock().unwrap(), [1, 256, 42]);
    }

    #[tokio::test]
    async fn nobody_waits_for_ever_and_the_work_is_done_all_the_same() {
        let tasks = TaskTracker::new();
        let gate = Arc::new(Semaphore::new(0));
        let done = Arc::new(AtomicUsize::new(0));
        let (held, counted) = (gate.clone(), done.clone());
        let stop = CancellationToken::new();
        let pipeline = Pipeline::start(
            &tasks,
            stop.clone(),
            Place::Thread,
            move |items: Vec<usize>| {
                let (gate, done) = (held.clone(), counted.clone());
                async move {
                    gate.acquire().await.unwrap().forget();
                    done.fetch_add(items.len(), Ordering::SeqCst);
                    items
                }
            },
        );
        let soon = Duration::from_millis(20);
        assert_eq!(pipeline.ask_for(1, soon).await, Err(Full));
        assert_eq!(done.load(Ordering::SeqCst), 0);
        gate.add_permits(2);
        assert_eq!(pipeline.ask(2).await, Ok(2));
        stop.cancel();
        tasks.close();
        tasks.wait().await;
        assert_eq!(done.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_a_stopped_one_empties_itself() {
        let tasks = TaskTracker::new();
        let stop = CancellationToken::new();
        let gate = Arc::new(Semaphore::new(0));
        let done = Arc::new(AtomicUsize::new(0));
        let (held, counted) = (gate.clone(), done.clone());
        let pipeline = Arc::new(Pipeline::start(
            &tasks,
            stop.clone(),
            Place::Task,
            move |items: Vec<usize>| {
                let (gate, done) = (held.clone(), counted.clone());
                async move {
                    gate.acquire().await.unwrap().forget();
                    done.fetch_add(items.len(), Ordering::SeqCst);
                    items
                }
            },
        ));
        // The first round fills the queue, of which the task then takes a batch; the second fills
        // it again.
        let mut asked = Vec::new();
        for _ in 0..2 {
            asked.extend((0..QUEUE + BATCH).map(|n| {
                let p = pipeline.clone();
                tasks.spawn(async move { p.ask(n).await })
            }));
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(pipeline.ask(0).await, Err(Full));
        stop.cancel();
        gate.add_permits(100);
        let mut taken = 0;
        for answer in asked {
            taken += usize::from(answer.await.unwrap().is_ok());
        }
        tasks.close();
        tasks.wait().await;
        assert_eq!(taken, done.load(Ordering::SeqCst));
        assert!((QUEUE..=QUEUE + BATCH).contains(&taken), "{taken}");
        assert_eq!(pipeline.ask(0).await, Err(Full));
    }
}
