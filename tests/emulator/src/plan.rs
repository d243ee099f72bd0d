//! Named faults of an environment: what breaks, in which invocations, from one seed.
//!
//! A plan is written `NAME[=TIME][@WHEN]`: `crash@3`, `slow=200ms@10%`, `freeze=2s@every:4`.
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// One fault, and the invocations it strikes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaultPlan {
    /// What happens.
    pub kind: FaultKind,
    /// In which invocations.
    pub when: When,
}

/// What can be made to happen to an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// `crash`: the runtime is killed (SIGKILL) as soon as it has the event.
    Crash,
    /// `hang`: the runtime stops (SIGSTOP) as soon as it has the event, until the function timeout.
    /// On Managed Instances, where the runtime is shared, its reply is never accepted instead.
    Hang,
    /// `slow`: the event reaches the runtime so much later; the function timeout runs meanwhile.
    Slow(Duration),
    /// `drop`: the connection of the runtime's first reply is cut before the reply is accepted.
    Drop,
    /// `duplicate`: the event is invoked twice with the same request id, as asynchronous sources
    /// may do. The caller gets the first answer.
    Duplicate,
    /// `freeze`: all processes stand still for so long once the runtime has the event.
    Freeze(Duration),
    /// `throttle`: the invocation is refused before it reaches the environment, as with 429.
    Throttle,
    /// `late-report`: the invocation's `platform.report` is delivered so much later, or at shutdown.
    LateReport(Duration),
    /// `lost-telemetry`: the invocation's platform events are never delivered; in their place comes
    /// `platform.logsDropped`.
    LostTelemetry,
    /// `reversed-telemetry`: its platform events are delivered at its end, the last one first.
    ReversedTelemetry,
    /// `doubled-telemetry`: each of its platform events is delivered twice.
    DoubledTelemetry,
}

/// Which invocations of an environment are struck; the first one is number 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    /// `@N`: only the one with this number.
    At(u64),
    /// `@every:N`: each whose number is a multiple of this one.
    Every(u64),
    /// `@P%`: this share, chosen from the seed; the same seed chooses the same numbers.
    Percent(f64),
}

/// A plan that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fault `{text}`: {problem}")]
pub struct FaultPlanError {
    text: String,
    problem: String,
}

const SLOW: Duration = Duration::from_millis(500);
const FREEZE: Duration = Duration::from_secs(1);
const LATE: Duration = Duration::from_secs(1);

impl FaultPlan {
    /// The names, in the order of the documentation.
    pub const NAMES: [&'static str; 11] = [
        "crash",
        "hang",
        "slow",
        "drop",
        "duplicate",
        "freeze",
        "throttle",
        "late-report",
        "lost-telemetry",
        "reversed-telemetry",
        "doubled-telemetry",
    ];

    /// Reads `NAME[=TIME][@WHEN]`. Without a time `slow` takes 500 ms, `freeze` and `late-report` 1 s;
    /// without `@WHEN` every invocation is struck.
    ///
    /// # Errors
    ///
    /// Says what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, FaultPlanError> {
        let wrong = |problem: String| FaultPlanError { text: text.to_owned(), problem };
        let (what, when) = text.split_once('@').map_or((text, None), |(a, b)| (a, Some(b)));
        let (name, time) = what.split_once('=').map_or((what, None), |(a, b)| (a, Some(b)));
        let time = time.map(duration).transpose().map_err(wrong)?;
        let kind = FaultKind::named(name, time).map_err(wrong)?;
        let when = when.map_or(Ok(When::Every(1)), When::read).map_err(wrong)?;
        Ok(Self { kind, when })
    }

    /// Whether invocation `number` is struck; `place` tells plans of one environment apart.
    pub(crate) fn strikes(&self, seed: u64, place: u64, number: u64) -> bool {
        match self.when {
            When::At(at) => at == number,
            When::Every(step) => number.is_multiple_of(step),
            When::Percent(percent) => {
                let drawn = mix(seed ^ mix(place) ^ number.rotate_left(32)) % 1_000_000;
                // A drawn number below 1,000,000 is exact in an f64.
                u32::try_from(drawn).is_ok_and(|drawn| f64::from(drawn) < percent * 10_000.0)
            }
        }
    }
}

impl FromStr for FaultPlan {
    type Err = FaultPlanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())?;
        if let FaultKind::Slow(time) | FaultKind::Freeze(time) | FaultKind::LateReport(time) =
            self.kind
        {
            write!(f, "={}ms", time.as_millis())?;
        }
        match self.when {
            When::At(number) => write!(f, "@{number}"),
            When::Every(1) => Ok(()),
            When::Every(step) => write!(f, "@every:{step}"),
            When::Percent(percent) => write!(f, "@{percent}%"),
        }
    }
}

