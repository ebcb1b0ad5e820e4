//! Macros: their definitions and their uses.
//!
//! Invariant: a macro is known from its definition to the end of the given
//! file, and never hides an instruction, pseudo-instruction or directive.

use std::rc::Rc;

use isa::instruction::Opcode;

use crate::declare::in_words;
use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::expansion::{Builder, Reason};
use crate::lexer::{Placed, Token};
use crate::pseudo::Pseudo;
use crate::reader::Reader;
use crate::reader::expand::Body;
use crate::reader::line::{Head, Lines};
use crate::source::{SourceId, Span};

/// A macro.
#[derive(Debug)]
pub(super) struct Macro {
    name: String,
    span: Span,
    parameters: Vec<Parameter>,
    body: Body,
}

/// A parameter of a macro.
#[derive(Debug)]
struct Parameter {
    name: String,
    span: Span,
    default: Option<Span>,
    /// Whether it is all arguments from its place on.
    rest: bool,
}

impl Reader<'_> {
    /// `.macro NAME parameter, parameter = default, rest...` to `.endm`.
    pub(super) fn define_macro<'t>(&mut self, head: &Head<'t>, lines: &mut Lines<'t>) {
        self.labels(head);
        let Some((body, _)) = self.body(head, lines, ".endm") else {
            return;
        };
        let source = head.word.source;
        let [(start, Token::Name, end), parameters @ ..] = head.operands() else {
            let message = "`.macro` is followed by the name of the macro";
            let diagnostic = Diagnostic::new(Code::MacroDefinition, head.span(), message)
                .note(format!("it is written `{}`", Directive::Macro.syntax()));
            self.sink.push(diagnostic);
            return;
        };
        let (start, end) = (*start, *end);
        let span = Span { source, start, end };
        let name = self.sources.text(span).to_owned();
        // As in other directives, a comma may stand behind the name.
        let parameters = match parameters {
            [(_, Token::Comma, _), rest @ ..] if !rest.is_empty() => rest,
            parameters => parameters,
        };
        let Some(parameters) = self.parameters(source, parameters) else {
            return;
        };
        let taken = Opcode::from_mnemonic(&name).is_some()
            || Pseudo::named(&name).is_some()
            || Directive::named(&name).is_some();
        if taken {
            let message = format!("`{name}` is an instruction or directive already");
            let diagnostic =
                Diagnostic::new(Code::ReservedName, span, message).help("choose another name");
            self.sink.push(diagnostic);
            return;
        }
        if let Some(first) = self.macros.get(&name) {
            // A file that is included twice defines its macros twice, alike.
            let (first, text) = (first.span, self.sources.text(body.span));
            let same = self.macros.get(&name).is_some_and(|first| {
                let old = self.sources.text(first.body.span);
                old == text && self.sources.name(first.span.source) == self.sources.name(source)
            });
            if !same {
                let message = format!("the macro `{name}` is defined twice");
                let diagnostic = Diagnostic::new(Code::DuplicateSymbol, span, message)
                    .label("defined again here")
                    .second(first, "first defined here");
                self.sink.push(diagnostic);
            }
            return;
        }
        let found = Macro {
            name: name.clone(),
            span,
            parameters,
            body,
        };
        self.macros.insert(name, Rc::new(found));
    }

    /// The parameters of a definition; none if they are wrong, which is reported.
    fn parameters(&mut self, source: SourceId, tokens: &[Placed]) -> Option<Vec<Parameter>> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for part in arguments(tokens) {
            let Some(whole) = extent(source, part).or(extent(source, tokens)) else {
                continue;
            };
            let wrong = match part {
                [] => Some("a parameter is missing beside a comma"),
                _ if parameters.last().is_some_and(|last| last.rest) => {
                    Some("nothing can follow a parameter that takes the rest")
                }
                [(_, Token::Name, _)] | [(_, Token::Name, _), (_, Token::Assign, _), ..] => None,
                _ => Some("a parameter is a name, `name = default` or `name...`"),
            };
            let first = extent(source, part.get(..1).unwrap_or(&[])).unwrap_or(whole);
            let text = self.sources.text(first);
            let name = text.strip_suffix("...").unwrap_or(text).to_owned();
            let twice = parameters.iter().any(|other| other.name == name);
            let plain = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let wrong = wrong
                .or(twice.then_some("this parameter is there twice"))
                .or((!plain).then_some("a parameter has letters, digits and `_` only"));
            if let Some(wrong) = wrong {
                let diagnostic = Diagnostic::new(Code::MacroDefinition, whole, wrong).note(
                    format!("a macro is written `{}`", Directive::Macro.syntax()),
                );
                self.sink.push(diagnostic);
                return None;
            }
            parameters.push(Parameter {
                rest: text.ends_with("..."),
                name,
                span: first,
                default: part.get(1).map(|(_, _, end)| Span {
                    start: part.get(2).map_or(*end, |(start, _, _)| *start),
                    ..whole
                }),
            });
        }
        Some(parameters)
    }

    /// Puts the body of a macro in the place of its use.
    pub(super) fn use_macro(&mut self, found: &Macro, head: &Head<'_>) {
        self.labels(head);
        let used = head.span();
        let Some(values) = self.values(found, head) else {
            return;
        };
        let count = arguments(head.operands()).len();
        let number = self.next_number();
        let mut builder = Builder::new(self.sources);
        self.fill(&mut builder, &found.body, number, |builder, span, name| {
            match name {
                "#" => builder.stand_in(&count.to_string(), span),
                "()" => {}
                _ => {
                    let mut parameters = found.parameters.iter().zip(&values);
                    let Some((_, value)) = parameters.find(|(own, _)| own.name == name) else {
                        return false;
                    };
                    builder.replace(span, *value);
                }
            }
            true
        });
        let name = found.name.clone();
        let (text, made) = builder.finish(Reason::Macro { name, used });
        self.expand(used, format!("macro {}", found.name), text, made);
    }

    /// What stands for each parameter in a use of a macro; none if there are
    /// too few or too many arguments, which is reported.
    fn values(&mut self, found: &Macro, head: &Head<'_>) -> Option<Vec<Span>> {
        let source = head.word.source;
        let given = arguments(head.operands());
        let end = head.span().end;
        let nothing = Span {
            source,
            start: end,
            end,
        };
        let mut values = Vec::new();
        for (index, parameter) in found.parameters.iter().enumerate() {
            let own = given.get(index).and_then(|part| extent(source, part));
            values.push(match (own, parameter.default) {
                (Some(own), _) if parameter.rest => Span { end, ..own },
                (Some(own), _) => own,
                (None, Some(default)) => default,
                (None, None) if parameter.rest => nothing,
                (None, None) => {
                    let message = format!(
                        "the macro `{}` needs an argument for `{}`",
                        found.name, parameter.name
                    );
                    let diagnostic = Diagnostic::new(Code::MacroArguments, head.span(), message)
                        .second(parameter.span, "this parameter has no default");
                    self.sink.push(diagnostic);
                    return None;
                }
            });
        }
        let open = found.parameters.last().is_some_and(|last| last.rest);
        let most = found.parameters.len();
        if let (Some(extra), false) = (given.get(most), open) {
            let message = format!(
                "the macro `{}` takes {} arguments, and here are {}",
                found.name,
                in_words(most),
                in_words(given.len())
            );
            let span = extent(source, extra).unwrap_or(head.span());
            let diagnostic = Diagnostic::new(Code::MacroArguments, span, message)
                .label("one too many")
                .second(found.span, "defined here");
            self.sink.push(diagnostic);
            return None;
        }
        Some(values)
    }

    /// `.endm` or `.endr` without what it ends.
    pub(super) fn end_without(&mut self, head: &Head<'_>) {
        self.labels(head);
        let word = self.sources.text(head.word);
        let open = if word == ".endm" { ".macro" } else { ".repeat" };
        let message = format!("`{word}` without a `{open}` before it");
        let diagnostic = Diagnostic::new(Code::Misplaced, head.word, message);
        self.sink.push(diagnostic);
    }
}

/// The parts of a line between commas that are in no parentheses or brackets;
/// a line of nothing has none.
fn arguments(tokens: &[Placed]) -> Vec<&[Placed]> {
    if tokens.is_empty() {
        return Vec::new();
    }
    let mut depth = 0_usize;
    tokens
        .split(|(_, token, _)| {
            match token {
                Token::Open | Token::OpenMemory => depth += 1,
                Token::Close | Token::CloseMemory => depth = depth.saturating_sub(1),
                _ => {}
            }
            *token == Token::Comma && depth == 0
        })
        .collect()
}

/// From the first of some tokens to the last; none if there are none.
fn extent(source: SourceId, tokens: &[Placed]) -> Option<Span> {
    let (start, _, _) = tokens.first()?;
    let (_, _, end) = tokens.last()?;
    Some(Span {
        source,
        start: *start,
        end: *end,
    })
}
