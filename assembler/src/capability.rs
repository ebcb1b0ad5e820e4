//! Capabilities that a program has from the start: `.cap`, `.authority`, and
//! those that `la` loads from linkage.
//!
//! An image contains no tags. So each is a row of the relocation table: a
//! place, and the bits that boot code mints and stores there. Invariant: none
//! reaches beyond its segment, or has a right that its segment does not give.

use std::ops::Range;

use isa::{
    Brackets, Capability, DescriptorFlags, Fields, Kind, ObjectType, Permissions, SegmentNumber,
};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::symbol::{LabelKind, Meaning, Object, SegmentId, Value};
use crate::syntax::{Operand, OperandSyntax, Operation};
use crate::unit::Unit;

/// What a capability is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Target {
    pub(crate) object: Object,
    /// Where its cursor is, from the beginning of the object.
    pub(crate) addend: i64,
}

/// A capability to be made, and where it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relocation {
    pub(crate) segment: SegmentId,
    pub(crate) offset: u64,
    pub(crate) capability: Capability,
}

/// All that a segment with these flags lets a capability do: to data that has
/// a label, or to code or the whole segment.
pub(crate) fn rights(flags: DescriptorFlags, data: bool) -> Permissions {
    let mut rights = Permissions::empty();
    for (flag, right) in [
        (DescriptorFlags::READ, Permissions::READ),
        (DescriptorFlags::WRITE, Permissions::WRITE),
        (DescriptorFlags::EXECUTE, Permissions::EXECUTE),
        (
            DescriptorFlags::HOLD,
            Permissions::LOAD_CAP
                .union(Permissions::STORE_CAP)
                .union(Permissions::LOAD_MUTABLE),
        ),
    ] {
        if flags.contains(flag) {
            rights |= right;
        }
    }
    // Data beside code is there to be read, not to be run.
    if data && rights.contains(Permissions::READ) {
        rights -= Permissions::EXECUTE;
    }
    rights.legal()
}

