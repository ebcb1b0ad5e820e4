//! Classes of instructions: who may run one, and whether a host can take it.
//!
//! Invariant: an instruction whose result or effect depends on which machine
//! it runs in is sensitive or privileged, and has an intercept; so a host can
//! take every one of them (Popek and Goldberg, 1974).

/// Who may run an instruction and what it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Any ring; it touches only what its operands name.
    User,
    /// Any ring; it also depends on or changes the state of the machine.
    Sensitive(Intercept),
    /// Ring 0 only; elsewhere it traps with cause `privilege`.
    Privileged(Intercept),
}

macro_rules! intercepts {
    ($($(#[doc = $doc:literal])+ $number:literal $variant:ident $name:literal;)+) => {
        /// A class of instructions that a host may take from its guest: one
        /// bit of the mask `intercepts` in the guest's machine block.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Intercept { $($(#[doc = $doc])+ $variant = $number,)+ }

        impl Intercept {
            /// Every intercept, by rising number.
            pub const ALL: &'static [Intercept] = &[$(Intercept::$variant,)+];

            /// Its name in the manual.
            pub const fn name(self) -> &'static str {
                match self { $(Intercept::$variant => $name,)+ }
            }

            /// What belongs to it, for the manual.
            pub const fn meaning(self) -> &'static str {
                match self { $(Intercept::$variant => concat!($($doc, "\n"),+),)+ }
            }

            /// Its bit in the mask of intercepts.
            pub const fn bit(self) -> u64 {
                1 << self as u8
            }
        }
    };
}

intercepts! {
    /// Reading the clock.
    0 Clock "clock";
    /// Operations of devices.
    1 Io "io";
    /// Making capabilities of the machine's own namespace.
    2 Mint "mint";
    /// Reading and writing control fields and the stack pointers of other rings.
    3 Control "control";
    /// Changing the process.
    4 Process "process";
    /// Resuming a context.
    5 Resume "resume";
    /// Waiting for an interrupt.
    6 Wait "wait";
    /// Running a guest.
    7 Machine "machine";
    /// Reading and changing tags and the owners of pages.
    8 Owner "owner";
    /// Changing the labels of memory.
    9 Label "label";
}

impl Class {
    /// The intercept that takes it, if it is sensitive or privileged.
    pub const fn intercept(self) -> Option<Intercept> {
        match self {
            Class::User => None,
            Class::Sensitive(intercept) | Class::Privileged(intercept) => Some(intercept),
        }
    }

    /// The word for it in the manual.
    pub const fn name(self) -> &'static str {
        match self {
            Class::User => "user",
            Class::Sensitive(_) => "sensitive",
            Class::Privileged(_) => "privileged",
        }
    }
}
