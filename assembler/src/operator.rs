//! What operators make of numbers and addresses.
//!
//! Of what only linking knows they make what an object can state, or nothing.
//! Numbers are 64 bits wide and wrap; comparison, division and shifting right
//! take them as signed. Invariant: an address comes only of an address and a
//! number, so it never leaves its segment's name.

use crate::symbol::Value;
use crate::syntax::{Binary, Unary};

/// Why an operator has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperatorError {
    /// It wants numbers, and an operand is an address.
    Address,
    /// It divides by zero.
    Zero,
    /// It makes of a value that only linking knows what no object can state.
    Deferred,
}

/// The value of an operator on one value.
pub(crate) fn unary(operator: Unary, value: Value) -> Result<Value, OperatorError> {
    let number = match value {
        Value::Number(number) => number,
        Value::Address { .. } => return Err(OperatorError::Address),
        Value::Deferred(_) => return Err(OperatorError::Deferred),
    };
    Ok(Value::Number(match operator {
        Unary::Minus => number.wrapping_neg(),
        Unary::Complement => !number,
        Unary::Not => i64::from(number == 0),
    }))
}

/// The value of an operator on two values.
pub(crate) fn binary(operator: Binary, left: Value, right: Value) -> Result<Value, OperatorError> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            numbers(operator, left, right).map(Value::Number)
        }
        (
            Value::Address {
                segment,
                offset,
                object,
            },
            Value::Number(number),
        ) if matches!(operator, Binary::Plus | Binary::Minus) => Ok(Value::Address {
            segment,
            offset: match operator {
                Binary::Plus => offset.wrapping_add(number),
                _ => offset.wrapping_sub(number),
            },
            object,
        }),
        (Value::Number(_), Value::Address { .. }) if operator == Binary::Plus => {
            binary(operator, right, left)
        }
        (
            Value::Address {
                segment, offset, ..
            },
            Value::Address {
                segment: other,
                offset: subtracted,
                ..
            },
        ) if segment == other && (operator == Binary::Minus || compares(operator)) => {
            numbers(operator, offset, subtracted).map(Value::Number)
        }
        (Value::Number(_), Value::Deferred(_))
            if matches!(operator, Binary::Plus | Binary::Times | Binary::Or) =>
        {
            binary(operator, right, left)
        }
        (Value::Deferred(value), Value::Number(number)) => {
            let result = match operator {
                Binary::Plus => value.plus(number),
                Binary::Minus => number.checked_neg().and_then(|number| value.plus(number)),
                Binary::Left => value.shifted(number),
                Binary::Right => value.shifted_right(number),
                Binary::Over if number > 0 && number.count_ones() == 1 => {
                    value.shifted_right(number.trailing_zeros().into())
                }
                Binary::Times if number > 0 && number.count_ones() == 1 => {
                    value.shifted(number.trailing_zeros().into())
                }
                Binary::Or => value.joined(number),
                _ => None,
            };
            result.map(Value::Deferred).ok_or(OperatorError::Deferred)
        }
        (Value::Deferred(_), _) | (_, Value::Deferred(_)) => Err(OperatorError::Deferred),
        _ => Err(OperatorError::Address),
    }
}

fn compares(operator: Binary) -> bool {
    matches!(
        operator,
        Binary::Equal
            | Binary::Different
            | Binary::Less
            | Binary::LessEqual
            | Binary::Greater
            | Binary::GreaterEqual
    )
}

fn numbers(operator: Binary, left: i64, right: i64) -> Result<i64, OperatorError> {
    // A shift by the width or more leaves nothing but the sign.
    let distance = u32::try_from(right).ok().filter(|distance| *distance < 64);
    Ok(match operator {
        Binary::OrElse => i64::from(left != 0 || right != 0),
        Binary::AndAlso => i64::from(left != 0 && right != 0),
        Binary::Or => left | right,
        Binary::Xor => left ^ right,
        Binary::And => left & right,
        Binary::Equal => i64::from(left == right),
        Binary::Different => i64::from(left != right),
        Binary::Less => i64::from(left < right),
        Binary::LessEqual => i64::from(left <= right),
        Binary::Greater => i64::from(left > right),
        Binary::GreaterEqual => i64::from(left >= right),
        Binary::Left => distance.map_or(0, |distance| left << distance),
        Binary::Right => left >> distance.unwrap_or(63),
        Binary::Plus => left.wrapping_add(right),
        Binary::Minus => left.wrapping_sub(right),
        Binary::Times => left.wrapping_mul(right),
        Binary::Over | Binary::Remainder if right == 0 => return Err(OperatorError::Zero),
        Binary::Over => left.wrapping_div(right),
        Binary::Remainder => left.wrapping_rem(right),
    })
}
