//! Reading: from files to the syntax tree, with includes in their places.
//!
//! A line is parsed alone. So a mistake costs exactly its own statement, and
//! the labels in front of it still count. Invariant: reading never fails; the
//! tree is what could be understood, and each mistake is reported once.

use lalrpop_util::ParseError;

use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::grammar::LineParser;
use crate::lexer::{self, Placed, Token};
use crate::literal::{self, LiteralError, LiteralErrorKind};
use crate::source::{Loader, NoFiles, SOURCE_LIMIT, Source, SourceId, SourceMap, Span};
use crate::syntax::{Node, NodeKind, OperandSyntax, Operation, Program, Statement};

/// How many files may be between one that is given and one that is included.
const INCLUDE_DEPTH: usize = 32;

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
    /// How many more bytes of source may be read.
    left: usize,
    program: &'a mut Program,
    /// The names of the files that are being read, the given one first.
    open: Vec<String>,
    parser: LineParser,
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
        }
    }

    /// Reads a file that was given, not included.
    fn given(&mut self, file: Source) {
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
        let source = self.sources.add(source);
        if let Some(start) = broken.and_then(|start| u32::try_from(start).ok()) {
            let end = text.len().min(start as usize + 3) as u32;
            let span = Span { source, start, end };
            let message = "the source is not UTF-8 text";
            let diagnostic = Diagnostic::new(Code::NotText, span, message)
                .label("this byte belongs to no character");
            self.sink.push(diagnostic);
        }
        let tokens = lexer::tokens(source, &text, self.sink);
        for line in tokens.split_inclusive(|(_, token, _)| *token == Token::End) {
            self.line(source, line);
        }
        self.open.pop();
    }

    fn line(&mut self, source: SourceId, line: &[Placed]) {
        if line.len() < 2 {
            return;
        }
        let before = self.program.nodes.len();
        let tokens = line.iter().copied().map(Ok::<Placed, ()>);
        let parsed = self.parser.parse(source, &mut self.program.nodes, tokens);
        let statement = match parsed {
            Ok(statement) => statement,
            Err(error) => {
                self.syntax(source, line, error);
                Statement {
                    labels: leading_labels(source, line),
                    operation: None,
                }
            }
        };
        self.literals(before);
        if let Some(operation) = &statement.operation
            && self.sources.text(operation.name) == ".include"
        {
            let operation = operation.clone();
            if !statement.labels.is_empty() {
                let statement = Statement {
                    labels: statement.labels,
                    operation: None,
                };
                self.program.statements.push(statement);
            }
            self.include(&operation);
        } else {
            self.program.statements.push(statement);
        }
    }

    fn include(&mut self, operation: &Operation) {
        let [operand] = operation.operands.as_slice() else {
            let message = "`.include` takes one operand: the name of a file, as a string";
            let code = Code::OperandCount;
            self.sink
                .push(Diagnostic::new(code, operation.span, message));
            return;
        };
        let OperandSyntax::Text = operand.kind else {
            let message = "`.include` takes the name of a file, as a string";
            let diagnostic = Diagnostic::new(Code::OperandKind, operand.span, message)
                .label("not a string")
                .help("write the name in double quotes");
            self.sink.push(diagnostic);
            return;
        };
        let bytes = match literal::string(self.sources.text(operand.span)) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.sink.push(literal_diagnostic(operand.span, &error));
                return;
            }
        };
        let path = String::from_utf8_lossy(&bytes).into_owned();
        if self.open.len() > INCLUDE_DEPTH {
            let message = format!("`{path}` is included through more than {INCLUDE_DEPTH} files");
            let diagnostic = Diagnostic::new(Code::TooMuchSource, operand.span, message);
            self.sink.push(diagnostic);
            return;
        }
        let from = self.open.last().map_or("", String::as_str);
        match self.loader.load(from, &path) {
            Err(reason) => {
                let message = format!("cannot include `{path}`: {reason}");
                let diagnostic = Diagnostic::new(Code::Include, operand.span, message)
                    .note(format!("the name is relative to the place of `{from}`"));
                self.sink.push(diagnostic);
            }
            Ok(source) if self.open.iter().any(|open| open == source.name()) => {
                let message = format!("`{}` includes itself", source.name());
                let chain = self.open.join("`, which includes `");
                let diagnostic = Diagnostic::new(Code::IncludeCycle, operand.span, message)
                    .note(format!("`{chain}`, which includes `{}`", source.name()));
                self.sink.push(diagnostic);
            }
            Ok(source) => self.file(source, Some(operand.span)),
        }
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

    fn syntax(&mut self, source: SourceId, line: &[Placed], error: ParseError<u32, Token, ()>) {
        let ((start, token, end), expected) = match error {
            ParseError::UnrecognizedToken { token, expected } => (token, expected),
            ParseError::ExtraToken { token } => (token, Vec::new()),
            // A line ends with a token of its own, so there is always one that did not fit.
            _ => match line.last() {
                Some(token) => (*token, Vec::new()),
                None => return,
            },
        };
        // The lexer has said what is wrong with a broken token.
        if line.iter().any(|(_, token, _)| *token == Token::Broken) {
            return;
        }
        let span = Span { source, start, end };
        let found = match token {
            Token::End => "the end of the line".to_owned(),
            _ => format!("`{}`", shorten(self.sources.text(span))),
        };
        let expected = expectation(&expected);
        let mut diagnostic = Diagnostic::new(
            Code::Syntax,
            span,
            format!("expected {expected}, found {found}"),
        )
        .label(format!("expected {expected}"));
        let first = line.first().map(|(_, token, _)| *token);
        if token == Token::Over || first == Some(Token::Over) {
            diagnostic = diagnostic.help("a comment begins with `;`");
        }
        self.sink.push(diagnostic);
    }
}

