//! Instructions decoded once, in spans.
//!
//! A span is decoded text of pages that lie one behind another in real memory: a slot for each instruction, and one
//! behind each page, where the steps that remain are looked at. Where nothing may be fetched, and where nothing was
//! decoded yet, slots say so. A span knows nothing of segments and rings; who may run it is asked when it is entered.
//!
//! A text points to the first slot of its span: [`Slots`] stay where they are until the span is given up.
//!
//! Invariant: a page from which a slot was decoded has the bit [`CODE`] in its summary, and when something in the page
//! changes, its slots become undecoded again.

use isa::access::{AccessKind, Request};
use isa::address::{GRANULE_SIZE, INSTRUCTION_SIZE, PAGE_SIZE, Real};
use isa::capability::{Capability, Kind};
use isa::machine::Machine;
use isa::machine::memory::Memory;

use crate::cpu::Text;
use crate::decode::decode;
use crate::op::{Handler, Op};
use crate::pages::{CODE, Derived, Pages};
use crate::slots::Slots;
use crate::window::{labels_matter, widest};

/// The most bytes of text in a span, so that an offset in it, in instructions, fits in two operands. With the feature
/// `guarded` a span is a page, so that each page of decoded instructions lies by itself.
const SPAN: u64 = if cfg!(feature = "guarded") {
    PAGE_SIZE
} else {
    1 << 19
};

/// The instructions of a page.
const PER_PAGE: u64 = PAGE_SIZE / INSTRUCTION_SIZE;

/// How many instructions are decoded at a time.
const BATCH: u64 = 32;

/// How many spans are kept before all are given up.
const SPANS: usize = 256;

/// How many texts are remembered.
const TEXTS: usize = 64;

/// An instruction as it is carried out.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Insn {
    /// The function that carries it out and goes on.
    pub(crate) handler: Handler,
    /// The same as a number.
    pub(crate) op: Op,
    /// Operands, as the operation wants them.
    pub(crate) a: u8,
    pub(crate) b: u8,
    pub(crate) c: u8,
    pub(crate) imm: i32,
}

/// The bytes from one slot to the next.
pub(crate) const SLOT: i64 = size_of::<Insn>() as i64;

impl Insn {
    /// An instruction without operands.
    pub(crate) const fn plain(op: Op) -> Insn {
        Insn {
            handler: op.handler(),
            op,
            a: 0,
            b: 0,
            c: 0,
            imm: 0,
        }
    }
}

/// The slot of an offset in a span.
pub(crate) const fn slot(offset: u64) -> u64 {
    offset / INSTRUCTION_SIZE + offset / PAGE_SIZE
}

/// The offset in a span of a slot.
pub(crate) const fn offset(slot: u64) -> u64 {
    (slot - slot / (PER_PAGE + 1)) * INSTRUCTION_SIZE
}

/// Which bytes of a span can be fetched, and where they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The real address of the first byte of the span.
    pub(crate) real: u64,
    /// The bytes of the span, whole pages.
    pub(crate) size: u64,
    /// The first byte that can be fetched.
    pub(crate) first: u64,
    /// The first behind it that cannot.
    pub(crate) end: u64,
}

impl Shape {
    /// Whether an instruction can be fetched at this offset.
    pub(crate) fn holds(&self, offset: u64) -> bool {
        let end = offset.checked_add(INSTRUCTION_SIZE);
        offset.is_multiple_of(INSTRUCTION_SIZE)
            && self.first <= offset
            && end.is_some_and(|end| end <= self.end)
    }
}

struct Span {
    shape: Shape,
    code: Slots,
}

/// Texts that may be run.
pub(crate) struct Texts(Vec<Text>);

impl Default for Texts {
    fn default() -> Texts {
        Texts(vec![Text::NONE; TEXTS])
    }
}

impl Texts {
    pub(crate) fn forget(&mut self) {
        self.0.fill(Text::NONE);
    }
}

