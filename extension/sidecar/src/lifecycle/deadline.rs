//! The deadline of the invocation that runs, kept by one timer for all of them.

use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// A timer that is set again only when it has rung. To set one wakes the event loop, which is two
/// system calls, and deadlines nearly always move on: so it may ring early, and is set anew then.
#[derive(Debug, Default)]
pub(crate) struct Deadline {
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    /// Waits until so much time has passed.
    pub(crate) async fn pass(&mut self, left: Duration) {
        let now = Instant::now();
        // Longer than any timer lasts, where the sum is out of range.
        let end = now.checked_add(left).unwrap_or(now + FAR);
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end)));
        loop {
            if timer.deadline() > end || timer.is_elapsed() {
                timer.as_mut().reset(end);
            }
            timer.as_mut().await;
            if Instant::now() >= end {
                return;
            }
        }
    }
}

/// Ten years.
const FAR: Duration = Duration::from_hours(10 * 365 * 24);

#[cfg(test)]
mod tests {
    use super::*;

    fn on_paused_time(test: impl Future<Output = ()>) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().unwrap().block_on(test);
    }

    async fn passed(deadline: &mut Deadline, seconds: u64) -> Duration {
        let start = Instant::now();
        deadline.pass(Duration::from_secs(seconds)).await;
        start.elapsed()
    }

    #[test]
    fn a_deadline_is_kept_though_the_timer_was_set_for_another() {
        // Earlier than the deadline, and later.
        for before in [3, 900] {
            on_paused_time(async {
                let mut deadline = Deadline::default();
                let ended = passed(&mut deadline, before);
                let ended = tokio::time::timeout(Duration::from_secs(1), ended).await;
                assert!(ended.is_err(), "the invocation ended before its deadline");
                let took = passed(&mut deadline, 3).await;
                let expected = Duration::from_secs(3)..Duration::from_millis(3100);
                assert!(expected.contains(&took), "after {before} s: {took:?}");
            });
        }
    }

    #[test]
    fn a_deadline_beyond_all_time_does_not_pass() {
        on_paused_time(async {
            let mut deadline = Deadline::default();
            let far = deadline.pass(Duration::from_millis(u64::MAX));
            assert!(tokio::time::timeout(Duration::from_secs(1), far).await.is_err());
        });
    }
}
