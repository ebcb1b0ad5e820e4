//! Layout: every statement gets its offset and size.
//!
//! One pass suffices: sizes may depend only on what is known when they are
//! reached, and a short form whose value is not known takes its longest size.
//! Invariant: what is placed never moves.

use std::collections::{BTreeSet, HashMap};

use isa::address::{GRANULE_SIZE, PAGE_SIZE, SEGMENT_SIZE_MAX};
use isa::instruction::INSTRUCTION_SIZE;

use crate::diagnostic::{Code, Diagnostic};
use crate::directive::{Directive, Size};
use crate::procedure::bytes_of;
use crate::source::Span;
use crate::symbol::{LabelKind, Meaning, Object, ProcedureId, SegmentId};
use crate::syntax::{OperandSyntax, Operation, Statement};
use crate::unit::{Completeness, Context, Failure, OperationKind, Unit};

impl<'a> Unit<'a> {
    /// Places all statements.
    pub(crate) fn layout(&mut self) {
        let program = self.program;
        self.settle_stack();
        let mut room = Room {
            left: self.options.image_limit,
            reported: false,
        };
        let alignments = self.alignments();
        let mut begun = BTreeSet::new();
        for (index, statement) in program.statements.iter().enumerate() {
            while (program.files.get(self.file)).is_some_and(|end| *end <= index) {
                self.fill_file(&mut begun);
            }
            let Some(context) = self.context(index) else {
                continue;
            };
            let places = !statement.labels.is_empty() || context.operation.is_some();
            if places && begun.insert(context.segment) {
                let align = alignments.get(&(self.file, context.segment)).copied();
                self.pad(context.segment, align.unwrap_or(1), None, &mut room);
            }
            if context.aligned {
                self.pad(context.segment, GRANULE_SIZE, None, &mut room);
            }
            self.place_labels(statement, &context);
            self.mark_place(index, context.segment);
            let Some((operation, kind)) = statement.operation.as_ref().zip(context.operation)
            else {
                continue;
            };
            match self.size(kind, operation, index) {
                None => {
                    // It was reported; making its bytes would report it again.
                    if let Some(context) = self.contexts.get_mut(index) {
                        context.operation = None;
                    }
                }
                Some(Size::Align(align)) => {
                    self.pad(context.segment, align, Some(operation.span), &mut room);
                }
                Some(Size::Bytes(size)) => {
                    self.place(index, &context, kind, operation, size, &mut room);
                }
            }
            if let OperationKind::Directive(directive) = kind {
                if directive == Directive::Equ {
                    self.settle_equ(operation, &context);
                }
                self.procedure_edges(directive, operation, &context);
            }
        }
        self.fill_file(&mut begun);
        self.finish_labels();
    }

    /// What the part of a segment that a file makes begins at a multiple of, so that the file is
    /// laid out in the same way wherever in the segment it comes to lie.
    fn alignments(&mut self) -> HashMap<(usize, SegmentId), u64> {
        let program = self.program;
        let mut alignments = HashMap::new();
        let mut file = 0;
        for (index, statement) in program.statements.iter().enumerate() {
            while program.files.get(file).is_some_and(|end| *end <= index) {
                file += 1;
            }
            let Some(context) = self.context(index) else {
                continue;
            };
            let align = match context.operation {
                Some(OperationKind::Instruction(_) | OperationKind::Pseudo(_)) => INSTRUCTION_SIZE,
                Some(OperationKind::Directive(Directive::Gate)) => INSTRUCTION_SIZE,
                Some(OperationKind::Directive(directive)) if directive.is_capability() => {
                    GRANULE_SIZE
                }
                Some(OperationKind::Directive(Directive::Align)) => {
                    let operation = statement.operation.as_ref();
                    operation.map_or(1, |operation| self.early_alignment(operation, index))
                }
                _ => 1,
            };
            let most = alignments.entry((file, context.segment)).or_insert(1);
            *most = align.max(*most);
            if let Some(segment) = self.segment_mut(context.segment) {
                segment.align = align.max(segment.align);
            }
        }
        alignments
    }

