//! Names and their scopes, which an image does not have.
//!
//! Procedures are scopes. A label inside of one is local to it, and what has
//! the name of another outside must be local to some procedure as well, to
//! which `order` then moves it. Invariant: a name is only used where the
//! assembler finds the same symbol by it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use isa::instruction::Opcode;
use isa::instruction::value::Value;

use crate::image::{Image, Symbol, SymbolKind};

use super::data::word;
use super::segment::is_executable;

/// The symbols of an image, by position in it, with scopes. A scope is the
/// position of the procedure's symbol.
pub(super) struct Names<'a> {
    symbols: &'a [Symbol],
    scopes: Vec<Option<usize>>,
    locals: HashSet<(usize, &'a str)>,
    /// The procedures of each segment, in order.
    procedures: BTreeMap<u16, Vec<usize>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(image: &'a Image) -> Self {
        let symbols = image.symbols();
        let mut procedures: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        for (index, symbol) in symbols.iter().enumerate() {
            if symbol.kind == SymbolKind::Procedure {
                procedures.entry(symbol.segment()).or_default().push(index);
            }
        }
        // Of several at one place, all but the last are empty; and they are in order of size.
        for list in procedures.values_mut() {
            list.sort_by_key(|index| symbols.get(*index).map(|it| (it.address, it.size)));
        }
        let mut names = Self {
            symbols,
            scopes: vec![None; symbols.len()],
            locals: HashSet::new(),
            procedures,
        };
        names.find_scopes(&branches(image));
        names
    }

    fn find_scopes(&mut self, branches: &HashMap<u64, Vec<u64>>) {
        let globals: HashSet<&str> = self
            .symbols
            .iter()
            .filter(|it| matches!(it.kind, SymbolKind::Procedure | SymbolKind::Gate))
            .map(|it| it.name.as_str())
            .collect();
        let mut free = globals;
        for (index, symbol) in self.symbols.iter().enumerate() {
            if matches!(symbol.kind, SymbolKind::Procedure | SymbolKind::Gate) {
                continue;
            }
            let name = symbol.name.as_str();
            let around = self.procedures_at(symbol.segment(), symbol.address);
            let within = around.iter().copied().find(|it| {
                let procedure = self.symbols.get(*it);
                procedure.is_some_and(|it| it.address < symbol.address && symbol.address < it.end())
            });
            let used = || {
                let from = branches.get(&symbol.address)?;
                around.iter().copied().find(|it| {
                    let procedure = self.symbols.get(*it);
                    let inside = |from: &u64| {
                        procedure.is_some_and(|it| it.address <= *from && *from < it.end())
                    };
                    from.iter().all(inside)
                })
            };
            let scope = within.or_else(used).or_else(|| {
                let taken = free.contains(name);
                let lacks = |it: &usize| !self.locals.contains(&(*it, name));
                around.iter().copied().find(lacks).filter(|_| taken)
            });
            match scope {
                Some(scope) => {
                    self.locals.insert((scope, name));
                }
                None => {
                    free.insert(name);
                }
            }
            if let Some(place) = self.scopes.get_mut(index) {
                *place = scope;
            }
        }
    }

    /// The procedures that an address is in, or at the beginning or end of.
    fn procedures_at(&self, segment: u16, address: u64) -> Vec<usize> {
        let list = self.procedures.get(&segment).map_or(&[][..], Vec::as_slice);
        let after = list.partition_point(|it| {
            let procedure = self.symbols.get(*it);
            procedure.is_some_and(|it| it.address <= address)
        });
        let candidates = list.get(..after).unwrap_or(&[]).iter().rev();
        candidates
            .copied()
            .take_while(|it| {
                let procedure = self.symbols.get(*it);
                procedure.is_some_and(|it| address <= it.end())
            })
            .collect()
    }

    /// The symbols that have no scope and the name of another one that has none.
    pub(super) fn homeless(&self) -> Vec<usize> {
        let mut seen: HashMap<&str, Vec<usize>> = HashMap::new();
        let outside = self.symbols.iter().zip(&self.scopes).enumerate();
        for (index, (symbol, scope)) in outside {
            if scope.is_none() {
                seen.entry(&symbol.name).or_default().push(index);
            }
        }
        let fixed = |index: &usize| {
            let kind = self.symbols.get(*index).map(|it| it.kind);
            matches!(kind, Some(SymbolKind::Procedure | SymbolKind::Gate))
        };
        let mut homeless: Vec<usize> = seen
            .into_values()
            .filter(|group| group.len() > 1)
            .flatten()
            .filter(|index| !fixed(index))
            .collect();
        homeless.sort_unstable();
        homeless
    }

    /// Makes a symbol local to a procedure, unless that has the name.
    pub(super) fn move_into(&mut self, symbol: usize, procedure: usize) -> bool {
        let Some(name) = self.symbols.get(symbol).map(|it| it.name.as_str()) else {
            return false;
        };
        let moved = self.locals.insert((procedure, name));
        if let (true, Some(scope)) = (moved, self.scopes.get_mut(symbol)) {
            *scope = Some(procedure);
        }
        moved
    }

    /// All procedures, by address.
    pub(super) fn procedures(&self) -> impl Iterator<Item = usize> + '_ {
        self.procedures.values().flatten().copied()
    }

    /// The procedures of a segment, in order.
    pub(super) fn procedures_of(&self, segment: u16) -> &[usize] {
        self.procedures.get(&segment).map_or(&[], Vec::as_slice)
    }

    pub(super) fn symbol(&self, index: usize) -> Option<&'a Symbol> {
        self.symbols.get(index)
    }

    pub(super) fn scope(&self, index: usize) -> Option<usize> {
        self.scopes.get(index).copied().flatten()
    }

    /// The offset of a symbol in its segment.
    pub(super) fn offset(&self, index: usize) -> u64 {
        self.symbols.get(index).map_or(u64::MAX, Symbol::offset)
    }

    /// The symbols of a segment, by position.
    pub(super) fn of_segment(&self, segment: u16) -> std::ops::Range<usize> {
        let first = |number: u64| {
            self.symbols
                .partition_point(|symbol| symbol.address < number << 32)
        };
        first(segment.into())..first(u64::from(segment) + 1)
    }

    /// The symbols at an address that can be named in a scope, the best first.
    pub(super) fn at(&self, address: u64, scope: Option<usize>) -> Vec<usize> {
        let first = self.symbols.partition_point(|it| it.address < address);
        let here = self.symbols.iter().enumerate().skip(first);
        let mut here: Vec<usize> = here
            .take_while(|(_, symbol)| symbol.address == address)
            .filter(|(index, symbol)| self.is_visible(*index, symbol, scope))
            .map(|(index, _)| index)
            .collect();
        // The order of symbols puts the preferred kind last; what is local comes before it.
        here.reverse();
        here.sort_by_key(|index| self.scope(*index).is_none());
        here
    }

    fn is_visible(&self, index: usize, symbol: &Symbol, scope: Option<usize>) -> bool {
        match (self.scope(index), scope) {
            (own @ Some(_), scope) => own == scope,
            (None, None) => true,
            (None, Some(scope)) => !self.locals.contains(&(scope, symbol.name.as_str())),
        }
    }

    /// Whether the name of a segment means the segment in a scope.
    pub(super) fn is_free(&self, name: &str, scope: Option<usize>) -> bool {
        let global = self.symbols.iter().enumerate();
        let mut global = global.filter(|(index, _)| self.scope(*index).is_none());
        !global.any(|(_, symbol)| symbol.name == name)
            && scope.is_none_or(|scope| !self.locals.contains(&(scope, name)))
    }

    /// An address by name: of a symbol there, or of the segment, and how far into it.
    pub(super) fn place(&self, image: &Image, address: u64, scope: Option<usize>) -> String {
        let here = self.at(address, scope);
        if let Some(symbol) = here.first().and_then(|index| self.symbol(*index)) {
            return symbol.name.clone();
        }
        let number = u16::try_from(address >> 32).unwrap_or(0);
        let name = image.segment_name(number).unwrap_or("0");
        match address & u64::from(u32::MAX) {
            0 => name.to_owned(),
            offset => format!("{name} + {offset:#x}"),
        }
    }

    /// Where the data around an address ends, if it is data with a label.
    pub(super) fn object_end(&self, address: u64) -> Option<u64> {
        let after = self.symbols.partition_point(|it| it.address <= address);
        let before = self.symbols.get(..after)?.iter().rev();
        // Only a label that is nearer can end the data of another.
        let object = before
            .take_while(|it| it.segment() == (address >> 32) as u16)
            .find(|it| it.kind != SymbolKind::Procedure)
            .filter(|it| it.kind == SymbolKind::Object && it.end() > address)?;
        Some(object.end() & u64::from(u32::MAX))
    }

    /// The offset of the next data with a label, in the same segment.
    pub(super) fn next_object(&self, address: u64) -> Option<u64> {
        let after = self.symbols.partition_point(|it| it.address <= address);
        let next = self.symbols.get(after)?;
        (next.segment() == (address >> 32) as u16).then(|| next.offset())
    }
}

/// Where branches and jumps go, and from where.
fn branches(image: &Image) -> HashMap<u64, Vec<u64>> {
    let mut branches: HashMap<u64, Vec<u64>> = HashMap::new();
    for segment in image.segments() {
        if !is_executable(image, segment.number) {
            continue;
        }
        let end = segment.bytes.len() as u64;
        for at in (0..end).step_by(8) {
            let from = segment.address() + at;
            let word = word(segment, at);
            // A call says nothing of scopes: it goes to others.
            let opcode = Opcode::of(word).filter(|opcode| *opcode != Opcode::Call);
            let Some(opcode) = opcode else {
                continue;
            };
            for (_, value) in opcode.operands(word) {
                if let Value::Target(by) = value {
                    let target = from.wrapping_add_signed(by.into());
                    branches.entry(target).or_default().push(from);
                }
            }
        }
    }
    branches
}

/// The procedures by what they refer to, for moving names into them.
pub(super) type Referrers = BTreeMap<u64, BTreeSet<usize>>;
