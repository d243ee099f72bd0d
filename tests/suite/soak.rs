//! A soak: many invocations through the real binaries while processes die, sinks fail and environments
//! freeze; then the books are compared.
//!
//! `scripts/bench --soak N` runs as many invocations as it is told; as a test it runs a few hundred.
//! Environments live side by side: one of each round is left alive, so that what its extension holds
//! can be watched; to the others anything happens, and some of them are destroyed. Then:
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
mod random;

use books::{Account, Sum, judge};
use events::Events;
use flat::{Course, Sample, course};
use life::Life;
use random::Random;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Invocations of a round: as much as is kept in memory until it is judged.
const ROUND: usize = 20_000;
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
    seed: u64,
    figures: Option<PathBuf>,
}

impl Plan {
    fn read() -> Self {
        let number = |name: &str| {
            let text = std::env::var(name).ok()?;
            Some(text.replace('_', "").parse::<u64>().unwrap_or_else(|_| panic!("{name}={text}")))
        };
        Self {
            invocations: number("SOAK_INVOCATIONS")
                .map_or(QUICK, |number| usize::try_from(number).unwrap()),
            seed: number("SOAK_SEED").unwrap_or(1),
            figures: std::env::var_os("SOAK_FIGURES").map(PathBuf::from),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_dies_nothing_is_lost_and_nothing_is_told_twice() {
    let plan = Plan::read();
    let mut random = Random::new(plan.seed);
    let events = Arc::new(Events::read());
    let begun = Instant::now();
    let (mut sum, mut courses) = (Sum::default(), Vec::new());
    let mut left = plan.invocations;
    while left > 0 {
        let invocations = left.min(ROUND);
        left -= invocations;
        let (accounts, samples) = round(&mut random, &events, invocations).await;
        sum.add(&judge(&accounts));
        courses.push(settled(&samples));
        let done = json!({
            "asked": plan.invocations,
            "seed": plan.seed,
            "seconds": begun.elapsed().as_secs(),
            "counts": sum.counts,
            "residentKiB": courses.iter().map(|(memory, _)| told(memory)).collect::<Vec<_>>(),
            "descriptors": courses.iter().map(|(_, open)| told(open)).collect::<Vec<_>>(),
        });
        progress(&plan, &sum, begun);
        if let Some(path) = &plan.figures {
            save(path, &done);
        }
    }
    assert!(sum.counts["invocations"] >= plan.invocations as u64, "{:?}", sum.counts);
}

/// One environment that is left alive has half of the invocations; two at a time share the rest.
async fn round(
    random: &mut Random,
    events: &Arc<Events>,
    invocations: usize,
) -> (Vec<Account>, Vec<Sample>) {
    let steady = tokio::spawn(steady(random.fork(), Arc::clone(events), invocations / 2));
    let chaotic =
        [(); 2].map(|()| tokio::spawn(chaotic(random.fork(), Arc::clone(events), invocations / 4)));
    let (account, samples) = steady.await.unwrap();
    let mut accounts = vec![account];
    for lane in chaotic {
        accounts.extend(lane.await.unwrap());
    }
    (accounts, samples)
}

async fn steady(random: Random, events: Arc<Events>, wanted: usize) -> (Account, Vec<Sample>) {
    let mut life = Life::steady(random, events).await;
    let mut samples = Vec::new();
    // Memory that the largest event needed once is kept for the next one.
    life.largest().await;
    for done in 0..wanted {
        if done % (wanted / SAMPLES).max(1) == 0 {
            samples.extend(life.sample());
        }
        life.calm().await;
    }
    (life.end().await, samples)
}

async fn chaotic(mut random: Random, events: Arc<Events>, wanted: usize) -> Vec<Account> {
    let (mut accounts, mut done) = (Vec::new(), 0);
    while done < wanted {
        let mut life = Life::chaotic(random.fork(), Arc::clone(&events)).await;
        let length = usize::try_from(random.between(20, 600)).unwrap().min(wanted - done);
        for _ in 0..length {
            life.chaos().await;
        }
        done += length;
        let destroyed = random.below(4) == 0;
        accounts.push(if destroyed { life.destroy().await } else { life.end().await });
    }
    accounts
}

/// The extension that was left alive holds at the end what it held before.
fn settled(samples: &[Sample]) -> (Course, Course) {
    assert!(samples.len() >= SAMPLES, "its process was not the same all the time");
    let memory = course(samples, |sample| sample.resident);
    let open = course(samples, |sample| sample.descriptors);
    let long = samples.last().unwrap().at > LONG;
    let most = if long { GROWTH_MAX } else { GROWTH_MAX_AT_FIRST };
    assert!(memory.growth < most, "{memory:?} {samples:?}");
    assert!(open.growth < DESCRIPTORS_MAX, "{open:?} {samples:?}");
    (memory, open)
}

fn told(course: &Course) -> Value {
    json!({
        "first": course.first, "last": course.last, "most": course.most,
        "growth": course.growth, "perMillion": course.per_million,
    })
}

fn progress(plan: &Plan, sum: &Sum, begun: Instant) {
    let (done, seconds) = (sum.counts["invocations"], begun.elapsed().as_secs().max(1));
    let text =
        format!("soak: {done} of {} invocations, {} a second", plan.invocations, done / seconds);
    // Who reads no progress misses nothing.
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

fn save(path: &Path, figures: &Value) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, serde_json::to_string_pretty(figures).unwrap() + "\n").unwrap();
}
