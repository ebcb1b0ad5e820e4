//! Directives: the table of them, and the bytes of those that make data.
//!
//! Invariant: the size of a directive's bytes is settled in layout, by
//! [`Unit::data_size`], and the bytes made later are exactly as many.

use std::ops::Neg;
use std::str::FromStr;

use isa::address::GRANULE_SIZE;
use isa::instruction::INSTRUCTION_SIZE;

use crate::diagnostic::{Code, Diagnostic};
use crate::expression::Word;
use crate::literal;
use crate::object::Site;
use crate::reader::literal_diagnostic;
use crate::source::Span;
use crate::symbol::Value;
use crate::syntax::{Expression, NodeKind, Operand, OperandSyntax, Operation, Unary};
use crate::unit::Unit;

macro_rules! directives {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $syntax:literal;)+) => {
        /// A directive.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Directive { $($(#[doc = $doc])+ $variant,)+ }

        impl Directive {
            /// Every directive, in the order of the table.
            pub const ALL: &'static [Directive] = &[$(Directive::$variant,)+];

            /// Its name, with the point.
            pub const fn name(self) -> &'static str {
                match self { $(Directive::$variant => $name,)+ }
            }

            /// How it is written.
            pub const fn syntax(self) -> &'static str {
                match self { $(Directive::$variant => $syntax,)+ }
            }

            /// What it does.
            pub const fn meaning(self) -> &'static str {
                match self { $(Directive::$variant => concat!($($doc, "\n"),+),)+ }
            }
        }
    };
}

