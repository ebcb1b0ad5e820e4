//! Segments: their options, their numbers, and what layout finds out of them.
//!
//! A segment is opened by name. The options are given once; where they are
//! given again they must be the same. Invariant: after [`Unit::settle`] every
//! segment has options, and a number of its own.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use isa::address::SEGMENT_SIZE_MAX;
use isa::{Brackets, DescriptorFlags, Ring, abi};

use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::numbering::{self, Claim, Numbered, Refusal};
use crate::source::Span;
use crate::symbol::{SegmentId, SymbolId};
use crate::syntax::{Expression, NodeKind, Operand, OperandSyntax};
use crate::unit::{Completeness, Unit};

/// A segment of the program.
#[derive(Debug)]
pub(crate) struct Segment<'a> {
    pub(crate) name: &'a str,
    /// Where it is first opened; nowhere if the machine has it anyway.
    pub(crate) span: Option<Span>,
    /// Where its options are given.
    pub(crate) given: Option<Span>,
    /// The statements that open it, and the names in them.
    pub(crate) openings: Vec<(usize, Span)>,
    pub(crate) options: SegmentOptions,
    /// Its number; 0 before it has one.
    pub(crate) number: u16,
    /// What layout placed in it so far, in bytes.
    pub(crate) length: u64,
    /// How many gates it begins with.
    pub(crate) gates: u16,
    /// The first statement with bytes that is no gate.
    pub(crate) first: Option<Span>,
    /// The first instruction.
    pub(crate) code: Option<Span>,
    /// Labels in front of which nothing was placed since.
    pub(crate) open: Vec<SymbolId>,
    /// All labels by rising offset.
    pub(crate) labels: Vec<(u64, SymbolId)>,
    /// Where what each file puts there ends, by the position of the file.
    pub(crate) ends: BTreeMap<usize, u64>,
    /// What its beginning is to be a multiple of, for all that is in it.
    pub(crate) align: u64,
    /// Offsets at which padding begins, by the offset at which it ends.
    pub(crate) padding: HashMap<u64, u64>,
    /// The bytes, as far as they are not zero.
    pub(crate) bytes: Vec<u8>,
    /// Whether the machine has it anyway.
    pub(crate) machine: bool,
    /// Whether a mistake of the segment as a whole was reported.
    pub(crate) blamed: bool,
    /// Whether it is not to be in the image; then it has no number either.
    pub(crate) dropped: bool,
}

/// What `.segment` says of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentOptions {
    /// Read, write, execute, hold and device.
    pub(crate) flags: DescriptorFlags,
    pub(crate) system: bool,
    pub(crate) rings: Brackets,
    pub(crate) number: Option<u16>,
    /// Its length in bytes, unless more is in it.
    pub(crate) length: u64,
    pub(crate) label: u8,
    pub(crate) generation: u8,
    /// The device's slot; 0 if it is none.
    pub(crate) slot: u8,
}

impl SegmentOptions {
    /// Options with these flags, for ring 4.
    pub(crate) fn new(flags: DescriptorFlags) -> Self {
        Self {
            flags,
            system: false,
            rings: Brackets::only(abi::PROGRAM_RING),
            number: None,
            length: 0,
            label: 0,
            generation: 0,
            slot: 0,
        }
    }

    pub(crate) fn has(&self, flags: DescriptorFlags) -> bool {
        self.flags.contains(flags)
    }

    /// The number that a segment with these options must have, if it must.
    pub(crate) fn asked_number(&self) -> Option<u16> {
        self.number.or_else(|| {
            let device = self.has(DescriptorFlags::DEVICE);
            let slot = abi::device_segment(self.slot).filter(|_| device);
            slot.map(|number| number.0)
        })
    }
}

/// As `.segment` takes them.
impl fmt::Display for SegmentOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (flag, letter) in [
            (DescriptorFlags::READ, "r"),
            (DescriptorFlags::WRITE, "w"),
            (DescriptorFlags::EXECUTE, "x"),
            (DescriptorFlags::HOLD, ", hold"),
        ] {
            if self.has(flag) {
                f.write_str(letter)?;
            }
        }
        if self.system {
            f.write_str(", system")?;
        }
        let Brackets { r1, r2, r3 } = self.rings;
        write!(f, ", rings({r1}, {r2}, {r3})")?;
        if let Some(number) = self.number {
            write!(f, ", number({number})")?;
        }
        if self.has(DescriptorFlags::DEVICE) {
            write!(f, ", device({})", self.slot)?;
        }
        for (name, value) in [
            ("length", self.length),
            ("label", self.label.into()),
            ("generation", self.generation.into()),
        ] {
            if value != 0 {
                write!(f, ", {name}({value})")?;
            }
        }
        Ok(())
    }
}

