//! The values of expressions.
//!
//! Numbers are 64 bits, wrap, and are signed where it matters. A label is an
//! address: a segment and an offset. Evaluation walks the postfix nodes with a
//! stack of its own, into the constants that it meets as well; so no nesting,
//! however deep, makes it recurse.

use isa::abi;

use crate::builtin::looks_like_register;
use crate::diagnostic::{Code, Diagnostic};
use crate::object::Form;
use crate::operator::{OperatorError, binary, unary};
use crate::source::Span;
use crate::symbol::{Base, Deferred, Meaning, Object, SegmentId, State, SymbolId, Value};
use crate::syntax::{Expression, Node, NodeKind};
use crate::unit::{Completeness, Failure, Unit};

/// How many constants may need each other in a row.
const DEPTH: usize = 4096;

/// An expression that is being evaluated.
struct Frame {
    /// The next node, and the last one.
    next: u32,
    root: u32,
    /// Whose names and place count.
    statement: usize,
    /// The constant that gets the value.
    constant: Option<SymbolId>,
    /// Whether it names what another file defines.
    foreign: bool,
}

impl Unit<'_> {
    /// The value of an expression in a statement. Mistakes are reported; that
    /// something is not known yet is not.
    pub(crate) fn evaluate(
        &mut self,
        expression: Expression,
        statement: usize,
    ) -> Result<Value, Failure> {
        self.evaluate_frame(self.frame(expression, statement, None))
    }

    /// Evaluates a constant if that was not done yet, so that its mistakes are
    /// reported even if nothing uses it.
    pub(crate) fn settle_constant(&mut self, id: SymbolId) {
        if let Some(symbol) = self.symbols.get(id)
            && let Meaning::Constant {
                expression,
                statement,
                state: State::Fresh,
            } = symbol.meaning
        {
            self.set_state(id, State::Busy);
            // What it is worth is kept with the symbol, and what is wrong was reported.
            let _ = self.evaluate_frame(self.frame(expression, statement, Some(id)));
        }
    }

    fn evaluate_frame(&mut self, frame: Frame) -> Result<Value, Failure> {
        let mut frames = vec![frame];
        let mut values = Vec::new();
        let result = self.run(&mut frames, &mut values);
        if let Err(failure) = result {
            // Whoever asks for these again is told once only.
            let state = match failure {
                Failure::NotYet(_) => State::Fresh,
                Failure::Reported => State::Broken,
            };
            for constant in frames.iter().filter_map(|frame| frame.constant) {
                self.set_state(constant, state);
            }
        }
        result
    }

    /// The value as a plain number; an address is reported as a mistake.
    pub(crate) fn number(
        &mut self,
        expression: Expression,
        statement: usize,
    ) -> Result<i64, Failure> {
        match self.evaluate(expression, statement)? {
            Value::Number(number) => Ok(number),
            Value::Address { .. } => {
                let node = self.program.nodes.get(expression.root);
                if let Some(Node { span, .. }) = node {
                    let name = self.text(span).trim();
                    let diagnostic = Diagnostic::new(
                        Code::AddressNotNumber,
                        span,
                        "an address stands where a number is wanted",
                    )
                    .label("an address: a segment and an offset in it")
                    .help(format!(
                        "write `offset({name})` or `segment({name})` for its parts"
                    ));
                    self.report(diagnostic);
                }
                Err(Failure::Reported)
            }
            Value::Deferred(_) => {
                let span = self.program.nodes.get(expression.root);
                let span = span.map(|node| node.span).ok_or(Failure::Reported)?;
                let diagnostic = Diagnostic::new(
                    Code::ObjectExpression,
                    span,
                    "this value is known only when the program is linked",
                )
                .label("a number is needed now")
                .help("define what it needs in this file, or assemble all files together");
                self.fail(diagnostic)
            }
        }
    }

    /// The value as a word of 64 bits: a number, `segment << 32 | offset`, or
    /// what only linking knows of that.
    pub(crate) fn word(
        &mut self,
        expression: Expression,
        statement: usize,
    ) -> Result<Word, Failure> {
        Ok(match self.evaluate(expression, statement)? {
            Value::Number(number) => Word::Number(number),
            Value::Deferred(value) => Word::Deferred(value),
            Value::Address {
                segment, offset, ..
            } => match self.known_number(segment) {
                Some(number) if self.begins_here(segment) => {
                    Word::Number((i64::from(number) << 32).wrapping_add(offset))
                }
                _ => {
                    let base = Base::Segment(segment);
                    Word::Deferred(Deferred::new(Form::Value, base, offset))
                }
            },
        })
    }

    /// The number of a segment, if no other part of the program decides it.
    fn known_number(&self, id: SegmentId) -> Option<u16> {
        let segment = self.segment(id)?;
        if self.completeness == Completeness::Whole || segment.number != 0 {
            return Some(segment.number);
        }
        segment.options.asked_number()
    }

    /// Whether no other part of the program has something in front of what is in a segment here.
    fn begins_here(&self, id: SegmentId) -> bool {
        let machine = |id| self.segment(id).is_some_and(|segment| segment.number != 0);
        self.completeness == Completeness::Whole || machine(id)
    }

    /// Whether no other part of the program makes a segment longer.
    fn ends_here(&self, id: SegmentId) -> bool {
        let stack = abi::stack_segment(abi::PROGRAM_RING).0;
        let number = self.segment(id).map(|segment| segment.number);
        let asked_elsewhere = self.completeness == Completeness::Part && number == Some(stack);
        self.begins_here(id) && !asked_elsewhere
    }

    /// Reports that a value would be needed before it is known.
    pub(crate) fn known<T>(&mut self, value: Result<T, Failure>, what: &str) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(Failure::Reported) => None,
            Err(Failure::NotYet(span)) => {
                let name = self.text(span).trim();
                let message = format!("{what} must be known here, and `{name}` is not yet");
                let diagnostic = Diagnostic::new(Code::NotYetKnown, span, message)
                    .label("its place is not settled yet")
                    .help("use constants, or differences of labels that stand earlier");
                self.report(diagnostic);
                None
            }
        }
    }

    fn frame(&self, expression: Expression, statement: usize, constant: Option<SymbolId>) -> Frame {
        let root = expression.root;
        let next = self.program.nodes.get(root).map_or(root, |node| node.start);
        Frame {
            next,
            root,
            statement,
            constant,
            foreign: false,
        }
    }

    fn run(&mut self, frames: &mut Vec<Frame>, values: &mut Vec<Value>) -> Result<Value, Failure> {
        loop {
            let Some(frame) = frames.last_mut() else {
                return values.pop().ok_or(Failure::Reported);
            };
            if frame.next > frame.root {
                let (constant, foreign) = (frame.constant, frame.foreign);
                if let (Some(constant), Some(value)) = (constant, values.last()) {
                    let state = State::Known(*value);
                    self.set_state(constant, state);
                    if let Some(symbol) = self.symbols.get_mut(constant) {
                        symbol.foreign |= foreign;
                    }
                }
                frames.pop();
                if let Some(outer) = frames.last_mut() {
                    outer.foreign |= foreign;
                }
                continue;
            }
            let (index, statement) = (frame.next, frame.statement);
            frame.next += 1;
            let Some(node) = self.program.nodes.get(index) else {
                return Err(Failure::Reported);
            };
            match node.kind {
                NodeKind::Number(number) => values.push(Value::Number(number)),
                NodeKind::Broken => return Err(Failure::Reported),
                NodeKind::Float => {
                    return self.fail(
                        Diagnostic::new(
                            Code::Float,
                            node.span,
                            "a floating-point number cannot be part of an integer expression",
                        )
                        .help("`.single` and `.double` take such numbers"),
                    );
                }
                NodeKind::Function if self.text(node.span) == "sizeof" => {
                    // Its argument is the name of a record, which has no value of its own.
                    frame.next = index.saturating_add(3);
                    values.push(self.size_of(index, statement)?);
                }
                NodeKind::Function => {}
                NodeKind::Here => values.push(self.here(node.span, statement)?),
                NodeKind::Name => match self.name(node.span, statement, &mut frame.foreign)? {
                    Named::Value(value) => values.push(value),
                    Named::Constant(id, expression, place) => {
                        self.enter(frames, id, node.span)?;
                        let frame = self.frame(expression, place, Some(id));
                        frames.push(frame);
                    }
                },
                NodeKind::Unary(operator) => {
                    let value = pop(values)?;
                    let result = unary(operator, value);
                    values.push(self.checked(result, node.span)?);
                }
                NodeKind::Binary(operator) => {
                    let right = pop(values)?;
                    let left = pop(values)?;
                    let result = binary(operator, left, right);
                    values.push(self.checked(result, node.span)?);
                }
                NodeKind::Call { arguments } => {
                    let first = values
                        .len()
                        .checked_sub(arguments as usize)
                        .ok_or(Failure::Reported)?;
                    let taken = values.split_off(first);
                    values.push(self.call(node, &taken)?);
                }
            }
        }
    }

    fn fail<T>(&mut self, diagnostic: Diagnostic) -> Result<T, Failure> {
        self.report(diagnostic);
        Err(Failure::Reported)
    }

    /// Reports the mistake of an operator at `span`.
    pub(crate) fn checked(
        &mut self,
        result: Result<Value, OperatorError>,
        span: Span,
    ) -> Result<Value, Failure> {
        let diagnostic = match result {
            Ok(value) => return Ok(value),
            Err(OperatorError::Zero) => {
                let message = "this expression divides by zero";
                Diagnostic::new(Code::DivisionByZero, span, message).label("the divisor is 0")
            }
            Err(OperatorError::Address) => Diagnostic::new(
                Code::AddressNotNumber,
                span,
                "this operation wants numbers, and an operand is an address",
            )
            .note(
                "a number may be added to or taken from an address; two addresses of one segment \
                 may be compared and subtracted",
            )
            .help("`offset(label)` is the number of bytes from the beginning of the segment"),
            Err(OperatorError::Deferred) => Diagnostic::new(
                Code::ObjectExpression,
                span,
                "an object cannot leave this operation to the linker",
            )
            .label("an operand is known only when the program is linked")
            .note(
                "what can be left is a label or name of another file, or `offset`, `segment` or \
                 `length` of one, shifted, with a number added",
            )
            .help("assemble all files together, or compute this when the program runs"),
        };
        self.fail(diagnostic)
    }

    fn set_state(&mut self, constant: SymbolId, new: State) {
        if let Some(symbol) = self.symbols.get_mut(constant)
            && let Meaning::Constant { state, .. } = &mut symbol.meaning
        {
            *state = new;
        }
    }

    /// Notes that a constant is being evaluated; it may not be already.
    fn enter(&mut self, frames: &[Frame], id: SymbolId, used: Span) -> Result<(), Failure> {
        let Some(symbol) = self.symbols.get(id) else {
            return Err(Failure::Reported);
        };
        if !matches!(
            symbol.meaning,
            Meaning::Constant {
                state: State::Busy,
                ..
            }
        ) {
            if frames.len() > DEPTH {
                let message = format!("`{}` is needed through too many others", symbol.name);
                let diagnostic = Diagnostic::new(Code::TooDeep, used, message).note(format!(
                    "at most {DEPTH} constants may need each other in a row"
                ));
                return self.fail(diagnostic);
            }
            self.set_state(id, State::Busy);
            return Ok(());
        }
        let message = format!("the value of `{}` depends on itself", symbol.name);
        let mut diagnostic =
            Diagnostic::new(Code::Circular, used, message).label("needed here again");
        let circle = frames
            .iter()
            .filter_map(|frame| frame.constant)
            .skip_while(|constant| *constant != id);
        // A long circle is understood from its first members.
        for constant in circle.take(8) {
            if let Some(symbol) = self.symbols.get(constant) {
                let label = format!("`{}` is defined here", symbol.name);
                diagnostic = diagnostic.second(symbol.span, label);
            }
        }
        self.fail(diagnostic)
    }

    /// The size of the record that a call of `sizeof` names; the call begins
    /// at an index.
    fn size_of(&mut self, function: u32, statement: usize) -> Result<Value, Failure> {
        let node = |offset: u32| self.program.nodes.get(function.saturating_add(offset));
        let (argument, call) = (node(1), node(2));
        let (Some(argument), Some(NodeKind::Call { arguments: 1 })) =
            (argument, call.map(|call| call.kind))
        else {
            let span = node(0).map(|node| node.span).ok_or(Failure::Reported)?;
            let message = "`sizeof` takes the name of a record";
            return self.fail(Diagnostic::new(Code::Function, span, message));
        };
        let record = self.text(argument.span);
        let name = format!("size.{record}");
        let scope = self.context(statement).and_then(|context| context.scope);
        if let Some(id) = self.symbols.lookup(scope, &name) {
            // The size of a record is a plain number from the beginning.
            if let Some(Meaning::Constant { expression, .. }) =
                self.symbols.get(id).map(|symbol| symbol.meaning)
                && let Some(NodeKind::Number(size)) = self
                    .program
                    .nodes
                    .get(expression.root)
                    .map(|node| node.kind)
            {
                return Ok(Value::Number(size));
            }
        } else if let Some(size) = self.constants.get(&name) {
            return Ok(Value::Number(*size));
        }
        let message = format!("there is no record `{record}`");
        self.fail(
            Diagnostic::new(Code::UndefinedSymbol, argument.span, message)
                .note("records are what is between `.struct NAME` and `.endstruct`; of a label, `length` is the size"),
        )
    }

    fn here(&self, span: Span, statement: usize) -> Result<Value, Failure> {
        let segment = self.context(statement).map(|context| context.segment);
        let offset = self.places.get(statement).and_then(|place| place.offset);
        match (segment, offset) {
            (Some(segment), Some(offset)) => Ok(Value::Address {
                segment,
                offset: offset.cast_signed(),
                object: None,
            }),
            _ => Err(Failure::NotYet(span)),
        }
    }

    fn name(&mut self, span: Span, statement: usize, foreign: &mut bool) -> Result<Named, Failure> {
        let name = self.text(span);
        let context = self.context(statement);
        let procedure = context.and_then(|context| context.procedure);
        let scope = context.and_then(|context| context.scope);
        if let Some(register) = self.register(name, procedure) {
            return self.fail(
                Diagnostic::new(
                    Code::OperandKind,
                    span,
                    format!("the register `{register}` cannot stand here"),
                )
                .label("expected a number")
                .note("a register's value is known only when the program runs"),
            );
        }
        let Some(id) = self.symbols.lookup(scope, name) else {
            if let Some(value) = self.constants.get(name) {
                return Ok(Named::Value(Value::Number(*value)));
            }
            if let Some(segment) = self.segments_by_name.get(name).copied() {
                if !self.begins_here(segment) {
                    let value = Deferred::new(Form::Value, Base::Named(segment), 0);
                    return Ok(Named::Value(Value::Deferred(value)));
                }
                return Ok(Named::Value(Value::Address {
                    segment,
                    offset: 0,
                    object: Some(Object::Segment(segment)),
                }));
            }
            if self.completeness != Completeness::Whole && !looks_like_register(name) {
                let value = Deferred::new(Form::Value, Base::External(span), 0);
                return Ok(Named::Value(Value::Deferred(value)));
            }
            let diagnostic = self.undefined(span, statement);
            return self.fail(diagnostic);
        };
        let symbol = self.symbols.get_mut(id);
        let meaning = symbol.map(|symbol| {
            symbol.used = true;
            symbol.meaning
        });
        let symbol = self.symbols.get(id);
        if symbol.is_some_and(|symbol| symbol.foreign || !self.same_file(symbol.span, span)) {
            *foreign = true;
            if self.file_alone {
                return Err(Failure::NotYet(span));
            }
        }
        match meaning {
            Some(Meaning::Label(label)) => match label.offset {
                Some(offset) => Ok(Named::Value(Value::Address {
                    segment: label.segment,
                    offset: offset.cast_signed(),
                    object: Some(Object::Label(id)),
                })),
                None => Err(Failure::NotYet(span)),
            },
            Some(Meaning::Local {
                offset: Some(offset),
            }) => Ok(Named::Value(Value::Number(offset))),
            Some(Meaning::Local { offset: None }) => Err(Failure::NotYet(span)),
            Some(Meaning::Constant {
                state: State::Known(value),
                ..
            }) => Ok(Named::Value(value)),
            Some(Meaning::Constant {
                expression,
                statement,
                state: State::Fresh | State::Busy,
            }) => Ok(Named::Constant(id, expression, statement)),
            Some(Meaning::Constant {
                state: State::Broken,
                ..
            })
            | None => Err(Failure::Reported),
        }
    }

    /// The diagnostic about a name that means nothing.
    pub(crate) fn undefined(&mut self, span: Span, statement: usize) -> Diagnostic {
        let name = self.text(span);
        if looks_like_register(name) {
            return Diagnostic::new(
                Code::NoSuchRegister,
                span,
                format!("there is no register `{name}`"),
            )
            .note("data registers are r0 to r31, capability registers c0 to c15");
        }
        let scope = self.context(statement).and_then(|context| context.scope);
        let mut diagnostic = Diagnostic::new(
            Code::UndefinedSymbol,
            span,
            format!("`{name}` is not defined"),
        );
        if !self.sink.may_suggest() {
            return diagnostic;
        }
        // A label that is local to another procedure is a mistake of its own.
        let elsewhere = self
            .symbols
            .iter()
            .find(|(_, symbol)| symbol.name == name)
            .and_then(|(_, symbol)| Some((symbol.span, symbol.scope?)));
        if let Some((place, scope)) = elsewhere {
            let Some(owner) = self.symbols.procedure_of(scope) else {
                return diagnostic
                    .second(place, "defined here, for its scope alone")
                    .note(
                        "a `.scope`, and a file that exports names, keep other names to themselves",
                    );
            };
            let owner = self.procedure(owner).map_or("", |owner| owner.name);
            diagnostic = diagnostic
                .second(place, format!("local to the procedure `{owner}`"))
                .note("names defined in a procedure are known only there");
            return diagnostic;
        }
        let symbols = self.symbols.names(scope);
        let constants = self.constants.keys().map(String::as_str);
        let segments = self.segments_by_name.keys().copied();
        let known = symbols.chain(constants).chain(segments);
        if let Some(close) = self.sink.closest(name, known) {
            diagnostic = diagnostic.help(format!("did you mean `{close}`?"));
        }
        diagnostic
    }

    /// The value of a call; `node` is the call.
    fn call(&mut self, node: Node, arguments: &[Value]) -> Result<Value, Failure> {
        let function = self.program.nodes.get(node.start);
        let name = function.map_or("", |function| self.text(function.span));
        let [argument] = arguments else {
            let message = format!("`{name}` takes one argument in an expression");
            return self.fail(Diagnostic::new(Code::Function, node.span, message));
        };
        if !["segment", "offset", "length"].contains(&name) {
            let message = format!("there is no function `{name}`");
            let span = function.map_or(node.span, |function| function.span);
            return self.fail(
                Diagnostic::new(Code::Function, span, message)
                    .help("the functions are `segment`, `offset`, `length` and `sizeof`"),
            );
        }
        if let Value::Deferred(value) = *argument {
            return self.deferred_part(node, name, value);
        }
        let Value::Address {
            segment,
            offset,
            object,
        } = *argument
        else {
            let message = format!("`{name}` takes a label or a segment, and this is a number");
            return self.fail(Diagnostic::new(Code::Function, node.span, message));
        };
        let left = |form, addend| {
            let base = Base::Segment(segment);
            Value::Deferred(Deferred::new(form, base, addend))
        };
        let value = match name {
            "segment" => match self.known_number(segment) {
                Some(number) => Some(i64::from(number)),
                None => return Ok(left(Form::Segment, 0)),
            },
            "offset" if !self.begins_here(segment) => return Ok(left(Form::Offset, offset)),
            "offset" => Some(offset),
            _ => {
                let object = object.filter(|object| self.object_offset(*object) == Some(offset));
                let Some(object) = object else {
                    let message = "`length` takes a label or a segment by its name alone";
                    return self.fail(Diagnostic::new(Code::Function, node.span, message));
                };
                if object == Object::Segment(segment) && self.placed && !self.ends_here(segment) {
                    let value = Deferred::new(Form::Length, Base::Named(segment), 0);
                    return Ok(Value::Deferred(value));
                }
                match self.extent(object) {
                    Some((start, end)) => Some(end.saturating_sub(start).cast_signed()),
                    None => return Err(Failure::NotYet(node.span)),
                }
            }
        };
        value.map(Value::Number).ok_or(Failure::Reported)
    }

    /// The value of a call on what only linking knows.
    fn deferred_part(&mut self, node: Node, name: &str, value: Deferred) -> Result<Value, Failure> {
        let form = match (value.form, name) {
            (Form::Value, "segment") if value.is_plain() => Form::Segment,
            (Form::Value, "offset") if value.is_plain() => Form::Offset,
            (Form::Value, "length") if value.is_plain() && value.addend == 0 => Form::Length,
            (Form::Value, "length") if value.is_plain() => {
                let message = "`length` takes a label or a segment by its name alone";
                return self.fail(Diagnostic::new(Code::Function, node.span, message));
            }
            _ => {
                let message = format!("`{name}` takes a label or a segment, and this is a number");
                return self.fail(Diagnostic::new(Code::Function, node.span, message));
            }
        };
        let addend = match form {
            Form::Offset => value.addend,
            _ => 0,
        };
        Ok(Value::Deferred(Deferred {
            form,
            addend,
            ..value
        }))
    }

    /// Where an object begins.
    pub(crate) fn object_offset(&self, object: Object) -> Option<i64> {
        match object {
            Object::Segment(_) => Some(0),
            Object::Label(id) => match self.symbols.get(id)?.meaning {
                Meaning::Label(label) => label.offset.map(u64::cast_signed),
                _ => None,
            },
        }
    }
}

/// A word of 64 bits.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    Number(i64),
    Deferred(Deferred),
}

/// What a name is worth.
enum Named {
    Value(Value),
    /// A constant that is still to be evaluated, in its own statement.
    Constant(SymbolId, Expression, usize),
}

fn pop(values: &mut Vec<Value>) -> Result<Value, Failure> {
    // The parser puts the operands in front of every operator.
    values.pop().ok_or(Failure::Reported)
}
