//! What a deployment says: CloudFormation and SAM templates, in YAML or JSON, read with the place of
//! every value, understood as functions with their triggers, and edited without touching the rest.
//!
//! Pure: texts in, texts and values out.
mod attach;
mod edit;
mod function;
mod intrinsic;
mod lint;
mod node;
mod read;
mod template;
mod trigger;

pub use attach::{
    Attached, Layer, Outcome, State, WRAPPER, WRAPPER_VARIABLE, attach, detach, is_ours,
};
pub use function::{Architecture, Function, Package};
pub use lint::{Claims, Finding, RULES, RUNTIMES, Rule, Runtime, Severity, lint, reference};
pub use node::{Kind, Member, Node, Style};
pub use read::Wrong;
pub use template::{Language, Place, Resource, Template};
pub use trigger::{Service, Trigger};

#[cfg(test)]
mod tests;