impl<'a> Segment<'a> {
    /// An empty segment.
    pub(crate) fn new(name: &'a str, span: Option<Span>, options: SegmentOptions) -> Self {
        Self {
            name,
            span,
            given: None,
            openings: Vec::new(),
            options,
            number: 0,
            length: 0,
            gates: 0,
            first: None,
            code: None,
            open: Vec::new(),
            labels: Vec::new(),
            ends: BTreeMap::new(),
            align: 1,
            padding: HashMap::new(),
            bytes: Vec::new(),
            machine: false,
            blamed: false,
            dropped: false,
        }
    }

    /// Its final length, once layout is done.
    pub(crate) fn extent(&self) -> u64 {
        self.length.max(self.options.length)
    }
}

/// The options that a segment has by its name alone.
pub(crate) fn preset(name: &str) -> Option<SegmentOptions> {
    let read = DescriptorFlags::READ;
    let write = DescriptorFlags::WRITE;
    Some(SegmentOptions::new(match name {
        "text" => read | DescriptorFlags::EXECUTE,
        "data" => read | write | DescriptorFlags::HOLD,
        "rodata" => read,
        _ => return None,
    }))
}

const MODE: DescriptorFlags = DescriptorFlags::READ
    .union(DescriptorFlags::WRITE)
    .union(DescriptorFlags::EXECUTE);

/// The options that are words.
const WORDS: [&str; 2] = ["hold", "system"];
/// The options that are written like calls, and how many arguments they have.
const CALLS: [(&str, usize); 6] = [
    ("rings", 3),
    ("number", 1),
    ("length", 1),
    ("label", 1),
    ("generation", 1),
    ("device", 1),
];

impl<'a> Unit<'a> {
    /// The segment of this name, which is made if it is new.
    pub(crate) fn open_segment(&mut self, name: &'a str, span: Option<Span>) -> SegmentId {
        if let Some(id) = self.segments_by_name.get(name) {
            return *id;
        }
        let options = preset(name).unwrap_or(SegmentOptions::new(DescriptorFlags::empty()));
        self.add_segment(Segment::new(name, span, options))
    }

    /// Puts a segment among the others.
    pub(crate) fn add_segment(&mut self, segment: Segment<'a>) -> SegmentId {
        let id = SegmentId(u32::try_from(self.segments.len()).unwrap_or(u32::MAX));
        self.segments_by_name.insert(segment.name, id);
        self.segments.push(segment);
        id
    }

    /// Keeps a segment out of the image.
    pub(crate) fn drop_segment(&mut self, index: usize) {
        if let Some(segment) = self.segments.get_mut(index) {
            segment.dropped = true;
            segment.number = 0;
            self.segments_by_name.remove(segment.name);
        }
    }

    /// Evaluates the options of all segments and gives each a number.
    pub(crate) fn settle(&mut self) {
        let whole = self.completeness == Completeness::Whole;
        for index in 0..self.segments.len() {
            let Some(segment) = self.segments.get(index) else {
                continue;
            };
            if segment.openings.is_empty() {
                continue;
            }
            let openings = segment.openings.clone();
            let mut given: Option<(SegmentOptions, Span)> = None;
            for (statement, name) in openings {
                let Some(options) = self.options_of(statement, name) else {
                    continue;
                };
                match given {
                    None => given = Some((options, name)),
                    Some((first, place)) if first != options => {
                        let message = format!(
                            "the segment `{}` has other options already",
                            self.text(place)
                        );
                        let diagnostic = Diagnostic::new(Code::SegmentConflict, name, message)
                            .second(place, "they are given here")
                            .help("to go on in a segment, name it without options");
                        self.report(diagnostic);
                    }
                    Some(_) => {}
                }
            }
            if let Some(segment) = self.segments.get_mut(index) {
                match given {
                    Some((options, place)) => {
                        segment.options = options;
                        segment.given = Some(place);
                    }
                    None if preset(segment.name).is_some() => {}
                    // Another part may have said what may be done with it.
                    None if !whole => {}
                    None => self.blame_mode(index),
                }
            }
        }
        if whole {
            self.add_other_stacks();
            self.number_segments();
        }
    }

