//! What an expression is worth in a request.
mod call;
mod pattern;

use std::borrow::Cow;
use std::cell::Cell;
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

/// A value out of the policies or the request as it stands there, or a new one.
type Worth<'e> = Result<Cow<'e, Value>, Fault>;

/// What the variables of one request stand for.
pub(crate) struct Variables([Value; 4]);

/// One request, and the steps that are left for it.
pub(crate) struct Evaluation<'e> {
    request: &'e Request,
    variables: &'e Variables,
    steps: Cell<u32>,
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

impl Variables {
    pub(crate) fn of(request: &Request) -> Self {
        let entity = |uid: &Uid| Value::Entity(uid.clone());
        let [principal, action, resource] =
            [&request.principal, &request.action, &request.resource].map(entity);
        Self([principal, action, resource, request.context_value()])
    }

    fn get(&self, variable: Variable) -> &Value {
        let Self([principal, action, resource, context]) = self;
        match variable {
            Variable::Principal => principal,
            Variable::Action => action,
            Variable::Resource => resource,
            Variable::Context => context,
        }
    }
}

impl<'e> Evaluation<'e> {
    pub(crate) fn new(request: &'e Request, variables: &'e Variables) -> Self {
        Self { request, variables, steps: Cell::new(STEPS_MAX) }
    }