    /// The number of an `.align` before anything has a place; the largest one if it depends on
    /// places. What is wrong with it is told when it is reached.
    fn early_alignment(&mut self, operation: &Operation, statement: usize) -> u64 {
        let Some(OperandSyntax::Value(expression)) =
            operation.operands.first().map(|operand| operand.kind)
        else {
            return 1;
        };
        match self.number(expression, statement) {
            Ok(align) => match u64::try_from(align) {
                Ok(align) if align.is_power_of_two() && align <= PAGE_SIZE => align,
                _ => 1,
            },
            Err(Failure::NotYet(_)) => PAGE_SIZE,
            Err(Failure::Reported) => 1,
        }
    }

    /// Notes how far a file has filled its segments. What its last labels name ends there.
    fn fill_file(&mut self, begun: &mut BTreeSet<SegmentId>) {
        let file = self.file;
        for id in std::mem::take(begun) {
            if let Some(segment) = self.segment_mut(id) {
                segment.ends.insert(file, segment.length);
                segment.open.clear();
            }
        }
        self.file += 1;
    }

    /// Evaluates the constant of an `.equ`, as far as it can be known.
    pub(crate) fn settle_equ(&mut self, operation: &Operation, context: &Context) {
        let name = operation.operands.first();
        if let Some(name) = name.and_then(|name| self.plain_name(name))
            && let Some(id) = self.symbols.lookup(context.scope, self.text(name))
        {
            self.settle_constant(id);
        }
    }

    /// The size of the stack of ring 4.
    fn settle_stack(&mut self) {
        let Some((expression, statement)) = self.stack else {
            return;
        };
        let size = self.number(expression, statement);
        let Some(size) = self.known(size, "the size of the stack") else {
            return;
        };
        let fits = u64::try_from(size)
            .ok()
            .filter(|size| *size <= SEGMENT_SIZE_MAX);
        let Some(size) = fits else {
            if let Some(node) = self.program.nodes.get(expression.root) {
                let message = format!("a stack cannot have {size} bytes");
                self.report(Diagnostic::new(Code::OutOfRange, node.span, message));
            }
            return;
        };
        let size = size.next_multiple_of(isa::abi::STACK_ALIGNMENT);
        self.leavings.stack = Some((size, statement));
        if self.completeness == Completeness::Whole
            && let Some(id) = self.segments_by_name.get("stack4").copied()
            && let Some(segment) = self.segment_mut(id)
        {
            segment.options.length = size;
        }
    }

    fn size(
        &mut self,
        kind: OperationKind,
        operation: &Operation,
        statement: usize,
    ) -> Option<Size> {
        match kind {
            OperationKind::Instruction(_) => Some(Size::Bytes(INSTRUCTION_SIZE)),
            OperationKind::Pseudo(pseudo) => self
                .pseudo_length(pseudo, operation, statement)
                .map(|length| Size::Bytes(bytes_of(length))),
            OperationKind::Directive(directive) => self.data_size(directive, operation, statement),
        }
    }

    fn mark_place(&mut self, statement: usize, segment: SegmentId) {
        let offset = self.segment(segment).map(|segment| segment.length);
        if let Some(place) = self.places.get_mut(statement) {
            place.offset = offset;
        }
    }

    fn place_labels(&mut self, statement: &Statement, context: &Context) {
        for span in &statement.labels {
            self.place_label(*span, context.segment);
        }
    }

    /// Places the label that is defined at `span`, if one is.
    fn place_label(&mut self, span: Span, segment: SegmentId) {
        let file = self.file;
        let Some(id) = self.symbols.at(span) else {
            return;
        };
        let Some(at) = self.segment(segment).map(|segment| segment.length) else {
            return;
        };
        let Some(symbol) = self.symbols.get_mut(id) else {
            return;
        };
        let Meaning::Label(label) = &mut symbol.meaning else {
            return;
        };
        label.offset = Some(at);
        label.file = file;
        if let Some(segment) = self.segment_mut(segment) {
            segment.labels.push((at, id));
            segment.open.push(id);
        }
    }

