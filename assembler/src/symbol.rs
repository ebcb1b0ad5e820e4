//! Symbols: what the names of a program mean.
//!
//! Invariant: a name has at most one meaning in a scope. The scopes are the
//! whole program, a file that exports names, each procedure and each `.scope`;
//! the names of an inner scope hide those outside.

use std::collections::HashMap;

use crate::object::Form;
use crate::source::Span;
use crate::syntax::Expression;

/// Names a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SymbolId(u32);

/// Names a scope; the whole program has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ScopeId(u32);

/// Names a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SegmentId(pub(crate) u32);

/// Names a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ProcedureId(pub(crate) u32);

/// A value of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A plain number.
    Number(i64),
    /// A place in a segment.
    Address {
        segment: SegmentId,
        offset: i64,
        /// What the place was named by, as long as that is clear.
        object: Option<Object>,
    },
    /// What only linking knows.
    Deferred(Deferred),
}

/// A value that an object leaves to the linker: one form of what `base` is,
/// shifted left, then a number added to it, then all shifted right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deferred {
    pub(crate) form: Form,
    pub(crate) base: Base,
    /// How many bits it is shifted left, below 64.
    pub(crate) shift: u8,
    pub(crate) addend: i64,
    /// How many bits the sum is shifted right, below 64.
    pub(crate) right: u8,
}

impl Deferred {
    /// One form of something, as it is.
    pub(crate) fn new(form: Form, base: Base, addend: i64) -> Self {
        Self {
            form,
            base,
            shift: 0,
            addend,
            right: 0,
        }
    }

    /// Whether it is shifted neither left nor right.
    pub(crate) fn is_plain(&self) -> bool {
        self.shift == 0 && self.right == 0
    }

    /// The same with a number added.
    pub(crate) fn plus(self, number: i64) -> Option<Self> {
        // What is added behind a shift to the right is as much more in front of it.
        let more = match self.right {
            0 => number,
            right => number.checked_mul(1_i64.checked_shl(right.into())?)?,
        };
        let addend = self.addend.wrapping_add(more);
        Some(Self { addend, ..self })
    }

    /// The same shifted right by more bits, if it is certain that it is not negative.
    pub(crate) fn shifted_right(self, by: i64) -> Option<Self> {
        let mask = self.mask()?.cast_signed();
        let most = mask.checked_add(self.addend)?;
        let right = i64::from(self.right).checked_add(by);
        let right = u8::try_from(right?).ok().filter(|right| *right < 64)?;
        (mask >= 0 && self.addend >= 0 && most >= 0).then_some(Self { right, ..self })
    }

    /// The same shifted left by more bits, if a word has so many.
    pub(crate) fn shifted(self, by: i64) -> Option<Self> {
        if self.right != 0 {
            return None;
        }
        let shift = i64::from(self.shift).checked_add(by);
        let shift = u8::try_from(shift?).ok().filter(|shift| *shift < 64)?;
        let by = u32::try_from(by).ok()?;
        let addend = self.addend.checked_shl(by)?;
        Some(Self {
            shift,
            addend,
            ..self
        })
    }

    /// The bits that it can have without the addend and in front of a shift to the right, if that is certain.
    pub(crate) fn mask(&self) -> Option<u64> {
        let width: u32 = match self.form {
            Form::Value => return None,
            Form::Segment => 16,
            // A segment is shorter than 2^28 bytes.
            Form::Offset | Form::Length => 28,
        };
        Some(((1_u64 << width) - 1) << self.shift)
    }

    /// The same with the bits of a number, if both have no bit in common.
    pub(crate) fn joined(self, number: i64) -> Option<Self> {
        if self.right != 0 {
            return None;
        }
        let mask = self.mask()?.cast_signed();
        let apart = (self.addend | number) & mask == 0;
        // Or all bits of the number are above those of the sum.
        let most = (self.addend >= 0 && mask >= 0).then(|| mask.checked_add(self.addend));
        let above = most.flatten().is_some_and(|most| {
            let width = i64::BITS - most.leading_zeros();
            number.trailing_zeros() >= width
        });
        (apart || above).then_some(Self {
            addend: self.addend | number,
            ..self
        })
    }
}

/// What a deferred value is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// The name at a place, which no file here defines.
    External(Span),
    /// The beginning of what the sources put into a segment.
    Segment(SegmentId),
    /// A segment as a whole, by its name.
    Named(SegmentId),
}

/// Something that has an extent, so that there can be a capability to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Object {
    Label(SymbolId),
    Segment(SegmentId),
}