    /// Gives every segment a number.
    fn number_segments(&mut self) {
        let claims: Vec<Claim<'_>> = self
            .segments
            .iter()
            .map(|segment| Claim {
                name: segment.name,
                options: &segment.options,
                machine: (segment.number != 0).then_some(segment.number),
                opened: !segment.openings.is_empty(),
                dropped: segment.dropped,
            })
            .collect();
        let (numbers, refusals) = numbering::number(&claims);
        for (index, number) in numbers.into_iter().enumerate() {
            match (number, self.segments.get_mut(index)) {
                (Numbered::Number(number), Some(segment)) => segment.number = number,
                (Numbered::Dropped, Some(_)) => self.drop_segment(index),
                _ => {}
            }
        }
        for Refusal {
            index,
            message,
            other,
        } in refusals
        {
            let place = |index: usize| self.segments.get(index).and_then(|segment| segment.span);
            let Some(span) = place(index) else {
                continue;
            };
            let mut diagnostic = Diagnostic::new(Code::SegmentNumber, span, message);
            if let Some(other) = other.and_then(place) {
                diagnostic = diagnostic.second(other, "the segment that has it");
            }
            self.report(diagnostic.help(numbering::ADVICE));
        }
    }

    /// Reports a segment that is only ever named, where that is first; unless what is wrong with
    /// its options was told.
    fn blame_mode(&mut self, index: usize) {
        let Some(segment) = self.segments.get_mut(index) else {
            return;
        };
        let told = std::mem::replace(&mut segment.blamed, true);
        if let (Some(span), false) = (segment.span, told) {
            let message = format!("the segment `{}` has no mode", segment.name);
            let diagnostic = Diagnostic::new(Code::SegmentOption, span, message)
                .help("say what may be done with it: `r`, `rw`, `rx` or `x`");
            self.report(diagnostic);
        }
    }

    /// The options that a statement gives; none if it gives none or they are
    /// not understood.
    fn options_of(&mut self, statement: usize, name: Span) -> Option<SegmentOptions> {
        let program = self.program;
        let operation = program.statements.get(statement)?.operation.as_ref()?;
        match Directive::named(self.text(operation.name)) {
            Some(Directive::Segment) => {}
            // `.text` and its like name a segment with its preset options.
            _ => return preset(self.text(operation.name).trim_start_matches('.')),
        }
        let operands = operation.operands.get(1..).unwrap_or(&[]);
        if operands.is_empty() {
            return None;
        }
        let mut options = SegmentOptions::new(DescriptorFlags::empty());
        let mut sound = true;
        for operand in operands {
            sound &= self.option(&mut options, operand, statement).is_some();
        }
        if options.has(DescriptorFlags::WRITE | DescriptorFlags::EXECUTE) {
            let message = format!(
                "the segment `{}` would be writable and executable",
                self.text(name)
            );
            let diagnostic = Diagnostic::new(Code::WriteExecute, operation.span, message)
                .note("no capability can have both rights")
                .help("put text and data in segments of their own");
            self.report(diagnostic);
            sound = false;
        }
        if options.has(DescriptorFlags::DEVICE) && !options.flags.intersects(MODE) {
            options.flags |= DescriptorFlags::READ | DescriptorFlags::WRITE;
        }
        if !sound || !options.flags.intersects(MODE) {
            if let Some(id) = self.segments_by_name.get(self.text(name)).copied()
                && let Some(segment) = self.segment_mut(id)
            {
                // What is wrong with it was told, unless it is the mode alone.
                segment.blamed = !sound;
            }
            return None;
        }
        Some(options)
    }

    fn option(
        &mut self,
        options: &mut SegmentOptions,
        operand: &Operand,
        statement: usize,
    ) -> Option<()> {
        let program = self.program;
        if let OperandSyntax::Value(expression) = operand.kind {
            let node = program.nodes.get(expression.root)?;
            match node.kind {
                NodeKind::Name => return self.word_option(options, node.span),
                NodeKind::Call { .. } => return self.call_option(options, expression, statement),
                _ => {}
            }
        }
        let diagnostic = Diagnostic::new(
            Code::SegmentOption,
            operand.span,
            "this is no option of a segment",
        );
        self.report(diagnostic);
        None
    }

