//! Procedures: their register aliases, locals, saved registers, and frames.
//!
//! A frame is, from the stack pointer up: locals, saved capability registers,
//! saved data registers; its size is a multiple of 16. Invariant: `enter`,
//! `leave` and `return` of a procedure all follow its one [`Frame`].

use std::collections::HashMap;

use isa::abi;
use isa::address::SEGMENT_SIZE_MAX;
use isa::instruction::format::{Capability, Derive, Load, LoadCapability, Store, StoreCapability};
use isa::instruction::operand::{Index, Memory};
use isa::instruction::{C, INSTRUCTION_SIZE, Opcode, R};

use crate::builtin::Register;
use crate::diagnostic::{Code, Diagnostic};
use crate::pseudo::Pseudo;
use crate::source::Span;
use crate::symbol::{Meaning, ProcedureId, ScopeId, SegmentId, SymbolId};
use crate::syntax::{Expression, Operand, OperandSyntax, Operation};
use crate::unit::{OperationKind, Unit};

/// A procedure.
#[derive(Debug)]
pub(crate) struct Procedure<'a> {
    pub(crate) name: &'a str,
    pub(crate) span: Span,
    pub(crate) segment: SegmentId,
    /// The scope of its names.
    pub(crate) scope: ScopeId,
    /// Names of registers, and where each is given.
    pub(crate) aliases: HashMap<&'a str, (Register, Span)>,
    /// Locals: the symbol, its size, the statement, its place.
    locals: Vec<(SymbolId, Expression, usize)>,
    /// Registers that `.save` lists.
    saves: Vec<(Register, Span)>,
    /// Whether it calls with the link in c7.
    calls: bool,
    /// The registers that `.clobbers` lists; none if there is none.
    pub(crate) clobbers: Option<Vec<(Register, Span)>>,
    /// The first `enter`.
    enters: Option<Span>,
    /// The first `leave` or `return`.
    leaves: Option<Span>,
    /// The statement with its `.endproc`.
    pub(crate) ended_by: Option<usize>,
    /// The offset after its last byte, once layout has come there.
    pub(crate) end: Option<u64>,
    pub(crate) frame: Frame,
}

/// What a procedure has on the stack while it runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// Bytes, a multiple of 16.
    size: i32,
    /// Registers, and where they are.
    saves: Vec<(Register, i32)>,
}

impl<'a> Procedure<'a> {
    pub(crate) fn new(name: &'a str, span: Span, segment: SegmentId, scope: ScopeId) -> Self {
        Self {
            name,
            span,
            segment,
            scope,
            aliases: HashMap::new(),
            locals: Vec::new(),
            saves: Vec::new(),
            calls: false,
            clobbers: None,
            enters: None,
            leaves: None,
            ended_by: None,
            end: None,
            frame: Frame::default(),
        }
    }

    /// The `enter` of a frame that nothing takes away again.
    pub(crate) fn frame_left_open(&self) -> Option<Span> {
        let open = self.leaves.is_none() && self.frame.size > 0;
        self.enters.filter(|_| open)
    }
}

/// The link register, c7.
const LINK: Option<C> = C::new(abi::REGISTER_LINK);

impl<'a> Unit<'a> {
    /// `.local NAME, BYTES`.
    pub(crate) fn add_local(
        &mut self,
        operation: &Operation,
        index: usize,
        id: ProcedureId,
        scope: Option<ScopeId>,
    ) {
        let [name, size] = operation.operands.as_slice() else {
            return;
        };
        let (Some(name), OperandSyntax::Value(size)) = (self.plain_name(name), size.kind) else {
            let message = "expected the name of a local and its size in bytes";
            self.report(Diagnostic::new(Code::OperandKind, operation.span, message));
            return;
        };
        let meaning = Meaning::Local { offset: None };
        if let Some(symbol) = self.define(name, scope, meaning)
            && let Some(procedure) = self.procedure_mut(id)
        {
            procedure.locals.push((symbol, size, index));
        }
    }

    /// `NAME: REGISTER`, in `.proc` or `.alias`.
    pub(crate) fn add_alias(&mut self, operand: &Operand, id: ProcedureId) {
        let OperandSyntax::Alias { name, register } = operand.kind else {
            let message = "expected a name for a register, as in `count: r2`";
            self.report(Diagnostic::new(Code::Alias, operand.span, message));
            return;
        };
        let (alias, target) = (self.text(name), self.text(register));
        if let Some(own) = Register::named(alias) {
            let message = format!("`{alias}` is the register {own} already");
            self.report(Diagnostic::new(Code::Alias, name, message));
            return;
        }
        let Some(target) = Register::named(target) else {
            let message = format!("`{target}` is no register");
            let diagnostic = Diagnostic::new(Code::Alias, register, message)
                .note("data registers are r0 to r31, capability registers c0 to c15");
            self.report(diagnostic);
            return;
        };
        let first = self
            .procedure(id)
            .and_then(|procedure| procedure.aliases.get(alias))
            .map(|(_, first)| *first);
        let scope = self.procedure(id).map(|procedure| procedure.scope);
        let symbol = self
            .symbols
            .lookup(scope, alias)
            .and_then(|symbol| self.symbols.get(symbol))
            .filter(|symbol| symbol.scope.is_some() && symbol.scope == scope)
            .map(|symbol| symbol.span);
        if let Some(first) = first.or(symbol) {
            let message = format!("`{alias}` is defined twice");
            let diagnostic = Diagnostic::new(Code::DuplicateSymbol, name, message)
                .label("defined again here")
                .second(first, "first defined here");
            self.report(diagnostic);
            return;
        }
        if let Some(procedure) = self.procedure_mut(id) {
            procedure.aliases.insert(alias, (target, name));
        }
    }