directives! {
    /// Opens a segment; what follows goes there. The mode is made of `r`, `w` and `x`. Options: `hold`
    /// (it may hold capabilities), `system`, `rings(r1, r2, r3)`, `number(n)`, `length(n)`, `label(n)`,
    /// `generation(n)`, `device(slot)`. The rings are (4, 4, 4) unless said otherwise. A segment that is
    /// opened again is named alone.
    Segment ".segment" ".segment NAME, MODE, OPTION…";
    /// Opens the segment `text`: mode `rx`. A file begins in it.
    Text ".text" ".text";
    /// Opens the segment `data`: mode `rw`, `hold`.
    Data ".data" ".data";
    /// Opens the segment `rodata`: mode `r`.
    Rodata ".rodata" ".rodata";
    /// Gives a name to a value.
    Equ ".equ" ".equ NAME, expression";
    /// Bytes.
    Byte ".byte" ".byte expression, …";
    /// Halves: two bytes each, the low one first.
    Half ".half" ".half expression, …";
    /// Words: four bytes each.
    Word ".word" ".word expression, …";
    /// Double words: eight bytes each. A label is its address, `segment << 32 | offset`.
    Dword ".dword" ".dword expression, …";
    /// Floating-point numbers in single precision, four bytes each.
    Single ".single" ".single number, …";
    /// Floating-point numbers in double precision, eight bytes each.
    Double ".double" ".double number, …";
    /// The bytes of strings.
    Ascii ".ascii" ".ascii \"text\", …";
    /// The bytes of strings, each with a zero byte behind it.
    Asciz ".asciz" ".asciz \"text\", …";
    /// The bytes of strings, each with the number of its bytes in front, which is one byte.
    Pascal ".pascal" ".pascal \"text\", …";
    /// So many bytes of zeros, or of another value.
    Space ".space" ".space bytes, fill";
    /// Zeros up to a multiple of a power of two, at most 4096.
    Align ".align" ".align bytes";
    /// A capability, in sixteen bytes at a multiple of 16: to the bytes of a label or segment with all
    /// the rights that its segment allows, or to `length` bytes of it, with the permissions named by
    /// letters. Code gives an entry capability. Labels directly in front move with it.
    Cap ".cap" ".cap target + n, length, permissions";
    /// A sealing authority, in sixteen bytes at a multiple of 16: to seal and unseal with one object type, or
    /// with so many, that no other authority of the program has. Its cursor is on the first of them. Labels
    /// directly in front move with it.
    Authority ".authority" ".authority types";
    /// A gate: the next slot at the beginning of the segment, which jumps to the target.
    Gate ".gate" ".gate NAME, target";
    /// Begins a procedure, with names for registers. Labels, constants and locals in it are its own.
    Proc ".proc" ".proc NAME, alias: register, …";
    /// Names registers in a procedure.
    Alias ".alias" ".alias name: register, …";
    /// Room in the frame of the procedure; the name is its offset from the stack pointer.
    Local ".local" ".local NAME, bytes";
    /// Registers that `enter` saves and `leave` restores.
    Save ".save" ".save register, …";
    /// Registers that the procedure changes and that hold no result. Its callers are warned where they
    /// read one after a call, and the procedure where it changes another one.
    Clobbers ".clobbers" ".clobbers register, …";
    /// Ends a procedure.
    Endproc ".endproc" ".endproc";
    /// Begins a scope: labels and constants in it are its own.
    Scope ".scope" ".scope";
    /// Ends a scope.
    Endscope ".endscope" ".endscope";
    /// Names that other files may use. A file with an `.export` keeps its other names to itself.
    Export ".export" ".export NAME, …";
    /// Names that this file uses and another one defines.
    Extern ".extern" ".extern NAME, …";
    /// Begins a record: labels in it are its fields, and each is the constant `NAME.field`, its offset.
    /// A field is `.byte`, `.half`, `.word`, `.dword`, `.single`, `.double` or `.cap`, at a multiple of
    /// its size, or another record by its name; behind that stands how many there are, if not one.
    /// `.space` and `.align` are as in data.
    Struct ".struct" ".struct NAME";
    /// Ends a record. `sizeof(NAME)` is its size, a multiple of what its fields are aligned to.
    Endstruct ".endstruct" ".endstruct";
    /// Begins a list of names, one a line: `NAME.first` is 0, each other one more than the one before
    /// it, unless a line says `name = number`.
    Enum ".enum" ".enum NAME";
    /// Ends a list of names.
    Endenum ".endenum" ".endenum";
    /// Puts the statements of another file here.
    Include ".include" ".include \"file\"";
    /// The bytes of a file, or those from an offset on, or so many of them.
    Incbin ".incbin" ".incbin \"file\", offset, length";
    /// Defines a macro; what it becomes reaches to `.endm`. A parameter `name = value` has a default,
    /// and the last may be `name...`, all arguments that are left.
    Macro ".macro" ".macro NAME, parameter, …";
    /// Ends a macro.
    Endm ".endm" ".endm";
    /// Reads what reaches to `.endr` so many times. The counter, if there is one, stands for 0, 1, …
    /// as `\counter`.
    Repeat ".repeat" ".repeat count, counter";
    /// Ends a repetition.
    Endr ".endr" ".endr";
    /// Begins a condition: at run time if it names a register, and otherwise on what is read.
    If ".if" ".if condition";
    /// The part for which an earlier condition does not hold and this one does.
    Elseif ".elseif" ".elseif condition";
    /// The part for which no condition holds.
    Else ".else" ".else";
    /// Ends a condition.
    Endif ".endif" ".endif";
    /// Begins a loop, which runs as long as the condition holds.
    While ".while" ".while condition";
    /// Leaves the innermost loop.
    Break ".break" ".break";
    /// Goes to the condition of the innermost loop.
    Continue ".continue" ".continue";
    /// Ends a loop.
    Endw ".endw" ".endw";
    /// Reports an error if the expression is 0 when everything has its place.
    Assert ".assert" ".assert expression, \"message\"";
    /// Where a bare image begins, in ring 0. It gets no start-up code.
    Entry ".entry" ".entry label";
    /// The bytes of the stack of ring 4.
    Stack ".stack" ".stack bytes";
}

