//! The program that is being assembled: what all passes share.
//!
//! The passes run in this order, each over all statements, each in a file of
//! its name: `declare` finds what is defined, `segment` settles the segments,
//! `layout` gives everything its place, `emit` makes the bytes, and `leavings`
//! what the linker makes an image of. Invariant: a pass only reads what earlier ones wrote,
//! and none stops at a mistake; each reports it and goes on.

use std::collections::BTreeMap;

use crate::builtin::{self, Register};
use crate::diagnostic::{Diagnostic, Sink};
use crate::directive::Directive;
use crate::encode;
use crate::leavings::{Leavings, Leftover};
use crate::object::Object;
use crate::procedure::Procedure;
use crate::pseudo::Pseudo;
use crate::segment::Segment;
use crate::source::{SourceMap, Span};
use crate::symbol::{ProcedureId, ScopeId, SegmentId, Symbols};
use crate::syntax::{Expression, Program};
use isa::instruction::Opcode;

/// All that is known of a program.
#[derive(Debug)]
pub(crate) struct Unit<'a> {
    pub(crate) sources: &'a SourceMap,
    pub(crate) program: &'a Program,
    pub(crate) options: &'a crate::Options,
    pub(crate) completeness: Completeness,
    pub(crate) sink: Sink,
    pub(crate) constants: BTreeMap<String, i64>,
    pub(crate) symbols: Symbols<'a>,
    pub(crate) segments: Vec<Segment<'a>>,
    pub(crate) segments_by_name: BTreeMap<&'a str, SegmentId>,
    pub(crate) procedures: Vec<Procedure<'a>>,
    /// For each statement where it stands.
    pub(crate) contexts: Vec<Context>,
    /// For each statement where its bytes go.
    pub(crate) places: Vec<Place>,
    /// `.entry`, and the statement that it is in.
    pub(crate) entry: Option<(Expression, usize)>,
    /// `.stack`, and the statement that it is in.
    pub(crate) stack: Option<(Expression, usize)>,
    /// How many procedures layout has come to.
    pub(crate) begun: u32,
    /// The position of the file that layout has come to.
    pub(crate) file: usize,
    /// The segment in which layout last came to code, of those that can be executed.
    pub(crate) code: Option<SegmentId>,
    /// Whether layout is done.
    pub(crate) placed: bool,
    /// Whether names of other files count as not known yet.
    pub(crate) file_alone: bool,
    /// What the statement whose bytes are being made leaves to the linker.
    pub(crate) deferred: Vec<Leftover>,
    pub(crate) leavings: Leavings,
}

/// How much of its program a unit has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Completeness {
    /// All of it: what no file defines is a mistake.
    Whole,
    /// A part, to be linked with others: what no file defines is theirs.
    Part,
    /// The start-up code of a program whose other parts are linked, and that
    /// asks for a stack of so many bytes.
    Startup { stack: Option<u64> },
}

/// What surrounds a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub(crate) segment: SegmentId,
    pub(crate) procedure: Option<ProcedureId>,
    pub(crate) scope: Option<ScopeId>,
    /// What the statement's operation is; none if it has none or it is unknown.
    pub(crate) operation: Option<OperationKind>,
    /// Whether its labels go to a multiple of 16, since a `.cap` follows them.
    pub(crate) aligned: bool,
}

/// What the first word of a statement means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperationKind {
    Instruction(Opcode),
    Pseudo(Pseudo),
    Directive(Directive),
}

impl OperationKind {
    /// Its name in the source.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Instruction(opcode) => opcode.mnemonic(),
            Self::Pseudo(pseudo) => pseudo.name(),
            Self::Directive(directive) => directive.name(),
        }
    }

    /// How it is written, for messages.
    pub(crate) fn syntax(self) -> String {
        match self {
            Self::Instruction(opcode) => encode::syntax(opcode),
            Self::Pseudo(pseudo) => pseudo.syntax().to_owned(),
            Self::Directive(directive) => directive.syntax().to_owned(),
        }
    }
}

/// Where the bytes of a statement are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// The offset in its segment; none before layout has come to it.
    pub(crate) offset: Option<u64>,
    pub(crate) size: u64,
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It depends on the name here, whose place is not known yet.
    NotYet(Span),
    /// A mistake, which was reported.
    Reported,
}

impl<'a> Unit<'a> {
    /// A program of which nothing is known yet.
    pub(crate) fn new(
        sources: &'a SourceMap,
        program: &'a Program,
        options: &'a crate::Options,
        completeness: Completeness,
        sink: Sink,
    ) -> Self {
        Self {
            sources,
            program,
            options,
            completeness,
            sink,
            constants: builtin::constants_by_name(),
            symbols: Symbols::default(),
            segments: Vec::new(),
            segments_by_name: BTreeMap::new(),
            procedures: Vec::new(),
            contexts: Vec::with_capacity(program.statements.len()),
            places: vec![Place::default(); program.statements.len()],
            entry: None,
            stack: None,
            begun: 0,
            file: 0,
            code: None,
            placed: false,
            file_alone: false,
            deferred: Vec::new(),
            leavings: Leavings::default(),
        }
    }

    /// Runs all passes, and gives the object.
    pub(crate) fn assemble(&mut self) -> Object {
        self.declare();
        self.settle();
        self.layout();
        self.emit();
        self.object()
    }

    /// Reports a bare program that says nowhere where it begins.
    pub(crate) fn check_entry(&mut self) {
        if self.options.bare && self.entry.is_none() {
            self.report(crate::no_entry());
        }
    }

    /// Takes the bytes that linking made of those of each segment, by its name.
    pub(crate) fn take_bytes<'l>(&mut self, linked: impl Fn(&str) -> Option<&'l [u8]>) {
        for segment in &mut self.segments {
            if let Some(bytes) = linked(segment.name) {
                segment.bytes = bytes.to_vec();
            }
        }
    }

    /// The text of a span.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        self.sources.text(span)
    }

    /// Reports a mistake.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// What surrounds a statement, if there is such a one.
    pub(crate) fn context(&self, statement: usize) -> Option<Context> {
        self.contexts.get(statement).copied()
    }

    pub(crate) fn segment(&self, id: SegmentId) -> Option<&Segment<'a>> {
        self.segments.get(id.0 as usize)
    }

    pub(crate) fn segment_mut(&mut self, id: SegmentId) -> Option<&mut Segment<'a>> {
        self.segments.get_mut(id.0 as usize)
    }

    pub(crate) fn procedure(&self, id: ProcedureId) -> Option<&Procedure<'a>> {
        self.procedures.get(id.0 as usize)
    }

    pub(crate) fn procedure_mut(&mut self, id: ProcedureId) -> Option<&mut Procedure<'a>> {
        self.procedures.get_mut(id.0 as usize)
    }

    /// The register that a name means in a procedure, or outside of all.
    pub(crate) fn register(&self, name: &str, procedure: Option<ProcedureId>) -> Option<Register> {
        let alias = procedure
            .and_then(|id| self.procedure(id))
            .and_then(|procedure| procedure.aliases.get(name))
            .map(|(register, _)| *register);
        alias.or_else(|| Register::named(name))
    }
}
