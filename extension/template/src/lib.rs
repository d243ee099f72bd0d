//! What a deployment says: CloudFormation and SAM templates, in YAML or JSON, read with the place of
//! every value, understood as functions with their triggers, and edited without touching the rest.
//!
//! Pure: texts in, texts and values out.
mod function;
mod intrinsic;
mod node;
mod read;
mod template;
mod trigger;

pub use function::{Architecture, Function, Package};
pub use node::{Kind, Member, Node, Style};
pub use read::Wrong;
pub use template::{Language, Place, Resource, Template};
pub use trigger::{Service, Trigger};

#[cfg(test)]
mod tests;
