//! The stages that decide. Each consumes the type before it and alone can build its own, so that a
//! skipped check does not compile: `Classified` → [`Authentic`] → [`Admitted`] → [`Valid`] →
//! [`Permitted`] → [`Granted`].
mod admit;
mod authenticate;
mod authorise;
mod case;
mod ceilings;
mod items;
mod prove;
mod reserve;
mod senders;
mod spend;
mod standing;
mod validate;

pub use admit::Admitted;
pub(crate) use admit::admit;
pub use authenticate::Authentic;
pub(crate) use authenticate::authenticate;
pub use authorise::Permitted;
pub(crate) use authorise::authorise;
pub(crate) use case::Case;
pub(crate) use items::all_failed;
pub(crate) use prove::awaits;
pub use reserve::Granted;
pub(crate) use reserve::{open_after_failure, reserve};
pub use validate::Valid;
pub(crate) use validate::validate;

/// The stages by name, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The body is looked over.
    Decode,
    /// The trigger is told.
    Classify,
    /// Is this source allowed, is this caller proved?
    Authenticate,
    /// Is this caller denied or spent already?
    Admit,
    /// Schema and detectors.
    Validate,
    /// Policies over facts.
    Authorise,
    /// The cost is set aside.
    Reserve,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 7] = [
        Self::Decode,
        Self::Classify,
        Self::Authenticate,
        Self::Admit,
        Self::Validate,
        Self::Authorise,
        Self::Reserve,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Classify => "classify",
            Self::Authenticate => "authenticate",
            Self::Admit => "admit",
            Self::Validate => "validate",
            Self::Authorise => "authorise",
            Self::Reserve => "reserve",
        }
    }
}
