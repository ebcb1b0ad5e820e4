//! The numbers that programs, start-up code, tools and machine agree on.
//!
//! Each is stated here once; [`CONSTANTS`] and [`ROLES`] give them to the manual and to the assembler.

use crate::address::SegmentNumber;
use crate::ring::Ring;

/// A number of the agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: u64,
    /// What it is.
    pub doc: &'static str,
}

macro_rules! constants {
    ($( $(#[doc = $doc:literal])+ $name:ident: $type:ty = $value:expr; )+) => {
        $( $(#[doc = $doc])+ pub const $name: $type = $value; )+

        /// All numbers of the agreement.
        pub const CONSTANTS: &[Constant] = &[
            $( Constant {
                name: stringify!($name),
                value: $name as u64,
                doc: concat!($($doc),+).trim_ascii_start(),
            }, )+
        ];
    };
}

constants! {
    /// The segment of the descriptors, which the descriptor table describes like any other.
    SEGMENT_DESCRIPTORS: u16 = 1;
    /// The segment of the reset record.
    SEGMENT_RESET: u16 = 2;
    /// The segment of the image's relocations, whose length says how many there are.
    SEGMENT_RELOCATIONS: u16 = 3;
    /// The segment of the device in slot 0; the other slots follow.
    SEGMENT_DEVICES: u16 = 16;
    /// The first system segment that is a program's own.
    SEGMENT_SYSTEM: u16 = 32;
    /// The first segment number that is private and not a system segment's.
    SYSTEM_LIMIT: u16 = 256;
    /// The stack segment of ring 0; the other rings follow.
    SEGMENT_STACKS: u16 = 256;
    /// The linkage segment of ring 0; the other rings follow.
    SEGMENT_LINKAGE: u16 = 264;
    /// The first private segment that is a program's own.
    SEGMENT_PRIVATE: u16 = 272;
    /// The device slot of the console.
    SLOT_CONSOLE: u8 = 0;
    /// The device slot of power.
    SLOT_POWER: u8 = 1;
    /// The device slot of the date.
    SLOT_DATE: u8 = 2;
    /// The device slot of entropy.
    SLOT_ENTROPY: u8 = 3;
    /// The device slot of the block device, if there is one.
    SLOT_BLOCK: u8 = 4;
    /// The device slot of the second console; the others follow, as far as there are any.
    SLOT_CONSOLES: u8 = 5;
    /// How many consoles there can be besides the first.
    CONSOLE_COUNT: u8 = 7;
    /// The line of the timer. The lines below are the ready lines of the device slots.
    LINE_TIMER: u8 = 16;
    /// The lines of a machine.
    LINE_COUNT: u8 = 17;
    /// The bytes of the stack of ring 4, unless the program says otherwise.
    STACK_SIZE: u64 = 65536;
    /// What the stack pointer is a multiple of.
    STACK_ALIGNMENT: u64 = 16;
    /// The bytes of a slot for a variadic argument.
    VARIADIC_SLOT_SIZE: u64 = 16;
    /// The capability register of the link.
    REGISTER_LINK: u8 = 7;
    /// The capability register of the thread pointer.
    REGISTER_THREAD: u8 = 14;
    /// The capability register of the stack pointer.
    REGISTER_STACK: u8 = 15;
    /// The data registers that a return to an outer ring leaves, by number of bit: the results and the preserved ones.
    RETURN_KEEPS_R: u32 = 0xffff_0006;
    /// The capability registers that a return to an outer ring leaves, by number of bit: the result and the preserved
    /// ones. The stack pointer becomes that of the ring returned to.
    RETURN_KEEPS_C: u16 = 0x7f02;
}

/// The ring of programs.
pub const PROGRAM_RING: Ring = Ring::USER;

/// The stack segment of a ring.
pub const fn stack_segment(ring: Ring) -> SegmentNumber {
    SegmentNumber(SEGMENT_STACKS + ring.number() as u16)
}

/// The linkage segment of a ring, as a program's descriptors have it.
pub const fn linkage_segment(ring: Ring) -> SegmentNumber {
    SegmentNumber(SEGMENT_LINKAGE + ring.number() as u16)
}

/// The segment of the device in a slot, if there is such a slot.
pub const fn device_segment(slot: u8) -> Option<SegmentNumber> {
    if slot < 16 {
        Some(SegmentNumber(SEGMENT_DEVICES + slot as u16))
    } else {
        None
    }
}

/// Who keeps the value of a register over a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// The value never changes.
    Fixed,
    /// The caller, if it wants it afterwards.
    Caller,
    /// The procedure called, which puts it back before it returns.
    Callee,
}

/// What some registers are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterRole {
    /// `r` or `c`.
    pub file: char,
    /// The number of the first.
    pub first: u8,
    /// The number of the last.
    pub last: u8,
    /// Another name that the assembler knows for it.
    pub alias: Option<&'static str>,
    /// Who keeps them over a call.
    pub keeper: Keeper,
    /// What they are for.
    pub doc: &'static str,
}

macro_rules! roles {
    ($( $file:literal $first:literal $last:literal $alias:expr, $keeper:ident, $doc:literal; )+) => {
        /// The roles of all registers, in order of number.
        pub const ROLES: &[RegisterRole] = &[
            $( RegisterRole {
                file: $file, first: $first, last: $last, alias: $alias, keeper: Keeper::$keeper, doc: $doc,
            }, )+
        ];
    };
}

roles! {
    'r' 0 0 Some("zero"), Fixed, "Zero; what is written to it is dropped.";
    'r' 1 2 None, Caller, "Arguments and results.";
    'r' 3 8 None, Caller, "Arguments.";
    'r' 9 15 None, Caller, "Temporary values.";
    'r' 16 31 None, Callee, "Preserved over calls.";
    'c' 0 0 None, Fixed, "Null; what is written to it is dropped.";
    'c' 1 1 None, Caller, "Argument and result. For a result that fits no register: the capability to room for it, passed as the first argument.";
    'c' 2 6 None, Caller, "Arguments.";
    'c' 7 7 Some("link"), Caller, "The link: where the procedure returns to.";
    'c' 8 13 None, Callee, "Preserved over calls.";
    'c' 14 14 Some("tp"), Callee, "The thread pointer, preserved over calls.";
    'c' 15 15 Some("sp"), Callee, "The stack pointer: downward, a multiple of 16. Each ring has its own.";
}

/// What `main` of a program that the start-up code calls finds in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartRegister {
    /// The register.
    pub register: &'static str,
    /// What it holds.
    pub doc: &'static str,
}

/// What `main` finds in registers.
pub const START_REGISTERS: &[StartRegister] = &[
    StartRegister {
        register: "r1",
        doc: "How many arguments there are.",
    },
    StartRegister {
        register: "c1",
        doc: "The table of arguments: a capability of 16 bytes each, with exactly the bytes of the string, read-only.",
    },
    StartRegister {
        register: "c2",
        doc: "The console.",
    },
    StartRegister {
        register: "c3",
        doc: "Power.",
    },
];