    /// Zeros up to a multiple.
    fn pad(&mut self, id: SegmentId, align: u64, span: Option<Span>, room: &mut Room) {
        let Some(start) = self.segment(id).map(|segment| segment.length) else {
            return;
        };
        let size = start.next_multiple_of(align) - start;
        if size > 0
            && self.grow(id, size, span, room)
            && let Some(segment) = self.segment_mut(id)
        {
            let start = segment.padding.get(&start).copied().unwrap_or(start);
            segment.padding.insert(segment.length, start);
        }
    }

    fn place(
        &mut self,
        statement: usize,
        context: &Context,
        kind: OperationKind,
        operation: &Operation,
        size: u64,
        room: &mut Room,
    ) {
        let gate = kind == OperationKind::Directive(Directive::Gate);
        if gate {
            self.place_gate(operation, context.segment);
        }
        let code = !matches!(kind, OperationKind::Directive(_));
        if code {
            self.check_code(context.segment, operation.span);
        }
        if size == 0 || !self.grow(context.segment, size, Some(operation.span), room) {
            return;
        }
        if let Some(place) = self.places.get_mut(statement) {
            place.size = size;
        }
        let Some(segment) = self.segment_mut(context.segment) else {
            return;
        };
        if !gate && segment.first.is_none() {
            segment.first = Some(operation.span);
        }
        for id in std::mem::take(&mut segment.open) {
            if let Some(symbol) = self.symbols.get_mut(id)
                && let Meaning::Label(label) = &mut symbol.meaning
                && label.kind == LabelKind::Open
            {
                label.kind = if code || gate {
                    LabelKind::Code
                } else {
                    LabelKind::Data
                };
            }
        }
    }

    /// Instructions lie in executable segments, at multiples of 8.
    fn check_code(&mut self, id: SegmentId, span: Span) {
        let Some(segment) = self.segment(id) else {
            return;
        };
        let (name, at) = (segment.name, segment.length);
        let executable = segment.options.has(isa::DescriptorFlags::EXECUTE);
        if !at.is_multiple_of(INSTRUCTION_SIZE) {
            let message = format!("this instruction would lie at offset {at:#x}");
            let diagnostic = Diagnostic::new(Code::InstructionAlignment, span, message)
                .note("instructions lie at multiples of 8")
                .help("write `.align 8` behind the data in front of it");
            self.report(diagnostic);
            // Once told, the others of the run are taken as they should be.
            if let Some(segment) = self.segment_mut(id) {
                segment.length = at.next_multiple_of(INSTRUCTION_SIZE);
            }
        }
        // Another part of the program may say what may be done with the segment.
        let open = self.completeness == Completeness::Part
            && (self.segment(id)).is_some_and(|segment| segment.given.is_none());
        if let Some(segment) = self.segment_mut(id) {
            segment.code.get_or_insert(span);
        }
        if executable {
            self.code = Some(id);
        }
        if executable || open || self.segment(id).is_none_or(|segment| segment.blamed) {
            return;
        }
        // What the program calls is likely to be where its other code is.
        let code = self.code.and_then(|code| self.segment(code));
        let back = match code.map(|segment| segment.name) {
            None | Some("text") => ".text".to_owned(),
            Some(other) => format!(".segment {other}"),
        };
        let message = format!("the segment `{name}` cannot be executed");
        let diagnostic = Diagnostic::new(Code::NotExecutable, span, message)
            .label("an instruction")
            .help(format!("write `{back}` in front of the code"));
        self.report(diagnostic);
        if let Some(segment) = self.segment_mut(id) {
            segment.blamed = true;
        }
    }

    fn place_gate(&mut self, operation: &Operation, id: SegmentId) {
        self.check_code(id, operation.span);
        if let Some(name) = operation
            .operands
            .first()
            .and_then(|name| self.plain_name(name))
        {
            self.place_label(name, id);
        }
        let Some(segment) = self.segment_mut(id) else {
            return;
        };
        if let Some(first) = segment.first {
            let message = format!("gates come first in the segment `{}`", segment.name);
            let diagnostic = Diagnostic::new(Code::GateNotFirst, operation.span, message)
                .second(first, "this is in front of it")
                .note("gate i is the instruction at offset 8 * i");
            self.report(diagnostic);
            return;
        }
        match segment.gates.checked_add(1) {
            Some(gates) => segment.gates = gates,
            None => {
                let message = format!("a segment has at most {} gates", u16::MAX);
                self.report(Diagnostic::new(Code::OutOfRange, operation.span, message));
            }
        }
    }

