//! The first pass: what is defined, and where each statement stands.
//!
//! Nothing is evaluated here, so that every definition is known before any
//! use is looked at. Invariant: after it each statement has a context.

use std::collections::BTreeMap;

use isa::DescriptorFlags;
use isa::instruction::Opcode;

use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::procedure::Procedure;
use crate::pseudo::Pseudo;
use crate::scope::{External, OpenScopes};
use crate::source::Span;
use crate::symbol::{LabelKind, ProcedureId, SegmentId};
use crate::syntax::{OperandSyntax, Operation};
use crate::unit::{Completeness, Context, OperationKind, Unit};

/// The pass, between two statements.
struct Cursor<'a> {
    segment: SegmentId,
    procedure: Option<ProcedureId>,
    scopes: OpenScopes<'a>,
    /// Statements with labels in front of which their segment has had no bytes
    /// since, by segment.
    waiting: BTreeMap<SegmentId, Vec<usize>>,
}

impl<'a> Unit<'a> {
    /// Finds all definitions.
    pub(crate) fn declare(&mut self) {
        self.add_machine_segments();
        let program = self.program;
        let mut ends = program.files.iter().copied().peekable();
        let mut externs = Vec::new();
        let mut cursor = Cursor {
            segment: self.open_segment("text", None),
            procedure: None,
            scopes: OpenScopes::default(),
            waiting: BTreeMap::new(),
        };
        self.begin_file(0, &mut cursor.scopes);
        for (index, statement) in program.statements.iter().enumerate() {
            while ends.next_if(|end| *end <= index).is_some() {
                self.end_file(&mut cursor, &mut externs);
                self.begin_file(index, &mut cursor.scopes);
            }
            let mut context = Context {
                segment: cursor.segment,
                procedure: cursor.procedure,
                scope: cursor.scopes.innermost(),
                operation: None,
                aligned: false,
            };
            for label in &statement.labels {
                let scope = cursor.scopes.of(self.text(*label));
                self.define_label(*label, LabelKind::Open, cursor.segment, scope);
            }
            if !statement.labels.is_empty() {
                let waiting = cursor.waiting.entry(cursor.segment).or_default();
                waiting.push(index);
            }
            if let Some(operation) = &statement.operation {
                context.operation = self.operation_kind(operation);
            }
            self.contexts.push(context);
            if let (Some(operation), Some(kind)) = (&statement.operation, context.operation) {
                self.align_labels(kind, index, &mut cursor);
                if let OperationKind::Directive(directive) = kind {
                    self.directive(directive, operation, index, &mut cursor);
                }
                if let OperationKind::Instruction(opcode) = kind {
                    self.note_call(opcode, operation, cursor.procedure);
                }
                self.note_frame(kind, operation, cursor.procedure);
            }
        }
        self.end_file(&mut cursor, &mut externs);
        self.check_externs(&externs);
        self.find_main();
        self.drop_unused(cursor.segment);
    }

    /// Drops the segment in which every file begins, if nothing is in it.
    fn drop_unused(&mut self, id: SegmentId) {
        let opened = self
            .segment(id)
            .is_some_and(|segment| !segment.openings.is_empty());
        let statements = self.program.statements.iter();
        let used = statements.zip(&self.contexts).any(|(statement, context)| {
            let bytes = match context.operation {
                Some(OperationKind::Directive(directive)) => {
                    directive.has_bytes() || directive == Directive::Proc
                }
                Some(_) => true,
                None => false,
            };
            context.segment == id && (bytes || !statement.labels.is_empty())
        });
        if !opened && !used {
            self.drop_segment(id.0 as usize);
        }
    }

    /// Without a `main` the start-up code, which is the last file, has nothing
    /// to start.
    fn find_main(&mut self) {
        if self.options.bare
            || self.completeness != Completeness::Whole
            || self.symbols.lookup(None, "main").is_some()
        {
            return;
        }
        let hidden = self
            .symbols
            .iter()
            .find(|(_, symbol)| symbol.name == "main");
        let diagnostic = match hidden.map(|(_, symbol)| symbol.span) {
            Some(place) => Diagnostic::new(Code::NoMain, place, "`main` is local")
                .label("known in its own scope or file alone")
                .help("let it stand outside of a `.scope` or procedure, and in the `.export` of a file that has one"),
            None => Diagnostic::global(Code::NoMain, "the program has no `main`").help(
                "name the first procedure `main`, or say with `.entry` where a bare image begins",
            ),
        };
        self.report(diagnostic.note("the start-up code calls `main` in ring 4"));
        let mut ends = self.program.files.iter().rev().copied();
        let (Some(_), start) = (ends.next(), ends.next().unwrap_or(0)) else {
            return;
        };
        for context in self.contexts.iter_mut().skip(start) {
            context.operation = None;
        }
        self.entry = None;
    }

