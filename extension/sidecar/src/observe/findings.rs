//! The findings the process makes of its surroundings, and the brake on repeating them.

use crate::limits::FINDINGS_A_MINUTE_MAX;
use tollgate_ledger::record::Severity;

/// Kinds of findings that do not come from an event's checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A service that must be told of a refusal elsewhere could not be: Lambda tries again.
    CallbackUndelivered,
    /// The courier ended, hung or could not be started: what is for the outside waits.
    CourierDown,
    /// Descriptors that invocations left open.
    DescriptorsLeft,
    /// A caller got more than answers usually hold.
    Egress,
    /// Too many connections to the proxy.
    Flood,
    /// A request to the proxy that no runtime sends.
    ForeignRequest,
    /// The runtime reported that it could not start.
    InitError,
    /// The journal cannot be written: a crash now would lose the open invocation's record.
    JournalUnwritable,
    /// An answer that came after a ceiling had ended its invocation.
    LateReply,
    /// The function uses nearly all memory.
    Memory,
    /// A task of ours panicked.
    Panic,
    /// The policy cannot be used.
    PolicyInvalid,
    /// Processes that invocations left running.
    ProcessesLeft,
    /// A copy of refused items cannot be stored: their source keeps them.
    QuarantineUnwritable,
    /// A second poll while one was outstanding.
    SecondPoll,
    /// The sink does not take records.
    SinkUnwritable,
    /// A telemetry batch that is no telemetry batch.
    TelemetryForged,
    /// An invocation did not pass the proxy.
    Ungated,
    /// A runtime that was to be ended at a ceiling goes on.
    Unkillable,
    /// No key of KMS vouched for the chain.
    Uncertified,
    /// A reply to an invocation that is not open.
    UnknownReply,
}

/// Number of kinds, for the table of brakes.
pub(crate) const KINDS: usize = 21;

impl Kind {
    /// The finding's id in the ledger.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::CallbackUndelivered => "callback.undelivered",
            Self::CourierDown => "courier.down",
            Self::DescriptorsLeft => "function.descriptors_left",
            Self::Egress => "leak.egress",
            Self::Flood => "proxy.flood",
            Self::ForeignRequest => "proxy.foreign_request",
            Self::InitError => "function.init_error",
            Self::JournalUnwritable => "journal.unwritable",
            Self::LateReply => "ceiling.late_reply",
            Self::Memory => "function.memory",
            Self::Panic => "internal.panic",
            Self::PolicyInvalid => "policy.invalid",
            Self::ProcessesLeft => "function.processes_left",
            Self::QuarantineUnwritable => "quarantine.unwritable",
            Self::SecondPoll => "proxy.second_poll",
            Self::SinkUnwritable => "sink.unwritable",
            Self::TelemetryForged => "telemetry.forged",
            Self::Uncertified => "ledger.uncertified",
            Self::Ungated => "coverage.ungated",
            Self::Unkillable => "ceiling.unkillable",
            Self::UnknownReply => "proxy.unknown_reply",
        }
    }

    /// How much it matters.
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::DescriptorsLeft
            | Self::InitError
            | Self::LateReply
            | Self::ProcessesLeft
            | Self::UnknownReply => Severity::Low,
            Self::CourierDown
            | Self::Egress
            | Self::Flood
            | Self::ForeignRequest
            | Self::Memory
            | Self::SecondPoll
            | Self::TelemetryForged
            | Self::Uncertified => Severity::Medium,
            Self::CallbackUndelivered
            | Self::JournalUnwritable
            | Self::Panic
            | Self::PolicyInvalid
            | Self::QuarantineUnwritable
            | Self::SinkUnwritable
            | Self::Ungated
            | Self::Unkillable => Severity::High,
        }
    }
}

/// Lets the first findings of a kind through in each minute and counts the rest: whoever floods
/// the proxy must not flood the log too.
#[derive(Debug, Default)]
pub(crate) struct Brakes {
    windows: [Window; KINDS],
}

#[derive(Debug, Default, Clone, Copy)]
struct Window {
    minute: u64,
    passed: u32,
    held_back: u32,
}

impl Brakes {
    /// How many findings this one stands for, or nothing when it is held back and counted.
    pub(crate) fn pass(&mut self, kind: Kind, now_ms: u64) -> Option<u32> {
        let window = self.windows.get_mut(kind as usize)?;
        let minute = now_ms / 60_000;
        if window.minute != minute {
            *window = Window { minute, passed: 0, held_back: window.held_back };
        }
        if window.passed >= FINDINGS_A_MINUTE_MAX {
            window.held_back = window.held_back.saturating_add(1);
            return None;
        }
        window.passed += 1;
        Some(std::mem::take(&mut window.held_back).saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_not_repeated() {
        let mut brakes = Brakes::default();
        let passed = (0..100).filter(|_| brakes.pass(Kind::Flood, 5).is_some()).count();
        assert_eq!(passed, FINDINGS_A_MINUTE_MAX as usize);
        assert_eq!(brakes.pass(Kind::SecondPoll, 5), Some(1));
        assert_eq!(brakes.pass(Kind::Flood, 60_001), Some(100 - FINDINGS_A_MINUTE_MAX + 1));
    }

    #[test]
    fn each_kind_has_a_brake() {
        assert_eq!(Kind::UnknownReply as usize + 1, KINDS);
    }
}
