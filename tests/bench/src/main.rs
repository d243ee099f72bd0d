//! Measures Tollgate's promises against bare baselines of the same run, and says which hold.
//!
//! A promise that is missed is printed, never an error: times are no assertions. The exit status
//! is not zero only when something could not be measured.
use anyhow::{Context, Result, ensure};
use clap::Parser;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tollgate_bench::child::Launch;
use tollgate_bench::events::{LARGEST_BYTES, event};
use tollgate_bench::features::Features;
use tollgate_bench::mock::Mock;
use tollgate_bench::quota::Quota;
use tollgate_bench::report::{Bound, Row, print, save};
use tollgate_bench::sinks::Sinks;
use tollgate_bench::start::{PageCache, Starts};
use tollgate_bench::stats::{median, micros, millis, percentile};
use tollgate_bench::turnround::{Case, Samples, Through};
use tollgate_bench::{ceiling, costs, machine, memory, start, steps, turnround};

/// Measures Tollgate's promises against bare baselines of the same run.
#[derive(Debug, Parser)]
struct Options {
    /// Fewer rounds: a first look, not a figure to quote
    #[arg(long)]
    quick: bool,
    /// Measures these parts alone; the figures of the others are left out of the file
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Measures nothing: writes the addresses of the instructions that the extension executes, from its
    /// start over three events to its end, in the order in which they are first reached
    #[arg(long, value_name = "FILE")]
    touched: Option<PathBuf>,
    /// The baseline extension
    #[arg(long, value_name = "FILE")]
    bare_extension: PathBuf,
    /// The baseline relay
    #[arg(long, value_name = "FILE")]
    bare_relay: PathBuf,
    /// The extension as staged in the layer, under the file name `tollgate`
    #[arg(long, value_name = "FILE")]
    extension: PathBuf,
    /// The program that stands still until limits and tracers are in place
    #[arg(long, value_name = "FILE")]
    parked: PathBuf,
    /// An extension on the crate `lambda-extension`, to show what others build costs
    #[arg(long, value_name = "FILE")]
    crate_extension: Option<PathBuf>,
    /// A relay on the crate `aws-lambda-runtime-proxy`, likewise
    #[arg(long, value_name = "FILE")]
    crate_relay: Option<PathBuf>,
    /// A zip of the layer; may be given for each architecture
    #[arg(long, value_name = "FILE")]
    zip: Vec<PathBuf>,
    /// Where the figures go as JSON
    #[arg(long, value_name = "FILE", default_value = "target/bench/promises.json")]
    out: PathBuf,
}

/// What can be measured alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Cold starts at full speed
    Start,
    /// Cold starts under a share of a processor
    Quota,
    /// Cold starts with each feature
    Features,
    /// Counts of instructions and system calls
    Instructions,
    /// Turn-rounds of invocations
    TurnRound,
    /// How far a ceiling is off its time
    Ceiling,
    /// From the reply to event/next, by sink
    Sinks,
    /// Resident memory
    Memory,
    /// Sizes of files
    Sizes,
}

/// Measures a part.
type Measure = fn(&mut Bench) -> Result<()>;

impl Part {
    const ALL: [(Self, Measure); 9] = [
        (Self::Start, Bench::cold_starts),
        (Self::Quota, Bench::limited_starts),
        (Self::Features, Bench::features),
        (Self::Instructions, Bench::instructions),
        (Self::TurnRound, Bench::turn_rounds),
        (Self::Ceiling, Bench::ceiling),
        (Self::Sinks, Bench::sinks),
        (Self::Memory, Bench::memory),
        (Self::Sizes, Bench::sizes),
    ];
}

