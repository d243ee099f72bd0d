//! What an expression is worth in a request.
mod call;
mod pattern;

use std::fmt;
use std::sync::Arc;

use crate::ast::{Access, Comparison, Expr, Method, Policy, Scope, Sum, Variable};
use crate::limits::STEPS_MAX;
use crate::request::Request;
use crate::value::{Uid, Value};

/// Why an expression is worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A value is not of the type that is asked for.
    Type,
    /// An entity is not known.
    Entity,
    /// A record or an entity does not have an attribute.
    Attribute,
    /// An entity does not have a tag.
    Tag,
    /// A number left the range of 64 bits.
    Overflow,
    /// A function of an extension cannot read its argument.
    Argument,
    /// A function of an extension got too many or too few arguments.
    Arity,
    /// The decision takes more steps than [`STEPS_MAX`].
    Steps,
}

impl Fault {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "a value has another type",
            Self::Entity => "an entity is not known",
            Self::Attribute => "an attribute is missing",
            Self::Tag => "a tag is missing",
            Self::Overflow => "a number overflows",
            Self::Argument => "a function cannot read its argument",
            Self::Arity => "a function has another number of arguments",
            Self::Steps => "too many steps",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

type Worth = Result<Value, Fault>;

/// One request, and the steps that are left for it.
pub(crate) struct Evaluation<'r> {
    request: &'r Request,
    steps: u32,
}

/// An expression of constants alone is the constant that it is worth, if it is worth one.
pub(crate) fn fold(expression: Expr) -> Expr {
    let constant = |it: &Expr| match it {
        Expr::Constant(value) => Some(value.clone()),
        _ => None,
    };
    let folded = match &expression {
        Expr::Set(elements) => {
            elements.iter().map(constant).collect::<Option<Vec<_>>>().map(Value::set)
        }
        Expr::Record(members) => {
            let member = |(key, it): &(Arc<str>, Expr)| Some((Arc::clone(key), constant(it)?));
            members.iter().map(member).collect::<Option<Vec<_>>>().map(Value::record)
        }
        Expr::Call(function, arguments) => {
            let arguments = arguments.iter().map(constant).collect::<Option<Vec<_>>>();
            arguments.and_then(|arguments| call::call(*function, &arguments).ok())
        }
        _ => None,
    };
    folded.map_or(expression, Expr::Constant)
}

impl<'r> Evaluation<'r> {
    pub(crate) fn new(request: &'r Request) -> Self {
        Self { request, steps: STEPS_MAX }
    }