    /// `.proc` settles the frame and places the name; `.endproc` notes the end.
    fn procedure_edges(&mut self, directive: Directive, operation: &Operation, context: &Context) {
        match directive {
            Directive::Proc => {
                let name = operation.operands.first();
                let Some(name) = name.and_then(|name| self.plain_name(name)) else {
                    return;
                };
                self.place_label(name, context.segment);
                // Procedures are in the order of their places in the program.
                let next = ProcedureId(self.begun);
                if self
                    .procedure(next)
                    .is_some_and(|procedure| procedure.span == name)
                {
                    self.begun += 1;
                    self.settle_frame(next);
                }
            }
            Directive::Endproc => {
                let Some(id) = context.procedure else {
                    return;
                };
                let end = self
                    .procedure(id)
                    .and_then(|procedure| self.segment(procedure.segment))
                    .map(|segment| segment.length);
                if let Some(procedure) = self.procedure_mut(id) {
                    procedure.end = end;
                }
            }
            _ => {}
        }
    }

    /// Makes a segment longer, if segment and image have the room; that they
    /// have not is reported once.
    fn grow(&mut self, id: SegmentId, size: u64, span: Option<Span>, room: &mut Room) -> bool {
        let limit = self.options.image_limit;
        let Some(segment) = self.segment_mut(id) else {
            return false;
        };
        let length = segment.length.saturating_add(size);
        if length > SEGMENT_SIZE_MAX {
            let told = std::mem::replace(&mut segment.blamed, true);
            if let (Some(span), false) = (span, told) {
                let message = format!(
                    "the segment `{}` would be {length:#x} bytes long",
                    segment.name
                );
                let diagnostic = Diagnostic::new(Code::SegmentTooLong, span, message)
                    .note(format!("a segment has at most {SEGMENT_SIZE_MAX:#x} bytes"));
                self.report(diagnostic);
            }
            return false;
        }
        let Some(left) = room.left.checked_sub(size) else {
            if let (Some(span), false) = (span, room.reported) {
                room.reported = true;
                let message = "the image becomes too large here";
                let diagnostic = Diagnostic::new(Code::ImageTooLarge, span, message)
                    .note(format!("the limit is {limit} bytes"));
                self.report(diagnostic);
            }
            return false;
        };
        room.left = left;
        segment.length = length;
        true
    }

    /// Puts the labels of every segment in order of their places.
    fn finish_labels(&mut self) {
        for segment in &mut self.segments {
            segment.labels.sort_unstable();
        }
        self.placed = true;
    }

    /// Where an object begins and ends in its segment; none before layout is
    /// done. A label reaches to the next one of its segment or to the end of
    /// what its file puts there, but not into the padding in front of it.
    pub(crate) fn extent(&self, object: Object) -> Option<(u64, u64)> {
        if !self.placed {
            return None;
        }
        match object {
            Object::Segment(id) => Some((0, self.segment(id)?.extent())),
            Object::Label(id) => {
                let Meaning::Label(label) = self.symbols.get(id)?.meaning else {
                    return None;
                };
                let start = label.offset?;
                let segment = self.segment(label.segment)?;
                let next = segment.labels.partition_point(|(at, _)| *at <= start);
                let next = segment.labels.get(next).map(|(at, _)| *at);
                let end = segment.ends.get(&label.file).copied();
                let end = end.unwrap_or(segment.length);
                let mut end = next.unwrap_or(end).min(end).max(start);
                if let Some(padding) = segment.padding.get(&end) {
                    end = (*padding).max(start);
                }
                Some((start, end))
            }
        }
    }
}

/// How many more bytes the image may have.
struct Room {
    left: u64,
    reported: bool,
}