/// One benchmark run.
struct Bench {
    options: Options,
    mock: Mock,
    rows: Vec<Row>,
}

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be told when standard error is closed too.
            let _ = writeln!(std::io::stderr().lock(), "bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<()> {
    let name = options.extension.file_name().unwrap_or_default();
    ensure!(name == "tollgate", "the extension registers its file name, which must be `tollgate`");
    let mock = Mock::start(pin_ends).context("cannot start the mock")?;
    if let Some(out) = &options.touched {
        return touched(&mock, &options, out);
    }
    let mut bench = Bench { options, mock, rows: Vec::new() };
    for (part, measure) in Part::ALL {
        if bench.options.only.is_empty() || bench.options.only.contains(&part) {
            measure(&mut bench)?;
        }
    }
    print(&bench.rows, &mut std::io::stdout().lock())?;
    save(&bench.rows, &bench.options.out)
}

/// Writes where the extension goes.
fn touched(mock: &Mock, options: &Options, out: &Path) -> Result<()> {
    let event: Arc<[u8]> = event(1024).into();
    let order = steps::touched(mock, &options.parked, &options.extension, &event, 3)?;
    let lines: Vec<_> = order.iter().map(|at| format!("{at:x}\n")).collect();
    std::fs::write(out, lines.concat()).with_context(|| format!("cannot write `{}`", out.display()))
}

/// Both ends stay on one processor, and in turn-rounds what is measured shares it, as it does in a
/// small function: no wake-up of another processor blurs the figures, and no work hides on it.
fn pin_ends() {
    machine::pin(0);
}

impl Bench {
    fn progress(text: &str) -> Result<()> {
        Ok(writeln!(std::io::stderr().lock(), "bench: {text}")?)
    }

    fn rounds(&self, full: usize) -> usize {
        if self.options.quick { (full / 10).max(5) } else { full }
    }

    fn cold_starts(&mut self) -> Result<()> {
        self.cold_start(PageCache::Warm)?;
        self.cold_start(PageCache::Dropped)
    }

    fn limited_starts(&mut self) -> Result<()> {
        [7, 25].into_iter().try_for_each(|percent| self.limited_start(percent))
    }

    fn cold_start(&mut self, cache: PageCache) -> Result<()> {
        Self::progress(&format!("cold start, page cache {cache:?}").to_lowercase())?;
        let crates = self.options.crate_extension.clone();
        let programs: Vec<_> = [&self.options.bare_extension, &self.options.extension]
            .into_iter()
            .chain(&crates)
            .map(|program| Launch::of(program))
            .collect();
        let starts = start::measure(&self.mock, &programs, cache, self.rounds(60).max(20))?;
        let [bare, ours, others @ ..] = starts.as_slice() else {
            return Ok(());
        };
        let (label, register, first_next) = match cache {
            PageCache::Warm => ("page cache warm", 1.3, 1.5),
            PageCache::Dropped => ("page cache dropped", 3.0, 3.0),
        };
        let mut row = |what: &str, of: fn(&Starts) -> Duration, times: f64| {
            let promise = format!("cold start, exec to {what}, {label}");
            let baseline = Some(millis(of(bare)));
            self.rows.push(Row::new(
                promise,
                millis(of(ours)),
                "ms",
                baseline,
                Bound::Times(times),
            ));
        };
        row("register", Starts::register, register);
        row("first event/next", Starts::first_next, first_next);
        for theirs in others {
            let shown = format!("exec to first event/next, {label}: on the crate lambda-extension");
            self.note_ms(shown, theirs.first_next(), Some(bare.first_next()));
        }
        if let Some(polled) = ours.first_poll() {
            let shown = format!("exec to the first poll of a runtime that waits, {label}");
            self.note_ms(shown, polled, None);
        }
        Ok(())
    }