    /// Whether a policy holds.
    pub(crate) fn holds(&mut self, policy: &Policy) -> Result<bool, Fault> {
        let request = self.request;
        if !self.within(&policy.principal, &request.principal)
            || !self.within(&policy.action, &request.action)
            || !self.within(&policy.resource, &request.resource)
        {
            return Ok(false);
        }
        for condition in &policy.conditions {
            if !self.truth(condition)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn within(&self, scope: &Scope, uid: &Uid) -> bool {
        let entities = &self.request.entities;
        match scope {
            Scope::Any => true,
            Scope::Is(kind) => uid.kind() == &**kind,
            Scope::Equal(other) => uid == other,
            Scope::In(other) => entities.is_in(uid, other),
            Scope::InAny(others) => others.iter().any(|other| entities.is_in(uid, other)),
            Scope::IsIn(kind, other) => uid.kind() == &**kind && entities.is_in(uid, other),
        }
    }

    fn spend(&mut self, steps: usize) -> Result<(), Fault> {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.steps = self.steps.checked_sub(steps).ok_or(Fault::Steps)?;
        Ok(())
    }

    /// An expression that must be true or false.
    fn truth(&mut self, expression: &Expr) -> Result<bool, Fault> {
        match self.worth(expression)? {
            Value::Bool(truth) => Ok(truth),
            _ => Err(Fault::Type),
        }
    }

    fn long(&mut self, expression: &Expr) -> Result<i64, Fault> {
        match self.worth(expression)? {
            Value::Long(number) => Ok(number),
            _ => Err(Fault::Type),
        }
    }

    fn worth(&mut self, expression: &Expr) -> Worth {
        self.spend(1)?;
        match expression {
            Expr::Constant(value) => Ok(value.clone()),
            Expr::Variable(variable) => Ok(self.variable(*variable)),
            Expr::If(parts) => {
                let [test, then, otherwise] = &**parts;
                if self.truth(test)? { self.worth(then) } else { self.worth(otherwise) }
            }
            Expr::And(operands) => self.until(operands, false),
            Expr::Or(operands) => self.until(operands, true),
            Expr::Not(operand) => self.truth(operand).map(|truth| Value::Bool(!truth)),
            Expr::Negative(operand) => {
                self.long(operand)?.checked_neg().map(Value::Long).ok_or(Fault::Overflow)
            }
            Expr::Compare(comparison, operands) => {
                let [left, right] = &**operands;
                let (left, right) = (self.worth(left)?, self.worth(right)?);
                self.compare(*comparison, &left, &right).map(Value::Bool)
            }
            Expr::Sum(first, rest) => self.sum(first, rest),
            Expr::Product(factors) => self.product(factors),
            Expr::Has(target, path) => self.has(target, path).map(Value::Bool),
            Expr::Like(target, pattern) => match self.worth(target)? {
                Value::Text(text) => {
                    self.spend(pattern.cost(&text))?;
                    Ok(Value::Bool(pattern.matches(&text)))
                }
                _ => Err(Fault::Type),
            },
            Expr::Is(target, kind, inside) => self.is(target, kind, inside.as_deref()),
            Expr::Member(target, steps) => {
                let first = self.worth(target)?;
                steps.iter().try_fold(first, |value, step| self.access(&value, step))
            }
            Expr::Set(elements) => {
                let elements = self.all(elements)?;
                self.spend(elements.len())?;
                Ok(Value::set(elements))
            }
            Expr::Record(members) => {
                let mut record = Vec::with_capacity(members.len());
                for (key, member) in members {
                    record.push((Arc::clone(key), self.worth(member)?));
                }
                Ok(Value::record(record))
            }
            Expr::Call(function, arguments) => call::call(*function, &self.all(arguments)?),
        }
    }

    fn variable(&self, variable: Variable) -> Value {
        match variable {
            Variable::Principal => Value::Entity(self.request.principal.clone()),
            Variable::Action => Value::Entity(self.request.action.clone()),
            Variable::Resource => Value::Entity(self.request.resource.clone()),
            Variable::Context => self.request.context_value(),
        }
    }

    fn all(&mut self, expressions: &[Expr]) -> Result<Vec<Value>, Fault> {
        expressions.iter().map(|expression| self.worth(expression)).collect()
    }

    /// `&&` and `||`: the operands in order, up to the first that decides.
    fn until(&mut self, operands: &[Expr], decides: bool) -> Worth {
        for operand in operands {
            if self.truth(operand)? == decides {
                return Ok(Value::Bool(decides));
            }
        }
        Ok(Value::Bool(!decides))
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        left: &Value,
        right: &Value,
    ) -> Result<bool, Fault> {
        match comparison {
            Comparison::Equal => self.equal(left, right),
            Comparison::NotEqual => self.equal(left, right).map(|equal| !equal),
            Comparison::In => self.is_in(left, right),
            _ => {
                let order = match (left, right) {
                    (Value::Long(left), Value::Long(right))
                    | (Value::Datetime(left), Value::Datetime(right))
                    | (Value::Duration(left), Value::Duration(right)) => left.cmp(right),
                    _ => return Err(Fault::Type),
                };
                Ok(match comparison {
                    Comparison::Less => order.is_lt(),
                    Comparison::LessOrEqual => order.is_le(),
                    Comparison::Greater => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
        }
    }

    fn equal(&mut self, left: &Value, right: &Value) -> Result<bool, Fault> {
        if let (Value::Set(left), Value::Set(right)) = (left, right) {
            self.spend(left.len().min(right.len()))?;
        }
        Ok(left == right)
    }

    fn is_in(&mut self, left: &Value, right: &Value) -> Result<bool, Fault> {
        let Value::Entity(uid) = left else { return Err(Fault::Type) };
        let entities = &self.request.entities;
        match right {
            Value::Entity(other) => Ok(entities.is_in(uid, other)),
            Value::Set(others) => {
                self.spend(others.len())?;
                let mut found = false;
                for other in &**others {
                    let Value::Entity(other) = other else { return Err(Fault::Type) };
                    found = found || entities.is_in(uid, other);
                }
                Ok(found)
            }
            _ => Err(Fault::Type),
        }
    }

    fn is(&mut self, target: &Expr, kind: &str, inside: Option<&Expr>) -> Worth {
        let target = self.worth(target)?;
        let Value::Entity(uid) = &target else { return Err(Fault::Type) };
        let is = uid.kind() == kind;
        match inside {
            Some(inside) if is => {
                let inside = self.worth(inside)?;
                self.is_in(&target, &inside).map(Value::Bool)
            }
            _ => Ok(Value::Bool(is)),
        }
    }

    fn sum(&mut self, first: &Expr, rest: &[(Sum, Expr)]) -> Worth {
        let mut total = self.long(first)?;
        for (sign, term) in rest {
            let term = self.long(term)?;
            let next = match sign {
                Sum::Plus => total.checked_add(term),
                Sum::Minus => total.checked_sub(term),
            };
            total = next.ok_or(Fault::Overflow)?;
        }
        Ok(Value::Long(total))
    }

    fn product(&mut self, factors: &[Expr]) -> Worth {
        let mut total = 1_i64;
        for factor in factors {
            total = total.checked_mul(self.long(factor)?).ok_or(Fault::Overflow)?;
        }
        Ok(Value::Long(total))
    }

    /// Whether each attribute of the path is there; what follows one that is not there is not asked.
    fn has(&mut self, target: &Expr, path: &[Arc<str>]) -> Result<bool, Fault> {
        let mut value = self.worth(target)?;
        for (i, name) in path.iter().enumerate() {
            self.spend(1)?;
            let next = match &value {
                Value::Record(record) => record.get(name).cloned(),
                Value::Entity(uid) => {
                    let entity = self.request.entities.get(uid);
                    entity.and_then(|entity| entity.attributes.get(name).cloned())
                }
                _ => return Err(Fault::Type),
            };
            match next {
                None => return Ok(false),
                Some(next) if i + 1 < path.len() => value = next,
                Some(_) => {}
            }
        }
        Ok(true)
    }

    fn access(&mut self, value: &Value, step: &Access) -> Worth {
        self.spend(1)?;
        match step {
            Access::Attribute(name) => self.attribute(value, name),
            Access::Method(method, argument) => {
                let argument = self.worth(argument)?;
                self.method(*method, value, &argument)
            }
            Access::IsEmpty => match value {
                Value::Set(elements) => Ok(Value::Bool(elements.is_empty())),
                _ => Err(Fault::Type),
            },
            Access::Call(function, arguments) => {
                let mut all = vec![value.clone()];
                all.extend(self.all(arguments)?);
                call::call(*function, &all)
            }
        }
    }

    fn attribute(&self, value: &Value, name: &str) -> Worth {
        match value {
            Value::Record(record) => record.get(name).cloned().ok_or(Fault::Attribute),
            Value::Entity(uid) => {
                let entity = self.request.entities.get(uid).ok_or(Fault::Entity)?;
                entity.attributes.get(name).cloned().ok_or(Fault::Attribute)
            }
            _ => Err(Fault::Type),
        }
    }

    fn method(&mut self, method: Method, value: &Value, argument: &Value) -> Worth {
        let holds = match (method, value, argument) {
            (Method::Contains, Value::Set(elements), _) => elements.binary_search(argument).is_ok(),
            (Method::ContainsAll, Value::Set(all), Value::Set(some)) => {
                self.spend(some.len())?;
                some.iter().all(|one| all.binary_search(one).is_ok())
            }
            (Method::ContainsAny, Value::Set(all), Value::Set(some)) => {
                self.spend(some.len())?;
                some.iter().any(|one| all.binary_search(one).is_ok())
            }
            (Method::HasTag, Value::Entity(uid), Value::Text(tag)) => {
                let entity = self.request.entities.get(uid);
                entity.is_some_and(|entity| entity.tags.contains_key(tag))
            }
            (Method::GetTag, Value::Entity(uid), Value::Text(tag)) => {
                let entity = self.request.entities.get(uid).ok_or(Fault::Entity)?;
                return entity.tags.get(tag).cloned().ok_or(Fault::Tag);
            }
            _ => return Err(Fault::Type),
        };
        Ok(Value::Bool(holds))
    }
}