impl Unit<'_> {
    /// What an operand asks for a capability to. What is wrong is reported.
    pub(crate) fn capability_target(
        &mut self,
        operand: &Operand,
        statement: usize,
    ) -> Option<Target> {
        let value = match operand.kind {
            OperandSyntax::Value(expression)
                if self.operand_register(operand, statement).is_none() =>
            {
                let value = self.evaluate(expression, statement);
                self.known(value, "the target of a capability")?
            }
            _ => {
                let found = self.describe(operand, statement);
                let message = format!("expected a label or a segment, and this is {found}");
                self.report(Diagnostic::new(
                    Code::CapabilityTarget,
                    operand.span,
                    message,
                ));
                return None;
            }
        };
        let named = match value {
            Value::Address {
                offset,
                object: Some(object),
                ..
            } => self
                .object_offset(object)
                .map(|start| (object, offset.wrapping_sub(start))),
            _ => None,
        };
        let Some((object, addend)) = named else {
            let message = "there is no object here to have a capability to";
            let diagnostic = Diagnostic::new(Code::CapabilityTarget, operand.span, message)
                .label("expected a label or a segment, at most with a number added");
            self.report(diagnostic);
            return None;
        };
        if addend != 0 && self.is_code(object) {
            let message = "an entry capability is to a label alone";
            let diagnostic = Diagnostic::new(Code::CapabilityTarget, operand.span, message)
                .note("what is called begins at its label");
            self.report(diagnostic);
            return None;
        }
        Some(Target { object, addend })
    }

    fn is_code(&self, object: Object) -> bool {
        self.label_kind(object).is_some_and(|kind| {
            matches!(
                kind,
                LabelKind::Code | LabelKind::Procedure | LabelKind::Gate
            )
        })
    }

    fn label_kind(&self, object: Object) -> Option<LabelKind> {
        match object {
            Object::Segment(_) => None,
            Object::Label(id) => match self.symbols.get(id)?.meaning {
                Meaning::Label(label) => Some(label.kind),
                _ => None,
            },
        }
    }

    fn object_segment(&self, object: Object) -> Option<SegmentId> {
        match object {
            Object::Segment(id) => Some(id),
            Object::Label(id) => match self.symbols.get(id)?.meaning {
                Meaning::Label(label) => Some(label.segment),
                _ => None,
            },
        }
    }

    /// All that a segment lets a capability to an object in it do.
    fn rights(&self, object: Object) -> Option<Permissions> {
        let flags = self.segment(self.object_segment(object)?)?.options.flags;
        let data = matches!(object, Object::Label(_)) && !self.is_code(object);
        Some(rights(flags, data))
    }

    /// The capability to a target with all rights and the bounds of the
    /// object, as held by a segment with these brackets.
    pub(crate) fn capability(&self, target: Target, holder: Brackets) -> Option<Capability> {
        let segment = self.segment(self.object_segment(target.object)?)?;
        let code = self.is_code(target.object);
        let (base, limit) = match code {
            // What is called goes on to other procedures of its segment.
            true => (0, segment.extent()),
            false => self.extent(target.object)?,
        };
        let cursor = self
            .object_offset(target.object)?
            .wrapping_add(target.addend);
        Some(Capability::new(Fields {
            cursor: u32::try_from(cursor).ok()?,
            segment: SegmentNumber(segment.number),
            ring: holder.r1,
            generation: segment.options.generation,
            kind: if code { Kind::Entry } else { Kind::Data },
            spare: 0,
            base: u32::try_from(base).ok()?,
            limit: u32::try_from(limit).ok()?,
            permissions: self.rights(target.object)?,
        }))
    }

    /// `.cap target, length, permissions`.
    pub(crate) fn emit_capability(
        &mut self,
        operation: &Operation,
        statement: usize,
        holder: SegmentId,
        offset: u64,
    ) {
        let [target, rest @ ..] = operation.operands.as_slice() else {
            return;
        };
        let place = target.span;
        let Some(target) = self.capability_target(target, statement) else {
            return;
        };
        let Some(segment) = self.segment(holder) else {
            return;
        };
        let brackets = segment.options.rings;
        if !self.may_hold(holder, target.object, operation.span) {
            return;
        }
        let Some(capability) = self.capability(target, brackets) else {
            let message = "the cursor of this capability does not fit in 32 bits";
            self.report(Diagnostic::new(Code::CapabilityBounds, place, message));
            return;
        };
        let narrowed = self.narrow(capability, target, rest, place, statement);
        if let Some(capability) = narrowed {
            self.linkage.relocations.push(Relocation {
                segment: holder,
                offset,
                capability,
            });
        }
    }

    /// `.authority types`.
    pub(crate) fn emit_authority(
        &mut self,
        operation: &Operation,
        statement: usize,
        holder: SegmentId,
        offset: u64,
    ) {
        let Some(types) = self.object_types(operation, statement) else {
            return;
        };
        let Some(ring) = self.segment(holder).map(|segment| segment.options.rings.r1) else {
            return;
        };
        if !self.may_hold_any(holder, operation.span) {
            return;
        }
        self.linkage.relocations.push(Relocation {
            segment: holder,
            offset,
            capability: Capability::new(Fields {
                cursor: types.start,
                segment: SegmentNumber(0),
                ring,
                base: types.start,
                limit: types.end,
                permissions: Permissions::AUTHORITY,
                ..Fields::default()
            }),
        });
    }

    /// The next object types that no authority has, as many as an operand asks for, or one.
    fn object_types(&mut self, operation: &Operation, statement: usize) -> Option<Range<u32>> {
        let (first, last) = (ObjectType::FIRST, ObjectType::LAST);
        let (first, end) = (u32::from(first.number()), u32::from(last.number()) + 1);
        let (count, span) = match operation.operands.as_slice() {
            [operand, ..] => {
                let OperandSyntax::Value(expression) = operand.kind else {
                    let message = "expected how many object types the authority is over";
                    self.report(Diagnostic::new(Code::OperandKind, operand.span, message));
                    return None;
                };
                let count = self.number(expression, statement);
                (self.known(count, "a number of types")?, operand.span)
            }
            [] => (1, operation.span),
        };
        let start = first + self.linkage.object_types;
        let left = end - start;
        let Some(count) = u32::try_from(count)
            .ok()
            .filter(|count| (1..=left).contains(count))
        else {
            let message = match count {
                ..1 => format!("an authority cannot be over {count} object types"),
                _ => format!("there are not {count} object types left"),
            };
            let diagnostic = Diagnostic::new(Code::ObjectTypes, span, message).note(format!(
                "a machine has {} of them, and the authorities before this one leave {left}",
                end - first
            ));
            self.report(diagnostic);
            return None;
        };
        self.linkage.object_types += count;
        Some(start..start + count)
    }

    /// Whether a segment may hold a capability to an object; else it is reported.
    fn may_hold(&mut self, holder: SegmentId, object: Object, span: Span) -> bool {
        let target = self.object_segment(object).and_then(|id| self.segment(id));
        let (Some(segment), Some(target)) = (self.segment(holder), target) else {
            return false;
        };
        let (name, number) = (segment.name, SegmentNumber(segment.number));
        let private = !SegmentNumber(target.number).is_system();
        let target = target.name;
        if !self.may_hold_any(holder, span) {
            return false;
        }
        if number.is_system() && private {
            let message =
                format!("the system segment `{name}` cannot hold a capability to `{target}`");
            let diagnostic = Diagnostic::new(Code::NoHold, span, message)
                .note("system segments hold only capabilities to system segments");
            self.report(diagnostic);
            return false;
        }
        true
    }

    /// Whether a segment may hold capabilities at all; else it is reported.
    fn may_hold_any(&mut self, holder: SegmentId, span: Span) -> bool {
        let Some(segment) = self.segment(holder) else {
            return false;
        };
        if segment.options.has(DescriptorFlags::HOLD) {
            return true;
        }
        let message = format!("the segment `{}` cannot hold capabilities", segment.name);
        let diagnostic =
            Diagnostic::new(Code::NoHold, span, message).help("open it with the option `hold`");
        self.report(diagnostic);
        false
    }

    /// The capability with the length and permissions that `.cap` asks for.
    fn narrow(
        &mut self,
        capability: Capability,
        target: Target,
        operands: &[Operand],
        place: Span,
        statement: usize,
    ) -> Option<Capability> {
        let mut fields = capability.fields();
        let Some((length, letters)) = operands.split_first() else {
            return Some(capability);
        };
        if fields.kind == Kind::Entry {
            let message = "an entry capability has no length and permissions of its own";
            let diagnostic = Diagnostic::new(Code::CapabilityBounds, length.span, message)
                .second(place, "this is code, so the capability is to its entry");
            self.report(diagnostic);
            return None;
        }
        let OperandSyntax::Value(expression) = length.kind else {
            let message = "expected the length of the capability in bytes";
            self.report(Diagnostic::new(Code::OperandKind, length.span, message));
            return None;
        };
        let bytes = self.number(expression, statement);
        let bytes = self.known(bytes, "the length of a capability")?;
        let segment = self.object_segment(target.object)?;
        let (name, extent) = {
            let segment = self.segment(segment)?;
            (segment.name, segment.extent())
        };
        let end = u64::try_from(bytes)
            .ok()
            .and_then(|bytes| u64::from(fields.cursor).checked_add(bytes))
            .filter(|end| *end <= extent)
            .and_then(|end| u32::try_from(end).ok());
        let Some(end) = end else {
            let from = fields.cursor;
            let message = match bytes {
                ..0 => format!("a capability cannot have {bytes} bytes"),
                _ => format!("{bytes} bytes from offset {from:#x} leave the segment `{name}`"),
            };
            let diagnostic = Diagnostic::new(Code::CapabilityBounds, length.span, message)
                .note(format!("the segment has {extent:#x} bytes"));
            self.report(diagnostic);
            return None;
        };
        fields.base = fields.cursor;
        fields.limit = end;
        if let Some(letters) = letters.first() {
            fields.permissions = self.permissions(letters, fields.permissions, name)?;
        }
        Some(Capability::new(fields))
    }

    fn permissions(
        &mut self,
        operand: &Operand,
        given: Permissions,
        segment: &str,
    ) -> Option<Permissions> {
        let text = self.text(operand.span);
        let Some(asked) = Permissions::from_letters(text) else {
            let message = format!("`{text}` is no set of permissions");
            let diagnostic = Diagnostic::new(Code::CapabilityPermissions, operand.span, message)
                .note("the letters are r, w, x, l, s and m");
            self.report(diagnostic);
            return None;
        };
        if !given.contains(asked) {
            let message = format!("the segment `{segment}` does not give `{text}`");
            let diagnostic = Diagnostic::new(Code::CapabilityPermissions, operand.span, message)
                .label(format!("at most `{given}`"));
            self.report(diagnostic);
            return None;
        }
        if !asked.is_legal() {
            let message = format!("the permissions `{text}` are not legal together");
            let diagnostic = Diagnostic::new(Code::CapabilityPermissions, operand.span, message)
                .note("`l` needs `r`, `s` needs `w`, `m` needs `l`, and `x` excludes `w`");
            self.report(diagnostic);
            return None;
        }
        Some(asked)
    }
}
