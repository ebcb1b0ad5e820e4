//! Scopes: whose name a name is.
//!
//! Invariant: the scopes that are open are within one another, the file's own
//! outermost, then those of `.scope` and `.proc` in the order of the source.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::source::Span;
use crate::symbol::{ProcedureId, ScopeId};
use crate::syntax::Operation;
use crate::unit::{Completeness, Unit};

/// How many scopes may be within one another.
const DEPTH: usize = 64;

/// The scopes that are open at a place.
#[derive(Debug, Default)]
pub(crate) struct OpenScopes<'a> {
    /// The scope of a file that exports names.
    file: Option<ScopeId>,
    /// The scopes in it, with the `.scope`; none for those of procedures.
    inner: Vec<(ScopeId, Option<Span>)>,
    /// The names that the file exports, and where it says so.
    exports: HashMap<&'a str, Span>,
    externs: Vec<External>,
}

/// A name that a file wants of another one.
#[derive(Debug)]
pub(crate) struct External {
    name: Span,
    /// The scope of the file, if it exports names.
    file: Option<ScopeId>,
}

impl OpenScopes<'_> {
    /// The scope of what stands here.
    pub(crate) fn innermost(&self) -> Option<ScopeId> {
        self.inner.last().map(|(scope, _)| *scope).or(self.file)
    }

    /// The scope of a name that is defined here.
    pub(crate) fn of(&self, name: &str) -> Option<ScopeId> {
        match self.inner.last() {
            Some((scope, _)) => Some(*scope),
            None => self.of_file(name),
        }
    }

    /// The scope of a name that belongs to the file as a whole.
    pub(crate) fn of_file(&self, name: &str) -> Option<ScopeId> {
        self.file.filter(|_| !self.exports.contains_key(name))
    }

    /// Opens the scope of a procedure.
    pub(crate) fn enter_procedure(&mut self, scope: ScopeId) {
        self.inner.push((scope, None));
    }
}

impl<'a> Unit<'a> {
    /// Opens the scope of the file whose first statement this is, if it
    /// exports anything.
    pub(crate) fn begin_file(&mut self, first: usize, scopes: &mut OpenScopes<'a>) {
        let ends = self.program.files.iter();
        let end = ends.copied().find(|end| *end > first).unwrap_or(first);
        let program = self.program;
        let statements = program.statements.get(first..end).unwrap_or(&[]);
        let operations = statements.iter().filter_map(|one| one.operation.as_ref());
        let exports = operations
            .filter(|operation| self.text(operation.name) == Directive::Export.name())
            .flat_map(|operation| &operation.operands)
            .filter_map(|operand| self.plain_name(operand))
            .map(|name| (self.text(name), name));
        scopes.exports = exports.collect();
        scopes.file = (!scopes.exports.is_empty()).then(|| self.symbols.add_scope(None, None));
    }

    /// Closes the scopes of a file, and gives the names that it wants of others.
    pub(crate) fn leave_file(&mut self, scopes: &mut OpenScopes<'a>) -> Vec<External> {
        self.close_scopes(0, scopes);
        let mut exports: Vec<(&str, Span)> = scopes.exports.drain().collect();
        exports.sort_unstable_by_key(|(_, place)| *place);
        for (name, place) in exports {
            let defined = self.symbols.lookup(None, name);
            let defined = defined.and_then(|id| self.symbols.get(id));
            if defined.is_some_and(|symbol| self.same_file(symbol.span, place)) {
                continue;
            }
            let message = format!("`{name}` is exported and not defined in this file");
            let mut diagnostic = Diagnostic::new(Code::Export, place, message);
            if let Some(symbol) = defined {
                diagnostic = diagnostic.second(symbol.span, "another file defines it");
            }
            self.report(diagnostic);
        }
        let mut externs = std::mem::take(&mut scopes.externs);
        for external in &mut externs {
            external.file = scopes.file;
        }
        scopes.file = None;
        externs
    }

    /// Closes the scopes that a procedure leaves open, and its own.
    pub(crate) fn leave_procedure(&mut self, scopes: &mut OpenScopes<'a>) {
        let own = scopes.inner.iter().rposition(|(_, span)| span.is_none());
        if let Some(own) = own {
            self.close_scopes(own + 1, scopes);
            scopes.inner.truncate(own);
        }
    }