/// The labels in front of a statement that could not be parsed.
fn leading_labels(source: SourceId, line: &[Placed]) -> Vec<Span> {
    line.chunks_exact(2)
        .map_while(|pair| match pair {
            [(start, Token::Name, end), (_, Token::Colon, _)] => Some(Span {
                source,
                start: *start,
                end: *end,
            }),
            _ => None,
        })
        .collect()
}

/// The beginning of a text that may be long.
fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}

/// Names of terminals of the grammar, in words.
fn expectation(terminals: &[String]) -> String {
    let has = |name: &str| {
        terminals
            .iter()
            .any(|terminal| terminal.trim_matches('"') == name)
    };
    let mut words = Vec::new();
    if has("number") {
        words.push(match (has("string"), has("name")) {
            (true, _) => "an operand",
            _ => "a value",
        });
    } else if has("name") {
        words.push(if has(":") || has("end of line") {
            "an instruction or directive"
        } else {
            "a name"
        });
    }
    if has("+") {
        words.push("an operator");
    }
    for (terminal, word) in [
        (",", "`,`"),
        ("]", "`]`"),
        (")", "`)`"),
        ("end of line", "the end of the line"),
    ] {
        if has(terminal) {
            words.push(word);
        }
    }
    match words.as_slice() {
        [] => "something else".to_owned(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// What is wrong with a literal that lies at `span`.
pub(crate) fn literal_diagnostic(span: Span, error: &LiteralError) -> Diagnostic {
    let offset = |at: usize| u32::try_from(at).map_or(span.end, |at| span.start.saturating_add(at));
    let place = Span {
        start: offset(error.range.start),
        end: offset(error.range.end),
        ..span
    };
    match error.kind {
        LiteralErrorKind::Digit { base } => Diagnostic::new(
            Code::Digit,
            place,
            format!("this is no digit of a number in base {base}"),
        )
        .second(span, "the number"),
        LiteralErrorKind::NoDigits => {
            Diagnostic::new(Code::Digit, place, "a number without digits")
        }
        LiteralErrorKind::TooLarge => Diagnostic::new(
            Code::IntegerTooLarge,
            place,
            "this integer does not fit in 64 bits",
        )
        .note("the largest is 0xffff_ffff_ffff_ffff"),
        LiteralErrorKind::Escape => Diagnostic::new(Code::Escape, place, "unknown escape")
            .help(r#"the escapes are \n \t \r \0 \\ \" \' and \x with two hexadecimal digits"#),
        LiteralErrorKind::Character => Diagnostic::new(
            Code::Character,
            place,
            "a character literal is one character",
        )
        .help("several characters make a string, in double quotes"),
    }
}
