//! Who made it: signatures over bytes handed in, with keys and a clock handed in. Pure.
//!
//! [`webhook`] checks what services sign with a shared secret, [`jwt`] tokens of an issuer, [`sns`]
//! messages of Amazon SNS, [`context`] what one function says to the next. Each gives a [`Proof`],
//! or says in fixed words why there is none ([`Unproved`]): never with any of what was checked.
//! [`keyring`] keeps the keys, [`replay`] what was used already.
pub mod attestation;
pub mod certificate;
pub mod context;
pub mod jwt;
pub mod keyring;
pub mod replay;
pub mod sns;
pub mod webhook;

mod canonical;
mod curve;
mod der;
mod encoding;
mod hash;
mod proof;
mod request;
mod rsa;
mod secret;
mod strict;

pub use canonical::canonical;
pub use hash::Hash;
pub use proof::{Hop, Lack, Proof, Unproved};
pub use request::Request;
pub use secret::Secret;