/// A name and its meaning.
#[derive(Debug)]
pub(crate) struct Symbol<'a> {
    pub(crate) name: &'a str,
    /// Where it is defined.
    pub(crate) span: Span,
    /// The scope that it is local to.
    pub(crate) scope: Option<ScopeId>,
    pub(crate) meaning: Meaning,
    /// Whether an expression has used it.
    pub(crate) used: bool,
    /// Whether the value that it has depends on names of other files.
    pub(crate) foreign: bool,
}

/// What a symbol means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning {
    Label(Label),
    /// `.equ`, and where it stands.
    Constant {
        expression: Expression,
        statement: usize,
        state: State,
    },
    /// `.local`: an offset from the stack pointer, once the frame is known.
    Local {
        offset: Option<i64>,
    },
}

/// How far the evaluation of a constant has come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum State {
    Fresh,
    /// It is being evaluated; meeting it again means that it is circular.
    Busy,
    Known(Value),
    /// It has none, and that was reported.
    Broken,
}

/// A place in a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label {
    pub(crate) segment: SegmentId,
    /// Its offset, once it is placed.
    pub(crate) offset: Option<u64>,
    /// The file that was given in which it stands, by position.
    pub(crate) file: usize,
    pub(crate) kind: LabelKind,
}

/// What is at a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LabelKind {
    /// Nothing was placed there yet; in the end, nothing at all.
    Open,
    Code,
    Data,
    Procedure,
    Gate,
}

/// All symbols of a program.
#[derive(Debug, Default)]
pub(crate) struct Symbols<'a> {
    symbols: Vec<Symbol<'a>>,
    by_name: HashMap<(Option<ScopeId>, &'a str), SymbolId>,
    by_place: HashMap<Span, SymbolId>,
    /// For each scope the one around it, and the procedure that it is in.
    scopes: Vec<(Option<ScopeId>, Option<ProcedureId>)>,
}

impl<'a> Symbols<'a> {
    /// Defines a symbol, or gives the one that already has the name there.
    pub(crate) fn define(&mut self, symbol: Symbol<'a>) -> Result<SymbolId, SymbolId> {
        let key = (symbol.scope, symbol.name);
        if let Some(first) = self.by_name.get(&key) {
            return Err(*first);
        }
        // Every symbol takes bytes of source, and sources are bounded.
        let id = SymbolId(u32::try_from(self.symbols.len()).unwrap_or(u32::MAX));
        self.by_place.insert(symbol.span, id);
        self.symbols.push(symbol);
        self.by_name.insert(key, id);
        Ok(id)
    }

    /// Makes a scope inside of another one, and in a procedure if it is in one.
    pub(crate) fn add_scope(
        &mut self,
        around: Option<ScopeId>,
        procedure: Option<ProcedureId>,
    ) -> ScopeId {
        // Every scope takes bytes of source, and sources are bounded.
        let id = ScopeId(u32::try_from(self.scopes.len()).unwrap_or(u32::MAX));
        self.scopes.push((around, procedure));
        id
    }

    /// The procedure that a scope is in.
    pub(crate) fn procedure_of(&self, scope: ScopeId) -> Option<ProcedureId> {
        self.scopes.get(scope.0 as usize)?.1
    }

    /// The symbol that a name means in a scope.
    pub(crate) fn lookup(&self, mut scope: Option<ScopeId>, name: &str) -> Option<SymbolId> {
        loop {
            let found = self.by_name.get(&(scope, name));
            let (None, Some(inner)) = (found, scope) else {
                return found.copied();
            };
            scope = self
                .scopes
                .get(inner.0 as usize)
                .and_then(|(around, _)| *around);
        }
    }

    /// The symbol that is defined at a place.
    pub(crate) fn at(&self, place: Span) -> Option<SymbolId> {
        self.by_place.get(&place).copied()
    }

    pub(crate) fn get(&self, id: SymbolId) -> Option<&Symbol<'a>> {
        self.symbols.get(id.0 as usize)
    }

    pub(crate) fn get_mut(&mut self, id: SymbolId) -> Option<&mut Symbol<'a>> {
        self.symbols.get_mut(id.0 as usize)
    }

    /// Every symbol in the order of definition.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (SymbolId, &Symbol<'a>)> {
        (0..).map(SymbolId).zip(&self.symbols)
    }

    /// The names that mean something in a scope.
    pub(crate) fn names(&self, scope: Option<ScopeId>) -> impl Iterator<Item = &'a str> + '_ {
        let around = std::iter::successors(Some(scope), |scope| {
            let (around, _) = self.scopes.get((*scope)?.0 as usize)?;
            Some(*around)
        });
        let visible: Vec<Option<ScopeId>> = around.collect();
        self.symbols
            .iter()
            .filter(move |symbol| visible.contains(&symbol.scope))
            .map(|symbol| symbol.name)
    }
}
