//! What a rule or a schedule hands to its target in place of the event.
//!
//! (EventBridge user guide, "Amazon EventBridge input transformation"; API references of EventBridge,
//! `Target` and `InputTransformer`, and of EventBridge Scheduler, `Target`.)
mod path;
mod template;

use serde_json::Value;

use crate::clock;
use path::Path;
use template::{Known, Template};

/// Variables of one transformer.
const VARIABLES_MAX: usize = 100;
/// Characters of its template.
const TEMPLATE_CHARACTERS_MAX: usize = 8192;

/// What the target gets.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Input {
    /// The event as it is.
    #[default]
    Event,
    /// `Input`: always this text, which is JSON.
    Constant(String),
    /// `InputPath`: one part of the event.
    Part(InputPath),
    /// `InputTransformer`: a text with values of the event in it.
    Transformed(InputTransformer),
}

/// A path that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct InputPath(Path);

/// A template that was read, with its variables.
#[derive(Debug, Clone, PartialEq)]
pub struct InputTransformer {
    variables: Vec<(String, Path)>,
    template: Template,
}

/// An input that cannot be read, or cannot be made of an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InputError(String);

impl Input {
    /// Reads `Input`.
    ///
    /// # Errors
    ///
    /// When it is no JSON.
    pub fn constant(text: &str) -> Result<Self, InputError> {
        is_json(text).map_err(|why| InputError(format!("`Input` must be JSON: {why}")))?;
        Ok(Self::Constant(text.to_owned()))
    }

    /// Reads `InputPath`.
    ///
    /// # Errors
    ///
    /// Says what is wrong, and what would be right.
    pub fn part(text: &str) -> Result<Self, InputError> {
        Path::read(text).map(|path| Self::Part(InputPath(path)))
    }

    /// Reads `InputTransformer`: its `InputPathsMap` and its `InputTemplate`.
    ///
    /// # Errors
    ///
    /// Says what is wrong, and what would be right.
    pub fn transformed(paths: &[(String, String)], template: &str) -> Result<Self, InputError> {
        if paths.len() > VARIABLES_MAX {
            return Err(InputError(format!(
                "`InputPathsMap` has at most {VARIABLES_MAX} variables"
            )));
        }
        if template.is_empty() || template.chars().count() > TEMPLATE_CHARACTERS_MAX {
            let problem = format!("`InputTemplate` has 1 to {TEMPLATE_CHARACTERS_MAX} characters");
            return Err(InputError(problem));
        }
        let mut variables = Vec::new();
        for (name, path) in paths {
            if !template::is_name(name) || name.to_ascii_lowercase().starts_with("aws.") {
                return Err(InputError(format!(
                    "`{name}` is no name of a variable: letters, digits, `_` and `-`, not beginning with `AWS.`"
                )));
            }
            let path = Path::read(path).map_err(|why| InputError(format!("`{name}`: {why}")))?;
            variables.push((name.clone(), path));
        }
        let names: Vec<&str> = variables.iter().map(|(name, _)| name.as_str()).collect();
        let template = Template::read(template, &names)?;
        Ok(Self::Transformed(InputTransformer { variables, template }))
    }

    /// What the target gets for an event of the rule with this ARN.
    ///
    /// # Errors
    ///
    /// When nothing can be made of the event: the target is not invoked then.
    pub fn of(&self, event: &Value, rule_arn: &str) -> Result<String, InputError> {
        match self {
            Self::Event => Ok(event.to_string()),
            Self::Constant(text) => Ok(text.clone()),
            Self::Part(InputPath(path)) => match path.find(event) {
                Some(value) => Ok(value.to_string()),
                None => Err(InputError(format!("`InputPath` {path} finds nothing in the event"))),
            },
            Self::Transformed(InputTransformer { variables, template }) => {
                let found = variables.iter().map(|(name, path)| (name.as_str(), path.find(event)));
                let known = Known { event, rule_arn, variables: found.collect() };
                template.fill(&known)
            }
        }
    }
}

impl Input {
    /// What the target gets when a schedule of `EventBridge` Scheduler is due: the words that the
    /// Scheduler fills in are filled in.
    ///
    /// # Errors
    ///
    /// When nothing can be made of the event: the target is not invoked then.
    pub fn of_schedule(&self, event: &Value, schedule_arn: &str) -> Result<String, InputError> {
        let text = self.of(event, schedule_arn)?;
        let time = event.get("time").and_then(Value::as_str).unwrap_or_default();
        let words = [
            ("<aws.scheduler.schedule-arn>", schedule_arn),
            ("<aws.scheduler.scheduled-time>", time),
            ("<aws.scheduler.execution-id>", &clock::uuid()),
            ("<aws.scheduler.attempt-number>", "1"),
        ];
        Ok(words.iter().fold(text, |text, (word, value)| text.replace(word, value)))
    }
}

fn is_json(text: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map(drop)
}

#[cfg(test)]
mod tests;
