//! The state that instructions work on, laid out for them.
//!
//! Invariant: a window of a capability register never shows more than the rule of access would: as long as no map, no
//! owner, no label and no process changed since it was resolved, an access inside it passes all checks. Whoever changes
//! one of these clears the windows.

use isa::AccessKind;
use isa::capability::{Capability, Kind};

use crate::code::Insn;
use crate::fault::Planted;
use crate::transfer::Transfers;
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
    /// The ring to which loaded capabilities are raised, where it stands in their low words too.
    pub(crate) const RING: u64 = 7 << 48;
}

/// A capability register: the value, and its window. The window is empty unless `len` is above 0.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Cap {
    /// The low word of the value.
    pub(crate) low: u64,
    /// The high word of the value.
    pub(crate) high: u64,
    /// The ring of a capability, where it stands in the low word; [`UNTAGGED`] for data. So the bits that all registers
    /// have in common here say whether one of them is of a ring below another.
    pub(crate) tag: u64,
    /// The bytes of the window.
    pub(crate) len: u64,
    /// Below this distance from the beginning of the window, sixteen bytes can be loaded.
    pub(crate) read: u64,
    /// Below this distance from the beginning of the window, sixteen bytes can be stored.
    pub(crate) write: u64,
    /// Where the cursor is: the place of the window's first byte, and the cursor less that byte's offset.
    pub(crate) at: u64,
    /// The place of the window's first byte; see [`crate::place`].
    pub(crate) place: u64,
    /// See [`rights`]. Of no meaning where the window is empty.
    pub(crate) rights: u64,
}

/// A value is data, which no ring has to be raised for.
pub(crate) const UNTAGGED: u64 = rights::RING | 1 << 63;

/// A [`Cap`] at its distance from the next: operands hold a register's number times 16, which an index scaled by 8 makes
/// this distance.
#[derive(Clone, Copy)]
#[repr(C, align(128))]
pub(crate) struct Slot(pub(crate) Cap);

impl Cap {
    pub(crate) const NULL: Cap = Cap {
        low: 0,
        high: 0,
        tag: UNTAGGED,
        at: 0,
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
            tag: Cap::tag(value.low(), value.is_tagged()),
            ..Cap::NULL
        }
    }

    pub(crate) fn value(&self) -> Capability {
        Capability::from_words(self.low, self.high, self.is_tagged())
    }

    pub(crate) fn is(&self, value: Capability) -> bool {
        self.low == value.low()
            && self.high == value.high()
            && self.is_tagged() == value.is_tagged()
    }

    /// What [`Cap::tag`] is for a low word.
    #[inline(always)]
    pub(crate) const fn tag(low: u64, is_tagged: bool) -> u64 {
        if is_tagged {
            low & rights::RING
        } else {
            UNTAGGED
        }
    }

    #[inline(always)]
    pub(crate) fn is_tagged(&self) -> bool {
        self.tag as i64 >= 0
    }

    #[inline(always)]
    pub(crate) fn cursor(&self) -> u64 {
        self.low & 0xffff_ffff
    }

    /// The offset of the window's first byte.
    #[inline(always)]
    pub(crate) fn first(&self) -> u64 {
        let distance = self.at.wrapping_sub(self.place);
        self.cursor().wrapping_sub(distance)
    }

    /// Forgets the window.
    #[inline(always)]
    pub(crate) fn close(&mut self) {
        (self.read, self.write, self.len) = (0, 0, 0);
    }

    /// Makes it null; of the window, only that it is empty.
    #[inline(always)]
    pub(crate) fn clear(&mut self) {
        // SAFETY: the first six fields are words one behind another: value, tag, and what says that the window is empty.
        unsafe {
            let words: *mut [u128; 3] = (&raw mut *self).cast();
            words.write_unaligned([0, UNTAGGED as u128, 0]);
        }
    }
}

