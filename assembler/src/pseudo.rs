//! Pseudo-instructions: short forms that stand for one or a few instructions.
//!
//! Invariant: how many instructions one stands for is settled in layout and
//! never changes; where a value is not known then, it is the larger number.

use isa::instruction::format::{Alu, AluImmediate, Branch, CapabilityImmediate};
use isa::instruction::operand::{Index, OperandKind, Role};
use isa::instruction::value::Value as Encoded;
use isa::instruction::{INSTRUCTION_SIZE, Opcode, R};

use crate::diagnostic::{Code, Diagnostic};
use crate::encode::Slot;
use crate::expression::Word;
use crate::object::{Form, Site};
use crate::procedure::word;
use crate::symbol::{Base, Deferred};
use crate::syntax::{Operand, OperandSyntax, Operation};
use crate::unit::{Failure, OperationKind, Unit};

macro_rules! pseudos {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $syntax:literal $count:literal;)+) => {
        /// A pseudo-instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Pseudo { $($(#[doc = $doc])+ $variant,)+ }

        impl Pseudo {
            /// Every pseudo-instruction, in the order of the table.
            pub const ALL: &'static [Pseudo] = &[$(Pseudo::$variant,)+];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { $(Pseudo::$variant => $name,)+ }
            }

            /// How it is written.
            pub const fn syntax(self) -> &'static str {
                match self { $(Pseudo::$variant => $syntax,)+ }
            }

            /// What it stands for.
            pub const fn meaning(self) -> &'static str {
                match self { $(Pseudo::$variant => concat!($($doc, "\n"),+),)+ }
            }

            const fn count(self) -> usize {
                match self { $(Pseudo::$variant => $count,)+ }
            }
        }
    };
}

pseudos! {
    /// Does nothing: `add r0, r0, 0`.
    Nop "nop" "nop" 0;
    /// Copies a data register: `add rd, ra, 0`. Capabilities are copied with `cmov`.
    Mov "mov" "mov rd, ra" 2;
    /// Puts a number or an address into a register: `add rd, r0, number`, and `seth` behind it for a
    /// number of more than 32 bits or one that is not known before.
    Li "li" "li rd, number" 2;
    /// Negates: `sub rd, r0, ra`.
    Neg "neg" "neg rd, ra" 2;
    /// Inverts every bit: `xor rd, ra, -1`.
    Not "not" "not rd, ra" 2;
    /// Branches if less or equal, as signed numbers: `bge rb, ra, label`, or `blt ra, number + 1, label`.
    Ble "ble" "ble ra, rb, label" 3;
    /// Branches if greater, as signed numbers: `blt rb, ra, label`, or `bge ra, number + 1, label`.
    Bgt "bgt" "bgt ra, rb, label" 3;
    /// Branches if less or equal, as unsigned numbers: `bgeu rb, ra, label`, or `bltu ra, number + 1, label`.
    Bleu "bleu" "bleu ra, rb, label" 3;
    /// Branches if greater, as unsigned numbers: `bltu rb, ra, label`, or `bgeu ra, number + 1, label`.
    Bgtu "bgtu" "bgtu ra, rb, label" 3;
    /// Branches if zero: `beq ra, r0, label`.
    Beqz "beqz" "beqz ra, label" 2;
    /// Branches if not zero: `bne ra, r0, label`.
    Bnez "bnez" "bnez ra, label" 2;
    /// Loads a capability to a label or segment: `ldk` of a slot that the linker makes in the linkage
    /// segment of the ring that runs the text. Code gives an entry capability; data gives exactly the
    /// bytes of the label, with the rights that its segment allows.
    La "la" "la cd, label" 2;
    /// Makes the frame of a procedure: lowers the stack pointer by what `.local` and `.save` ask for,
    /// and saves the registers of `.save`, and the link where the procedure calls.
    Enter "enter" "enter" 0;
    /// Restores what `enter` saved, and the stack pointer.
    Leave "leave" "leave" 0;
    /// `leave`, then `ret`.
    Return "return" "return" 0;
}

impl Pseudo {
    /// The pseudo-instruction of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|pseudo| pseudo.name() == name)
    }

    /// What it is without its immediate form: the instruction with the
    /// registers exchanged, and the one with the number plus 1.
    fn comparison(self) -> Option<(Opcode, Opcode)> {
        Some(match self {
            Self::Ble => (Opcode::Bge, Opcode::Blt),
            Self::Bgt => (Opcode::Blt, Opcode::Bge),
            Self::Bleu => (Opcode::Bgeu, Opcode::Bltu),
            Self::Bgtu => (Opcode::Bltu, Opcode::Bgeu),
            _ => return None,
        })
    }
}

