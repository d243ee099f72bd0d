//! How far a soak is, and when it ends: after so many invocations, at its time, or when it is told to.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// How often a soak says how far it is.
const SAYS_EVERY: Duration = Duration::from_mins(1);

/// What all environments of a soak look at before each invocation.
#[derive(Debug)]
pub(super) struct Pace {
    asked: usize,
    /// What is left of this round.
    left: AtomicUsize,
    /// Over all rounds.
    done: AtomicUsize,
    ended: AtomicBool,
    begun: Instant,
}

impl Pace {
    /// Begins to count, to look at the clock and to listen for SIGINT.
    pub(super) fn start(asked: usize, longest: Option<Duration>) -> Arc<Self> {
        let begun = Instant::now();
        let (left, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let pace = Arc::new(Self { asked, left, done, ended: AtomicBool::new(false), begun });
        tokio::spawn(Arc::clone(&pace).watch(longest));
        tokio::spawn(Arc::clone(&pace).tell());
        pace
    }

    async fn watch(self: Arc<Self>, longest: Option<Duration>) {
        let over = async {
            match longest {
                Some(longest) => tokio::time::sleep(longest).await,
                None => std::future::pending().await,
            }
        };
        let why = tokio::select! {
            () = over => "its time is over",
            told = tokio::signal::ctrl_c() => told.map(|()| "told to end").unwrap(),
        };
        self.ended.store(true, Relaxed);
        self.say(why);
    }

    async fn tell(self: Arc<Self>) {
        loop {
            tokio::time::sleep(SAYS_EVERY).await;
            self.say("goes on");
        }
    }

    /// A line on standard error. Who does not read it misses nothing.
    pub(super) fn say(&self, what: &str) {
        let (done, asked, rate) = (self.done(), self.asked, self.per_second());
        let text = format!("soak: {done} of {asked} invocations, {rate} a second; {what}");
        drop(writeln!(std::io::stderr().lock(), "{text}"));
    }

    /// Begins a round of at most so many; nothing where there is nothing left to do.
    pub(super) fn round(&self, most: usize) -> Option<usize> {
        let rest = self.asked.saturating_sub(self.done()).min(most);
        self.left.store(rest, Relaxed);
        (rest > 0 && !self.ended()).then_some(rest)
    }

    /// Takes one of the invocations that are left of this round.
    pub(super) fn take(&self) -> bool {
        let one_less = |left: usize| left.checked_sub(1);
        let taken = !self.ended() && self.left.fetch_update(Relaxed, Relaxed, one_less).is_ok();
        self.done.fetch_add(usize::from(taken), Relaxed);
        taken
    }

    /// Takes one that nobody has counted on.
    pub(super) fn one_more(&self) -> bool {
        let taken = !self.ended();
        self.done.fetch_add(usize::from(taken), Relaxed);
        taken
    }

    /// Whether it is to end early.
    pub(super) fn ended(&self) -> bool {
        self.ended.load(Relaxed)
    }

    pub(super) fn done(&self) -> usize {
        self.done.load(Relaxed)
    }

    pub(super) fn seconds(&self) -> u64 {
        self.begun.elapsed().as_secs()
    }

    pub(super) fn per_second(&self) -> u64 {
        self.done() as u64 / self.seconds().max(1)
    }
}