    /// A register that `.save` lists.
    pub(crate) fn add_save(&mut self, operand: &Operand, id: ProcedureId) {
        let register = self
            .plain_name(operand)
            .and_then(|name| self.register(self.text(name), Some(id)));
        let Some(register) = register else {
            let message = "`.save` takes registers";
            let diagnostic =
                Diagnostic::new(Code::OperandKind, operand.span, message).label("not a register");
            self.report(diagnostic);
            return;
        };
        let fixed = match register {
            Register::R(register) => register == R::ZERO,
            Register::C(register) => register == C::ZERO || register == C::STACK,
        };
        if fixed {
            let message = format!("{register} cannot be saved");
            let diagnostic = Diagnostic::new(Code::Save, operand.span, message)
                .note("r0 and c0 never change, and `leave` restores the stack pointer anyway");
            self.report(diagnostic);
            return;
        }
        let first = self.procedure(id).and_then(|procedure| {
            let mut saves = procedure.saves.iter();
            saves.find(|(saved, _)| *saved == register).copied()
        });
        if let Some((_, first)) = first {
            let message = format!("{register} is saved twice");
            let diagnostic = Diagnostic::new(Code::Save, operand.span, message)
                .second(first, "saved here already");
            self.report(diagnostic);
            return;
        }
        let (file, number) = match register {
            Register::R(register) => ('r', register.number()),
            Register::C(register) => ('c', register.number()),
        };
        let free = abi::ROLES.iter().any(|role| {
            role.file == file
                && (role.first..=role.last).contains(&number)
                && role.keeper == abi::Keeper::Caller
        });
        if free && LINK.map(Register::C) != Some(register) {
            let message = format!("{register} need not be saved: callers expect it to change");
            self.report(Diagnostic::new(Code::SaveNeedless, operand.span, message));
        }
        if let Some(procedure) = self.procedure_mut(id) {
            procedure.saves.push((register, operand.span));
        }
    }

    /// A register that `.clobbers` lists.
    pub(crate) fn add_clobber(&mut self, operand: &Operand, id: ProcedureId) {
        let register = self
            .plain_name(operand)
            .and_then(|name| self.register(self.text(name), Some(id)));
        match (register, self.procedure_mut(id)) {
            (Some(register), Some(procedure)) => {
                let clobbers = procedure.clobbers.get_or_insert_default();
                if clobbers.iter().all(|(listed, _)| *listed != register) {
                    clobbers.push((register, operand.span));
                }
            }
            _ => {
                let message = "`.clobbers` takes registers";
                let diagnostic = Diagnostic::new(Code::OperandKind, operand.span, message)
                    .label("not a register");
                self.report(diagnostic);
            }
        }
    }

    /// Notes that a procedure calls, which overwrites the link.
    pub(crate) fn note_call(
        &mut self,
        opcode: Opcode,
        operation: &Operation,
        procedure: Option<ProcedureId>,
    ) {
        let links = match (opcode, operation.operands.as_slice()) {
            (Opcode::Call | Opcode::Callc, [_]) => true,
            (Opcode::Call | Opcode::Callc, [link, ..]) => self
                .plain_name(link)
                .and_then(|name| self.register(self.text(name), procedure))
                .is_some_and(|register| LINK.map(Register::C) == Some(register)),
            _ => false,
        };
        if links && let Some(procedure) = procedure.and_then(|id| self.procedure_mut(id)) {
            procedure.calls = true;
        }
    }

    /// Notes the pseudo-instructions that make and end frames.
    pub(crate) fn note_frame(
        &mut self,
        kind: OperationKind,
        operation: &Operation,
        procedure: Option<ProcedureId>,
    ) {
        let OperationKind::Pseudo(pseudo @ (Pseudo::Enter | Pseudo::Leave | Pseudo::Return)) = kind
        else {
            return;
        };
        let Some(procedure) = procedure.and_then(|id| self.procedure_mut(id)) else {
            let name = pseudo.name();
            let message = format!("`{name}` belongs in a procedure");
            let diagnostic = Diagnostic::new(Code::Misplaced, operation.span, message)
                .help("procedures are what is between `.proc NAME` and `.endproc`");
            self.report(diagnostic);
            return;
        };
        match pseudo {
            Pseudo::Enter => procedure.enters = procedure.enters.or(Some(operation.span)),
            _ => procedure.leaves = procedure.leaves.or(Some(operation.span)),
        }
    }

