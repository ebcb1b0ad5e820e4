//! What is said of programs that assemble and are probably not what was meant.
//!
//! Only what follows from the order of instructions in a procedure, up to the
//! next label, is looked at. Invariant: nothing is said of what another path
//! through the program could make right.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use isa::abi::{self, Keeper};
use isa::instruction::Opcode;
use isa::instruction::operand::{OperandKind, Role};

use crate::builtin::Register;
use crate::diagnostic::{Code, Diagnostic};
use crate::pseudo::Pseudo;
use crate::source::Span;
use crate::symbol::{LabelKind, Meaning, ProcedureId};
use crate::syntax::{Operand, OperandSyntax, Operation};
use crate::unit::{OperationKind, Unit};

/// What is known in front of an instruction.
#[derive(Default)]
struct Line {
    procedure: Option<ProcedureId>,
    /// Registers that a call has changed since they were set.
    clobbered: BTreeMap<Register, (Span, ProcedureId)>,
    /// Capabilities that were derived and not used since.
    derived: BTreeMap<Register, Span>,
    /// The jump after which nothing leads here.
    ended: Option<Span>,
    /// Registers of which it was said that the procedure changes them.
    told: BTreeSet<Register>,
}

impl Line {
    fn forget(&mut self) {
        self.clobbered.clear();
        self.derived.clear();
        self.ended = None;
    }
}

/// What an instruction does with registers, and where it goes.
struct Effect {
    reads: Vec<(Register, Span)>,
    writes: Vec<(Register, Span)>,
    goes: Goes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    On,
    Perhaps,
    Calls,
    Away,
}

