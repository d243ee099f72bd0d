//! A soak: many invocations through the real binaries while processes die, sinks fail and environments
//! freeze; then the books are compared.
//!
//! `scripts/bench --soak N` runs as many invocations as it is told; as a test it runs a few hundred.
//! Environments live side by side: one of each round is left alive, so that what its extension holds
//! can be watched; to the others anything happens, and some of them are destroyed. It ends after so
//! many invocations, after `--hours`, or when it gets SIGINT, and judges all that was done. Then:
//!
//! - every invocation of an environment that was shut down has one record or stands in a gap, as does
//!   an event that reached an extension just as it was killed, and never the function;
//! - no invocation has two, and no number of a chain stands for two records;
//! - `tollgate verify` finds nothing broken, and every chain with a seal authenticated;
//! - `tollgate verify --against` names the invocations without a record, and those alone;
//! - memory and descriptors of the extension that lived are where they were.

mod books;
mod events;
mod flat;
mod life;
mod pace;
mod random;

use books::{Account, Sum, judge};
use events::Events;
use flat::{Course, Sample, course};
use life::Life;
use pace::Pace;
use random::Random;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinError, JoinHandle};

/// Invocations of a round: as much as is kept in memory until it is judged.
const ROUND: usize = 40_000;
/// Environments that anything may happen to, side by side.
const LANES: usize = 3;
/// Invocations where nobody asked for a number.
const QUICK: usize = 400;
/// How often the extension that lives is looked at.
const SAMPLES: usize = 100;
/// What its memory may have grown by, by the slope, in KiB. In a short run tables of the program are
/// still being read in for the first time.
const GROWTH_MAX_AT_FIRST: f64 = 8_192.0;
/// In a long one an allocation of 64 bytes that is lost with each invocation would come to more.
const GROWTH_MAX: f64 = 256.0;
/// Invocations that make a run a long one.
const LONG: usize = 5_000;
/// Descriptors come and go with connections; a leak goes on.
const DESCRIPTORS_MAX: f64 = 4.0;

/// What is to be run, from the environment.
struct Plan {
    invocations: usize,
    seed: usize,
    lanes: usize,
    longest: Option<Duration>,
    figures: Option<PathBuf>,
}