    fn word_option(&mut self, options: &mut SegmentOptions, span: Span) -> Option<()> {
        let word = self.text(span);
        match word {
            "hold" => options.flags |= DescriptorFlags::HOLD,
            "system" => options.system = true,
            _ => {
                let mode = word
                    .chars()
                    .try_fold(DescriptorFlags::empty(), |mode, letter| {
                        Some(
                            mode | match letter {
                                'r' => DescriptorFlags::READ,
                                'w' => DescriptorFlags::WRITE,
                                'x' => DescriptorFlags::EXECUTE,
                                _ => return None,
                            },
                        )
                    });
                let Some(mode) = mode else {
                    self.unknown_option(word, span);
                    return None;
                };
                options.flags |= mode;
            }
        }
        Some(())
    }

    fn unknown_option(&mut self, word: &str, span: Span) {
        let message = format!("a segment has no option `{word}`");
        let mut diagnostic = Diagnostic::new(Code::SegmentOption, span, message);
        let known = WORDS.into_iter().chain(CALLS.map(|(name, _)| name));
        if let Some(close) = self.sink.closest(word, known) {
            diagnostic = diagnostic.help(format!("did you mean `{close}`?"));
        }
        let diagnostic = diagnostic.note(
            "the mode is made of r, w and x; the options are hold, system, rings(r1, r2, r3), \
             number(n), length(n), label(n), generation(n) and device(slot)",
        );
        self.report(diagnostic);
    }

    fn call_option(
        &mut self,
        options: &mut SegmentOptions,
        call: Expression,
        statement: usize,
    ) -> Option<()> {
        let program = self.program;
        let node = program.nodes.get(call.root)?;
        let function = program.nodes.get(node.start)?.span;
        let name = self.text(function);
        let Some((_, count)) = CALLS.iter().find(|(call, _)| *call == name) else {
            self.unknown_option(name, function);
            return None;
        };
        let arguments = program.nodes.operands(call);
        if arguments.len() != *count {
            let wanted = if *count == 1 {
                "one number"
            } else {
                "three numbers"
            };
            let message = format!("`{name}` takes {wanted}");
            self.report(Diagnostic::new(Code::SegmentOption, node.span, message));
            return None;
        }
        let mut numbers = Vec::new();
        for argument in arguments {
            let value = self.number(argument, statement);
            numbers.push(self.known(value, "the option of a segment")?);
        }
        let number = numbers.first().copied()?;
        let limit = match name {
            "rings" => return self.rings(options, &numbers, node.span),
            "number" => i64::from(u16::MAX),
            "length" => SEGMENT_SIZE_MAX.cast_signed(),
            "label" => i64::from(u8::MAX),
            "generation" => 63,
            _ => 15,
        };
        let least = i64::from(name == "number");
        if !(least..=limit).contains(&number) {
            let message = format!("`{name}` is from {least} to {limit}, and this is {number}");
            self.report(Diagnostic::new(Code::OptionValue, node.span, message));
            return None;
        }
        match name {
            "number" => options.number = u16::try_from(number).ok(),
            "length" => options.length = number.cast_unsigned(),
            "label" => options.label = u8::try_from(number).ok()?,
            "generation" => options.generation = u8::try_from(number).ok()?,
            _ => {
                options.slot = u8::try_from(number).ok()?;
                options.flags |= DescriptorFlags::DEVICE;
            }
        }
        Some(())
    }

    fn rings(&mut self, options: &mut SegmentOptions, numbers: &[i64], span: Span) -> Option<()> {
        let rings: Option<Vec<Ring>> = numbers
            .iter()
            .map(|number| u8::try_from(*number).ok().and_then(Ring::new))
            .collect();
        let brackets = match rings.as_deref() {
            Some([r1, r2, r3]) => Some(Brackets {
                r1: *r1,
                r2: *r2,
                r3: *r3,
            }),
            _ => None,
        };
        match brackets.filter(|brackets| brackets.ordered()) {
            Some(brackets) => options.rings = brackets,
            None => {
                let message = "rings are three numbers from 0 to 7 that do not fall";
                let diagnostic = Diagnostic::new(Code::Brackets, span, message).note(
                    "rings up to the first may write, up to the second read, between them \
                     execute, up to the third call gates",
                );
                self.report(diagnostic);
                return None;
            }
        }
        Some(())
    }
}