/// The running text: a capability without its cursor, and where its instructions are.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    /// The low word of the program counter with cursor 0.
    pub(crate) low: u64,
    /// The high word of the program counter.
    pub(crate) high: u64,
    /// The upper half of the low word of a capability to return into the text.
    pub(crate) returns: u32,
    /// The upper half of the low word of a capability to call into the text.
    pub(crate) entries: u32,
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
    /// The upper half of the low word of a capability of this kind into a text.
    pub(crate) const fn upper(low: u64, kind: Kind) -> u32 {
        ((low | (kind.number() as u64) << 57) >> 32) as u32
    }

    pub(crate) const NONE: Text = Text {
        low: 0,
        high: 0,
        returns: 0,
        entries: 0,
        start: 0,
        first: 0,
        len: 0,
        code: std::ptr::null(),
    };
}

/// Why instructions stopped following one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Why {
    /// Few steps are left, and none of them made yet that would be too many.
    Fuel,
    /// The instruction is not decoded yet.
    Decode,
    /// The instruction uses bytes outside the window of a register; see [`Cpu::missing`].
    Window,
    /// The instruction is the specification's to carry out.
    Step,
    /// The instruction goes to another text, in a way that is not known.
    Cross,
    /// The instruction is carried out, and goes on elsewhere; see [`Cpu::target`].
    Jump,
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
    /// The register whose window was missed, and at which distance from its beginning. On a detour, what it needs.
    pub(crate) missing: (u8, u64),
    /// The offset in the text's segment to go on at.
    pub(crate) target: u64,
    /// Where to go on when registers are raised.
    pub(crate) onward: *const Insn,
    /// What kind of transfer is not known.
    pub(crate) crossing: AccessKind,
    /// The clock when no step remains.
    pub(crate) clock_end: u64,
    /// Whether a host wants to be asked before the clock is read.
    pub(crate) clock_is_offered: bool,
    /// The stack pointers of the other rings. That of the current one is in `c15`, and its bank counts as null.
    pub(crate) banks: [Slot; 8],
    /// The transfers that are known.
    pub(crate) transfers: Transfers,
    /// The fault that is planted.
    pub(crate) planted: Planted,
    /// The resolved places of segments.
    pub(crate) tlb: Tlb,
}

impl Cpu {
    /// The capability register of an operand.
    #[inline(always)]
    pub(crate) fn c(&mut self, operand: u8) -> &mut Cap {
        const { assert!(size_of::<Slot>() == 16 * 8) };
        debug_assert!(operand.is_multiple_of(16));
        // SAFETY: there are sixteen registers, 128 bytes apart, and decoding gives operands that are 16 times a number
        // below 16; also any other operand is inside the registers but for the last, whose fields end 56 bytes early.
        unsafe {
            let first = (&raw mut self.c).cast::<Cap>();
            &mut *first.byte_add(usize::from(operand) * 8)
        }
    }

    /// Writes a return capability to this offset of the running text's segment.
    #[inline(always)]
    pub(crate) fn set_link(&mut self, operand: u8, cursor: u64) {
        let (low, high) = (u64::from(self.text.returns) << 32 | cursor, self.text.high);
        let cap = self.c(operand);
        (cap.low, cap.high, cap.tag) = (low, high, Cap::tag(low, true));
        cap.close();
    }

    /// Writes a capability, and gives it the window of its place if that is resolved.
    #[inline(always)]
    pub(crate) fn set_c(&mut self, operand: u8, low: u64, high: u64, tag: bool) {
        let cap = self.c(operand);
        (cap.low, cap.high) = (low, high);
        cap.tag = Cap::tag(low, tag);
        cap.close();
        if tag {
            self.attach(operand);
        }
    }

    /// Gives a tagged value the window of its place if that is resolved.
    #[inline(always)]
    pub(crate) fn attach(&mut self, operand: u8) {
        let index = usize::from(operand) / 16 % self.c.len();
        self.tlb.attach(&mut self.c[index].0);
    }
}