    fn operation_kind(&mut self, operation: &Operation) -> Option<OperationKind> {
        let name = self.text(operation.name);
        if let Some(opcode) = Opcode::from_mnemonic(name) {
            return Some(OperationKind::Instruction(opcode));
        }
        if let Some(pseudo) = Pseudo::named(name) {
            return Some(OperationKind::Pseudo(pseudo));
        }
        if let Some(directive) = Directive::named(name) {
            if !directive.takes(operation.operands.len()) {
                self.wrong_count(operation, directive.syntax());
                return None;
            }
            return Some(OperationKind::Directive(directive));
        }
        let what = if name.starts_with('.') {
            "directive"
        } else {
            "instruction"
        };
        let message = format!("there is no {what} `{name}`");
        let mut diagnostic = Diagnostic::new(Code::UnknownOperation, operation.name, message);
        let mnemonics = Opcode::ALL.iter().map(|opcode| opcode.mnemonic());
        let pseudos = Pseudo::ALL.iter().map(|pseudo| pseudo.name());
        let directives = Directive::ALL.iter().map(|directive| directive.name());
        let known = mnemonics.chain(pseudos).chain(directives);
        if let Some(close) = self.sink.closest(name, known) {
            diagnostic = diagnostic.help(format!("did you mean `{close}`?"));
        } else if operation.operands.is_empty() {
            diagnostic = diagnostic.help(format!("a label is followed by a colon: `{name}:`"));
        }
        self.report(diagnostic);
        None
    }

    /// Labels directly in front of a capability are to move with it to a multiple
    /// of 16; anything else with bytes ends their waiting.
    fn align_labels(&mut self, kind: OperationKind, index: usize, cursor: &mut Cursor<'a>) {
        let aligns =
            matches!(kind, OperationKind::Directive(directive) if directive.is_capability());
        let has_bytes = match kind {
            OperationKind::Instruction(_) | OperationKind::Pseudo(_) => true,
            OperationKind::Directive(directive) => directive.has_bytes(),
        };
        if !has_bytes {
            return;
        }
        let waiting = cursor.waiting.remove(&cursor.segment).unwrap_or_default();
        if aligns {
            for statement in waiting.into_iter().chain([index]) {
                if let Some(context) = self.contexts.get_mut(statement) {
                    context.aligned = true;
                }
            }
        }
    }

    fn directive(
        &mut self,
        directive: Directive,
        operation: &'a Operation,
        index: usize,
        cursor: &mut Cursor<'a>,
    ) {
        match directive {
            Directive::Segment | Directive::Text | Directive::Data | Directive::Rodata => {
                self.switch(directive, operation, index, cursor);
            }
            Directive::Equ => self.define_constant(operation, index, &cursor.scopes),
            Directive::Scope => self.begin_scope(operation, cursor.procedure, &mut cursor.scopes),
            Directive::Endscope => self.end_scope(operation, &mut cursor.scopes),
            Directive::Extern => self.note_externs(operation, &mut cursor.scopes),
            Directive::Export => self.check_export(operation),
            Directive::Gate => self.define_gate(operation, cursor),
            Directive::Proc => self.begin_procedure(operation, cursor),
            Directive::Endproc => {
                let Some(id) = cursor.procedure.take() else {
                    let diagnostic = Diagnostic::new(
                        Code::Misplaced,
                        operation.span,
                        "`.endproc` without a `.proc` before it",
                    );
                    self.report(diagnostic);
                    return;
                };
                if let Some(procedure) = self.procedure_mut(id) {
                    procedure.ended_by = Some(index);
                }
                self.leave_procedure(&mut cursor.scopes);
            }
            Directive::Local | Directive::Alias | Directive::Save | Directive::Clobbers => {
                let Some(id) = cursor.procedure else {
                    let name = directive.name();
                    let message = format!("`{name}` belongs in a procedure");
                    let diagnostic = Diagnostic::new(Code::Misplaced, operation.span, message)
                        .help("procedures are what is between `.proc NAME` and `.endproc`");
                    self.report(diagnostic);
                    return;
                };
                match directive {
                    Directive::Local => {
                        self.add_local(operation, index, id, cursor.scopes.innermost());
                    }
                    Directive::Alias => {
                        for operand in &operation.operands {
                            self.add_alias(operand, id);
                        }
                    }
                    Directive::Clobbers => {
                        for operand in &operation.operands {
                            self.add_clobber(operand, id);
                        }
                    }
                    _ => {
                        for operand in &operation.operands {
                            self.add_save(operand, id);
                        }
                    }
                }
            }
            Directive::Entry => self.once(operation, index, directive),
            Directive::Stack => self.once(operation, index, directive),
            _ => {}
        }
    }

