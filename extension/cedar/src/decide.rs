//! A set of policies, and what it says of a request.
use std::collections::HashSet;
use std::sync::Arc;

use crate::ast::{Effect, Policy};
use crate::defect::Defect;
use crate::eval::{Evaluation, Fault, Variables};
use crate::limits::POLICIES_MAX;
use crate::parse;
use crate::request::Request;

/// Policies, ready to be asked. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct Policies(Arc<[Policy]>);

/// The text of one file.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// What problems and policies without an `@id` call it.
    pub name: &'a str,
    /// Policies of the Cedar language, none included.
    pub text: &'a str,
}

/// What a set of policies says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether some policy permits it and none forbids it.
    pub permitted: bool,
    /// The ids of the policies that decided: those that forbid, or else those that permit; none
    /// where nothing permits. In the order of the set.
    pub by: Vec<Arc<str>>,
    /// The policies that could not be evaluated, and so had no say.
    pub errant: Vec<Errant>,
}

/// A policy that could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errant {
    /// Its id.
    pub id: Arc<str>,
    /// Why.
    pub fault: Fault,
}

impl Policies {
    /// Reads the policies of these files. A policy is called by its annotation `@id`, or else by
    /// its file and its number in it: `orders.cedar#1`.
    ///
    /// # Errors
    /// The first defect of each file; a policy id that stands twice; more policies or expressions
    /// than [`limits`](crate::limits) allow.
    pub fn parse(sources: &[Source<'_>]) -> Result<Self, Vec<Defect>> {
        let (mut policies, mut defects, mut expressions) = (Vec::new(), Vec::new(), 0);
        let mut known = HashSet::new();
        for Source { name, text } in sources {
            let start = |message| Defect::at(name, text, 0, message);
            match parse::policies(name, text, &mut expressions) {
                Err(defect) => defects.push(defect),
                Ok(read) => {
                    let twice = read.iter().find(|policy| !known.insert(Arc::clone(&policy.id)));
                    if let Some(policy) = twice {
                        defects.push(start(format!("two policies are called `{}`", policy.id)));
                    }
                    policies.extend(read);
                }
            }
            if policies.len() > POLICIES_MAX {
                defects.push(start(format!("more than {POLICIES_MAX} policies")));
                break;
            }
        }
        if defects.is_empty() { Ok(Self(policies.into())) } else { Err(defects) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none: then nothing is permitted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Asks every policy. What forbids wins over what permits; what nobody permits is not
    /// permitted.
    pub fn decide(&self, request: &Request) -> Answer {
        let variables = Variables::of(request);
        let evaluation = Evaluation::new(request, &variables);
        let (mut permits, mut forbids, mut errant) = (Vec::new(), Vec::new(), Vec::new());
        for policy in &*self.0 {
            match (evaluation.holds(policy), policy.effect) {
                (Ok(false), _) => {}
                (Ok(true), Effect::Permit) => permits.push(Arc::clone(&policy.id)),
                (Ok(true), Effect::Forbid) => forbids.push(Arc::clone(&policy.id)),
                (Err(fault), _) => errant.push(Errant { id: Arc::clone(&policy.id), fault }),
            }
        }
        let permitted = forbids.is_empty() && !permits.is_empty();
        Answer { permitted, by: if forbids.is_empty() { permits } else { forbids }, errant }
    }
}