    /// `.scope`.
    pub(crate) fn begin_scope(
        &mut self,
        operation: &Operation,
        procedure: Option<ProcedureId>,
        scopes: &mut OpenScopes<'a>,
    ) {
        // A scope is opened in any case, so that its end finds it.
        let around = match scopes.inner.len() {
            0..DEPTH => scopes.innermost(),
            _ => {
                let message = format!("more than {DEPTH} scopes are within one another here");
                self.report(Diagnostic::new(Code::ScopeDepth, operation.span, message));
                None
            }
        };
        let scope = self.symbols.add_scope(around, procedure);
        scopes.inner.push((scope, Some(operation.span)));
    }

    /// `.endscope`.
    pub(crate) fn end_scope(&mut self, operation: &Operation, scopes: &mut OpenScopes<'a>) {
        if let Some((_, Some(_))) = scopes.inner.last() {
            scopes.inner.pop();
            return;
        }
        let message = "`.endscope` without a `.scope` before it";
        self.report(Diagnostic::new(Code::Misplaced, operation.span, message));
    }

    /// `.export`, of which the names were read before.
    pub(crate) fn check_export(&mut self, operation: &Operation) {
        for operand in &operation.operands {
            if self.plain_name(operand).is_none() {
                let message = "`.export` takes names";
                self.report(Diagnostic::new(Code::OperandKind, operand.span, message));
            }
        }
    }

    /// `.extern`.
    pub(crate) fn note_externs(&mut self, operation: &Operation, scopes: &mut OpenScopes<'a>) {
        for operand in &operation.operands {
            match self.plain_name(operand) {
                Some(name) => scopes.externs.push(External { name, file: None }),
                None => {
                    let message = "`.extern` takes names";
                    self.report(Diagnostic::new(Code::OperandKind, operand.span, message));
                }
            }
        }
    }

    /// Reports names that no other file defines, once all are read.
    pub(crate) fn check_externs(&mut self, externs: &[External]) {
        for External { name: place, file } in externs {
            let name = self.text(*place);
            let global = self.symbols.lookup(None, name);
            let global = global
                .and_then(|id| self.symbols.get(id))
                .map(|symbol| symbol.span);
            let own = file.and_then(|file| self.symbols.lookup(Some(file), name));
            let own = own
                .and_then(|id| self.symbols.get(id))
                .map(|symbol| symbol.span);
            let diagnostic = match own.or(global) {
                Some(span) if self.same_file(span, *place) => {
                    let message = format!("`{name}` is declared external and defined in this file");
                    Diagnostic::new(Code::Export, *place, message).second(span, "defined here")
                }
                Some(_) => continue,
                None if self.completeness != Completeness::Whole => {
                    self.leavings.externs.push(*place);
                    continue;
                }
                None => {
                    let message = format!("no file defines `{name}`, which is declared external");
                    let private = self.symbols.iter().find(|(_, symbol)| symbol.name == name);
                    let private = private.map(|(_, symbol)| symbol.span);
                    let diagnostic = Diagnostic::new(Code::Export, *place, message);
                    match private {
                        Some(private) => diagnostic
                            .second(private, "this one is known in its own scope alone")
                            .help(format!("`.export {name}` in that file lets others use it")),
                        None => diagnostic,
                    }
                }
            };
            self.report(diagnostic);
        }
    }

    /// Reports the scopes from a position on, which have no end, and closes them.
    fn close_scopes(&mut self, from: usize, scopes: &mut OpenScopes<'a>) {
        for (_, span) in scopes.inner.split_off(from.min(scopes.inner.len())) {
            if let Some(span) = span {
                let message = "this `.scope` has no `.endscope`";
                let diagnostic = Diagnostic::new(Code::BlockMissingEnd, span, message)
                    .label("it begins here")
                    .help("write `.endscope` behind what belongs to it");
                self.report(diagnostic);
            }
        }
    }

    /// Whether two places are in one file that was given, or in what it includes.
    pub(crate) fn same_file(&self, left: Span, right: Span) -> bool {
        let file = |span: Span| {
            let source = self.sources.known_place(span).source;
            self.program.roots.partition_point(|root| *root <= source)
        };
        file(left) == file(right)
    }
}