impl Unit<'_> {
    /// Looks at every procedure, and at the labels that nothing leads to.
    pub(crate) fn check_flow(&mut self) {
        // What is broken may use anything.
        if self.sink.failed() {
            return;
        }
        let by_place: HashMap<Span, ProcedureId> = (0..)
            .map(ProcedureId)
            .zip(&self.procedures)
            .map(|(id, procedure)| (procedure.span, id))
            .collect();
        let program = self.program;
        let mut line = Line::default();
        for (index, statement) in program.statements.iter().enumerate() {
            let Some(context) = self.context(index) else {
                continue;
            };
            if context.procedure != line.procedure {
                line = Line {
                    procedure: context.procedure,
                    ..Line::default()
                };
            }
            if !statement.labels.is_empty() {
                line.forget();
            }
            let (Some(operation), Some(kind), Some(procedure)) =
                (&statement.operation, context.operation, context.procedure)
            else {
                continue;
            };
            match kind {
                OperationKind::Directive(directive) if directive.has_bytes() => line.forget(),
                OperationKind::Directive(_) => {}
                _ => {
                    let effect = self.effect(kind, operation, index);
                    self.step(&mut line, kind, operation, &effect);
                    self.own_clobbers(&mut line, procedure, &effect);
                    if effect.goes == Goes::Calls {
                        let callee = operation.operands.last();
                        let callee = callee
                            .and_then(|callee| self.plain_name(callee))
                            .and_then(|name| self.symbols.lookup(context.scope, self.text(name)))
                            .and_then(|id| self.symbols.get(id))
                            .and_then(|symbol| by_place.get(&symbol.span).copied());
                        if let Some(callee) = callee {
                            self.note_callee(&mut line, procedure, callee, operation.span);
                        }
                    }
                }
            }
        }
        self.check_frames();
        self.check_labels();
    }

    /// What one instruction changes of what is known.
    fn step(
        &mut self,
        line: &mut Line,
        kind: OperationKind,
        operation: &Operation,
        effect: &Effect,
    ) {
        if let Some(jump) = line.ended.take()
            && !self.sources.is_control(operation.span)
        {
            let diagnostic =
                Diagnostic::new(Code::Unreachable, operation.span, "this is never reached")
                    .second(jump, "this goes elsewhere in any case")
                    .help("what is reached from elsewhere has a label");
            self.report(diagnostic);
        }
        for (register, span) in &effect.reads {
            line.derived.remove(register);
            if let Some((call, callee)) = line.clobbered.remove(register) {
                let name = self.procedure(callee).map_or("", |callee| callee.name);
                let message = format!("{register} was changed by the call of `{name}`");
                let declared = self.procedure(callee).and_then(|callee| {
                    let mut all = callee.clobbers.iter().flatten();
                    all.find(|(own, _)| own == register).map(|(_, span)| *span)
                });
                let mut diagnostic = Diagnostic::new(Code::Clobbered, *span, message)
                    .label("read here, and not set since")
                    .second(call, "the call");
                if let Some(declared) = declared {
                    diagnostic = diagnostic.second(declared, "said to be changed here");
                }
                let help = "keep the value in a register that calls preserve, or on the stack";
                self.report(diagnostic.help(help));
            }
        }
        for (register, _) in &effect.writes {
            line.clobbered.remove(register);
            if let Some(unused) = line.derived.remove(register) {
                self.unused(*register, unused);
            }
        }
        match effect.goes {
            Goes::On => {
                if let (true, Some((register, _))) = (derives(kind), effect.writes.first()) {
                    // What is put into c0 is a check, not a value.
                    if *register != Register::C(isa::instruction::C::ZERO) {
                        line.derived.insert(*register, operation.span);
                    }
                }
            }
            // What is not read here may be read where the jump goes.
            Goes::Perhaps => line.derived.clear(),
            // What an earlier call has changed may be the result of this one.
            Goes::Calls => {
                line.derived.clear();
                line.clobbered.retain(|register, _| !is_result(*register));
            }
            Goes::Away => {
                let returns = matches!(
                    kind,
                    OperationKind::Instruction(Opcode::Ret) | OperationKind::Pseudo(Pseudo::Return)
                );
                for (register, unused) in std::mem::take(&mut line.derived) {
                    if returns && is_free(register) && !is_result(register) {
                        self.unused(register, unused);
                    }
                }
                line.forget();
                line.ended = Some(operation.span);
            }
        }
    }

    fn unused(&mut self, register: Register, span: Span) {
        let message = format!("the capability in {register} is never used");
        let diagnostic = Diagnostic::new(Code::UnusedCapability, span, message)
            .label("derived here")
            .note("a derived capability changes no other; only the register that it is put into has it");
        self.report(diagnostic);
    }

    /// What a procedure that says what it changes changes besides.
    fn own_clobbers(&mut self, line: &mut Line, procedure: ProcedureId, effect: &Effect) {
        let Some(own) = self
            .procedure(procedure)
            .and_then(|own| own.clobbers.clone())
        else {
            return;
        };
        for (register, span) in &effect.writes {
            let said = own.iter().any(|(listed, _)| listed == register);
            if said || is_result(*register) || !is_free(*register) || !line.told.insert(*register) {
                continue;
            }
            let name = self.procedure(procedure).map_or("", |own| own.name);
            let message =
                format!("`{name}` changes {register}, which its `.clobbers` does not list");
            self.report(Diagnostic::new(Code::ClobbersMore, *span, message));
        }
    }

    /// A call of a procedure that may say what it changes.
    fn note_callee(
        &mut self,
        line: &mut Line,
        caller: ProcedureId,
        callee: ProcedureId,
        span: Span,
    ) {
        let clobbers = self
            .procedure(callee)
            .and_then(|callee| callee.clobbers.clone());
        let own = self
            .procedure(caller)
            .and_then(|caller| caller.clobbers.clone());
        for (register, listed) in clobbers.into_iter().flatten() {
            line.clobbered.insert(register, (span, callee));
            let said = own
                .as_ref()
                .is_none_or(|own| own.iter().any(|(own, _)| *own == register));
            if said || is_result(register) || !is_free(register) || !line.told.insert(register) {
                continue;
            }
            let name = self.procedure(caller).map_or("", |caller| caller.name);
            let message = format!(
                "`{name}` changes {register} by this call, and its `.clobbers` does not list it"
            );
            let diagnostic = Diagnostic::new(Code::ClobbersMore, span, message)
                .second(listed, "what is called says so here");
            self.report(diagnostic);
        }
    }

    fn check_frames(&mut self) {
        let open: Vec<(Span, &str)> = self
            .procedures
            .iter()
            .filter_map(|procedure| Some((procedure.frame_left_open()?, procedure.name)))
            .collect();
        for (span, name) in open {
            let message = format!("the procedure `{name}` enters and never leaves");
            let diagnostic = Diagnostic::new(Code::FrameOpen, span, message)
                .label("makes a frame that nothing takes from the stack again")
                .help("end the procedure with `return`, or with `leave` in front of its last jump");
            self.report(diagnostic);
        }
    }

    /// Labels of code that only their own scope could use and does not.
    fn check_labels(&mut self) {
        let unused: Vec<(Span, &str)> = self
            .symbols
            .iter()
            .filter_map(|(_, symbol)| match symbol.meaning {
                Meaning::Label(label) if label.kind == LabelKind::Code => {
                    let hidden = symbol.scope.is_some() && !symbol.used;
                    let written = self.sources.expansion(symbol.span.source).is_none();
                    (hidden && written).then_some((symbol.span, symbol.name))
                }
                _ => None,
            })
            .collect();
        for (span, name) in unused {
            let message = format!("nothing uses the label `{name}`");
            let diagnostic = Diagnostic::new(Code::UnusedLabel, span, message)
                .note("it is local, so nothing else can use it");
            self.report(diagnostic);
        }
    }

    /// What an instruction does with registers.
    fn effect(&self, kind: OperationKind, operation: &Operation, statement: usize) -> Effect {
        let mut effect = Effect {
            reads: Vec::new(),
            writes: Vec::new(),
            goes: goes(kind),
        };
        let operands = operation.operands.as_slice();
        match kind {
            OperationKind::Instruction(opcode) => {
                let wanted = opcode.format().operands();
                // What may be left out is the link, which stands first.
                let left_out = wanted.len().saturating_sub(operands.len());
                for (wanted, operand) in wanted.iter().skip(left_out).zip(operands) {
                    let role = match wanted.kind {
                        OperandKind::R(role) | OperandKind::C(role) => role,
                        _ => Role::Read,
                    };
                    self.note_operand(role, operand, statement, &mut effect);
                }
            }
            OperationKind::Pseudo(pseudo) => {
                let writes = matches!(
                    pseudo,
                    Pseudo::Mov | Pseudo::Li | Pseudo::Neg | Pseudo::Not | Pseudo::La
                );
                for (position, operand) in operands.iter().enumerate() {
                    let role = if writes && position == 0 {
                        Role::Write
                    } else {
                        Role::Read
                    };
                    self.note_operand(role, operand, statement, &mut effect);
                }
            }
            OperationKind::Directive(_) => {}
        }
        effect
    }

    fn note_operand(&self, role: Role, operand: &Operand, statement: usize, effect: &mut Effect) {
        let (OperandSyntax::Value(expression) | OperandSyntax::Memory(expression)) = operand.kind
        else {
            return;
        };
        for index in self.registers_in(expression, statement) {
            let node = self.program.nodes.get(index);
            if let (Some(register), Some(node)) = (self.register_at(index, statement), node) {
                if matches!(role, Role::Read | Role::Update) {
                    effect.reads.push((register, node.span));
                }
                if matches!(role, Role::Write | Role::Update) {
                    effect.writes.push((register, node.span));
                }
            }
        }
    }
}