    /// Starts under a share of one processor, as small functions have it.
    fn limited_start(&mut self, percent: u64) -> Result<()> {
        Self::progress(&format!("cold start at {percent} % of a processor"))?;
        let quota = match Quota::percent(percent) {
            Ok(quota) => quota,
            Err(error) => return Self::progress(&format!("left out: {error:#}")),
        };
        let hold = |process| quota.hold(process);
        let programs = [&self.options.bare_extension, &self.options.extension]
            .map(|program| Launch::of(program).parked(&self.options.parked, &hold));
        let rounds = self.rounds(60).max(20);
        let starts = start::measure(&self.mock, &programs, PageCache::Warm, rounds)?;
        let [bare, ours] = starts.as_slice() else {
            return Ok(());
        };
        let what = format!("cold start, exec to first event/next, {percent} % of a processor");
        let (figure, baseline) = (millis(ours.first_next()), Some(millis(bare.first_next())));
        self.rows.push(Row::new(what, figure, "ms", baseline, Bound::Times(1.5)));
        if let Some(polled) = ours.first_poll() {
            let shown = format!("exec to the first poll of a runtime that waits, {percent} %");
            self.note_ms(shown, polled, None);
        }
        Ok(())
    }

    /// What a feature costs at start, and until a runtime that waits is served.
    fn features(&mut self) -> Result<()> {
        Self::progress("cold start, each feature on")?;
        let features = Features::write()?;
        let all = features.all();
        let ours = Launch::of(&self.options.extension);
        let bare = Launch::of(&self.options.bare_extension);
        let mut programs = vec![bare, ours];
        programs.extend(all.iter().map(|(_, policy)| ours.policy(Some(policy))));
        let (rounds, cache) = (self.rounds(40).max(10), PageCache::Warm);
        let starts = start::measure_after(&self.mock, Some(bare), &programs, cache, rounds)?;
        let [bare, plain, with @ ..] = starts.as_slice() else {
            return Ok(());
        };
        for ((feature, _), with) in all.iter().zip(with) {
            let what = format!("cold start, exec to first event/next, with {feature}");
            let (figure, baseline) = (millis(with.first_next()), Some(millis(bare.first_next())));
            self.rows.push(Row::new(what, figure, "ms", baseline, Bound::Times(1.5)));
            if let Some(polled) = with.first_poll() {
                let shown = format!("exec to the first poll, with {feature}");
                self.note_ms(shown, polled, plain.first_poll());
            }
        }
        Ok(())
    }

    /// Instructions and system calls, counted.
    fn instructions(&mut self) -> Result<()> {
        Self::progress("instructions")?;
        let event: Arc<[u8]> = event(1024).into();
        let (parked, program) = (&self.options.parked, &self.options.extension);
        let rounds = if self.options.quick { 3 } else { 9 };
        let counted = match steps::extension(&self.mock, parked, program, &event, rounds) {
            Ok(counted) => counted,
            Err(error) => return Self::progress(&format!("left out: {error:#}")),
        };
        for (what, count, bound) in [
            ("exec to first event/next", counted.start, Bound::None),
            ("one invocation of 1 KB, on the path", counted.path, Bound::AtMost(150_000.0)),
        ] {
            let mut row = |kind: &str, count: u64, bound| {
                let what = format!("{kind}, {what}");
                self.rows.push(Row::new(what, whole(count), "", None, bound));
            };
            row("instructions", count.instructions, bound);
            row("system calls", count.calls, Bound::None);
        }
        Ok(())
    }

    fn turn_rounds(&mut self) -> Result<()> {
        pin_ends();
        for (name, bytes, rounds) in [
            ("1 KB", 1024, 400),
            ("100 KB", 100 * 1024, 200),
            ("1 MB", 1024 * 1024, 60),
            ("6 MB", LARGEST_BYTES, 20),
        ] {
            let event: Arc<[u8]> = event(bytes).into();
            for (mode, hold, as_lambda) in [
                ("as Lambda, 1 ms apart", Duration::from_millis(1), true),
                ("free-running, back to back", Duration::ZERO, false),
            ] {
                Self::progress(&format!("turn-round, {name}, {mode}"))?;
                let event = Arc::clone(&event);
                let case = Case { event, hold, as_lambda, rounds: self.rounds(rounds) };
                self.turn_round(&format!("{name}, {mode}"), &case)?;
            }
        }
        machine::unpin();
        Ok(())
    }