impl Plan {
    fn read() -> Self {
        let number = |name: &str| {
            let text = std::env::var(name).ok()?;
            Some(text.replace('_', "").parse().unwrap_or_else(|_| panic!("{name}={text}")))
        };
        let hours = std::env::var("SOAK_HOURS").ok().map(|text| text.parse::<f64>().unwrap());
        Self {
            invocations: number("SOAK_INVOCATIONS").unwrap_or(QUICK),
            seed: number("SOAK_SEED").unwrap_or(1),
            lanes: number("SOAK_LANES").unwrap_or(LANES),
            longest: hours.map(|hours| Duration::from_secs_f64(hours * 3_600.0)),
            figures: std::env::var_os("SOAK_FIGURES").map(PathBuf::from),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_dies_nothing_is_lost_and_nothing_is_told_twice() {
    let mut soak = Soak::new(Plan::read());
    let mut judging = None;
    while let Some(invocations) = soak.pace.round(ROUND) {
        let lived = soak.round(invocations).await;
        // While the next environments live, what the last ones left is judged.
        soak.take(judging.replace(tokio::task::spawn_blocking(|| lived.judged()))).await;
    }
    soak.take(judging).await;
    assert!(soak.failures.is_empty(), "{:#?}", soak.failures);
    let counted = soak.sum.counts["invocations"];
    assert!(counted >= soak.plan.invocations as u64 || soak.pace.ended(), "{:?}", soak.sum.counts);
}

/// A soak and what it came to so far.
struct Soak {
    plan: Plan,
    pace: Arc<Pace>,
    random: Random,
    events: Arc<Events>,
    sum: Sum,
    courses: Vec<(Course, Course)>,
    /// A round that fails does not end the soak: others may tell more.
    failures: Vec<String>,
}

/// What the environments of a round left.
#[derive(Default)]
struct Lived {
    accounts: Vec<Account>,
    samples: Vec<Sample>,
}

type Judged = (Sum, Option<(Course, Course)>);

impl Soak {
    fn new(plan: Plan) -> Self {
        let pace = Pace::start(plan.invocations, plan.longest);
        let (random, events) = (Random::new(plan.seed as u64), Arc::new(Events::read()));
        let (sum, courses, failures) = (Sum::default(), Vec::new(), Vec::new());
        Self { plan, pace, random, events, sum, courses, failures }
    }

    /// In one environment everything is left alive; anything may happen to those in the other lanes.
    async fn round(&mut self, invocations: usize) -> Lived {
        let (pace, events) = (|| Arc::clone(&self.pace), || Arc::clone(&self.events));
        // Enough to tell a leak from noise, even where the others are faster.
        let least = invocations / 4;
        let steady = tokio::spawn(steady(self.random.fork(), events(), pace(), least));
        let lanes: Vec<_> = (0..self.plan.lanes)
            .map(|_| tokio::spawn(chaotic(self.random.fork(), events(), pace())))
            .collect();
        let mut lived = Lived::default();
        match steady.await {
            Ok((account, samples)) => lived = Lived { accounts: vec![account], samples },
            Err(error) => self.failures.push(said(error)),
        }
        for lane in lanes {
            match lane.await {
                Ok(accounts) => lived.accounts.extend(accounts),
                Err(error) => self.failures.push(said(error)),
            }
        }
        lived
    }

    /// Waits for the verdict on a round, and says what is known.
    async fn take(&mut self, judging: Option<JoinHandle<Judged>>) {
        let Some(judging) = judging else { return };
        match judging.await {
            Ok((sum, course)) => {
                self.sum.add(&sum);
                self.courses.extend(course);
            }
            Err(error) => self.failures.push(said(error)),
        }
        let judged = self.sum.counts.get("invocations").copied().unwrap_or_default();
        self.pace.say(&format!("{judged} judged, {} rounds failed", self.failures.len()));
        if let Some(path) = &self.plan.figures {
            save(path, &self.figures());
        }
    }

    fn figures(&self) -> Value {
        let all = |which: fn(&(Course, Course)) -> &Course| -> Vec<Value> {
            self.courses.iter().map(|course| told(which(course))).collect()
        };
        json!({
            "asked": self.plan.invocations,
            "endedEarly": self.pace.ended(),
            "seed": self.plan.seed,
            "seconds": self.pace.seconds(),
            "perSecond": self.pace.per_second(),
            "counts": self.sum.counts,
            "failures": self.failures,
            "residentKiB": all(|course| &course.0),
            "descriptors": all(|course| &course.1),
        })
    }
}

impl Lived {
    /// Panics where a promise is broken.
    fn judged(self) -> Judged {
        (judge(&self.accounts), settled(&self.samples))
    }
}

/// What a task said when it panicked.
fn said(error: JoinError) -> String {
    let panic = error.into_panic();
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

async fn steady(
    random: Random,
    events: Arc<Events>,
    pace: Arc<Pace>,
    least: usize,
) -> (Account, Vec<Sample>) {
    let mut life = Life::steady(random, events).await;
    let mut samples = Vec::new();
    // Memory that the largest event needed once is kept for the next one.
    life.largest().await;
    let mut done = 0;
    while pace.take() || (done < least && pace.one_more()) {
        if done % (least / SAMPLES).max(1) == 0 {
            samples.extend(life.sample());
        }
        life.calm().await;
        done += 1;
    }
    (life.end().await, samples)
}

async fn chaotic(mut random: Random, events: Arc<Events>, pace: Arc<Pace>) -> Vec<Account> {
    let mut accounts = Vec::new();
    while pace.take() {
        let mut life = Life::chaotic(random.fork(), Arc::clone(&events)).await;
        let length = random.between(20, 600);
        life.chaos().await;
        for _ in 1..length {
            if !pace.take() {
                break;
            }
            life.chaos().await;
        }
        let destroyed = random.below(4) == 0;
        accounts.push(if destroyed { life.destroy().await } else { life.end().await });
    }
    accounts
}

/// The extension that was left alive holds at the end what it held before. Nothing is said of one that
/// was ended before there was much to look at: by the end of the soak, or because its function took
/// longer than Lambda lets it.
fn settled(samples: &[Sample]) -> Option<(Course, Course)> {
    let of_one = samples.chunk_by(|one, next| one.pid == next.pid);
    let samples = of_one.max_by_key(|samples| samples.len())?;
    let last = samples.last().filter(|_| samples.len() >= SAMPLES)?;
    let memory = course(samples, |sample| sample.resident);
    let open = course(samples, |sample| sample.descriptors);
    let most = if last.at > LONG { GROWTH_MAX } else { GROWTH_MAX_AT_FIRST };
    assert!(memory.growth < most, "{memory:?}");
    assert!(open.growth < DESCRIPTORS_MAX, "{open:?}");
    Some((memory, open))
}

fn told(course: &Course) -> Value {
    json!({
        "first": course.first, "last": course.last, "most": course.most,
        "growth": course.growth, "perMillion": course.per_million, "steps": course.steps,
    })
}

fn save(path: &Path, figures: &Value) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, serde_json::to_string_pretty(figures).unwrap() + "\n").unwrap();
}
