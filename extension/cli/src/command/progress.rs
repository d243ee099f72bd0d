//! A progress bar on standard error, where somebody sees it.
use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far a long piece of work has come. Silent where standard error is no terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// `total` steps, each one of `what`. With `streams`, the work prints as it goes, so that a bar
    /// shows only where that output goes elsewhere.
    pub(super) fn new(total: u64, what: &'static str, streams: bool) -> Self {
        let in_the_way = streams && io::stdout().is_terminal();
        let target =
            if in_the_way { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = "{bar:40} {pos} of {len} {msg}, {per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar.with_message(what))
    }

    /// One more step is done.
    pub(super) fn step(&self) {
        self.0.inc(1);
    }

    /// Prints something else in between.
    pub(super) fn aside(&self, print: impl FnOnce()) {
        self.0.suspend(print);
    }

    /// The bar goes away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
