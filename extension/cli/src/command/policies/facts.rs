//! Policies over facts, held against the schema of the facts by the crate `cedar-policy`: what the
//! extension would only find out event by event.
use std::str::FromStr;

use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};
use miette::Diagnostic;
use tollgate_policy::{FACTS_SCHEMA, Problem};

/// A file of policies: its path and its text.
pub(super) type Rules = (String, String);

/// What is wrong with the types in them, and what may be meant otherwise.
#[derive(Debug, Default)]
pub(in crate::command) struct Verdict {
    pub(in crate::command) errors: Vec<Problem>,
    pub(in crate::command) notes: Vec<Problem>,
}

/// Validates every file by itself, in strict mode.
pub(super) fn validate(files: &[Rules]) -> Verdict {
    let mut verdict = Verdict::default();
    if files.is_empty() {
        return verdict;
    }
    let schema = match Schema::from_str(FACTS_SCHEMA) {
        Ok(schema) => schema,
        Err(error) => {
            verdict.errors.push(problem("the schema of the facts", "", &error));
            return verdict;
        }
    };
    let validator = Validator::new(schema);
    for (name, text) in files {
        match PolicySet::from_str(text) {
            Err(error) => verdict.errors.push(problem(name, text, &error)),
            Ok(policies) => {
                let result = validator.validate(&policies, ValidationMode::Strict);
                let errors = result.validation_errors().map(|it| problem(name, text, it));
                verdict.errors.extend(errors);
                let notes = result.validation_warnings().map(|it| problem(name, text, it));
                verdict.notes.extend(notes);
            }
        }
    }
    for found in [&mut verdict.errors, &mut verdict.notes] {
        // The validator gives them in no order.
        found.sort_by(|a, b| {
            let place = |it: &Problem| (it.file.clone(), it.line, it.column, it.message.clone());
            place(a).cmp(&place(b))
        });
        found.dedup();
    }
    verdict
}

fn problem<E: Diagnostic>(file: &str, text: &str, error: &E) -> Problem {
    let label = error.labels().and_then(|mut labels| labels.next());
    let offset = label.map_or(0, |label| label.offset());
    let (before, _) = text.split_at_checked(offset).unwrap_or(("", ""));
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.chars().rev().take_while(|char| *char != '\n').count() + 1;
    let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
    let help = error.help().map_or_else(String::new, |help| format!("; {help}"));
    Problem {
        file: file.to_owned(),
        line: count(line),
        column: count(column),
        key: String::new(),
        message: format!("{error}{help}").replace('\n', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<String> {
        let verdict = validate(&[("p.cedar".to_owned(), text.to_owned())]);
        verdict.errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_fits_the_facts_has_no_problems() {
        let text = r#"
            permit(principal in Role::"arn:aws:iam::123456789012:role/orders", action == Action::"Invoke",
                   resource in Function::"orders")
            when { context.trigger == "sqs" && context.items <= 10 && context.bytes < 100000 }
            when { context has route && context.route has path && context.route.path like "/orders/*" }
            when { context.claims.hasTag("scope") && context.claims.getTag("scope").contains("orders:write") }
            when { context has sourceIp && context.sourceIp.isInRange(ip("10.0.0.0/8")) }
            unless { context.trust.lessThan(decimal("0.5")) || context.hour < 6 || context.coldStart }
            unless { context.checks.contains("detect.sql") };
            forbid(principal, action, resource) when { principal.grade != "signed" && principal has proof };
        "#;
        assert_eq!(errors(text), Vec::<String>::new());
    }

    #[test]
    fn what_does_not_is_told_with_its_place() {
        for (condition, place, part) in [
            ("context.triger == \"sqs\"", "p.cedar:1:44: ", "`triger`"),
            ("context.route.path == \"/\"", "p.cedar:1:44: ", "`route`"),
            ("context.items == \"1\"", "p.cedar:1:44: ", "not compatible"),
            ("context.bytes < \"1\"", "p.cedar:1:60: ", "Long"),
            ("principal in Team::\"a\"", "p.cedar:1:57: ", "`Team`"),
        ] {
            let text = format!("permit(principal, action, resource) when {{ {condition} }};");
            let errors = errors(&text);
            let first = errors.first().map(String::as_str).unwrap_or_default();
            assert!(errors.iter().any(|error| error.contains(part)), "{errors:?}");
            assert!(first.starts_with(place), "{errors:?}");
        }
    }
}