const DATA: OperandKind = OperandKind::R(Role::Read);
const CAPABILITY: OperandKind = OperandKind::C(Role::Write);

impl Unit<'_> {
    /// How many instructions a pseudo-instruction stands for; none if it is
    /// wrong, which is reported.
    pub(crate) fn pseudo_length(
        &mut self,
        pseudo: Pseudo,
        operation: &Operation,
        statement: usize,
    ) -> Option<usize> {
        if operation.operands.len() != pseudo.count() {
            self.wrong_count(operation, pseudo.syntax());
            return None;
        }
        let frame = self
            .context(statement)
            .and_then(|context| self.procedure(context.procedure?))
            .map(|procedure| &procedure.frame);
        Some(match pseudo {
            Pseudo::Enter => frame?.enter().len(),
            Pseudo::Leave => frame?.leave().len(),
            Pseudo::Return => frame?.leave_and_return().len(),
            Pseudo::Li => match operation.operands.get(1)?.kind {
                OperandSyntax::Value(expression) => {
                    // What another file says must not make this one longer or shorter.
                    self.file_alone = true;
                    let word = self.word(expression, statement);
                    self.file_alone = false;
                    match word {
                        Ok(Word::Number(number)) => 1 + usize::from(i32::try_from(number).is_err()),
                        Ok(Word::Deferred(value)) => 1 + usize::from(!is_short(value)),
                        Err(Failure::NotYet(_)) => 2,
                        Err(Failure::Reported) => return None,
                    }
                }
                _ => 1,
            },
            _ => 1,
        })
    }

    /// The instructions that a pseudo-instruction stands for, as many as
    /// `length` says. What is wrong is reported.
    pub(crate) fn expand(
        &mut self,
        pseudo: Pseudo,
        operation: &Operation,
        statement: usize,
        length: usize,
    ) -> Option<Vec<u64>> {
        let operands = operation.operands.as_slice();
        let slot = |index| Slot {
            operation: OperationKind::Pseudo(pseudo),
            index,
            statement,
        };
        match (pseudo, operands) {
            (Pseudo::Nop, _) => {
                let (rd, ra) = (R::ZERO, R::ZERO);
                Some(vec![add(rd, ra, 0)])
            }
            (Pseudo::Mov | Pseudo::Neg | Pseudo::Not, [rd, ra]) => {
                let rd = self.data_register(rd, slot(0));
                let ra = self.data_register(ra, slot(1));
                let (rd, ra) = (rd?, ra?);
                Some(vec![match pseudo {
                    Pseudo::Mov => add(rd, ra, 0),
                    Pseudo::Neg => {
                        let x = register_index(ra);
                        word(Opcode::Sub, Alu { rd, ra: R::ZERO, x }.pack())
                    }
                    _ => {
                        let x = number_index(-1);
                        word(Opcode::Xor, Alu { rd, ra, x }.pack())
                    }
                }])
            }
            (Pseudo::Li, [rd, number]) => self.load_number(rd, number, slot, length),
            (Pseudo::Beqz | Pseudo::Bnez, [ra, target]) => {
                let opcode = match pseudo {
                    Pseudo::Beqz => Opcode::Beq,
                    _ => Opcode::Bne,
                };
                let ra = self.data_register(ra, slot(0));
                let target = self.operand(OperandKind::Target, target, slot(1));
                let (ra, Encoded::Target(target)) = (ra?, target?) else {
                    return None;
                };
                Some(vec![branch(opcode, ra, R::ZERO, 0, target)])
            }
            (Pseudo::La, [cd, target]) => {
                let cd = self.operand(CAPABILITY, cd, slot(0));
                let linked = self.capability_target(target, statement);
                let (Encoded::C(cd), value) = (cd?, linked?) else {
                    return None;
                };
                self.defer_target(Site::Link, value, target.span);
                let operands = CapabilityImmediate { cd, imm: 0 };
                Some(vec![word(Opcode::Ldk, operands.pack())])
            }
            (_, [ra, rb, target]) => self.compare_and_branch(pseudo, ra, rb, target, slot),
            _ => {
                let procedure = self.context(statement)?.procedure?;
                let frame = &self.procedure(procedure)?.frame;
                Some(match pseudo {
                    Pseudo::Enter => frame.enter(),
                    Pseudo::Leave => frame.leave(),
                    _ => frame.leave_and_return(),
                })
            }
        }
    }

    fn data_register(&mut self, operand: &Operand, slot: Slot) -> Option<R> {
        match self.operand(DATA, operand, slot)? {
            Encoded::R(register) => Some(register),
            _ => None,
        }
    }

    fn load_number(
        &mut self,
        rd: &Operand,
        number: &Operand,
        slot: impl Fn(usize) -> Slot,
        length: usize,
    ) -> Option<Vec<u64>> {
        let rd = self.data_register(rd, slot(0));
        let OperandSyntax::Value(expression) = number.kind else {
            let found = self.describe(number, slot(1).statement);
            let message = format!("`li` takes a number, not {found}");
            self.report(Diagnostic::new(Code::OperandKind, number.span, message));
            return None;
        };
        let value = self.word(expression, slot(1).statement);
        let value = self.known(value, "the number");
        let (rd, value) = (rd?, value?);
        let value = match value {
            Word::Number(value) => value,
            Word::Deferred(value) if length == 2 => {
                self.defer(Site::Low, value, 0, number.span);
                self.defer(Site::High, value, INSTRUCTION_SIZE, number.span);
                0
            }
            Word::Deferred(value) => {
                self.defer(Site::Immediate, value, 0, number.span);
                0
            }
        };
        // The lower half goes in with its sign; `seth` then replaces the upper half.
        let mut words = vec![add(rd, R::ZERO, value as i32)];
        if length == 2 {
            let imm = (value >> 32) as i32;
            let operands = AluImmediate { rd, ra: rd, imm };
            words.push(word(Opcode::Seth, operands.pack()));
        }
        Some(words)
    }

    fn compare_and_branch(
        &mut self,
        pseudo: Pseudo,
        ra: &Operand,
        rb: &Operand,
        target: &Operand,
        slot: impl Fn(usize) -> Slot,
    ) -> Option<Vec<u64>> {
        let (exchanged, increased) = pseudo.comparison()?;
        let left = self.data_register(ra, slot(0));
        let right = self.operand(OperandKind::Compare, rb, slot(1));
        let target = self.operand(OperandKind::Target, target, slot(2));
        let (left, Encoded::Compare(right), Encoded::Target(target)) = (left?, right?, target?)
        else {
            return None;
        };
        if right.immediate == 0 {
            return Some(vec![branch(exchanged, right.register, left, 0, target)]);
        }
        let unsigned = matches!(pseudo, Pseudo::Bleu | Pseudo::Bgtu);
        let next = right.immediate.checked_add(1);
        let next = next.filter(|next| right.register == R::ZERO && !(unsigned && *next == 0));
        let Some(next) = next else {
            let name = pseudo.name();
            let message = format!("`{name}` cannot compare with this");
            let diagnostic = Diagnostic::new(Code::OutOfRange, rb.span, message)
                .label("expected a register, or a number from -128 to 126")
                .note("it stands for the opposite comparison with the number plus 1, so neither a sum nor the largest number will do")
                .help("put the value into a register first");
            self.report(diagnostic);
            return None;
        };
        Some(vec![branch(increased, left, R::ZERO, next, target)])
    }
}

/// Whether a value that only linking knows fits in 32 bits in any case.
fn is_short(value: Deferred) -> bool {
    let largest = value.mask().and_then(|mask| i64::try_from(mask).ok());
    let largest = largest.and_then(|largest| largest.checked_add(value.addend));
    let fits = |number: i64| i32::try_from(number).is_ok();
    let shown = |number: i64| fits(number >> value.right);
    largest.is_some_and(shown)
        && shown(value.addend)
        && value.form != Form::Length
        && !matches!(value.base, Base::External(_))
}

fn number_index(immediate: i32) -> Index {
    Index {
        register: R::ZERO,
        scale: 0,
        immediate,
    }
}

fn register_index(register: R) -> Index {
    Index {
        register,
        scale: 0,
        immediate: 0,
    }
}

fn add(rd: R, ra: R, immediate: i32) -> u64 {
    let x = number_index(immediate);
    word(Opcode::Add, Alu { rd, ra, x }.pack())
}

fn branch(opcode: Opcode, ra: R, register: R, immediate: i8, target: i32) -> u64 {
    let x = isa::instruction::operand::Compare {
        register,
        immediate,
    };
    word(opcode, Branch { ra, x, target }.pack())
}
