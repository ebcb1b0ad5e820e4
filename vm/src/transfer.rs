//! Transfers of control to other texts that were allowed: calls, through gates too, returns and jumps.
//!
//! Invariant: an entry says what the rules of transfers said of a capability, but for its cursor: that it may be used so
//! from this ring, how, and which text it leads to. Cursor and bounds are looked at for each cursor, and what came of that
//! is kept beside it.

use isa::abi::{RETURN_KEEPS_C, RETURN_KEEPS_R};
use isa::access::{AccessKind, CallKind, Request, call_rule, text_capability};
use isa::address::INSTRUCTION_SIZE;
use isa::capability::{Capability, Kind};
use isa::instruction::C;
use isa::machine::Machine;

use crate::code::{Insn, slot};
use crate::cpu::{Cpu, Text, rights};
use crate::fault::{Fault, Planted};

/// The kind in a low word.
const KIND: u64 = 0x1f << 57;

/// The kinds in low words.
pub(crate) const ENTRY: u64 = (Kind::Entry.number() as u64) << 57;
pub(crate) const RETURN: u64 = (Kind::Return.number() as u64) << 57;
pub(crate) const DATA: u64 = (Kind::Data.number() as u64) << 57;

/// How many transfers are known at most.
const KNOWN: usize = 64;

/// How control goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Within the ring.
    Same,
    /// Inward, through one of so many gates.
    Gate { gates: u64 },
    /// Outward.
    Leave,
}

/// A transfer.
#[derive(Clone, Copy)]
pub(crate) struct Transfer {
    /// The low word of the capability with cursor 0.
    pub(crate) low: u64,
    /// The high word of the capability.
    pub(crate) high: u64,
    /// The ring that control leaves, where it stands in a low word.
    pub(crate) from: u64,
    /// How it goes.
    pub(crate) how: How,
    /// Where to.
    pub(crate) text: Text,
}

impl Transfer {
    /// One that never matches: the low word is that of no entry, return or text.
    const NONE: Transfer = Transfer {
        low: u64::MAX,
        high: 0,
        from: 0,
        how: How::Same,
        text: Text::NONE,
    };
}

/// A transfer by a capability with its cursor, in two lines of the host's cache.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Exact {
    text: Text,
    low: u64,
    high: u64,
    /// The ring that control leaves and the kind that was asked for, where they stand in a low word.
    from: u64,
    how: How,
    target: *const Insn,
}

impl Exact {
    const NONE: Exact = Exact {
        low: u64::MAX,
        high: 0,
        from: 0,
        how: How::Same,
        text: Text::NONE,
        target: std::ptr::null(),
    };
}

/// The known transfers of a machine that does not run.
pub(crate) struct PutAway {
    exact: Vec<Exact>,
    any: Vec<Transfer>,
}

impl PutAway {
    pub(crate) fn new() -> PutAway {
        PutAway {
            exact: vec![Exact::NONE; KNOWN],
            any: vec![Transfer::NONE; KNOWN],
        }
    }
}

/// The known transfers.
pub(crate) struct Transfers {
    exact: [Exact; KNOWN],
    any: [Transfer; KNOWN],
}

impl Transfers {
    /// None. This is so many bytes that it is not to pass over the host's stack.
    pub(crate) const NONE: Transfers = Transfers {
        exact: [Exact::NONE; KNOWN],
        any: [Transfer::NONE; KNOWN],
    };

    #[inline(always)]
    fn exact_place(low: u64) -> usize {
        ((low >> 3) ^ (low >> 32)) as usize % KNOWN
    }

    #[inline(always)]
    fn place(low: u64, from: u64) -> usize {
        let mixed = (low >> 32) ^ (low >> 55) ^ (from >> 45);
        mixed as usize % KNOWN
    }

    /// Exchanges them for those of another machine of the nest, in place: they are many bytes for the host's stack.
    pub(crate) fn exchange(&mut self, put_away: &mut PutAway) {
        self.exact.swap_with_slice(&mut put_away.exact);
        self.any.swap_with_slice(&mut put_away.any);
    }