impl FaultKind {
    /// The name it is written with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crash => "crash",
            Self::Hang => "hang",
            Self::Slow(_) => "slow",
            Self::Drop => "drop",
            Self::Duplicate => "duplicate",
            Self::Freeze(_) => "freeze",
            Self::Throttle => "throttle",
            Self::LateReport(_) => "late-report",
            Self::LostTelemetry => "lost-telemetry",
            Self::ReversedTelemetry => "reversed-telemetry",
            Self::DoubledTelemetry => "doubled-telemetry",
        }
    }

    fn named(name: &str, time: Option<Duration>) -> Result<Self, String> {
        let kind = match name {
            "crash" => Self::Crash,
            "hang" => Self::Hang,
            "slow" => return Ok(Self::Slow(time.unwrap_or(SLOW))),
            "drop" => Self::Drop,
            "duplicate" => Self::Duplicate,
            "freeze" => return Ok(Self::Freeze(time.unwrap_or(FREEZE))),
            "throttle" => Self::Throttle,
            "late-report" => return Ok(Self::LateReport(time.unwrap_or(LATE))),
            "lost-telemetry" => Self::LostTelemetry,
            "reversed-telemetry" => Self::ReversedTelemetry,
            "doubled-telemetry" => Self::DoubledTelemetry,
            other => {
                let names = FaultPlan::NAMES.join(", ");
                return Err(format!("`{other}` is not a fault; the faults are {names}"));
            }
        };
        match time {
            Some(_) => {
                Err(format!("`{name}` takes no time; `slow`, `freeze` and `late-report` do"))
            }
            None => Ok(kind),
        }
    }
}

impl When {
    fn read(text: &str) -> Result<Self, String> {
        let expected = || {
            format!("`@{text}` is not a place: write `@3`, `@every:3` or `@10%`, counted from 1")
        };
        if let Some(percent) = text.strip_suffix('%') {
            let percent: f64 = percent.parse().map_err(|_| expected())?;
            let valid = (0.0..=100.0).contains(&percent);
            return valid.then_some(Self::Percent(percent)).ok_or_else(expected);
        }
        let every = text.strip_prefix("every:");
        let number: u64 = every.unwrap_or(text).parse().map_err(|_| expected())?;
        match (number, every) {
            (0, _) => Err(expected()),
            (number, Some(_)) => Ok(Self::Every(number)),
            (number, None) => Ok(Self::At(number)),
        }
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let expected = || format!("`{text}` is not a time: write `200ms` or `2s`, at most 900 s");
    let (digits, unit_ms) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(digits), _) => (digits, 1),
        (None, Some(digits)) => (digits, 1000),
        (None, None) => return Err(expected()),
    };
    let number: u64 = digits.parse().map_err(|_| expected())?;
    let ms = number.checked_mul(unit_ms).filter(|ms| *ms <= 900_000).ok_or_else(expected)?;
    Ok(Duration::from_millis(ms))
}

/// The finaliser of the `SplitMix64` generator: every bit of the input moves every bit of the output.
fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read_and_written_the_same() {
        for text in ["crash@3", "hang@every:4", "slow=200ms@10%", "drop", "freeze=2000ms@1"] {
            assert_eq!(FaultPlan::parse(text).unwrap().to_string(), text);
        }
        let slow = FaultPlan::parse("slow").unwrap();
        assert_eq!((slow.kind, slow.when), (FaultKind::Slow(SLOW), When::Every(1)));
        assert_eq!(FaultPlan::parse("freeze=2s").unwrap().to_string(), "freeze=2000ms");
    }

    #[test]
    fn every_name_is_read() {
        for name in FaultPlan::NAMES {
            assert_eq!(FaultPlan::parse(name).unwrap().kind.name(), name);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |text: &str| FaultPlan::parse(text).unwrap_err().to_string();
        assert_eq!(
            said("boom@3"),
            "fault `boom@3`: `boom` is not a fault; the faults are crash, hang, slow, drop, duplicate, freeze, throttle, late-report, \
             lost-telemetry, reversed-telemetry, doubled-telemetry"
        );
        assert_eq!(
            said("crash@0"),
            "fault `crash@0`: `@0` is not a place: write `@3`, `@every:3` or `@10%`, counted from 1"
        );
        assert_eq!(
            said("slow=fast"),
            "fault `slow=fast`: `fast` is not a time: write `200ms` or `2s`, at most 900 s"
        );
        assert!(
            said("crash=1s")
                .ends_with("`crash` takes no time; `slow`, `freeze` and `late-report` do")
        );
        assert!(said("drop@120%").contains("is not a place"));
    }

    #[test]
    fn a_seed_chooses_the_same_invocations_again_and_about_the_share_asked_for() {
        let plan = FaultPlan::parse("crash@10%").unwrap();
        let struck = |seed| -> Vec<u64> {
            (1..=10_000).filter(|number| plan.strikes(seed, 0, *number)).collect()
        };
        assert_eq!(struck(7), struck(7));
        assert_ne!(struck(7), struck(8));
        assert!((900..1100).contains(&struck(7).len()), "{}", struck(7).len());
    }

    #[test]
    fn numbers_and_steps_strike_where_they_say() {
        let struck = |text: &str| -> Vec<u64> {
            let plan = FaultPlan::parse(text).unwrap();
            (1..=6).filter(|number| plan.strikes(0, 0, *number)).collect()
        };
        assert_eq!(struck("crash@3"), [3]);
        assert_eq!(struck("crash@every:2"), [2, 4, 6]);
        assert_eq!(struck("crash"), [1, 2, 3, 4, 5, 6]);
        assert!(struck("crash@0%").is_empty());
    }
}