    /// Whether a policy holds.
    pub(crate) fn holds(&self, policy: &'e Policy) -> Result<bool, Fault> {
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

    fn spend(&self, steps: usize) -> Result<(), Fault> {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.steps.set(self.steps.get().checked_sub(steps).ok_or(Fault::Steps)?);
        Ok(())
    }

    /// An expression that must be true or false.
    fn truth(&self, expression: &'e Expr) -> Result<bool, Fault> {
        match *self.worth(expression)? {
            Value::Bool(truth) => Ok(truth),
            _ => Err(Fault::Type),
        }
    }

    fn long(&self, expression: &'e Expr) -> Result<i64, Fault> {
        match *self.worth(expression)? {
            Value::Long(number) => Ok(number),
            _ => Err(Fault::Type),
        }
    }

    fn worth(&self, expression: &'e Expr) -> Worth<'e> {
        self.spend(1)?;
        match expression {
            Expr::Constant(value) => Ok(Cow::Borrowed(value)),
            Expr::Variable(variable) => Ok(Cow::Borrowed(self.variables.get(*variable))),
            Expr::Member(target, steps) => {
                let first = self.worth(target)?;
                steps.iter().try_fold(first, |value, step| self.access(value, step))
            }
            Expr::If(parts) => {
                let [test, then, otherwise] = &**parts;
                if self.truth(test)? { self.worth(then) } else { self.worth(otherwise) }
            }
            _ => self.compute(expression).map(Cow::Owned),
        }
    }

    /// The worth of what always gives a new value.
    fn compute(&self, expression: &'e Expr) -> Result<Value, Fault> {
        match expression {
            Expr::And(operands) => self.until(operands, false).map(Value::Bool),
            Expr::Or(operands) => self.until(operands, true).map(Value::Bool),
            Expr::Not(operand) => self.truth(operand).map(|truth| Value::Bool(!truth)),
            Expr::Negative(operand) => {
                self.long(operand)?.checked_neg().map(Value::Long).ok_or(Fault::Overflow)
            }
            Expr::Compare(comparison, operands) => {
                let [left, right] = &**operands;
                let (left, right) = (self.worth(left)?, self.worth(right)?);
                self.compare(*comparison, &left, &right).map(Value::Bool)
            }
            Expr::Sum(first, rest) => self.sum(first, rest).map(Value::Long),
            Expr::Product(factors) => self.product(factors).map(Value::Long),
            Expr::Has(target, path) => self.has(target, path).map(Value::Bool),
            Expr::Like(target, pattern) => match &*self.worth(target)? {
                Value::Text(text) => {
                    self.spend(pattern.cost(text))?;
                    Ok(Value::Bool(pattern.matches(text)))
                }
                _ => Err(Fault::Type),
            },
            Expr::Is(target, kind, inside) => {
                self.is(target, kind, inside.as_deref()).map(Value::Bool)
            }
            Expr::Set(elements) => {
                let elements = self.all(elements)?;
                self.spend(elements.len())?;
                Ok(Value::set(elements))
            }
            Expr::Record(members) => {
                let mut record = Vec::with_capacity(members.len());
                for (key, member) in members {
                    record.push((Arc::clone(key), self.worth(member)?.into_owned()));
                }
                Ok(Value::record(record))
            }
            Expr::Call(function, arguments) => call::call(*function, &self.all(arguments)?),
            Expr::Constant(_) | Expr::Variable(_) | Expr::Member(..) | Expr::If(_) => {
                self.worth(expression).map(Cow::into_owned)
            }
        }
    }

    fn all(&self, expressions: &'e [Expr]) -> Result<Vec<Value>, Fault> {
        expressions.iter().map(|one| self.worth(one).map(Cow::into_owned)).collect()
    }

    /// `&&` and `||`: the operands in order, up to the first that decides.
    fn until(&self, operands: &'e [Expr], decides: bool) -> Result<bool, Fault> {
        for operand in operands {
            if self.truth(operand)? == decides {
                return Ok(decides);
            }
        }
        Ok(!decides)
    }

    fn compare(&self, comparison: Comparison, left: &Value, right: &Value) -> Result<bool, Fault> {
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

    fn equal(&self, left: &Value, right: &Value) -> Result<bool, Fault> {
        if let (Value::Set(left), Value::Set(right)) = (left, right) {
            self.spend(left.len().min(right.len()))?;
        }
        Ok(left == right)
    }

    fn is_in(&self, left: &Value, right: &Value) -> Result<bool, Fault> {
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

    fn is(&self, target: &'e Expr, kind: &str, inside: Option<&'e Expr>) -> Result<bool, Fault> {
        let target = self.worth(target)?;
        let Value::Entity(uid) = &*target else { return Err(Fault::Type) };
        let is = uid.kind() == kind;
        match inside {
            Some(inside) if is => self.is_in(&target, &*self.worth(inside)?),
            _ => Ok(is),
        }
    }

    fn sum(&self, first: &'e Expr, rest: &'e [(Sum, Expr)]) -> Result<i64, Fault> {
        let mut total = self.long(first)?;
        for (sign, term) in rest {
            let term = self.long(term)?;
            let next = match sign {
                Sum::Plus => total.checked_add(term),
                Sum::Minus => total.checked_sub(term),
            };
            total = next.ok_or(Fault::Overflow)?;
        }
        Ok(total)
    }

    fn product(&self, factors: &'e [Expr]) -> Result<i64, Fault> {
        let mut total = 1_i64;
        for factor in factors {
            total = total.checked_mul(self.long(factor)?).ok_or(Fault::Overflow)?;
        }
        Ok(total)
    }

    /// Whether each attribute of the path is there; what follows one that is not there is not asked.
    fn has(&self, target: &'e Expr, path: &[Arc<str>]) -> Result<bool, Fault> {
        let first = self.worth(target)?;
        let mut value = &*first;
        for (i, name) in path.iter().enumerate() {
            self.spend(1)?;
            let next = match value {
                Value::Record(record) => record.get(name),
                Value::Entity(uid) => {
                    let entity = self.request.entities.get(uid);
                    entity.and_then(|entity| entity.attributes.get(name))
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

    fn access(&self, value: Cow<'e, Value>, step: &'e Access) -> Worth<'e> {
        self.spend(1)?;
        let worth = match step {
            Access::Attribute(name) => return self.attribute(&value, name),
            Access::Method(Method::GetTag, tag) => return self.tag(&value, &*self.worth(tag)?),
            Access::Method(method, argument) => {
                self.method(*method, &value, &*self.worth(argument)?).map(Value::Bool)
            }
            Access::IsEmpty => match &*value {
                Value::Set(elements) => Ok(Value::Bool(elements.is_empty())),
                _ => Err(Fault::Type),
            },
            Access::Call(function, arguments) => {
                let mut all = vec![value.into_owned()];
                all.extend(self.all(arguments)?);
                call::call(*function, &all)
            }
        };
        worth.map(Cow::Owned)
    }

    fn attribute(&self, value: &Cow<'e, Value>, name: &str) -> Worth<'e> {
        if let Value::Entity(uid) = &**value {
            let entity = self.request.entities.get(uid).ok_or(Fault::Entity)?;
            return entity.attributes.get(name).map(Cow::Borrowed).ok_or(Fault::Attribute);
        }
        let found = match value {
            Cow::Borrowed(value) => match *value {
                Value::Record(record) => record.get(name).map(Cow::Borrowed),
                _ => return Err(Fault::Type),
            },
            Cow::Owned(Value::Record(record)) => record.get(name).cloned().map(Cow::Owned),
            Cow::Owned(_) => return Err(Fault::Type),
        };
        found.ok_or(Fault::Attribute)
    }

    fn tag(&self, value: &Value, tag: &Value) -> Worth<'e> {
        let (Value::Entity(uid), Value::Text(tag)) = (value, tag) else { return Err(Fault::Type) };
        let entity = self.request.entities.get(uid).ok_or(Fault::Entity)?;
        entity.tags.get(tag).map(Cow::Borrowed).ok_or(Fault::Tag)
    }

    fn method(&self, method: Method, value: &Value, argument: &Value) -> Result<bool, Fault> {
        match (method, value, argument) {
            (Method::Contains, Value::Set(elements), _) => {
                Ok(elements.binary_search(argument).is_ok())
            }
            (Method::ContainsAll, Value::Set(all), Value::Set(some)) => {
                self.spend(some.len())?;
                Ok(some.iter().all(|one| all.binary_search(one).is_ok()))
            }
            (Method::ContainsAny, Value::Set(all), Value::Set(some)) => {
                self.spend(some.len())?;
                Ok(some.iter().any(|one| all.binary_search(one).is_ok()))
            }
            (Method::HasTag, Value::Entity(uid), Value::Text(tag)) => {
                let entity = self.request.entities.get(uid);
                Ok(entity.is_some_and(|entity| entity.tags.contains_key(tag)))
            }
            _ => Err(Fault::Type),
        }
    }
}
