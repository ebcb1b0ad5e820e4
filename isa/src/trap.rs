//! Traps: why the machine refused, and the record of it that the handler gets.
//!
//! The table of causes is here and nowhere else. The number order is the priority: of several checks that failed
//! together, the one with the lowest number is the cause, and all of them are in the record.

use std::fmt;

use crate::access::AccessKind;
use crate::address::SegmentNumber;
use crate::ring::Ring;

macro_rules! causes {
    ($( $(#[doc = $meaning:literal])+ $number:literal $variant:ident $flag:ident $name:literal, fix: $fix:literal; )+) => {
        /// Why a trap happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Cause {
            $( $(#[doc = $meaning])+ $variant = $number, )+
        }

        bitflags::bitflags! {
            /// A set of causes: bit `n` is the cause of number `n`.
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            pub struct Causes: u32 {
                $( $(#[doc = $meaning])+ const $flag = 1 << $number; )+
            }
        }

        impl Cause {
            /// All causes, the most urgent first.
            pub const ALL: &[Cause] = &[$(Cause::$variant),+];

            /// The cause of this number, if it is one.
            pub const fn from_number(number: u64) -> Option<Cause> {
                match number {
                    $( $number => Some(Cause::$variant), )+
                    _ => None,
                }
            }

            /// Its name, one word in small letters.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Cause::$variant => $name, )+
                }
            }

            /// What it means: a paragraph.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $( Cause::$variant => concat!($($meaning),+), )+
                }
                .trim_ascii_start()
            }

            /// What a programmer can do about it: a paragraph.
            pub const fn fix(self) -> &'static str {
                match self {
                    $( Cause::$variant => $fix, )+
                }
            }
        }
    };
}

