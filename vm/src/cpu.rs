//! The state that instructions work on, laid out for them.
//!
//! Invariant: a window of a capability register never shows more than the rule of access would: as long as no map, no
//! owner, no label and no process changed since it was resolved, an access inside it passes all checks. Whoever changes
//! one of these clears the windows.

use isa::capability::Capability;

use crate::code::Insn;
use crate::window::Tlb;

/// Where writes to `r0` go.
pub(crate) const SINK: u8 = 32;

/// What a window allows, and what becomes of capabilities that are loaded through it.
pub(crate) mod rights {
    /// Bytes can be loaded.
    pub(crate) const READ: u64 = 1;
    /// Bytes can be stored.
    pub(crate) const WRITE: u64 = 2;
    /// Capabilities can be stored with their tags.
    pub(crate) const STORE_CAP: u64 = 4;
    /// Capabilities are loaded with their tags.
    pub(crate) const LOAD_CAP: u64 = 8;
    /// What is loaded keeps its rights to change things.
    pub(crate) const LOAD_MUTABLE: u64 = 16;
    /// The segment is a system segment, and takes and gives no private capabilities.
    pub(crate) const SYSTEM: u64 = 32;
    /// Where the ring begins to which loaded capabilities are raised.
    pub(crate) const RING: u32 = 48;
}

/// A capability register: the value, and its window. The window is empty unless `len` is above 0.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Cap {
    /// The low word of the value.
    pub(crate) low: u64,
    /// The high word of the value.
    pub(crate) high: u64,
    /// 1 if it is tagged.
    pub(crate) tag: u64,
    /// The cursor less the first offset of the window.
    pub(crate) delta: u64,
    /// Below this distance from the beginning of the window, eight bytes can be loaded.
    pub(crate) read: u64,
    /// Below this distance from the beginning of the window, eight bytes can be stored.
    pub(crate) write: u64,
    /// The real address of the window's first byte.
    pub(crate) place: u64,
    /// The bytes of the window.
    pub(crate) len: u64,
    /// See [`rights`].
    pub(crate) rights: u64,
}

/// A [`Cap`] at its distance from the next: operands hold a register's number times 16, which an index scaled by 8 makes
/// this distance.
#[derive(Clone, Copy)]
#[repr(C, align(128))]
pub(crate) struct Slot(pub(crate) Cap);

impl Cap {
    pub(crate) const NULL: Cap = Cap {
        low: 0,
        high: 0,
        tag: 0,
        delta: 0,
        read: 0,
        write: 0,
        place: 0,
        len: 0,
        rights: 0,
    };

    /// A value without a window.
    pub(crate) fn of(value: Capability) -> Cap {
        Cap {
            low: value.low(),
            high: value.high(),
            tag: value.is_tagged().into(),
            ..Cap::NULL
        }
    }

    pub(crate) fn value(&self) -> Capability {
        Capability::from_words(self.low, self.high, self.tag != 0)
    }

    pub(crate) fn is(&self, value: Capability) -> bool {
        self.low == value.low() && self.high == value.high() && (self.tag != 0) == value.is_tagged()
    }

    #[inline(always)]
    pub(crate) fn cursor(&self) -> u64 {
        self.low & 0xffff_ffff
    }

    /// Forgets the window.
    #[inline(always)]
    pub(crate) fn close(&mut self) {
        (self.read, self.write, self.len, self.rights) = (0, 0, 0, 0);
    }
}

/// The running text: a capability without its cursor, and where its instructions are.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    /// The low word of the program counter with cursor 0.
    pub(crate) low: u64,
    /// The high word of the program counter.
    pub(crate) high: u64,
    /// The offset in the segment of the first instruction at `code`.
    pub(crate) start: u64,
    /// The first offset, from `start`, at which an instruction can be fetched.
    pub(crate) first: u64,
    /// For how many bytes from there.
    pub(crate) len: u64,
    /// The instruction at `start`.
    pub(crate) code: *const Insn,
}

impl Text {
    pub(crate) const NONE: Text = Text {
        low: 0,
        high: 0,
        start: 0,
        first: 0,
        len: 0,
        code: std::ptr::null(),
    };
}

/// Why instructions stopped following one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Few steps are left, and none of them made yet that would be too many.
    Fuel,
    /// The instruction is not decoded yet.
    Decode,
    /// The instruction uses bytes outside the window of this register, at this distance from its beginning.
    Window { register: u8, distance: u64 },
    /// The instruction is the specification's to carry out.
    Step,
    /// The instruction is carried out, and goes on at this offset of the text's segment.
    Jump(u64),
}

/// The state.
#[repr(C)]
pub(crate) struct Cpu {
    /// The data registers, and behind them the one that swallows what is written to `r0`.
    pub(crate) r: [u64; 33],
    /// Page summaries; see [`crate::pages`].
    pub(crate) summary: *mut u8,
    /// The validity bits of memory.
    pub(crate) valid: *mut u64,
    /// The capability registers.
    pub(crate) c: [Slot; 16],
    /// The text.
    pub(crate) text: Text,
    /// The instruction at which they stopped.
    pub(crate) at: *const Insn,
    /// What remains; see [`crate::op`].
    pub(crate) s: i64,
    /// Why they stopped.
    pub(crate) why: Why,
    /// The clock when no step remains.
    pub(crate) clock_end: u64,
    /// What every stop goes on with: the end of the chain.
    pub(crate) exit: Insn,
    /// The resolved places of segments.
    pub(crate) tlb: Tlb,
}

impl Cpu {
    /// The capability register of an operand.
    #[inline(always)]
    pub(crate) fn c(&mut self, operand: u8) -> &mut Cap {
        &mut self.c[(usize::from(operand) / 16) & 15].0
    }

    /// Writes a capability, and gives it the window of its place if that is resolved.
    #[inline(always)]
    pub(crate) fn set_c(&mut self, operand: u8, low: u64, high: u64, tag: bool) {
        let mut cap = Cap {
            low,
            high,
            tag: tag.into(),
            ..Cap::NULL
        };
        if tag {
            self.tlb.attach(&mut cap);
        }
        *self.c(operand) = cap;
    }
}
