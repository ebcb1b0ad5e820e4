//! Reading: from files to the syntax tree, with includes in their places, and
//! macros, repetitions and conditions carried out.
//!
//! A line is parsed alone. So a mistake costs exactly its own statement, and
//! the labels in front of it still count. What makes text of other text works
//! on tokens, before the parser. Invariant: reading never fails; the tree is
//! what could be understood, and each mistake is reported once.

mod block;
mod complaint;
mod condition;
mod constant;
mod control;
mod expand;
mod include;
mod line;
mod macros;
mod record;
mod repeat;

use std::collections::HashMap;
use std::rc::Rc;

pub(crate) use complaint::literal_diagnostic;

use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::grammar::LineParser;
use crate::lexer::{self, Placed};
use crate::literal;
use crate::source::{Loader, NoFiles, SOURCE_LIMIT, Source, SourceId, SourceMap, Span};
use crate::syntax::{Node, NodeKind, Operand, OperandSyntax, Operation, Program, Statement};

use block::Block;
use constant::Known;
use expand::Bounds;
use line::{Head, Lines};
use macros::Macro;
use record::Records;

/// Reads the files and all that they include.
pub(crate) fn read(
    files: Vec<Source>,
    loader: &mut dyn Loader,
    limit: usize,
    sources: &mut SourceMap,
    sink: &mut Sink,
) -> Program {
    let mut program = Program::default();
    let mut reader = Reader::new(loader, limit, sources, sink, &mut program);
    for file in files {
        reader.given(file);
    }
    program
}

/// Reads one more file, which includes nothing.
pub(crate) fn append(
    program: &mut Program,
    file: Source,
    sources: &mut SourceMap,
    sink: &mut Sink,
) {
    Reader::new(&mut NoFiles, SOURCE_LIMIT, sources, sink, program).given(file);
}

struct Reader<'a> {
    loader: &'a mut dyn Loader,
    sources: &'a mut SourceMap,
    sink: &'a mut Sink,
    /// How many more bytes of source may be read or made.
    left: usize,
    program: &'a mut Program,
    /// The names of the files that are being read, the given one first.
    open: Vec<String>,
    parser: LineParser,
    /// The macros of the given file, by name.
    macros: HashMap<String, Rc<Macro>>,
    known: Known,
    /// The conditions and loops that are open.
    blocks: Vec<Block>,
    /// How many of them were open when the text that is being read began.
    floor: usize,
    records: Records,
    bounds: Bounds,
}

/// What kind of text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    File,
    Expansion,
}

impl<'a> Reader<'a> {
    fn new(
        loader: &'a mut dyn Loader,
        limit: usize,
        sources: &'a mut SourceMap,
        sink: &'a mut Sink,
        program: &'a mut Program,
    ) -> Self {
        Self {
            loader,
            sources,
            sink,
            left: limit.min(SOURCE_LIMIT),
            program,
            open: Vec::new(),
            parser: LineParser::new(),
            macros: HashMap::new(),
            known: Known::default(),
            blocks: Vec::new(),
            floor: 0,
            records: Records::default(),
            bounds: Bounds::default(),
        }
    }

    /// Reads a file that was given, not included.
    fn given(&mut self, file: Source) {
        self.macros.clear();
        self.known.clear();
        self.records = Records::default();
        self.file(file, None);
        self.program.files.push(self.program.statements.len());
    }

    /// Reads a source, which an `.include` at `by` may have named.
    fn file(&mut self, source: Source, by: Option<Span>) {
        let Some(left) = self.left.checked_sub(source.text().len()) else {
            self.left = 0;
            let message = "the sources are larger than the assembler takes";
            let diagnostic = match by {
                Some(span) => Diagnostic::new(Code::TooMuchSource, span, message),
                None => Diagnostic::global(Code::TooMuchSource, message)
                    .note(format!("the file `{}` is too much", source.name())),
            };
            self.sink.push(diagnostic);
            return;
        };
        self.left = left;
        let broken = source.broken();
        let text = source.text().to_owned();
        self.open.push(source.name().to_owned());
        let place = by.map(|span| self.sources.written_place(span));
        let source = self.sources.add(source.included(place));
        if by.is_none() {
            self.program.roots.push(source);
        }
        if let Some(start) = broken.and_then(|start| u32::try_from(start).ok()) {
            let end = text.len().min(start as usize + 3) as u32;
            let span = Span { source, start, end };
            let message = "the source is not UTF-8 text";
            let diagnostic = Diagnostic::new(Code::NotText, span, message)
                .label("this byte belongs to no character");
            self.sink.push(diagnostic);
        }
        let tokens = lexer::tokens(source, &text, self.sink);
        self.text(source, &tokens, Text::File);
        self.open.pop();
    }

