//! Security requirements, each a test named for the attack.

mod forgery;
mod neighbours;
mod secrets;