impl Directive {
    /// The directive of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|directive| directive.name() == name)
    }

    /// Whether it puts bytes where it stands.
    pub(crate) fn has_bytes(self) -> bool {
        self.width().is_some()
            || matches!(
                self,
                Self::Ascii
                    | Self::Asciz
                    | Self::Pascal
                    | Self::Incbin
                    | Self::Space
                    | Self::Align
                    | Self::Gate
            )
            || self.is_capability()
    }

    /// Whether it puts a capability where it stands, at a multiple of 16.
    pub(crate) fn is_capability(self) -> bool {
        matches!(self, Self::Cap | Self::Authority)
    }

    /// Bytes of each value, for directives that list values.
    fn width(self) -> Option<u64> {
        Some(match self {
            Self::Byte => 1,
            Self::Half => 2,
            Self::Word | Self::Single => 4,
            Self::Dword | Self::Double => 8,
            _ => return None,
        })
    }

    /// Whether it takes so many operands.
    pub(crate) fn takes(self, operands: usize) -> bool {
        let (least, most) = match self {
            Self::Text
            | Self::Data
            | Self::Rodata
            | Self::Endproc
            | Self::Scope
            | Self::Endscope => (0, 0),
            Self::Align | Self::Include | Self::Entry | Self::Stack => (1, 1),
            Self::Equ | Self::Gate | Self::Local => (2, 2),
            Self::Space | Self::Assert => (1, 2),
            Self::Cap | Self::Incbin => (1, 3),
            Self::Authority => (0, 1),
            _ => (1, usize::MAX),
        };
        (least..=most).contains(&operands)
    }
}

/// How many bytes a statement puts where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    Bytes(u64),
    /// As many as lead to a multiple of this.
    Align(u64),
}

