//! What is shown and kept of what a fleet tells.
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;
use tollgate_emulator::{Event, FleetEvent, InitReport, InitStatus, LogLine};

use super::error::Trouble;
use super::ledger::Ledger;
use super::output::{self, Row};
use super::{Args, say};

/// So long a row waits for its record where rows are shown as they come.
const RECORD_WAIT: Duration = Duration::from_secs(2);

/// Rows, records and events of one function.
#[expect(clippy::struct_excessive_bools, reason = "each is one independent flag")]
pub(super) struct Board {
    json: bool,
    verbose: bool,
    timing: bool,
    /// Rows are shown as they come, and not as one table at the end.
    live: bool,
    layered: bool,
    record: Option<PathBuf>,
    number: usize,
    rows: Vec<Row>,
    waiting_since: Option<Instant>,
    ledger: Ledger,
}

impl Board {
    pub(super) fn new(args: &Args) -> Result<Self, Trouble> {
        let number = match &args.record {
            Some(folder) => prepare(folder)?,
            None => 0,
        };
        Ok(Self {
            json: args.json,
            verbose: args.verbose,
            timing: args.timing,
            live: args.front.listen.is_some() || args.watch,
            layered: args.layer.is_some(),
            record: args.record.clone(),
            number,
            rows: Vec::new(),
            waiting_since: None,
            ledger: Ledger::default(),
        })
    }

    /// Takes in what a fleet tells.
    pub(super) fn take(&mut self, event: FleetEvent) -> Result<(), Trouble> {
        match event {
            FleetEvent::Started { init, .. } => tell_init(&init),
            FleetEvent::Line { line, .. } => {
                self.ledger.line(&line);
                if self.verbose {
                    say_line(&line);
                }
            }
            FleetEvent::Invoked { event, invoked, .. } => {
                if let Some(init) = &invoked.init {
                    tell_init(init);
                }
                let file = self.keep(&event)?;
                self.rows.push(Row::of(file, &invoked, self.timing));
            }
            FleetEvent::Refused { event, error, throttled } => {
                let file = self.keep(&event)?;
                let error_type = if throttled { "TooManyRequestsException" } else { "NotStarted" };
                say(&format!("  {}: {error}", file.display()));
                self.rows.push(Row::refused(file, error_type));
            }
            FleetEvent::Ended { shutdown, .. } => {
                say(&format!("  shutdown {:.1} ms", shutdown.duration.as_secs_f64() * 1000.0));
            }
        }
        self.show()
    }

    /// Waits until the oldest row has waited for its record long enough; for ever without one.
    pub(super) async fn rest(&self) {
        match self.waiting_since {
            Some(since) => tokio::time::sleep_until(since + RECORD_WAIT).await,
            None => std::future::pending().await,
        }
    }

    /// Shows rows without waiting for their records any longer.
    pub(super) fn give_up(&mut self) -> Result<(), Trouble> {
        self.waiting_since = None;
        let rows = std::mem::take(&mut self.rows);
        self.print(&rows)
    }

    /// Shows what is left, and hands the records over.
    pub(super) fn finish(mut self) -> Result<Ledger, Trouble> {
        let mut rows = std::mem::take(&mut self.rows);
        for row in &mut rows {
            row.decide(&self.ledger);
        }
        if self.live {
            self.print(&rows)?;
        } else {
            output::print(&rows, self.json)?;
        }
        Ok(self.ledger)
    }

    /// Shows the rows that are complete, where rows are shown as they come.
    fn show(&mut self) -> Result<(), Trouble> {
        if !self.live {
            return Ok(());
        }
        for row in &mut self.rows {
            row.decide(&self.ledger);
        }
        let (layered, rows) = (self.layered, std::mem::take(&mut self.rows));
        let (complete, rest): (Vec<Row>, Vec<Row>) =
            rows.into_iter().partition(|row| !layered || row.is_decided());
        self.rows = rest;
        if self.rows.is_empty() {
            self.waiting_since = None;
        } else {
            self.waiting_since.get_or_insert_with(Instant::now);
        }
        self.print(&complete)
    }

    fn print(&self, rows: &[Row]) -> Result<(), Trouble> {
        Ok(output::stream(rows, self.json)?)
    }

    /// Saves an event where that is asked for; gives the name that its row has.
    fn keep(&mut self, event: &Event) -> Result<PathBuf, Trouble> {
        self.number += 1;
        let origin = event.origin.clone().unwrap_or_else(|| format!("event {}", self.number));
        if let Some(folder) = &self.record {
            let path = folder.join(format!("{:05}.json", self.number));
            std::fs::write(&path, &event.body).map_err(Trouble::io("cannot write", &path))?;
            if event.origin.is_none() {
                return Ok(path);
            }
        }
        Ok(PathBuf::from(origin))
    }
}

/// Makes the directory; gives the highest number that an event in it has.
fn prepare(folder: &Path) -> Result<usize, Trouble> {
    std::fs::create_dir_all(folder).map_err(Trouble::io("cannot create", folder))?;
    let entries = std::fs::read_dir(folder).map_err(Trouble::io("cannot read", folder))?;
    let numbers = entries.flatten().filter_map(|entry| {
        let name = entry.file_name();
        name.to_str()?.strip_suffix(".json")?.parse::<usize>().ok()
    });
    Ok(numbers.max().unwrap_or_default())
}

fn tell_init(init: &InitReport) {
    let ms = init.duration.as_secs_f64() * 1000.0;
    if init.status == InitStatus::Success {
        say(&format!("  init {ms:.1} ms"));
    } else {
        let error_type = init.error_type.as_deref().unwrap_or("the limit has passed");
        let message = init.message.as_deref().unwrap_or_default();
        say(&format!("  init failed after {ms:.1} ms: {error_type} {message}"));
        say("  --verbose shows what the processes print");
    }
}

fn say_line(line: &LogLine) {
    say(&format!("  [{}] {}", line.origin, line.text));
}