    /// Settles the frame of a procedure and the offsets of its locals.
    pub(crate) fn settle_frame(&mut self, id: ProcedureId) {
        let Some(procedure) = self.procedure_mut(id) else {
            return;
        };
        let locals = std::mem::take(&mut procedure.locals);
        let mut registers: Vec<Register> = procedure
            .saves
            .iter()
            .map(|(register, _)| *register)
            .collect();
        if let Some(link) = LINK.map(Register::C)
            && procedure.calls
            && !registers.contains(&link)
        {
            registers.push(link);
        }
        let mut at: u64 = 0;
        for (symbol, size, statement) in locals {
            let size = self.number(size, statement);
            let Some(size) = self.known(size, "the size of a local") else {
                continue;
            };
            let fits = u64::try_from(size)
                .ok()
                .filter(|size| at.saturating_add(*size) < SEGMENT_SIZE_MAX);
            let Some(size) = fits else {
                self.local_out_of_range(statement, size);
                continue;
            };
            at = at.next_multiple_of(size.next_power_of_two().clamp(1, 16));
            if let Some(symbol) = self.symbols.get_mut(symbol) {
                symbol.meaning = Meaning::Local {
                    offset: Some(at.cast_signed()),
                };
            }
            at += size;
        }
        // A stable sort: capabilities first, each kind in the order of `.save`.
        registers.sort_by_key(|register| matches!(register, Register::R(_)));
        let mut saves = Vec::new();
        for register in registers {
            let size: u64 = match register {
                Register::C(_) => 16,
                Register::R(_) => 8,
            };
            at = at.next_multiple_of(size);
            saves.push((register, i32::try_from(at).unwrap_or(i32::MAX)));
            at += size;
        }
        let size = i32::try_from(at.next_multiple_of(abi::STACK_ALIGNMENT)).unwrap_or(i32::MAX);
        let Some(procedure) = self.procedure_mut(id) else {
            return;
        };
        procedure.frame = Frame { size, saves };
        if let (Some(leaves), false, true) =
            (procedure.leaves, procedure.enters.is_some(), size > 0)
        {
            let message = format!("the procedure `{}` leaves and never enters", procedure.name);
            let mut diagnostic = Diagnostic::new(Code::NoEnter, leaves, message)
                .label("takes from the stack what was not put there");
            if procedure.calls {
                diagnostic =
                    diagnostic.note("the procedure calls, so its link is kept on the stack");
            }
            self.report(diagnostic.help("begin the procedure with `enter`"));
        }
    }

    fn local_out_of_range(&mut self, statement: usize, size: i64) {
        let program = self.program;
        if let Some(operation) = program
            .statements
            .get(statement)
            .and_then(|statement| statement.operation.as_ref())
        {
            let message = format!("a local cannot have {size} bytes");
            self.report(Diagnostic::new(Code::OutOfRange, operation.span, message));
        }
    }
}

impl Frame {
    /// The instructions of `enter`.
    pub(crate) fn enter(&self) -> Vec<u64> {
        let mut words = Vec::new();
        if self.size > 0 {
            words.push(move_stack(-self.size));
        }
        words.extend(self.saves.iter().map(|(register, offset)| {
            let m = on_stack(*offset);
            match *register {
                Register::R(ra) => word(Opcode::St, Store { ra, m }.pack()),
                Register::C(ca) => word(Opcode::Stc, StoreCapability { ca, m }.pack()),
            }
        }));
        words
    }

    /// The instructions of `leave`.
    pub(crate) fn leave(&self) -> Vec<u64> {
        let mut words: Vec<u64> = self
            .saves
            .iter()
            .map(|(register, offset)| {
                let m = on_stack(*offset);
                match *register {
                    Register::R(rd) => word(Opcode::Ld, Load { rd, m }.pack()),
                    Register::C(cd) => word(Opcode::Ldc, LoadCapability { cd, m }.pack()),
                }
            })
            .collect();
        if self.size > 0 {
            words.push(move_stack(self.size));
        }
        words
    }

    /// The instructions of `return`.
    pub(crate) fn leave_and_return(&self) -> Vec<u64> {
        let mut words = self.leave();
        if let Some(ca) = LINK {
            words.push(word(Opcode::Ret, Capability { ca }.pack()));
        }
        words
    }
}

/// An instruction from its opcode and its packed operands.
pub(crate) fn word(opcode: Opcode, operands: u64) -> u64 {
    u64::from(opcode.number()) | operands
}

/// Bytes of so many instructions.
pub(crate) fn bytes_of(instructions: usize) -> u64 {
    (instructions as u64).saturating_mul(INSTRUCTION_SIZE)
}

fn immediate(immediate: i32) -> Index {
    Index {
        register: R::ZERO,
        scale: 0,
        immediate,
    }
}

fn on_stack(offset: i32) -> Memory {
    Memory {
        base: C::STACK,
        index: immediate(offset),
    }
}

fn move_stack(by: i32) -> u64 {
    let operands = Derive {
        cd: C::STACK,
        ca: C::STACK,
        x: immediate(by),
    };
    word(Opcode::Cadd, operands.pack())
}
