//! What words can mean, a bit each.

/// Asks to leave something aside.
pub(super) const OVERRIDE: u64 = 1 << 0;
/// What came before, or belongs to the model.
pub(super) const PRIOR: u64 = 1 << 1;
/// What a model was told.
pub(super) const ORDERS: u64 = 1 << 2;
/// Asks to show something.
pub(super) const REVEAL: u64 = 1 << 3;
/// The orders that a model keeps to itself.
pub(super) const SYSPROMPT: u64 = 1 << 4;
/// Asks to be somebody else.
pub(super) const PERSONA: u64 = 1 << 5;
/// Somebody who keeps no rules.
pub(super) const FREE: u64 = 1 << 6;
/// Nothing but an attack says so.
pub(super) const JAIL: u64 = 1 << 7;
/// Without.
pub(super) const NEG: u64 = 1 << 8;
/// What holds a model back.
pub(super) const LIMIT: u64 = 1 << 9;
/// Asks to give something away.
pub(super) const SEND: u64 = 1 << 10;
/// What is nobody else's business.
pub(super) const PRIVATE: u64 = 1 << 11;
/// Somewhere outside.
pub(super) const DEST: u64 = 1 << 12;
/// Asks to decode.
pub(super) const DECODE: u64 = 1 << 13;
/// Asks to do what was found.
pub(super) const OBEY: u64 = 1 << 14;
/// All of something, or some part that is set.
pub(super) const SOME: u64 = 1 << 15;
/// Any of a kind, and not the one that is kept.
pub(super) const GENERIC: u64 = 1 << 16;
/// What stands before the text.
pub(super) const ABOVE: u64 = 1 << 17;
/// Asks to say something again as it is.
pub(super) const ECHO: u64 = 1 << 18;

/// Asks to change over.
pub(super) const SWITCH: u64 = 1 << 19;
/// A way to work in which a model keeps fewer rules.
pub(super) const MODE: u64 = 1 << 20;
/// Speaks to a model that only reads along.
pub(super) const ADDRESS: u64 = 1 << 21;
/// Something that is meant for a reader.
pub(super) const NOTE: u64 = 1 << 22;
/// Asks for attention.
pub(super) const URGENT: u64 = 1 << 23;
/// What a model can call.
pub(super) const TOOL: u64 = 1 << 24;
/// Without the one who would have to agree.
pub(super) const COVERT: u64 = 1 << 25;
/// Says that somebody else answers from now on; a name follows.
pub(super) const BECOME: u64 = 1 << 26;
/// Asks to leave something unsaid.
pub(super) const HUSH: u64 = 1 << 27;
/// How a model declines, or what it must keep.
pub(super) const DECLINE: u64 = 1 << 28;
/// A name for somebody else, after [`BECOME`].
pub(super) const NAME: u64 = 1 << 29;

/// What makes an assistant somebody with a desk.
pub(super) const TITLE: u64 = 1 << 30;
/// Speaks to whatever model reads a text.
pub(super) const BOT: u64 = 1 << 31;
/// Asks for something to be done.
pub(super) const ACT: u64 = 1 << 32;
/// What a text is worth does not matter.
pub(super) const WHATEVER: u64 = 1 << 33;
/// Says how an answer begins.
pub(super) const PRIME: u64 = 1 << 34;
/// How one who agrees begins.
pub(super) const AFFIRM: u64 = 1 << 35;
/// Without an end.
pub(super) const FOREVER: u64 = 1 << 36;
/// Somewhere to read from, and the wish to do what is found there.
pub(super) const REMOTE: u64 = 1 << 37;
pub(super) const FETCHED: u64 = 1 << 38;
/// Asks how something is done.
pub(super) const ASK: u64 = 1 << 39;
/// Asks for an answer.
pub(super) const REPLY: u64 = 1 << 40;
/// Asks to forget all there is; what follows says whether that is a phrase.
pub(super) const BLANK: u64 = 1 << 41;
/// Begins another task in the midst of a text, and says what it is.
pub(super) const ANEW: u64 = 1 << 42;