    pub(crate) fn forget(&mut self) {
        self.exact.fill(Exact::NONE);
        self.any.fill(Transfer::NONE);
    }

    pub(crate) fn note(&mut self, transfer: Transfer) {
        self.any[Transfers::place(transfer.low, transfer.from)] = transfer;
    }

    fn find(&self, low: u64, high: u64, from: u64) -> Option<&Transfer> {
        let transfer = &self.any[Transfers::place(low, from)];
        ((transfer.low, transfer.high, transfer.from) == (low, high, from)).then_some(transfer)
    }
}

/// Asks the rules of transfers how a capability can be used in this way, and for the program counter that it leads to.
pub(crate) fn ask(
    machine: &Machine,
    value: Capability,
    kind: AccessKind,
) -> Option<(How, Capability)> {
    let request = Request::new(kind, value.cursor().into(), INSTRUCTION_SIZE);
    if !machine.passes(&value, &request) {
        return None;
    }
    let descriptor = machine.present(value.segment())?;
    let opened = Capability::from_words(value.low() & !KIND, value.high(), true);
    let inward = kind == AccessKind::Call
        && call_rule(machine.ring(), &value, &descriptor) == Ok(CallKind::Gate);
    if inward {
        let ring = descriptor.brackets.r2;
        let pc = text_capability(value.segment(), &descriptor, ring, value.cursor());
        let gates = descriptor.gates.into();
        return Some((How::Gate { gates }, pc));
    }
    let outward = kind == AccessKind::Return && value.ring() != machine.ring();
    Some((if outward { How::Leave } else { How::Same }, opened))
}

/// Where a transfer went.
pub(crate) struct Crossed {
    /// The instruction there; null if where it leads is not known, and then nothing is changed.
    pub(crate) target: *const Insn,
    /// Whether registers have still to be raised to the ring there.
    pub(crate) is_to_raise: bool,
}

/// Goes where the capability of a register, of a kind as it stands in a low word, leads, if that is known to the last bit:
/// changes the text and, in another ring, the registers. A call writes its link, a return capability to the offset
/// `behind` of its segment, to the register `to` in between.
#[inline(always)]
pub(crate) fn cross<const A_KIND: u64>(cpu: &mut Cpu, operand: u8, to: u8, behind: u64) -> Crossed {
    let cap = cpu.c(operand);
    let (low, high, is_tagged) = (cap.low, cap.high, cap.is_tagged());
    let from = cpu.text.low & rights::RING;
    let place = Transfers::exact_place(low);
    let known = &cpu.transfers.exact[place];
    let is_known = known.low == low && known.high == high && known.from == from | A_KIND;
    if !is_tagged || !is_known {
        return Crossed {
            target: std::ptr::null(),
            is_to_raise: false,
        };
    }
    if A_KIND == ENTRY {
        cpu.set_link(to, behind);
    }
    let known = &cpu.transfers.exact[place];
    let (how, target, ring) = (known.how, known.target, known.text.low & rights::RING);
    cpu.text = known.text;
    let mut is_to_raise = false;
    match how {
        How::Gate { .. } if A_KIND == ENTRY => exchange(cpu, from, ring),
        How::Leave if A_KIND == RETURN => is_to_raise = leave(cpu, from, ring),
        _ => {}
    }
    Crossed {
        target,
        is_to_raise,
    }
}

/// Looks whether the value of a register leads to an instruction, by what is known of such values with any cursor, and
/// keeps which for [`cross`].
#[inline(never)]
pub(crate) fn aim<const A_KIND: u64>(cpu: &mut Cpu, operand: u8) -> bool {
    let cap = cpu.c(operand);
    let (low, high, is_tagged) = (cap.low, cap.high, cap.is_tagged());
    let (cursor, from) = (low & 0xffff_ffff, cpu.text.low & rights::RING);
    let known = cpu.transfers.find(low ^ cursor, high, from);
    let Some(&Transfer { how, text, .. }) = known.filter(|_| is_tagged) else {
        return false;
    };
    let relative = cursor.wrapping_sub(text.start);
    let inside = relative.wrapping_sub(text.first) < text.len;
    let fits = inside && cursor.is_multiple_of(INSTRUCTION_SIZE) && low & KIND == A_KIND;
    if !fits || !how.reaches(cursor, high, cpu.planted) {
        return false;
    }
    cpu.transfers.exact[Transfers::exact_place(low)] = Exact {
        low,
        high,
        from: from | A_KIND,
        how,
        text,
        target: text.code.wrapping_add(slot(relative) as usize),
    };
    true
}