    /// Reads the tokens of a text.
    fn text(&mut self, source: SourceId, tokens: &[Placed], kind: Text) {
        let floor = std::mem::replace(&mut self.floor, self.blocks.len());
        let mut lines = Lines::new(tokens);
        while let Some(line) = lines.next() {
            if kind == Text::Expansion && self.bounds.exceeded {
                break;
            }
            self.line(source, line, &mut lines);
        }
        self.end_blocks(kind);
        if kind == Text::File {
            self.unended_record();
        }
        self.floor = floor;
    }

    /// Reads a line; what needs those after it takes them from `lines`.
    fn line<'t>(&mut self, source: SourceId, line: &'t [Placed], lines: &mut Lines<'t>) {
        let Some(head) = Head::of(source, line) else {
            if line.len() > 1 && !self.skipping() {
                self.statement(source, line);
            }
            return;
        };
        let word = self.sources.text(head.word);
        if self.skipping() {
            if matches!(word, ".if" | ".elseif" | ".else" | ".endif") {
                self.skipped_condition(&head);
            }
            return;
        }
        match word {
            ".macro" => self.define_macro(&head, lines),
            ".repeat" => self.repeat(&head, lines),
            ".if" | ".elseif" | ".else" | ".endif" => self.condition(&head),
            ".while" | ".endw" | ".break" | ".continue" => self.control(&head),
            ".endm" | ".endr" => self.end_without(&head),
            ".struct" | ".endstruct" | ".enum" | ".endenum" => self.record(&head),
            word => match self.macros.get(word) {
                Some(found) => {
                    let found = Rc::clone(found);
                    self.use_macro(&found, &head);
                }
                None if self.records.in_list() => self.member(&head),
                None => self.statement(source, line),
            },
        }
    }

    /// Keeps the labels in front of something that is no statement itself.
    fn labels(&mut self, head: &Head) {
        if !head.labels.is_empty() {
            self.program.statements.push(Statement {
                labels: head.labels.clone(),
                operation: None,
            });
        }
    }

    /// The statement that a line is; only its labels if it is none, which is
    /// reported.
    fn parse(&mut self, source: SourceId, line: &[Placed]) -> Statement {
        let before = self.program.nodes.len();
        let tokens = line.iter().copied().map(Ok::<Placed, ()>);
        let parsed = self.parser.parse(source, &mut self.program.nodes, tokens);
        let statement = match parsed {
            Ok(statement) => statement,
            Err(error) => {
                self.syntax(source, line, error);
                Statement {
                    labels: line::leading_labels(source, line),
                    operation: None,
                }
            }
        };
        self.literals(before);
        statement
    }

    /// The operation of a line without its labels, which are kept.
    fn operation(&mut self, head: &Head) -> Option<Operation> {
        self.labels(head);
        self.parse(head.word.source, head.line).operation
    }

    fn statement(&mut self, source: SourceId, line: &[Placed]) {
        let mut statement = self.parse(source, line);
        if self.records.in_record() {
            self.field(&statement);
            return;
        }
        if let Some(operation) = &statement.operation {
            match self.sources.text(operation.name) {
                ".include" => {
                    let operation = statement.operation.take();
                    if !statement.labels.is_empty() {
                        self.program.statements.push(statement);
                    }
                    if let Some(operation) = operation {
                        self.include(&operation);
                    }
                    return;
                }
                ".incbin" => {
                    let operation = operation.clone();
                    self.binary(&operation);
                }
                ".equ" | ".proc" | ".alias" | ".endproc" => {
                    let operation = operation.clone();
                    self.note(&operation);
                }
                _ => {}
            }
        }
        self.program.statements.push(statement);
    }

    /// Reads the literals of the nodes made since there were `before`.
    fn literals(&mut self, before: u32) {
        for Node { kind, span, .. } in self.program.nodes.since(before) {
            if !matches!(kind, NodeKind::Number(_)) {
                continue;
            }
            let text = self.sources.text(*span);
            let value = match text.starts_with('\'') {
                true => literal::character(text),
                false => literal::integer(text),
            };
            match value {
                Ok(value) => *kind = NodeKind::Number(value.cast_signed()),
                Err(error) => {
                    *kind = NodeKind::Broken;
                    self.sink.push(literal_diagnostic(*span, &error));
                }
            }
        }
    }

    /// The place of a name that is an operand alone.
    fn plain_name(&self, operand: &Operand) -> Option<Span> {
        let OperandSyntax::Value(expression) = operand.kind else {
            return None;
        };
        let node = self.program.nodes.get(expression.root)?;
        (node.kind == NodeKind::Name).then_some(node.span)
    }

    /// Reports a wrong number of operands.
    fn wrong_count(&mut self, operation: &Operation, syntax: &str) {
        let name = self.sources.text(operation.name);
        let message = format!("`{name}` is not written like this");
        let diagnostic = Diagnostic::new(Code::OperandCount, operation.span, message)
            .note(format!("it is written `{syntax}`"));
        self.sink.push(diagnostic);
    }
}
