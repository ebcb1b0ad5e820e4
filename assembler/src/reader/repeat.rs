//! `.repeat`: lines as often as a number says.
//!
//! Invariant: labels that the lines define are local to each repetition.

use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::expansion::{Builder, Reason};
use crate::reader::Reader;
use crate::reader::expand::Body;
use crate::reader::line::{Head, Lines};
use crate::source::Span;
use crate::syntax::OperandSyntax;

/// How many bytes of repetitions make a text.
const TOGETHER: usize = 1 << 14;

impl Reader<'_> {
    /// `.repeat count, counter` to `.endr`.
    pub(super) fn repeat<'t>(&mut self, head: &Head<'t>, lines: &mut Lines<'t>) {
        let operation = self.operation(head);
        let (Some((body, _)), Some(operation)) = (self.body(head, lines, ".endr"), operation)
        else {
            return;
        };
        let (count, counter) = match operation.operands.as_slice() {
            [count] => (count, None),
            [count, counter] => match self.plain_name(counter) {
                Some(name) => (count, Some(self.sources.text(name).to_owned())),
                None => return self.wrong_count(&operation, Directive::Repeat.syntax()),
            },
            _ => return self.wrong_count(&operation, Directive::Repeat.syntax()),
        };
        let OperandSyntax::Value(expression) = count.kind else {
            return self.wrong_count(&operation, Directive::Repeat.syntax());
        };
        let Some(value) = self.constant(expression) else {
            return;
        };
        let Ok(times) = u64::try_from(value) else {
            let message = format!("nothing can be repeated {value} times");
            let diagnostic = Diagnostic::new(Code::OutOfRange, count.span, message);
            self.sink.push(diagnostic);
            return;
        };
        self.rounds(head.span(), &body, counter.as_deref(), times);
    }

    /// Reads a body so many times. Several repetitions make one text, so that
    /// short ones cost little.
    fn rounds(&mut self, used: Span, body: &Body, counter: Option<&str>, times: u64) {
        let mut round = 0;
        while round < times && !self.bounds.exceeded {
            if body.is_constant() {
                self.again(used, body);
                round += 1;
                continue;
            }
            let first = self.next_number();
            let mut builder = Builder::new(self.sources);
            let mut number = first;
            while round < times && builder.len() < TOGETHER {
                self.fill(&mut builder, body, number, |builder, span, name| {
                    let own = counter == Some(name);
                    if own {
                        builder.stand_in(&round.to_string(), span);
                    }
                    own || name == "()"
                });
                round += 1;
                number += 1;
            }
            let (text, made) = builder.finish(Reason::Repeat);
            self.take_numbers(number - first);
            self.expand(used, "repeat".to_owned(), text, made);
        }
    }
}
