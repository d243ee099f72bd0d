//! The functions of the extension types.
use crate::eval::Fault;
use crate::extension::{
    Function, Network, parse_datetime, parse_decimal, parse_duration, to_date, to_time,
};
use crate::value::Value;

/// What a function is worth for these arguments; of a method, the first is what it is called on.
pub(crate) fn call(function: Function, arguments: &[Value]) -> Result<Value, Fault> {
    match (arguments, takes(function)) {
        ([one], 1) => unary(function, one),
        ([one, other], 2) => binary(function, one, other),
        _ => Err(Fault::Arity),
    }
}

fn takes(function: Function) -> usize {
    match function {
        Function::LessThan
        | Function::LessThanOrEqual
        | Function::GreaterThan
        | Function::GreaterThanOrEqual
        | Function::IsInRange
        | Function::Offset
        | Function::DurationSince => 2,
        _ => 1,
    }
}

fn unary(function: Function, value: &Value) -> Result<Value, Fault> {
    match (function, value) {
        (Function::Decimal, Value::Text(text)) => read(parse_decimal(text), Value::Decimal),
        (Function::Ip, Value::Text(text)) => read(Network::parse(text), Value::Address),
        (Function::Datetime, Value::Text(text)) => read(parse_datetime(text), Value::Datetime),
        (Function::Duration, Value::Text(text)) => read(parse_duration(text), Value::Duration),
        (_, Value::Address(network)) => of_address(function, *network),
        (Function::ToDate, Value::Datetime(millis)) => read(to_date(*millis), Value::Datetime),
        (Function::ToTime, Value::Datetime(millis)) => Ok(Value::Duration(to_time(*millis))),
        (_, Value::Duration(millis)) => of_duration(function, *millis),
        _ => Err(Fault::Type),
    }
}

fn read<T>(value: Option<T>, build: impl FnOnce(T) -> Value) -> Result<Value, Fault> {
    value.map(build).ok_or(Fault::Argument)
}

fn of_address(function: Function, network: Network) -> Result<Value, Fault> {
    let holds = match function {
        Function::IsIpv4 => network.is_ipv4(),
        Function::IsIpv6 => !network.is_ipv4(),
        Function::IsLoopback => network.is_loopback(),
        Function::IsMulticast => network.is_multicast(),
        _ => return Err(Fault::Type),
    };
    Ok(Value::Bool(holds))
}

fn of_duration(function: Function, millis: i64) -> Result<Value, Fault> {
    let unit = match function {
        Function::ToMilliseconds => 1,
        Function::ToSeconds => 1000,
        Function::ToMinutes => 60_000,
        Function::ToHours => 3_600_000,
        Function::ToDays => 86_400_000,
        _ => return Err(Fault::Type),
    };
    Ok(Value::Long(millis / unit))
}

fn binary(function: Function, one: &Value, other: &Value) -> Result<Value, Fault> {
    match (function, one, other) {
        (Function::IsInRange, Value::Address(one), Value::Address(other)) => {
            Ok(Value::Bool(one.is_in(*other)))
        }
        (Function::Offset, Value::Datetime(one), Value::Duration(other)) => {
            read(one.checked_add(*other), Value::Datetime)
        }
        (Function::DurationSince, Value::Datetime(one), Value::Datetime(other)) => {
            read(one.checked_sub(*other), Value::Duration)
        }
        (_, Value::Decimal(one), Value::Decimal(other)) => {
            let holds = match function {
                Function::LessThan => one < other,
                Function::LessThanOrEqual => one <= other,
                Function::GreaterThan => one > other,
                Function::GreaterThanOrEqual => one >= other,
                _ => return Err(Fault::Type),
            };
            Ok(Value::Bool(holds))
        }
        _ => Err(Fault::Type),
    }
}