/// The decoded instructions of a machine, and the texts of the one that runs.
pub(crate) struct Code {
    spans: Vec<Span>,
    texts: Texts,
    /// Whether spans were given up since somebody asked.
    gave_up: bool,
}

impl Code {
    pub(crate) fn new() -> Code {
        Code {
            spans: Vec::new(),
            texts: Texts::default(),
            gave_up: false,
        }
    }

    /// Whether spans were given up since the last call, so that no text entered before may be used.
    pub(crate) fn gave_up(&mut self) -> bool {
        std::mem::take(&mut self.gave_up)
    }

    /// Exchanges the texts for those of another machine of the nest.
    pub(crate) fn exchange_texts(&mut self, texts: &mut Texts) {
        std::mem::swap(&mut self.texts, texts);
    }

    /// Forgets who may run what; what was decoded stays.
    pub(crate) fn forget_texts(&mut self) {
        self.texts.forget();
    }

    fn place(pc: &Capability) -> usize {
        let low = (pc.low() >> 32) ^ (u64::from(pc.cursor()) / SPAN);
        (low ^ (low >> 16)) as usize % TEXTS
    }

    /// The text of a program counter at which an instruction may be fetched.
    pub(crate) fn enter(
        &mut self,
        machine: &Machine,
        (pages, who): (&mut Pages, usize),
        pc: Capability,
    ) -> Option<Text> {
        let low = pc.low() & !0xffff_ffff;
        let cursor = u64::from(pc.cursor());
        let place = Code::place(&pc);
        let text = self.texts.0[place];
        let relative = cursor.wrapping_sub(text.start + text.first);
        if pc.is_tagged()
            && (text.low, text.high) == (low, pc.high())
            && relative < text.len
            && cursor.is_multiple_of(INSTRUCTION_SIZE)
        {
            return Some(text);
        }
        let text = self.look(machine, (pages, who), pc)?;
        self.texts.0[place] = text;
        Some(text)
    }

    /// Asks the rule of access.
    fn look(
        &mut self,
        machine: &Machine,
        (pages, who): (&mut Pages, usize),
        pc: Capability,
    ) -> Option<Text> {
        let cursor = u64::from(pc.cursor());
        let passes = |at, size| {
            let request = Request::new(AccessKind::Execute, at, size);
            machine.passes(&pc, &request)
        };
        if !passes(cursor, INSTRUCTION_SIZE) {
            return None;
        }
        let stretch = machine.stretch(pc.segment(), cursor)?;
        let start = stretch.first.max(cursor - cursor % SPAN);
        let (mut first, mut end) = (
            start.max(pc.base().into()),
            stretch.end.min(start + SPAN).min(pc.limit().into()),
        );
        if labels_matter(machine, pc.ring()) {
            let page = cursor - cursor % PAGE_SIZE;
            let granule = cursor - cursor % GRANULE_SIZE;
            let (low, high) = (first.max(page), end.min(page + PAGE_SIZE));
            (first, end) = widest(low, high, granule, |at| {
                passes(at, INSTRUCTION_SIZE) && passes(at + INSTRUCTION_SIZE, INSTRUCTION_SIZE)
            });
            (first, end) = (first.max(low), end.min(high));
            pages.note_labels((stretch.real.0 + (page - stretch.first)) / PAGE_SIZE, who);
        }
        for page in &stretch.maps {
            pages.note_map(*page, who, Derived::Own);
        }
        let bytes = stretch.end.min(start + SPAN) - start;
        let shape = Shape {
            real: stretch.real.0 + (start - stretch.first),
            size: bytes.next_multiple_of(PAGE_SIZE),
            first: first - start,
            end: end - start,
        };
        if !shape.holds(cursor - start) {
            return None;
        }
        let span = self.span(shape, pages);
        let first = shape.first.next_multiple_of(INSTRUCTION_SIZE);
        let low = pc.low() & !0xffff_ffff;
        Some(Text {
            low,
            high: pc.high(),
            returns: Text::upper(low, Kind::Return),
            entries: Text::upper(low, Kind::Entry),
            start,
            first,
            len: (shape.end - first) / INSTRUCTION_SIZE * INSTRUCTION_SIZE,
            code: self.spans[span].code.first(),
        })
    }

