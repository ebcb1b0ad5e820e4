//! `.include`: other files in the place of a statement.
//!
//! Invariant: no file is read while it is being read already, and includes are
//! nested to a bounded depth.

use crate::diagnostic::{Code, Diagnostic};
use crate::literal;
use crate::reader::{Reader, literal_diagnostic};
use crate::syntax::{OperandSyntax, Operation};

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
}
