//! Whether a program did the same at every depth, and if that cannot be said, why not.
//!
//! Invariant: only what has ended, and was told the same at reset, is compared.

use std::fmt;

use isa::context::ResetRecord;

use super::{End, HypervisorEnd, Row};

/// Whether what the innermost machines did can be compared at all, and if so whether it was the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All of them had the same end, clock and state.
    Equal,
    /// Not all of them; this is the depth of the first that differs from depth 0.
    Different(usize),
    /// The machine at this depth was not told the same at reset, so no comparison means anything.
    OtherMachine(usize),
    /// The machine at this depth did not end, because a hypervisor did.
    Hypervisor(usize),
    /// The machine at this depth did not end.
    Unfinished(usize),
}

impl Verdict {
    /// The verdict on rows, of which the first is depth 0.
    pub fn of(rows: &[Row]) -> Verdict {
        let Some(alone) = rows.first() else {
            return Verdict::Equal;
        };
        for row in rows {
            if row.hypervisor.is_some() {
                return Verdict::Hypervisor(row.depth);
            }
            if row.end == End::Steps {
                return Verdict::Unfinished(row.depth);
            }
            if row.record.is_none() || row.record != alone.record {
                return Verdict::OtherMachine(row.depth);
            }
        }
        let same = |row: &&Row| {
            (row.end, row.clock, row.state_hash) == (alone.end, alone.clock, alone.state_hash)
        };
        match rows.iter().find(|row| !same(row)) {
            Some(row) => Verdict::Different(row.depth),
            None => Verdict::Equal,
        }
    }

    /// The verdict in words, without the end of a line, and what more there is to say of it, in styled text.
    pub fn describe(rows: &[Row]) -> (String, Option<String>) {
        let Some(alone) = rows.first() else {
            return (String::new(), None);
        };
        let (end, clock) = (alone.end, alone.clock);
        let text = match Verdict::of(rows) {
            Verdict::Equal => format!(
                "equal: the innermost machine had the same end ({end}), clock and state at every depth"
            ),
            Verdict::Different(depth)
                if rows.iter().all(|row| (row.end, row.clock) == (end, clock)) =>
            {
                format!(
                    "different: at depth {depth} the innermost machine had the same end ({end}) and clock as at depth 0, but \
                     another state; a device that a hypervisor emulates is no part of it"
                )
            }
            Verdict::Different(depth) => format!(
                "different: at depth {depth} the innermost machine did not end as at depth 0 ({end}), or not with the same \
                 clock and state{}",
                advice(rows, depth)
            ),
            Verdict::OtherMachine(depth) => {
                let other = rows.iter().find(|row| row.depth == depth).unwrap_or(alone);
                match (&alone.record, &other.record) {
                    (Some(alone), Some(other)) => format!(
                        "not compared: at depth {depth} the innermost machine was told something else at reset than at depth \
                         0\n  {}",
                        differences(alone, other, depth)
                    ),
                    _ => format!(
                        "not compared: at depth {depth} the innermost machine ended ({}) before its first step, or had no \
                         reset record{}",
                        other.end,
                        advice(rows, depth)
                    ),
                }
            }
            Verdict::Hypervisor(depth) => {
                let row = rows.iter().find(|row| row.depth == depth);
                let hypervisor = row.and_then(|row| row.hypervisor.as_ref());
                let Some(hypervisor) = hypervisor else {
                    return (String::new(), None);
                };
                let text = format!(
                    "not compared: at depth {depth} the {hypervisor} before the innermost machine had ended"
                );
                let account = hypervisor.account.as_ref();
                return (text, account.map(|account| account.render() + "\n"));
            }
            Verdict::Unfinished(depth) => format!(
                "not compared: at depth {depth} the innermost machine had not ended; `--max-steps` gives it more"
            ),
        };
        (text, None)
    }
}

/// Where to look for a trap that ended the innermost machine at a depth, but not alone.
fn advice(rows: &[Row], depth: usize) -> String {
    let is_trap = |row: &Row| matches!(row.end, End::Trap(_));
    let is_there = rows.iter().any(|row| row.depth == depth && is_trap(row));
    match is_there && !rows.first().is_some_and(is_trap) {
        true => format!(
            "\n  keep it with `--depth {depth} --keep nest`; in `nestor debug nest`, `continue` and `why` explain the trap"
        ),
        false => String::new(),
    }
}

/// What ended, how and where.
impl fmt::Display for HypervisorEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hypervisor of level {} ", self.level)?;
        match self.end {
            End::Power(status) => write!(f, "ended with status {status}"),
            End::Wait => f.write_str("came to wait for ever"),
            end => write!(f, "ended on {end}"),
        }?;
        let place = self
            .account
            .as_ref()
            .and_then(|account| account.place.as_ref());
        place.map_or(Ok(()), |place| {
            write!(f, " at {}:{}", place.file, place.line)
        })
    }
}

/// The fields of two reset records that are not the same, with what each says.
fn differences(alone: &ResetRecord, other: &ResetRecord, depth: usize) -> String {
    let (Ok(alone), Ok(other)) = (alone.to_bytes(), other.to_bytes()) else {
        return String::new();
    };
    let differences = ResetRecord::FIELDS.iter().filter_map(|field| {
        let of = |record: &[u8]| {
            let start = usize::try_from(field.offset).ok()?;
            let size = usize::try_from(field.size).ok()?;
            record
                .get(start..start.checked_add(size)?)
                .map(<[u8]>::to_vec)
        };
        let (alone, other) = (of(&alone)?, of(&other)?);
        let name = field.name.replace('_', " ");
        let number = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes).ok();
        (alone != other).then(|| match (number(&alone), number(&other)) {
            (Some(alone), Some(other)) => {
                format!("{name}: {alone} at depth 0, {other} at depth {depth}")
            }
            _ => format!("{name} are others"),
        })
    });
    differences.collect::<Vec<_>>().join("\n  ")
}