/// Whether an instruction does nothing but derive a capability.
fn derives(kind: OperationKind) -> bool {
    matches!(
        kind,
        OperationKind::Pseudo(Pseudo::La)
            | OperationKind::Instruction(
                Opcode::Cadd
                    | Opcode::Cseek
                    | Opcode::Cbound
                    | Opcode::Cperm
                    | Opcode::Cring
                    | Opcode::Centry
                    | Opcode::Creturn
                    | Opcode::Cmov
            )
    )
}

fn goes(kind: OperationKind) -> Goes {
    match kind {
        OperationKind::Instruction(opcode) => match opcode {
            Opcode::J | Opcode::Jmpc | Opcode::Ret | Opcode::Resume => Goes::Away,
            Opcode::Call | Opcode::Callc => Goes::Calls,
            Opcode::Beq | Opcode::Bne | Opcode::Blt | Opcode::Bge | Opcode::Bltu | Opcode::Bgeu => {
                Goes::Perhaps
            }
            _ => Goes::On,
        },
        OperationKind::Pseudo(pseudo) => match pseudo {
            Pseudo::Return => Goes::Away,
            Pseudo::Ble
            | Pseudo::Bgt
            | Pseudo::Bleu
            | Pseudo::Bgtu
            | Pseudo::Beqz
            | Pseudo::Bnez => Goes::Perhaps,
            // It sets registers that are not written there.
            Pseudo::Leave => Goes::Perhaps,
            _ => Goes::On,
        },
        OperationKind::Directive(_) => Goes::On,
    }
}

/// Whether a procedure may change a register.
fn is_free(register: Register) -> bool {
    let (file, number) = register.place();
    abi::ROLES.iter().any(|role| {
        let own = role.file == file && (role.first..=role.last).contains(&number);
        own && role.keeper == Keeper::Caller && role.alias != Some("link")
    })
}

/// Whether procedures give results in a register.
fn is_result(register: Register) -> bool {
    matches!(register.place(), ('r', 1 | 2) | ('c', 1))
}