causes! {
    /// The bytes at the program counter are no instruction: the opcode is unknown, a register does not exist, a field
    /// that the instruction does not use is not zero, or an immediate names nothing.
    1 Illegal ILLEGAL "illegal",
    fix: "Usually the program ran into data, or past its last instruction: end every path with a jump, a return or a \
          call that does not come back, and see whether a computed jump went where you meant.";

    /// The instruction is for ring 0 alone, and the current ring is another.
    2 Privilege PRIVILEGE "privilege",
    fix: "Ask the system by a call through one of its gates; a program in an outer ring cannot do this itself.";

    /// The value that should be used as a capability is not tagged: it is data. No other check was made, since the
    /// bits of data mean nothing.
    3 Tag TAG "tag",
    fix: "Find where the tag was lost: a null pointer was used; data was stored over part of the capability in memory; \
          it was loaded without load-capability, or copied as two words instead of with `ldc` and `stc`.";

    /// The kind of the capability is not the one that this use wants: a sealed, entry or return capability was used as
    /// a pointer or changed, a pointer was called or returned through, or a value was sealed or unsealed that cannot be.
    4 Seal SEAL "seal",
    fix: "Call entry capabilities with `callc`, return through return capabilities with `ret`, and unseal a sealed \
          value with the authority of its type before you use it.";

    /// The capability lacks a permission that this use needs.
    5 Permission PERMISSION "permission",
    fix: "Derive the capability from one that has the permission, or change the `cperm` that took it away. A permission \
          that was removed cannot be given back to the same capability.";

    /// The bytes are not all inside the bounds of the capability, or not all inside the segment; or the bounds wanted
    /// are not inside the present ones.
    6 Bounds BOUNDS "bounds",
    fix: "Compare the offset and the size of the access with the bounds: an index that runs one too far, a length that \
          counts the wrong unit, or a pointer that was narrowed to less than what is used.";

    /// A capability in memory is at a multiple of 16, an instruction at a multiple of 8, and this one is not.
    7 Alignment ALIGNMENT "alignment",
    fix: "Put `.align 16` before capabilities in data, keep the stack pointer a multiple of 16, and step through tables \
          of capabilities in steps of 16.";

    /// The cursor of a capability would leave its 32 bits.
    8 Cursor CURSOR "cursor",
    fix: "The distance added is negative or far too large: look at how it was computed. Numbers that are no pointers \
          belong in r registers.";

    /// There is no such segment: its number is 0 or beyond the table, its descriptor is not present; or the operation
    /// wants another segment than this one.
    9 Segment SEGMENT "segment",
    fix: "The object is gone or was never there. Where the number is 0, the capability is a sealing authority and names \
          no memory; authorities, in turn, are made in segment 0 only.";

    /// The capability was revoked: the generation of its segment has been raised since it was made.
    10 Generation GENERATION "generation",
    fix: "The object has been freed or replaced. Get a new capability from whoever gives them out, and drop all copies \
          of the old one.";

    /// The descriptor of the segment makes no sense: brackets out of order, more length than a segment can have, a
    /// base that does not begin a page, or a place outside the machine's memory. A page word that points outside the
    /// memory counts too.
    11 Descriptor DESCRIPTOR "descriptor",
    fix: "Whoever wrote the descriptor or page table made the mistake, not the program that met it: check r1 <= r2 <= r3, \
          the length, and the base against the memory size in the reset record.";

    /// The ring does not allow it: the capability's ring is outside the bracket that this use needs, code is not of the
    /// current ring, or a ring would be lowered.
    12 Ring RING "ring",
    fix: "Look at the ring of the capability, not only at the current one: a pointer from an outer ring has only the outer \
          ring's access. More trusted code is reached by a gate, less trusted code by a return.";

    /// The segment itself may not be read, written or executed, whatever the capability says.
    13 Mode MODE "mode",
    fix: "Put the object into a segment that has the mode, for instance what is changed into `.data` and not `.rodata`.";

    /// A capability would go where it may not be: the segment may not hold capabilities, or it is a system segment and
    /// the capability is of a private one.
    14 Hold HOLD "hold",
    fix: "Keep capabilities in a segment with `hold`, and capabilities of private segments in private segments; what \
          processes share otherwise is data.";

    /// Device input or output on a segment that is no device, or memory access on one that is; or the operation is
    /// none of devices.
    15 Device DEVICE "device",
    fix: "Give `io` the capability of the device first and that of the buffer second; everything else wants memory.";

    /// The page is absent, or not noted as used, or a store meets a page that is not writable or not noted as modified.
    /// The handler can make it so, and the instruction runs again.
    16 Page PAGE "page",
    fix: "A kernel handles this: it brings the page in, copies it, or notes the use in the page word, and resumes. Without \
          a handler, map the page as present, writable, used and modified from the start.";

    /// The page belongs to a machine further out, or the operation wants a page of another owner than this one has, or
    /// labels that this one has not.
    17 Owner OWNER "owner",
    fix: "The host has to lend the page to the guest before the guest uses it, or reclaim it before it uses it as its own.";

    /// The labels of the process do not let it read, or write, what is labelled like this.
    18 Label LABEL "label",
    fix: "Information may not flow this way. Use an object of a label that the process may read or write, or ask a trusted \
          service of an inner ring.";

    /// A call into a more trusted ring has to land on a gate, and this one does not.
    19 Gate GATE "gate",
    fix: "Call the name that `.gate` defines and not the procedure behind it; gates are the first instructions of a segment.";

    /// The slot of the linkage segment holds no capability: nothing has linked it yet.
    20 Link LINK "link",
    fix: "A linker in the faulting ring stores the capability into the slot, and the instruction runs again. Without one, \
          the start-up code has to apply the relocations before.";

    /// An integer was divided by zero.
    21 Divide DIVIDE "divide",
    fix: "Test the divisor before dividing.";

    /// The machine may not have guests: its depth is used up.
    22 Depth DEPTH "depth",
    fix: "Look at the depth left in the reset record before running a guest, and give this machine more depth from outside.";

    /// The program asked for a trap. The offset of the record is the number that it gave.
    23 Software SOFTWARE "software",
    fix: "The number is an agreement between the program and whoever handles the trap, for instance a failed assertion.";

    /// A line is up and enabled, and interrupts are not masked. The offset of the record is the number of the line.
    24 Interrupt INTERRUPT "interrupt",
    fix: "Set a trap entry before you enable lines or unmask interrupts.";
}