    /// The span of this shape, made if there is none.
    fn span(&mut self, shape: Shape, pages: &mut Pages) -> usize {
        if let Some(found) = self.spans.iter().position(|span| span.shape == shape) {
            return found;
        }
        if self.spans.len() >= SPANS {
            self.forget_texts();
            self.gave_up = true;
            for span in self.spans.drain(..) {
                let first = span.shape.real / PAGE_SIZE;
                (first..first + span.shape.size / PAGE_SIZE)
                    .for_each(|page| pages.clear(page, CODE));
            }
        }
        let slots = slot(shape.size);
        let kind = |index: u64| {
            if index + 1 == slots {
                // What runs off the last page is outside the span: its slot says so.
                Op::SpanEnd
            } else if (index + 1).is_multiple_of(PER_PAGE + 1) {
                Op::PageEnd
            } else if shape.holds(offset(index)) {
                Op::Decode
            } else {
                Op::Step
            }
        };
        let code = Slots::new(slots, |index| Insn::plain(kind(index)));
        self.spans.push(Span { shape, code });
        self.spans.len() - 1
    }

    /// Decodes some instructions from this slot of the text on. The slot belongs to the text and is not decoded.
    pub(crate) fn decode(
        &mut self,
        memory: &Memory,
        pages: &mut Pages,
        text: &Text,
        at: *const Insn,
    ) {
        let Some(span) = self
            .spans
            .iter()
            .find(|span| span.code.first() == text.code)
        else {
            return;
        };
        let shape = span.shape;
        let index = (at.addr() - text.code.addr()) as u64 / SLOT as u64;
        let begin = offset(index);
        let end = (begin - begin % PAGE_SIZE + PAGE_SIZE).min(begin + BATCH * INSTRUCTION_SIZE);
        let word = |at: u64| memory.read_word(Real(shape.real + at)).unwrap_or(0);
        let mut count = 0;
        for at in (begin..end).step_by(INSTRUCTION_SIZE as usize) {
            if span.code.get(slot(at)).op != Op::Decode {
                break;
            }
            span.code.set(slot(at), decode(word(at), at, &shape));
            count += 1;
        }
        // From the last to the first, so that what follows is known when it is looked at. Operations as one keep their
        // operands where they were.
        for index in (index + 1..index + count).rev() {
            let (first, then) = (span.code.get(index - 1), span.code.get(index).op);
            if let Some(op) = first.op.with(then) {
                let handler = op.handler();
                span.code.set(
                    index - 1,
                    Insn {
                        handler,
                        op,
                        ..first
                    },
                );
            }
        }
        pages.set((shape.real + begin) / PAGE_SIZE, CODE);
    }

    /// Makes the instructions of a page of real memory undecoded.
    pub(crate) fn page_changed(&mut self, pages: &mut Pages, page: u64) {
        let real = page * PAGE_SIZE;
        for span in &self.spans {
            let shape = span.shape;
            if real < shape.real || real - shape.real >= shape.size {
                continue;
            }
            let begin = real - shape.real;
            for at in (begin..begin + PAGE_SIZE).step_by(INSTRUCTION_SIZE as usize) {
                if shape.holds(at) {
                    span.code.set(slot(at), Insn::plain(Op::Decode));
                }
            }
        }
        pages.clear(page, CODE);
    }

    /// The operations that were decoded, each as it is carried out from the first one of its batch on.
    pub(crate) fn operations(&self) -> impl Iterator<Item = Op> {
        self.spans.iter().flat_map(|span| {
            let slots = slot(span.shape.size);
            let mut index = 0;
            std::iter::from_fn(move || {
                let op = (index < slots).then(|| span.code.get(index).op)?;
                index += op.steps();
                Some(op)
            })
        })
    }
}
