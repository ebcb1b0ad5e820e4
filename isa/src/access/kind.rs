//! The kinds of access, and what each asks of a capability and a descriptor.
//!
//! One row a kind; the rule of access reads the columns and knows no kind by name but those that transfer control.

use std::fmt;

use crate::capability::Kind;
use crate::descriptor::DescriptorFlags;
use crate::instruction::names::{Named, NamedRow};
use crate::permission::Permissions;

/// Which bracket the ring has to be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RingRule {
    /// `ring <= r1`.
    Write,
    /// `ring <= r2`.
    Read,
    /// `r1 <= ring <= r2`.
    Execute,
    /// As execute, and the ring is the current one.
    Jump,
    /// The rule of calls: within the ring, or inward by a gate.
    Call,
    /// The rule of returns: within the ring, or outward.
    Return,
    /// None.
    Any,
}

/// Which way information goes, and so which set of labels binds the access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flow {
    /// To the process: its read labels.
    In,
    /// From the process: its write labels.
    Out,
    /// Nothing is moved yet.
    None,
}

/// What a kind of access asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Requirement {
    /// The kind of the capability.
    pub kind: Kind,
    /// The permissions of the capability.
    pub permissions: Permissions,
    /// The modes of the segment.
    pub mode: DescriptorFlags,
    /// The bracket.
    pub ring: RingRule,
    /// Whether the segment is a device.
    pub device: bool,
    /// The labels that bind it.
    pub flow: Flow,
    /// The offset is a multiple of this.
    pub alignment: u64,
}

macro_rules! kinds {
    ($( $(#[doc = $meaning:literal])+ $number:literal $variant:ident $name:literal:
        $kind:ident, [$($permission:ident)*], [$($mode:ident)*], $ring:ident, $device:literal, $flow:ident, $alignment:literal; )+) => {
        /// What an access does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum AccessKind {
            $( $(#[doc = $meaning])+ $variant = $number, )+
        }

        /// `probe` names the kinds in assembly.
        impl Named for AccessKind {
            const LIST: &'static str = "access kind";
            const ROWS: &'static [NamedRow] = &[
                $(NamedRow { number: $number, name: $name, meaning: concat!($($meaning),+) },)+
            ];

            fn from_number(number: u32) -> Option<AccessKind> {
                AccessKind::from_number(u64::from(number))
            }

            fn number(self) -> u32 {
                self as u32
            }
        }

        impl AccessKind {
            /// All kinds, by number.
            pub const ALL: &[AccessKind] = &[$(AccessKind::$variant),+];

            /// The kind of this number, if it is one.
            pub const fn from_number(number: u64) -> Option<AccessKind> {
                match number {
                    $( $number => Some(AccessKind::$variant), )+
                    _ => None,
                }
            }

            /// Its name, in words.
            pub const fn name(self) -> &'static str {
                match self {
                    $( AccessKind::$variant => $name, )+
                }
            }

            /// What it means: a paragraph.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $( AccessKind::$variant => concat!($($meaning),+), )+
                }
                .trim_ascii_start()
            }

            /// What it asks of capability and descriptor.
            pub const fn requires(self) -> Requirement {
                match self {
                    $( AccessKind::$variant => Requirement {
                        kind: Kind::$kind,
                        permissions: Permissions::empty()$(.union(Permissions::$permission))*,
                        mode: DescriptorFlags::empty()$(.union(DescriptorFlags::$mode))*,
                        ring: RingRule::$ring,
                        device: $device,
                        flow: Flow::$flow,
                        alignment: $alignment,
                    }, )+
                }
            }
        }
    };
}

kinds! {
    /// Data is loaded, or a capability is, with or without its tag.
    0 Read "read": Data, [READ], [READ], Read, false, In, 1;
    /// Data is stored, or an untagged value of a capability register.
    1 Write "write": Data, [WRITE], [WRITE], Write, false, Out, 1;
    /// An instruction is fetched.
    2 Execute "execute": Data, [EXECUTE], [EXECUTE], Execute, false, In, 8;
    /// A capability is stored with its tag.
    3 StoreCapability "store_capability": Data, [WRITE STORE_CAP], [WRITE], Write, false, Out, 16;
    /// Control goes to a procedure; its instructions are judged when they are fetched.
    4 Call "call": Entry, [EXECUTE], [EXECUTE], Call, false, None, 8;
    /// Control goes back to a caller.
    5 Return "return": Return, [EXECUTE], [EXECUTE], Return, false, None, 8;
    /// A device gives data.
    6 Input "input": Data, [READ], [READ], Read, true, In, 1;
    /// A device takes data.
    7 Output "output": Data, [WRITE], [WRITE], Write, true, Out, 1;
    /// Control goes to another place of the same ring.
    8 Jump "jump": Data, [EXECUTE], [EXECUTE], Jump, false, None, 8;
    /// No access: what a trap record says when the trap was about something else.
    15 None "none": Data, [], [], Any, false, None, 1;
}

impl AccessKind {
    /// Its number in a trap record.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Does it change memory?
    pub const fn stores(self) -> bool {
        matches!(self, AccessKind::Write | AccessKind::StoreCapability)
    }

    /// Does it move bytes of memory, so that pages, owners and labels are asked?
    pub const fn touches_memory(self) -> bool {
        let needs = self.requires();
        !needs.device && !matches!(needs.flow, Flow::None)
    }
}

impl fmt::Display for AccessKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