    fn turn_round(&mut self, name: &str, case: &Case) -> Result<()> {
        let crates = self.options.crate_relay.clone();
        let mut paths = vec![
            Through::Direct,
            Through::Relay(&self.options.bare_relay),
            Through::RelayBeside(&self.options.bare_relay, &self.options.bare_extension),
            Through::Extension(&self.options.extension),
        ];
        paths.extend(crates.as_deref().map(Through::Relay));
        let blocks = if self.options.quick { 2 } else { 5 };
        let samples = turnround::measure(&self.mock, &paths, case, blocks)?;
        let [direct, bare, beside, ours, others @ ..] = samples.as_slice() else {
            return Ok(());
        };
        let p50 = |samples: &Samples| micros(median(&samples.path));
        let mut promise = (Some(p50(bare)), Bound::None);
        if case.as_lambda && case.event.len() <= 1024 {
            promise.1 = Bound::Above(15.0);
            self.post_work(ours);
        } else if case.as_lambda && case.event.len() == LARGEST_BYTES {
            let looked = micros(costs::syntax_and_digest(&case.event, self.rounds(50))?);
            promise = (Some(p50(bare) + looked), Bound::Times(1.3));
            self.note(format!("serde_json syntax pass + SHA-256 pass, {name}"), looked, None);
        }
        self.note(format!("turn-round p50, {name}: direct"), p50(direct), None);
        self.note(format!("turn-round p50, {name}: bare relay"), p50(bare), Some(p50(direct)));
        let what = format!("turn-round p50, {name}: bare relay beside a bare extension");
        self.note(what, p50(beside), Some(p50(direct)));
        for theirs in others {
            let what = format!("turn-round p50, {name}: on the crate aws-lambda-runtime-proxy");
            self.note(what, p50(theirs), Some(p50(direct)));
        }
        let what = format!("turn-round p50, {name}: Tollgate");
        self.rows.push(Row::new(what, p50(ours), "µs", promise.0, promise.1));
        let p99 = |samples: &Samples| micros(percentile(&samples.path, 99));
        self.note(format!("turn-round p99, {name}: Tollgate"), p99(ours), Some(p99(bare)));
        Ok(())
    }

    fn post_work(&mut self, ours: &Samples) {
        let billed: Vec<_> = ours.after.iter().map(|after| after.billed).collect();
        let post_work: Vec<_> = ours.after.iter().map(|after| after.post_work).collect();
        let mut row = |what: &str, time: Duration, bound: Bound| {
            self.rows.push(Row::new(what, micros(time), "µs", None, bound));
        };
        let what = "post-work p50, reply and next poll to event/next, 1 KB";
        row(what, median(&post_work), Bound::AtMost(60.0));
        row("reply to event/next p50, 1 KB", median(&billed), Bound::None);
        let what = "billed time added, reply to event/next p99, 1 KB";
        row(what, percentile(&billed, 99), Bound::AtMost(1000.0));
    }

    /// A function that does not end: when its caller has the refusal.
    fn ceiling(&mut self) -> Result<()> {
        Self::progress("ceilings")?;
        let off = ceiling::lateness(&self.mock, &self.options.extension, self.rounds(60))?;
        let mut row = |what: &str, percent, bound| {
            let what = format!("a ceiling's refusal, {what} off its time");
            self.rows.push(Row::new(what, millis(percentile(&off, percent)), "ms", None, bound));
        };
        row("p50", 50, Bound::None);
        row("p95", 95, Bound::AtMost(10.0));
        row("the most", 100, Bound::None);
        Ok(())
    }

