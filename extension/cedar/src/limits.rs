//! Every bound on policies, each with its reason.

/// The text of one file, in bytes. The guide's own examples are under 2 KB.
pub const TEXT_BYTES_MAX: usize = 256 * 1024;

/// Policies in one set. Each costs about a quarter of a microsecond an event even where its scope
/// does not fit.
pub const POLICIES_MAX: usize = 1000;

/// Expressions in one another. Parsing and evaluation recurse this deep and no deeper.
pub const DEPTH_MAX: usize = 48;

/// Expressions in all policies of one set together: about 5 MB of memory.
pub const EXPRESSIONS_MAX: usize = 65_536;

/// Steps that one decision may take, each some 20 ns: an expression that is evaluated, an element
/// that is put into a set, 64 bytes of a text that is held against a pattern.
pub const STEPS_MAX: u32 = 100_000;