impl Cause {
    /// Its number, which is also its place in the order of priority.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The cause of this name, if it is one.
    pub fn from_name(name: &str) -> Option<Cause> {
        Cause::ALL
            .iter()
            .copied()
            .find(|cause| cause.name() == name)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl From<Cause> for Causes {
    fn from(cause: Cause) -> Causes {
        Causes::from_bits_retain(1 << cause.number())
    }
}

impl Causes {
    /// The causes in the set, the most urgent first.
    pub fn causes(self) -> impl Iterator<Item = Cause> {
        Cause::ALL
            .iter()
            .copied()
            .filter(move |&cause| self.contains(cause.into()))
    }

    /// The most urgent cause of the set.
    pub fn first(self) -> Option<Cause> {
        self.causes().next()
    }
}

/// The names, the most urgent first, with commas between.
impl fmt::Display for Causes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, cause) in self.causes().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{cause}")?;
        }
        Ok(())
    }
}

/// The register through which the access that trapped went: 0 to 15 a c register, 16 the program counter, 255 none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TrapRegister(pub u8);

impl TrapRegister {
    /// The program counter.
    pub const PC: TrapRegister = TrapRegister(16);
    /// No register.
    pub const NONE: TrapRegister = TrapRegister(255);
}

impl fmt::Display for TrapRegister {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            number @ 0..=15 => write!(f, "c{number}"),
            16 => f.write_str("pc"),
            _ => f.write_str("none"),
        }
    }
}

/// What happened: the trap record, unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Trap {
    /// The most urgent of the checks that failed.
    pub cause: Cause,
    /// All checks of the stage that failed.
    pub failed: Causes,
    /// The register through which the access went.
    pub register: TrapRegister,
    /// The segment of the access.
    pub segment: SegmentNumber,
    /// The effective offset in bytes, never wrapped: a negative one is the 64-bit two's complement. For a software
    /// trap its number, for an interrupt its line.
    pub offset: u64,
    /// The ring at which the access was judged.
    pub ring: Ring,
    /// What was tried.
    pub kind: AccessKind,
    /// The bytes of the access.
    pub size: u64,
}

impl Trap {
    /// A trap by these failed checks that is no access: the cause is the most urgent of them, and all else is unsaid.
    /// An empty set gives the cause `illegal`, since every trap has one.
    pub fn from_causes(failed: Causes) -> Trap {
        let cause = failed.first().unwrap_or(Cause::Illegal);
        Trap {
            cause,
            failed: failed | cause.into(),
            register: TrapRegister::NONE,
            segment: SegmentNumber(0),
            offset: 0,
            ring: Ring::KERNEL,
            kind: AccessKind::None,
            size: 0,
        }
    }
}

impl From<Cause> for Trap {
    fn from(cause: Cause) -> Trap {
        Trap::from_causes(cause.into())
    }
}

/// On one line: `bounds: write of 8 bytes at segment 0x110, offset 0x40, through c2, ring 4`.
impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cause)?;
        match self.cause {
            Cause::Software => return write!(f, " {}", self.offset.cast_signed()),
            Cause::Interrupt => return write!(f, " line {}", self.offset),
            _ if self.kind == AccessKind::None => {}
            _ => write!(
                f,
                ": {} of {} bytes at segment {}, offset {:#x}",
                self.kind, self.size, self.segment, self.offset
            )?,
        }
        if self.register != TrapRegister::NONE {
            write!(f, ", through {}", self.register)?;
        }
        write!(f, ", ring {}", self.ring)
    }
}