    /// What an invocation waits for its records, by where they go.
    fn sinks(&mut self) -> Result<()> {
        pin_ends();
        let sinks = Sinks::start()?;
        for (name, policy) in sinks.policies()? {
            Self::progress(&format!("billed time added, sink {name}"))?;
            let case = Case {
                event: event(1024).into(),
                hold: Duration::from_millis(1),
                as_lambda: true,
                rounds: self.rounds(2_000),
            };
            let through = [Through::Sink(&self.options.extension, &policy)];
            let samples = turnround::measure(&self.mock, &through, &case, 2)?;
            let after = samples.iter().flat_map(|samples| &samples.after);
            let billed: Vec<_> = after.map(|after| after.billed).collect();
            let what = format!("reply to event/next p50, 1 KB, overlap, sink {name}");
            self.rows.push(Row::new(what, micros(median(&billed)), "µs", None, Bound::None));
            let what = format!("reply to event/next p99, 1 KB, overlap, sink {name}");
            let p99 = micros(percentile(&billed, 99));
            self.rows.push(Row::new(what, p99, "µs", None, Bound::AtMost(1000.0)));
        }
        machine::unpin();
        Ok(())
    }

    fn memory(&mut self) -> Result<()> {
        Self::progress("memory")?;
        let event: Arc<[u8]> = event(LARGEST_BYTES).into();
        let bare = memory::extension_at_ready(&self.mock, &self.options.bare_extension)?;
        let relay = memory::relay(&self.mock, &self.options.bare_relay, &event)?;
        let ours = memory::extension(&self.mock, &self.options.extension, &event)?;
        let (ready, after) = (ours.ready, ours.after);
        let what = "memory resident at ready";
        let baseline = Some(megabytes(bare.resident));
        self.rows.push(Row::new(
            what,
            megabytes(ready.resident),
            "MB",
            baseline,
            Bound::AtMost(3.0),
        ));
        self.note_mb("memory anonymous at ready", ready.anonymous, Some(bare.anonymous));
        self.note_mb(
            "memory peak after 6 MB events and responses",
            after.peak,
            Some(relay.after.peak),
        );
        self.note_mb("memory resident after 6 MB events and responses", after.resident, None);
        let on_top = after.peak.saturating_sub(ready.resident);
        let times = megabytes(on_top) / megabytes(LARGEST_BYTES as u64);
        let what = "memory on top of ready while a 6 MB event passes, in events";
        self.rows.push(Row::new(what, times, "x", None, Bound::AtMost(2.2)));
        Ok(())
    }

    fn sizes(&mut self) -> Result<()> {
        let bare = megabytes(length(&self.options.bare_extension)?);
        let starts = megabytes(length(&self.options.extension)?);
        self.rows.push(Row::new("what Lambda starts", starts, "MB", Some(bare), Bound::None));
        // What it becomes, and what speaks to the outside, lie beside it in the layer.
        let opt = self.options.extension.ancestors().nth(2).unwrap_or(Path::new("/opt"));
        for (what, most) in [("extension", 5.0), ("courier", 9.0)] {
            let size = megabytes(length(&opt.join("tollgate").join(what))?);
            let what = format!("{what} binary");
            self.rows.push(Row::new(what, size, "MB", None, Bound::AtMost(most)));
        }
        for zip in &self.options.zip {
            let what = format!("layer {}", zip.file_name().unwrap_or_default().to_string_lossy());
            let size = megabytes(length(zip)?);
            self.rows.push(Row::new(what, size, "MB", None, Bound::AtMost(5.0)));
        }
        Ok(())
    }

    fn note(&mut self, what: String, figure: f64, baseline: Option<f64>) {
        self.rows.push(Row::new(what, figure, "µs", baseline, Bound::None));
    }

    fn note_ms(&mut self, what: String, figure: Duration, baseline: Option<Duration>) {
        let row = Row::new(what, millis(figure), "ms", baseline.map(millis), Bound::None);
        self.rows.push(row);
    }

    fn note_mb(&mut self, what: &str, bytes: u64, baseline: Option<u64>) {
        let row = Row::new(what, megabytes(bytes), "MB", baseline.map(megabytes), Bound::None);
        self.rows.push(row);
    }
}

fn megabytes(bytes: u64) -> f64 {
    whole(bytes) / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "sizes and counts are far below 2^52")]
fn whole(number: u64) -> f64 {
    number as f64
}

fn length(path: &Path) -> Result<u64> {
    let found = std::fs::metadata(path);
    Ok(found.with_context(|| format!("cannot read `{}`", path.display()))?.len())
}
