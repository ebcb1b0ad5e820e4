//! `.include` and `.incbin`: other files in the place of a statement.
//!
//! Invariant: no file is read while it is being read already, and includes are
//! nested to a bounded depth.

use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::literal;
use crate::reader::{Reader, literal_diagnostic};
use crate::syntax::{Operand, OperandSyntax, Operation};

/// How many files may be between one that is given and one that is included.
const DEPTH: usize = 32;

impl Reader<'_> {
    /// Reads the file that an `.include` names.
    pub(super) fn include(&mut self, operation: &Operation) {
        let [operand] = operation.operands.as_slice() else {
            let message = "`.include` takes one operand: the name of a file, as a string";
            let code = Code::OperandCount;
            self.sink
                .push(Diagnostic::new(code, operation.span, message));
            return;
        };
        let Some(path) = self.path(operand, ".include") else {
            return;
        };
        if self.open.len() > DEPTH {
            let message = format!("`{path}` is included through more than {DEPTH} files");
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

    /// Reads the bytes that an `.incbin` names, for the next statement.
    pub(super) fn binary(&mut self, operation: &Operation) {
        let Some((file, numbers)) = operation.operands.split_first() else {
            // That it has no operands is said where they are counted.
            return;
        };
        let Some(path) = self.path(file, ".incbin") else {
            return;
        };
        let mut parts = [0, usize::MAX];
        for (part, number) in parts.iter_mut().zip(numbers) {
            let OperandSyntax::Value(expression) = number.kind else {
                self.wrong_count(operation, Directive::Incbin.syntax());
                return;
            };
            let Some(value) = self.constant(expression) else {
                return;
            };
            let Ok(value) = usize::try_from(value) else {
                let message = format!("{value} is no number of bytes");
                let diagnostic = Diagnostic::new(Code::OutOfRange, number.span, message);
                self.sink.push(diagnostic);
                return;
            };
            *part = value;
        }
        let [offset, length] = parts;
        let from = self.open.last().map_or("", String::as_str);
        let bytes = match self.loader.load_bytes(from, &path, self.left) {
            Ok(bytes) if bytes.len() <= self.left => bytes,
            Ok(_) => return self.no_bytes(file, &path, "it is larger than the assembler takes"),
            Err(reason) => return self.no_bytes(file, &path, &reason),
        };
        self.left -= bytes.len();
        let end = match numbers.len() {
            2 => offset.saturating_add(length),
            _ => bytes.len(),
        };
        let Some(wanted) = bytes.get(offset..end) else {
            let message = format!("`{path}` has {} bytes, too few for this", bytes.len());
            let diagnostic = Diagnostic::new(Code::OutOfRange, operation.span, message);
            self.sink.push(diagnostic);
            return;
        };
        let statement = self.program.statements.len();
        self.program.binaries.insert(statement, wanted.to_vec());
    }

    fn no_bytes(&mut self, file: &Operand, path: &str, reason: &str) {
        let from = self.open.last().map_or("", String::as_str);
        let message = format!("cannot include the bytes of `{path}`: {reason}");
        let diagnostic = Diagnostic::new(Code::Include, file.span, message)
            .note(format!("the name is relative to the place of `{from}`"));
        self.sink.push(diagnostic);
    }

    /// The name of a file in an operand; that it is none is reported.
    fn path(&mut self, operand: &Operand, directive: &str) -> Option<String> {
        let OperandSyntax::Text = operand.kind else {
            let message = format!("`{directive}` takes the name of a file, as a string");
            let diagnostic = Diagnostic::new(Code::OperandKind, operand.span, message)
                .label("not a string")
                .help("write the name in double quotes");
            self.sink.push(diagnostic);
            return None;
        };
        match literal::string(self.sources.text(operand.span)) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => {
                self.sink.push(literal_diagnostic(operand.span, &error));
                None
            }
        }
    }
}