impl How {
    /// Whether the cursor is one of the gates, and inside the capability's own bounds, which are not those of the text.
    #[inline(always)]
    fn reaches(self, cursor: u64, high: u64, planted: Planted) -> bool {
        let How::Gate { gates } = self else {
            return true;
        };
        let bounds = Capability::from_words(0, high, true);
        let gates = gates + u64::from(planted.is(Fault::GateBehindLast));
        cursor / INSTRUCTION_SIZE < gates
            && u64::from(bounds.base()) <= cursor
            && cursor + INSTRUCTION_SIZE <= bounds.limit().into()
    }
}

/// The stack pointer goes into the bank of one ring, and that of another comes out. What stays in that bank means
/// nothing; see [`Cpu::banks`].
#[inline(always)]
fn exchange(cpu: &mut Cpu, from: u64, to: u64) {
    if cpu.planted.is(Fault::GateKeepsStack) {
        return;
    }
    let stack = &mut cpu.c[C::STACK.index()].0;
    cpu.banks[(from >> 48) as usize & 7].0 = *stack;
    *stack = cpu.banks[(to >> 48) as usize & 7].0;
}

/// The operands of the capability registers that a return to an outer ring clears, or keeps.
const fn operands<const COUNT: usize>(kept: bool) -> [u8; COUNT] {
    let (mut operands, mut count, mut number) = ([0; COUNT], 0, 0);
    while number < 16 {
        let keeps = RETURN_KEEPS_C >> number & 1 == 1 || number == C::STACK.number();
        if keeps == kept {
            operands[count] = number * 16;
            count += 1;
        }
        number += 1;
    }
    operands
}

const KEPT: [u8; RETURN_KEEPS_C.count_ones() as usize + 1] = operands(true);
const CLEARED: [u8; 16 - KEPT.len()] = operands(false);

/// What a return to an outer ring leaves there. Says whether something of it may have to be raised.
#[inline(always)]
fn leave(cpu: &mut Cpu, from: u64, to: u64) -> bool {
    exchange(cpu, from, to);
    for number in 1..32 {
        if RETURN_KEEPS_R >> number & 1 == 0 && !cpu.planted.is(Fault::ReturnKeepsTemporaries) {
            cpu.r[number] = 0;
        }
    }
    // Most are null already: looking is cheaper than writing.
    for operand in CLEARED {
        let cap = cpu.c(operand);
        if cap.low | cap.high != 0 || cap.is_tagged() {
            cap.clear();
        }
    }
    // The bits that all rings have in common: where they are those of the new ring and more, no ring is below it.
    let mut common = rights::RING;
    for operand in KEPT {
        common &= cpu.c(operand).tag;
    }
    common & to != to && !cpu.planted.is(Fault::ReturnDoesNotRaise)
}

/// Raises what a return kept to the ring that is the current one now.
pub(crate) fn raise_all(cpu: &mut Cpu) {
    let to = cpu.text.low & rights::RING;
    for operand in KEPT {
        raise(cpu, operand, to);
    }
}

/// Raises the ring of a value, unless it is high enough or is sealed by software. Its window was that of another ring.
fn raise(cpu: &mut Cpu, operand: u8, to: u64) {
    let cap = cpu.c(operand);
    let sealed = cap.low >> 57 & 0x1f > Kind::Reserved.number() as u64;
    if cap.is_tagged() && cap.low & rights::RING < to && !sealed {
        cap.low = cap.low & !rights::RING | to;
        cap.tag = to;
        cap.close();
        cpu.attach(operand);
    }
}