    /// `.segment`, `.text`, `.data`, `.rodata`.
    fn switch(
        &mut self,
        directive: Directive,
        operation: &'a Operation,
        index: usize,
        cursor: &mut Cursor<'a>,
    ) {
        let (name, span) = match directive {
            Directive::Text => ("text", operation.name),
            Directive::Data => ("data", operation.name),
            Directive::Rodata => ("rodata", operation.name),
            _ => {
                let Some(span) = self.name_operand(operation, "a segment") else {
                    return;
                };
                (self.text(span), span)
            }
        };
        let existing = self.segments_by_name.get(name).copied();
        let machine = existing
            .and_then(|id| self.segment(id))
            .is_some_and(|segment| segment.number != 0);
        if machine {
            let takes_device = operation.operands.iter().any(|operand| {
                let text = self.text(operand.span);
                text.starts_with("device")
            });
            let device = existing
                .and_then(|id| self.segment(id))
                .is_some_and(|segment| segment.options.has(DescriptorFlags::DEVICE));
            if !device || !takes_device {
                let message = format!("the segment `{name}` belongs to the machine");
                let diagnostic =
                    Diagnostic::new(Code::ReservedName, span, message).help("choose another name");
                self.report(diagnostic);
                return;
            }
        }
        let id = self.open_segment(name, Some(span));
        if let Some(segment) = self.segment_mut(id) {
            segment.number = 0;
            segment.machine = false;
            segment.span = segment.span.or(Some(span));
            segment.openings.push((index, span));
        }
        cursor.segment = id;
    }

    fn define_gate(&mut self, operation: &Operation, cursor: &Cursor<'a>) {
        let Some(name) = self.name_operand(operation, "a gate") else {
            return;
        };
        // A gate is for callers everywhere, even if it stands in a procedure.
        let scope = cursor.scopes.of_file(self.text(name));
        self.define_label(name, LabelKind::Gate, cursor.segment, scope);
    }

    fn begin_procedure(&mut self, operation: &'a Operation, cursor: &mut Cursor<'a>) {
        let Some(name) = self.name_operand(operation, "a procedure") else {
            return;
        };
        if let Some(open) = cursor.procedure {
            self.unended(open, Some(operation.span));
            self.leave_procedure(&mut cursor.scopes);
        }
        let scope = cursor.scopes.of(self.text(name));
        self.define_label(name, LabelKind::Procedure, cursor.segment, scope);
        let id = ProcedureId(u32::try_from(self.procedures.len()).unwrap_or(u32::MAX));
        let scope = self.symbols.add_scope(cursor.scopes.innermost(), Some(id));
        cursor.scopes.enter_procedure(scope);
        let procedure = Procedure::new(self.text(name), name, cursor.segment, scope);
        self.procedures.push(procedure);
        cursor.procedure = Some(id);
        for operand in operation.operands.iter().skip(1) {
            self.add_alias(operand, id);
        }
    }

    /// Reports a procedure without an end, if one is open at the end of a file.
    fn end_file(&mut self, cursor: &mut Cursor<'a>, externs: &mut Vec<External>) {
        if let Some(open) = cursor.procedure.take() {
            self.unended(open, None);
        }
        externs.extend(self.leave_file(&mut cursor.scopes));
        cursor.segment = self.open_segment("text", None);
        cursor.waiting.clear();
    }

    fn unended(&mut self, open: ProcedureId, next: Option<Span>) {
        let Some(procedure) = self.procedure(open) else {
            return;
        };
        let message = format!("the procedure `{}` has no `.endproc`", procedure.name);
        let mut diagnostic =
            Diagnostic::new(Code::EndprocMissing, procedure.span, message).label("it begins here");
        if let Some(next) = next {
            diagnostic = diagnostic.second(next, "another one begins before it has ended");
        }
        self.report(diagnostic.help("write `.endproc` behind its last instruction"));
    }

    /// `.entry` and `.stack`, each of which a program has once.
    fn once(&mut self, operation: &Operation, index: usize, directive: Directive) {
        let [operand] = operation.operands.as_slice() else {
            return;
        };
        let OperandSyntax::Value(expression) = operand.kind else {
            let message = "expected an expression";
            self.report(Diagnostic::new(Code::OperandKind, operand.span, message));
            return;
        };
        let place = match directive {
            Directive::Entry => &mut self.entry,
            _ => &mut self.stack,
        };
        let first = place.get_or_insert((expression, index)).1;
        if first == index {
            return;
        }
        let name = directive.name();
        let message = format!("a program has one `{name}`");
        let first = self.program.statements.get(first);
        let mut diagnostic = Diagnostic::new(Code::DuplicateSymbol, operation.span, message);
        if let Some(first) = first.and_then(|first| first.operation.as_ref()) {
            diagnostic = diagnostic.second(first.span, "the first one");
        }
        self.report(diagnostic);
    }

    /// Reports a wrong number of operands of a directive or pseudo-instruction.
    pub(crate) fn wrong_count(&mut self, operation: &Operation, syntax: &str) {
        let name = self.text(operation.name);
        let message = match operation.operands.len() {
            0 => format!("`{name}` needs operands"),
            count => format!("`{name}` does not take {}", operands(count)),
        };
        let diagnostic = Diagnostic::new(Code::OperandCount, operation.span, message)
            .note(format!("it is written `{syntax}`"));
        self.report(diagnostic);
    }
}

/// A number of operands, in words.
pub(crate) fn operands(count: usize) -> String {
    match count {
        1 => "one operand".to_owned(),
        _ => format!("{} operands", in_words(count)),
    }
}

/// A small number, in words.
pub(crate) fn in_words(count: usize) -> String {
    match count {
        0 => "no".to_owned(),
        1 => "one".to_owned(),
        2 => "two".to_owned(),
        3 => "three".to_owned(),
        4 => "four".to_owned(),
        _ => count.to_string(),
    }
}
