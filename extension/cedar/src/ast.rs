//! Policies as they were read. What may be long is a list, so that nothing nests deeper than
//! [`DEPTH_MAX`](crate::limits::DEPTH_MAX).
use std::sync::Arc;

use crate::extension::Function;
use crate::value::{Uid, Value};

/// What a policy does when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Permit,
    Forbid,
}

/// One policy.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) id: Arc<str>,
    pub(crate) effect: Effect,
    pub(crate) principal: Scope,
    pub(crate) action: Scope,
    pub(crate) resource: Scope,
    /// Each must be true.
    pub(crate) conditions: Vec<Expr>,
}

/// What a policy says of principal, action or resource in its head.
#[derive(Debug)]
pub(crate) enum Scope {
    Any,
    Is(Arc<str>),
    Equal(Uid),
    In(Uid),
    /// In any of these: actions only.
    InAny(Vec<Uid>),
    IsIn(Arc<str>, Uid),
}

/// One expression.
#[derive(Debug)]
pub(crate) enum Expr {
    Constant(Value),
    Variable(Variable),
    If(Box<[Expr; 3]>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Compare(Comparison, Box<[Expr; 2]>),
    /// A sum, from left to right.
    Sum(Box<Expr>, Vec<(Sum, Expr)>),
    /// A product.
    Product(Vec<Expr>),
    /// Whether a path of attributes is there.
    Has(Box<Expr>, Vec<Arc<str>>),
    Like(Box<Expr>, Pattern),
    /// Whether it is of a type, and in an entity if one is given.
    Is(Box<Expr>, Arc<str>, Option<Box<Expr>>),
    /// Attributes and methods, from left to right.
    Member(Box<Expr>, Vec<Access>),
    Set(Vec<Expr>),
    Record(Vec<(Arc<str>, Expr)>),
    Call(Function, Vec<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variable {
    Principal,
    Action,
    Resource,
    Context,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sum {
    Plus,
    Minus,
}

/// One step from a value to what belongs to it.
#[derive(Debug)]
pub(crate) enum Access {
    Attribute(Arc<str>),
    /// A method of the language itself, with its argument.
    Method(Method, Expr),
    IsEmpty,
    /// A method of an extension.
    Call(Function, Vec<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Contains,
    ContainsAll,
    ContainsAny,
    GetTag,
    HasTag,
}

/// The pattern of `like`: what stands between its stars, so at least one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(pub(crate) Vec<Box<str>>);