impl Unit<'_> {
    /// The size of a directive's bytes; none if it is wrong, which is reported.
    pub(crate) fn data_size(
        &mut self,
        directive: Directive,
        operation: &Operation,
        statement: usize,
    ) -> Option<Size> {
        let count = operation.operands.len();
        let width = directive.width();
        let first = operation.operands.first();
        Some(Size::Bytes(match (directive, width, first) {
            (_, Some(width), _) => width.saturating_mul(count as u64),
            (Directive::Incbin, ..) => self.program.binaries.get(&statement)?.len() as u64,
            (Directive::Ascii | Directive::Asciz | Directive::Pascal, ..) => {
                let mut size = 0;
                for operand in &operation.operands {
                    size += self.string(directive, operand)?.len() as u64;
                }
                size
            }
            (Directive::Space, _, Some(operand)) => {
                let size = self.size_operand(operand, statement)?;
                let Ok(bytes) = u64::try_from(size) else {
                    let message = format!("a space cannot have {size} bytes");
                    self.report(Diagnostic::new(Code::OutOfRange, operand.span, message));
                    return None;
                };
                bytes
            }
            (Directive::Align, _, Some(operand)) => {
                let align = self.size_operand(operand, statement)?;
                let fits = u64::try_from(align)
                    .ok()
                    .filter(|align| align.is_power_of_two() && *align <= 4096);
                let Some(align) = fits else {
                    let message = format!("{align} is no alignment");
                    let diagnostic = Diagnostic::new(Code::Alignment, operand.span, message)
                        .label("expected a power of two from 1 to 4096");
                    self.report(diagnostic);
                    return None;
                };
                return Some(Size::Align(align));
            }
            (Directive::Cap | Directive::Authority, ..) => GRANULE_SIZE,
            (Directive::Gate, ..) => INSTRUCTION_SIZE,
            _ => 0,
        }))
    }

    fn size_operand(&mut self, operand: &Operand, statement: usize) -> Option<i64> {
        let OperandSyntax::Value(expression) = operand.kind else {
            self.not_a_number(operand, statement);
            return None;
        };
        let value = self.number(expression, statement);
        self.known(value, "this size")
    }

    fn not_a_number(&mut self, operand: &Operand, statement: usize) {
        let found = self.describe(operand, statement);
        let message = format!("expected a number, and this is {found}");
        let mut diagnostic = Diagnostic::new(Code::OperandKind, operand.span, message);
        if let OperandSyntax::Text = operand.kind {
            diagnostic = diagnostic.help("`.ascii` takes strings");
        }
        self.report(diagnostic);
    }

    /// The bytes of a string operand, with a zero byte for `.asciz`.
    fn string(&mut self, directive: Directive, operand: &Operand) -> Option<Vec<u8>> {
        let OperandSyntax::Text = operand.kind else {
            let message = format!("`{}` takes strings", directive.name());
            let diagnostic = Diagnostic::new(Code::OperandKind, operand.span, message)
                .label("expected text in double quotes")
                .help("`.byte` takes numbers and characters");
            self.report(diagnostic);
            return None;
        };
        match literal::string(self.text(operand.span)) {
            Ok(mut bytes) => {
                match (directive, u8::try_from(bytes.len())) {
                    (Directive::Asciz, _) => bytes.push(0),
                    (Directive::Pascal, Ok(length)) => bytes.insert(0, length),
                    (Directive::Pascal, Err(_)) => {
                        let message = format!("this string has {} bytes", bytes.len());
                        let diagnostic = Diagnostic::new(Code::OutOfRange, operand.span, message)
                            .note("a string whose length is one byte has at most 255");
                        self.report(diagnostic);
                        return None;
                    }
                    _ => {}
                }
                Some(bytes)
            }
            Err(error) => {
                self.report(literal_diagnostic(operand.span, &error));
                None
            }
        }
    }

    /// The bytes of a directive that makes plain data. Where a value is wrong,
    /// which is reported, there are zeros.
    pub(crate) fn data(
        &mut self,
        directive: Directive,
        operation: &Operation,
        statement: usize,
        size: u64,
    ) -> Vec<u8> {
        let mut bytes = Vec::new();
        match (directive, directive.width()) {
            (Directive::Single, Some(_)) => {
                for operand in &operation.operands {
                    let value = self.float::<f32>(operand, statement);
                    bytes.extend_from_slice(&value.unwrap_or(0.0).to_le_bytes());
                }
            }
            (Directive::Double, Some(_)) => {
                for operand in &operation.operands {
                    let value = self.float::<f64>(operand, statement);
                    bytes.extend_from_slice(&value.unwrap_or(0.0).to_le_bytes());
                }
            }
            (_, Some(width)) => {
                for operand in &operation.operands {
                    let at = bytes.len() as u64;
                    let value = self.integer(operand, statement, width, at).unwrap_or(0);
                    let value = value.to_le_bytes();
                    bytes.extend(value.iter().take(width as usize));
                }
            }
            (Directive::Incbin, _) => {
                bytes = self
                    .program
                    .binaries
                    .get(&statement)
                    .cloned()
                    .unwrap_or_default();
            }
            (Directive::Ascii | Directive::Asciz | Directive::Pascal, _) => {
                for operand in &operation.operands {
                    bytes.extend(self.string(directive, operand).unwrap_or_default());
                }
            }
            (Directive::Space, _) => {
                if let Some(fill) = operation.operands.get(1) {
                    let fill = self.fill(fill, statement).unwrap_or(0);
                    // Zeros need no bytes, and layout has bounded the size.
                    if let (Ok(size), true) = (usize::try_from(size), fill != 0) {
                        bytes = vec![fill as u8; size];
                    }
                }
            }
            _ => {}
        }
        bytes
    }

    /// A value of so many bytes, with or without a sign, for an offset in its statement.
    fn integer(&mut self, operand: &Operand, statement: usize, width: u64, at: u64) -> Option<i64> {
        let OperandSyntax::Value(expression) = operand.kind else {
            self.not_a_number(operand, statement);
            return None;
        };
        let value = match width {
            8 => self.word(expression, statement),
            _ => match self.evaluate(expression, statement) {
                Ok(Value::Deferred(value)) => Ok(Word::Deferred(value)),
                Ok(_) => self.number(expression, statement).map(Word::Number),
                Err(failure) => Err(failure),
            },
        };
        match self.known(value, "a value")? {
            Word::Deferred(value) => {
                self.defer(Site::of_width(width), value, at, operand.span);
                Some(0)
            }
            Word::Number(value) if width == 8 => Some(value),
            Word::Number(value) => self.fits(value, width, operand.span),
        }
    }

    /// The value of the bytes of a `.space`.
    fn fill(&mut self, operand: &Operand, statement: usize) -> Option<i64> {
        let fill = self.size_operand(operand, statement)?;
        self.fits(fill, 1, operand.span)
    }

    /// A number that fits in so many bytes, with or without a sign; else it is reported.
    fn fits(&mut self, value: i64, width: u64, span: Span) -> Option<i64> {
        let (least, most) = (-1_i64 << (width * 8 - 1), (1_i64 << (width * 8)) - 1);
        if (least..=most).contains(&value) {
            return Some(value);
        }
        let what = match width {
            1 => "one byte".to_owned(),
            _ => format!("{width} bytes"),
        };
        let message = format!("{value} does not fit in {what}");
        let diagnostic = Diagnostic::new(Code::OutOfRange, span, message)
            .label(format!("expected {least} to {most}"));
        self.report(diagnostic);
        None
    }

    /// A number with or without a point; `inf` and `nan` too. It is rounded once, to the width that is asked for.
    fn float<F: Float>(&mut self, operand: &Operand, statement: usize) -> Option<F> {
        let program = self.program;
        let OperandSyntax::Value(mut expression) = operand.kind else {
            self.not_a_number(operand, statement);
            return None;
        };
        let mut negative = false;
        while let Some(node) = program.nodes.get(expression.root)
            && node.kind == NodeKind::Unary(Unary::Minus)
            && let Some(root) = expression.root.checked_sub(1)
        {
            negative = !negative;
            expression = Expression { root };
        }
        let node = program.nodes.get(expression.root)?;
        let text = self.text(node.span);
        let magnitude = match (node.kind, text) {
            (NodeKind::Name, "inf") => F::INFINITY,
            (NodeKind::Name, "nan") => F::NAN,
            (NodeKind::Float, _) => match text.replace('_', "").parse::<F>() {
                Ok(number) if number == F::INFINITY => {
                    self.infinite_float(node.span, F::WIDTH);
                    return None;
                }
                Ok(number) => number,
                Err(_) => {
                    self.malformed_float(node.span);
                    return None;
                }
            },
            (NodeKind::Number(number), _) => F::of_integer(number.cast_unsigned().into()),
            _ => {
                let value = self.number(expression, statement);
                F::of_integer(self.known(value, "a value")?.into())
            }
        };
        Some(if negative { -magnitude } else { magnitude })
    }

    fn infinite_float(&mut self, span: Span, width: u64) {
        let message = format!("this number is too large for the {width} bytes that it gets");
        let diagnostic = Diagnostic::new(Code::OutOfRange, span, message)
            .help("write `inf` for the infinite value");
        self.report(diagnostic);
    }

    fn malformed_float(&mut self, span: Span) {
        let message = "this is no floating-point number";
        let diagnostic = Diagnostic::new(Code::Digit, span, message)
            .help("such numbers are written as `1.5` or `1e-9`");
        self.report(diagnostic);
    }
}

/// The two widths of floating-point numbers.
trait Float: FromStr + PartialEq + Neg<Output = Self> {
    const INFINITY: Self;
    const NAN: Self;
    /// Bytes.
    const WIDTH: u64;

    /// The nearest value to an integer of 64 bits, with or without a sign.
    fn of_integer(integer: i128) -> Self;
}

impl Float for f32 {
    const INFINITY: f32 = f32::INFINITY;
    const NAN: f32 = f32::NAN;
    const WIDTH: u64 = 4;

    fn of_integer(integer: i128) -> f32 {
        integer as f32
    }
}

impl Float for f64 {
    const INFINITY: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    const WIDTH: u64 = 8;

    fn of_integer(integer: i128) -> f64 {
        integer as f64
    }
}
