//! Names that every program knows: registers, and the constants of the machine.
//!
//! Invariant: every constant comes from a table of `isa`; none is stated here.

use std::collections::BTreeMap;

use isa::abi;
use isa::context::{ExitReason, LAYOUTS, TRAP_FRAME_SIZE};
use isa::instruction::names::IoOperation;
use isa::instruction::names::Named;
use isa::instruction::{C, Intercept, R};
use isa::permission::PERMISSIONS;
use isa::{AccessKind, Cause, DescriptorFlags, PageFlags};

/// A register, as an operand names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Register {
    R(R),
    C(C),
}

impl std::fmt::Display for Register {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::R(register) => register.fmt(f),
            Self::C(register) => register.fmt(f),
        }
    }
}

impl Register {
    /// The register that has this name in every program: `r3`, `c7`, `sp`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if let Some(role) = abi::ROLES.iter().find(|role| role.alias == Some(name)) {
            return Self::numbered(role.file, role.first);
        }
        let (file, number) = split(name)?;
        Self::numbered(file, u8::try_from(number).ok()?)
    }

    /// Its file and number.
    pub(crate) fn place(self) -> (char, u8) {
        match self {
            Self::R(register) => ('r', register.number()),
            Self::C(register) => ('c', register.number()),
        }
    }

    fn numbered(file: char, number: u8) -> Option<Self> {
        match file {
            'r' => R::new(number).map(Self::R),
            _ => C::new(number).map(Self::C),
        }
    }
}

/// Whether a name looks like that of a register, if there only were so many.
pub(crate) fn looks_like_register(name: &str) -> bool {
    split(name).is_some()
}

/// Letter and number of a name such as `r12`. Leading zeros make no register.
fn split(name: &str) -> Option<(char, u32)> {
    let file = name.chars().next().filter(|file| "rc".contains(*file))?;
    let digits = name.get(1..)?;
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    let number = digits.parse().ok().filter(|_| plain)?;
    Some((file, number))
}

/// A constant that every program knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: u64,
}

/// All constants that every program knows, in groups: offsets in the records
/// of the machine (`context.pc`) and their sizes (`size.context`), the numbers
/// of the agreement between programs (`abi.segment_reset`), and what the
/// numbers in these mean (`cause.bounds`, `exit.device`, `intercept.io`,
/// `access.write`, `io.read`, `permission.read`, `descriptor.hold`, `page.used`).
pub fn constants() -> Vec<Constant> {
    let mut constants = Vec::new();
    let mut add = |group: &str, name: &str, value: u64| {
        let name = constant_name(group, name);
        constants.push(Constant { name, value });
    };
    for layout in LAYOUTS {
        for field in layout.fields {
            add(layout.name, field.name, field.offset);
        }
    }
    for layout in LAYOUTS {
        add("size", layout.name, layout.size);
    }
    add("size", "trap_frame", TRAP_FRAME_SIZE);
    add("size", "descriptor", isa::descriptor::DESCRIPTOR_SIZE);
    for constant in abi::CONSTANTS {
        add("abi", constant.name, constant.value);
    }
    for cause in Cause::ALL {
        add("cause", cause.name(), u64::from(cause.number()));
    }
    for row in ExitReason::ROWS {
        add("exit", row.name, u64::from(row.number));
    }
    for intercept in Intercept::ALL {
        add("intercept", intercept.name(), intercept.bit());
    }
    for row in AccessKind::ROWS {
        add("access", row.name, u64::from(row.number));
    }
    for row in IoOperation::ROWS {
        add("io", row.name, u64::from(row.number));
    }
    for row in PERMISSIONS {
        add("permission", row.name, u64::from(row.permission.bits()));
    }
    for (name, flag) in DescriptorFlags::all().iter_names() {
        add("descriptor", name, u64::from(flag.bits()));
    }
    for (name, flag) in PageFlags::all().iter_names() {
        add("page", name, flag.bits());
    }
    constants
}

/// What the constant of a group is called whose row in a table has this name.
pub(crate) fn constant_name(group: &str, name: &str) -> String {
    let name = name.to_ascii_lowercase().replace(['-', ' '], "_");
    format!("{group}.{name}")
}

/// The same by name.
pub(crate) fn constants_by_name() -> BTreeMap<String, i64> {
    constants()
        .into_iter()
        .map(|constant| (constant.name, constant.value.cast_signed()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_constants_are_unique() {
        assert_eq!(constants().len(), constants_by_name().len());
    }

    #[test]
    fn registers_have_names() {
        let name = |name| Register::named(name).map(|register| register.to_string());
        assert_eq!(name("r31").as_deref(), Some("r31"));
        assert_eq!(name("sp").as_deref(), Some("c15"));
        assert_eq!(name("zero").as_deref(), Some("r0"));
        assert_eq!(name("r32"), None);
        assert_eq!(name("r01"), None);
        assert_eq!(name("r+1"), None);
        assert!(looks_like_register("c16"));
        assert!(!looks_like_register("count"));
    }
}
