//! The first line of an account: in one sentence, what the instruction tried and why it may not.
//!
//! Every sentence is made from the trap, the registers and the descriptor as they are; none guesses.

use isa::access::{AccessKind, Lookup};
use isa::address::{GRANULE_SIZE, PAGE_SIZE};
use isa::instruction::{Opcode, Value};
use isa::{
    Brackets, Capability, Cause, Causes, DescriptorFlags, Kind, PageFlags, Permissions, Ring,
};

use super::scene::Scene;

/// The headline and what stands under the marked instruction.
pub(super) struct Headline {
    pub(super) title: String,
    pub(super) label: String,
}

/// Says what happened.
pub(super) fn headline(scene: &Scene<'_>) -> Headline {
    let trap = &scene.trap;
    let capability = scene.capability();
    let (title, label) = match trap.cause {
        Cause::Illegal => illegal(scene),
        Cause::Privilege => (
            format!(
                "{} is for ring 0, and this is ring {}",
                scene.mnemonic(),
                trap.ring
            ),
            "only ring 0 may do this".to_owned(),
        ),
        Cause::Tag => tag(scene, &capability),
        Cause::Seal => seal(scene, &capability),
        Cause::Permission => permission(scene, &capability),
        Cause::Bounds => bounds(scene, &capability),
        Cause::Alignment => alignment(scene),
        Cause::Cursor => cursor(scene, &capability),
        Cause::Segment => segment(scene),
        Cause::Generation => generation(scene, &capability),
        Cause::Descriptor => (
            format!(
                "the descriptor of {} makes no sense",
                scene.names.segment(trap.segment.0)
            ),
            descriptor_label(scene),
        ),
        Cause::Ring => ring(scene, &capability),
        Cause::Mode => (
            format!(
                "{} of {}, which may not be {}",
                verb(trap.kind),
                scene.names.segment(trap.segment.0),
                participle(trap.kind)
            ),
            format!("the descriptor says {}", modes(scene)),
        ),
        Cause::Hold => hold(scene),
        Cause::Device => device(scene),
        Cause::Page => page(scene),
        Cause::Owner => (
            format!(
                "{} belongs to another machine than this needs",
                page_name(scene)
            ),
            "the owner of the page does not fit".to_owned(),
        ),
        Cause::Label => label(scene),
        Cause::Gate => gate(scene, &capability),
        Cause::Link => (
            format!(
                "slot {} of the linkage segment holds no capability",
                trap.offset / GRANULE_SIZE
            ),
            format!("nothing is linked at offset {:#x}", trap.offset),
        ),
        Cause::Divide => ("division by zero".to_owned(), "the divisor is 0".to_owned()),
        Cause::Depth => (
            "this machine may not have guests".to_owned(),
            "no depth is left".to_owned(),
        ),
        Cause::Software => (
            format!("the program asked for trap {}", trap.offset.cast_signed()),
            "here".to_owned(),
        ),
        Cause::Interrupt => interrupt(scene),
    };
    Headline { title, label }
}

/// What an access of this kind is called.
pub(super) fn verb(kind: AccessKind) -> &'static str {
    match kind {
        AccessKind::Read => "read",
        AccessKind::Write => "write",
        AccessKind::Execute => "fetch",
        AccessKind::StoreCapability => "store of a capability",
        AccessKind::Call => "call",
        AccessKind::Return => "return",
        AccessKind::Input => "input",
        AccessKind::Output => "output",
        AccessKind::Jump => "jump",
        AccessKind::None => "use",
    }
}

fn participle(kind: AccessKind) -> &'static str {
    match kind {
        AccessKind::Read | AccessKind::Input => "read",
        AccessKind::Write | AccessKind::StoreCapability | AccessKind::Output => "written",
        AccessKind::Execute | AccessKind::Call | AccessKind::Return | AccessKind::Jump => {
            "executed"
        }
        AccessKind::None => "used",
    }
}

fn bytes(count: u64) -> String {
    match count {
        1 => "1 byte".to_owned(),
        _ => format!("{count} bytes"),
    }
}

/// An offset that may be negative, which is before the segment.
fn offset(offset: u64) -> String {
    match offset.cast_signed() {
        negative @ ..=-1 => format!("-{:#x}", negative.unsigned_abs()),
        _ => format!("{offset:#x}"),
    }
}

fn illegal(scene: &Scene<'_>) -> (String, String) {
    match scene.opcode {
        Some(Opcode::Setctl) => (
            "this control field cannot be written".to_owned(),
            "only the machine itself changes it".to_owned(),
        ),
        Some(opcode) => (
            format!("{} does not allow these operands", opcode.mnemonic()),
            "an operand is out of range".to_owned(),
        ),
        None => (
            "the bytes at the program counter are no instruction".to_owned(),
            match scene.word {
                Some(word) => format!("the word {word:#018x} here is not one"),
                None => "no instruction here".to_owned(),
            },
        ),
    }
}

fn tag(scene: &Scene<'_>, capability: &Capability) -> (String, String) {
    let register = scene.register_name();
    let what = verb(scene.trap.kind);
    let of = match capability.bits() {
        0 => "is null",
        _ => "holds plain data",
    };
    let title = match scene.trap.kind {
        AccessKind::None => format!("{register} {of}, and this needs a capability"),
        _ => format!("{what} through {register}, which {of} and no capability"),
    };
    (title, format!("{register} has no tag"))
}

fn seal(scene: &Scene<'_>, capability: &Capability) -> (String, String) {
    if let Some(said) = unseal(scene) {
        return said;
    }
    let register = scene.register_name();
    let kind = match capability.kind() {
        Kind::Data => "is a plain capability",
        Kind::Entry => "is an entry capability, which can only be called",
        Kind::Return => "is a return capability, which can only be returned through",
        Kind::Reserved => "is of the reserved kind",
        Kind::Software(_) => "is sealed",
    };
    let title = match scene.trap.kind {
        AccessKind::None => format!("{register} {kind}: {} cannot use it", scene.mnemonic()),
        access => {
            let what = kind.strip_prefix("is ").unwrap_or(kind);
            format!("{} through {register}: it is {what}", verb(access))
        }
    };
    let wanted = match scene.trap.kind {
        AccessKind::Call => "a call needs an entry capability",
        AccessKind::Return => "a return needs a return capability",
        _ => "this needs a plain capability",
    };
    (title, wanted.to_owned())
}

/// Why `cunseal` cannot open the value that it was given; nothing where the instruction is another one, or the
/// authority is what cannot be used.
fn unseal(scene: &Scene<'_>) -> Option<(String, String)> {
    if scene.opcode != Some(Opcode::Cunseal) {
        return None;
    }
    let operands = scene.operands();
    let named = |name| {
        operands.iter().find_map(|(operand, value)| match value {
            Value::C(register) if operand.name == name => Some(*register),
            _ => None,
        })
    };
    let (value, authority) = (named("ca")?, named("cb")?);
    let opens = scene.machine.c(authority);
    match (scene.machine.c(value).kind(), opens.kind()) {
        (Kind::Software(object_type), Kind::Data) => Some((
            format!(
                "{value} is sealed with type {}, which {authority} does not open",
                object_type.number()
            ),
            format!("{authority} stands at type {}", opens.cursor()),
        )),
        (Kind::Software(_), _) => None,
        _ => Some((
            format!("{value} is not sealed"),
            "there is nothing to unseal".to_owned(),
        )),
    }
}

fn permission(scene: &Scene<'_>, capability: &Capability) -> (String, String) {
    let register = scene.register_name();
    let needs = scene.trap.kind.requires().permissions;
    let missing = needs.difference(capability.permissions());
    let label = format!("{register} allows {}", set(capability.permissions()));
    match scene.trap.kind {
        AccessKind::None => (
            format!(
                "{} needs a permission that {register} does not have",
                scene.mnemonic()
            ),
            label,
        ),
        kind => (
            format!(
                "{} through {register}, which does not allow {}",
                verb(kind),
                set(missing)
            ),
            label,
        ),
    }
}

/// The names of permissions, in words.
fn set(permissions: Permissions) -> String {
    let names: Vec<&str> = isa::permission::PERMISSIONS
        .iter()
        .filter(|row| permissions.contains(row.permission))
        .map(|row| row.name)
        .collect();
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

fn bounds(scene: &Scene<'_>, capability: &Capability) -> (String, String) {
    let trap = &scene.trap;
    let object = scene.names.object(capability);
    let (base, limit) = (
        i128::from(capability.base()),
        i128::from(capability.limit()),
    );
    let start = i128::from(trap.offset.cast_signed());
    let end = start + i128::from(trap.size);
    if trap.kind == AccessKind::None {
        return (
            format!(
                "{} asks for more than {} has",
                scene.mnemonic(),
                scene.register_name()
            ),
            format!(
                "{} at offset {}; the capability reaches {:#x}..{:#x}",
                bytes(trap.size),
                offset(trap.offset),
                capability.base(),
                capability.limit()
            ),
        );
    }
    if scene.opcode == Some(Opcode::Ldk) {
        return (
            format!(
                "slot {} lies beyond the linkage segment of this text",
                trap.offset / GRANULE_SIZE
            ),
            "no such slot".to_owned(),
        );
    }
    if trap.failed.contains(Causes::DEVICE) {
        return device(scene);
    }
    let what = verb(trap.kind);
    let label = format!("{} at offset {}", bytes(trap.size), offset(trap.offset));
    if start < base {
        let before = u64::try_from(base - start).unwrap_or(u64::MAX);
        let title = match scene.is_stack_used_up() {
            true => used_up(scene, capability),
            false => format!(
                "{what} starts {} before the start of {object}",
                bytes(before)
            ),
        };
        return (
            title,
            format!("{label}; the capability starts at {base:#x}"),
        );
    }
    if end > limit {
        let past = u64::try_from(end - limit).unwrap_or(u64::MAX);
        return (
            format!("{what} reaches {} past the end of {object}", bytes(past)),
            format!("{label}; the capability ends at {limit:#x}"),
        );
    }
    let length = scene.descriptor().map_or(0, |descriptor| descriptor.length);
    (
        format!(
            "{what} reaches past the end of {}",
            scene.names.segment(trap.segment.0)
        ),
        format!("{label}; the segment ends at {length:#x}"),
    )
}

fn cursor(scene: &Scene<'_>, capability: &Capability) -> (String, String) {
    let target = offset(scene.trap.offset);
    let title = match scene.is_stack_used_up() {
        true => used_up(scene, capability),
        false => format!(
            "the cursor of {} would leave 32 bits",
            scene.register_name()
        ),
    };
    (
        title,
        format!("from {:#x} to {target}", capability.cursor()),
    )
}

fn used_up(scene: &Scene<'_>, capability: &Capability) -> String {
    format!("{} is used up", scene.names.object(capability))
}

fn alignment(scene: &Scene<'_>) -> (String, String) {
    let trap = &scene.trap;
    let (thing, unit) = match trap.kind {
        AccessKind::Execute | AccessKind::Call | AccessKind::Return | AccessKind::Jump => {
            ("an instruction", 8)
        }
        _ if trap.size >= PAGE_SIZE => ("a page", PAGE_SIZE),
        _ => ("a capability", 16),
    };
    (
        format!(
            "{thing} lies at a multiple of {unit}, and {} is none",
            offset(trap.offset)
        ),
        format!(
            "offset {} is {} too far",
            offset(trap.offset),
            trap.offset % unit
        ),
    )
}

fn segment(scene: &Scene<'_>) -> (String, String) {
    let trap = &scene.trap;
    let title = match (trap.kind, trap.segment.0) {
        (AccessKind::None, _) => format!(
            "{} does not work on {}",
            scene.mnemonic(),
            scene.names.segment(trap.segment.0)
        ),
        (kind, 0) => format!("{} in segment 0, which is no memory", verb(kind)),
        (kind, number) => format!("{} in segment {number:#x}, which is not there", verb(kind)),
    };
    let label = match scene.machine.descriptor(trap.segment) {
        Lookup::Absent => "the descriptor table does not reach so far",
        Lookup::OutsideMemory => "the descriptor table is outside memory",
        Lookup::Found(_) => "the descriptor says that it is not present",
    };
    (title, label.to_owned())
}

fn generation(scene: &Scene<'_>, capability: &Capability) -> (String, String) {
    let now = scene
        .descriptor()
        .map_or(0, |descriptor| descriptor.generation);
    (
        format!(
            "{} through a capability to {} that has been revoked",
            verb(scene.trap.kind),
            scene.names.object(capability)
        ),
        format!(
            "made in generation {}; the segment is in generation {now}",
            capability.generation()
        ),
    )
}

fn descriptor_label(scene: &Scene<'_>) -> String {
    match scene.descriptor() {
        None => "the descriptor table is outside memory".to_owned(),
        Some(descriptor) if !descriptor.brackets.ordered() => {
            format!(
                "its ring brackets are {}, which are not in order",
                brackets(&descriptor.brackets)
            )
        }
        Some(descriptor) => format!(
            "base {:#x} and length {:#x} do not lie in memory as a segment must",
            descriptor.base.0, descriptor.length
        ),
    }
}

fn brackets(brackets: &Brackets) -> String {
    format!("({}, {}, {})", brackets.r1, brackets.r2, brackets.r3)
}

fn ring(scene: &Scene<'_>, capability: &Capability) -> (String, String) {
    let trap = &scene.trap;
    let name = scene.names.segment(trap.segment.0);
    if trap.kind == AccessKind::None {
        return (
            format!(
                "{} would give {} a stronger ring than it has",
                scene.mnemonic(),
                scene.register_name()
            ),
            format!("{} is of ring {}", scene.register_name(), capability.ring()),
        );
    }
    let title = match (trap.kind, trap.ring == scene.machine.ring()) {
        (AccessKind::Return, _) if trap.ring < scene.machine.ring() => {
            format!(
                "return from ring {} to ring {}, which is inside it",
                scene.machine.ring(),
                trap.ring
            )
        }
        (kind, true) => format!(
            "ring {} has no right to {} {name}",
            trap.ring,
            infinitive(kind)
        ),
        (kind, false) => format!(
            "ring {} may not {} {name}, though the current ring is {}",
            trap.ring,
            infinitive(kind),
            scene.machine.ring()
        ),
    };
    let label = match scene.descriptor() {
        Some(descriptor) => {
            let b = descriptor.brackets;
            match trap.kind {
                AccessKind::Read | AccessKind::Input => up_to(b.r2),
                AccessKind::Write | AccessKind::StoreCapability | AccessKind::Output => up_to(b.r1),
                AccessKind::Call => format!("rings up to {} may call its gates", b.r3),
                _ if b.r1 == b.r2 => format!("only ring {} may execute it", b.r1),
                _ => format!("rings {} to {} may execute it", b.r1, b.r2),
            }
        }
        None => "not for this ring".to_owned(),
    };
    (title, label)
}

fn up_to(ring: Ring) -> String {
    match ring {
        Ring::KERNEL => "only ring 0 may".to_owned(),
        ring => format!("rings up to {ring} may"),
    }
}

fn infinitive(kind: AccessKind) -> &'static str {
    match kind {
        AccessKind::Read | AccessKind::Input => "read",
        AccessKind::Write | AccessKind::StoreCapability | AccessKind::Output => "write",
        AccessKind::Execute => "execute",
        AccessKind::Call => "call",
        AccessKind::Return => "return to",
        AccessKind::Jump => "jump to",
        AccessKind::None => "use",
    }
}

fn modes(scene: &Scene<'_>) -> String {
    let Some(descriptor) = scene.descriptor() else {
        return "nothing".to_owned();
    };
    let names: Vec<&str> = DescriptorFlags::ROWS
        .iter()
        .filter(|row| matches!(row.name, "read" | "write" | "execute"))
        .filter(|row| descriptor.flags.bits() >> row.bit & 1 == 1)
        .map(|row| row.name)
        .collect();
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

fn hold(scene: &Scene<'_>) -> (String, String) {
    let name = scene.names.segment(scene.trap.segment.0);
    let holds = scene
        .descriptor()
        .is_some_and(|descriptor| descriptor.has(DescriptorFlags::HOLD));
    if holds {
        (
            format!(
                "a capability to a private segment would go into {name}, which is a system segment"
            ),
            "system segments hold only capabilities to system segments".to_owned(),
        )
    } else {
        (
            format!("a capability would go into {name}, which may hold none"),
            "the segment is not marked `hold`".to_owned(),
        )
    }
}

fn device(scene: &Scene<'_>) -> (String, String) {
    let name = scene.names.segment(scene.trap.segment.0);
    match scene.trap.kind {
        AccessKind::Input | AccessKind::Output => (
            format!("{name} is memory and no device"),
            "`io` takes the device first, then the buffer".to_owned(),
        ),
        AccessKind::None => (
            format!("{name} is no device that can do this"),
            "no such operation".to_owned(),
        ),
        kind => (
            format!("{} of {name}, which is a device and no memory", verb(kind)),
            "only `io` uses a device".to_owned(),
        ),
    }
}

fn page_name(scene: &Scene<'_>) -> String {
    let trap = &scene.trap;
    let page = trap.offset / PAGE_SIZE;
    format!("page {page} of {}", scene.names.segment(trap.segment.0))
}

fn page(scene: &Scene<'_>) -> (String, String) {
    let trap = &scene.trap;
    let word = scene
        .descriptor()
        .map(|descriptor| scene.machine.page_word(&descriptor, trap.offset));
    let state = match word {
        Some(Lookup::Found(word)) => {
            let flags = word.flags();
            if !flags.contains(PageFlags::PRESENT) {
                "not in memory"
            } else if !flags.contains(PageFlags::USED) {
                "not marked used"
            } else if !flags.contains(PageFlags::WRITABLE) {
                "not writable"
            } else {
                "not marked modified"
            }
        }
        _ => "without a page word",
    };
    (
        format!(
            "{} of {}, which is {state}",
            verb(trap.kind),
            page_name(scene)
        ),
        format!("{} at offset {}", bytes(trap.size), offset(trap.offset)),
    )
}

fn label(scene: &Scene<'_>) -> (String, String) {
    let trap = &scene.trap;
    let way = match trap.kind {
        AccessKind::Write | AccessKind::StoreCapability | AccessKind::Output => "write",
        _ => "read",
    };
    let labels = scene.forbidden_labels();
    let named = match labels.as_slice() {
        [] => "what is labelled like this".to_owned(),
        [one] => format!("label {one}"),
        many => format!(
            "labels {}",
            many.iter()
                .map(u8::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    (
        format!(
            "this process may not {way} {named}, and {} bears it",
            scene.names.segment(trap.segment.0)
        ),
        format!("{} at offset {}", bytes(trap.size), offset(trap.offset)),
    )
}

fn gate(scene: &Scene<'_>, capability: &Capability) -> (String, String) {
    let gates = scene.descriptor().map_or(0, |descriptor| descriptor.gates);
    let name = scene.names.segment(scene.trap.segment.0);
    (
        format!(
            "call into {name} at offset {:#x}, which is no gate",
            capability.cursor()
        ),
        match gates {
            0 => "the segment has no gates".to_owned(),
            1 => "its only gate is at offset 0x0".to_owned(),
            _ => format!(
                "its {gates} gates are at multiples of 8 up to {:#x}",
                (u32::from(gates) - 1) * 8
            ),
        },
    )
}

fn interrupt(scene: &Scene<'_>) -> (String, String) {
    let line = scene.trap.offset;
    let who = if line == u64::from(isa::abi::LINE_TIMER) {
        "the timer interrupts".to_owned()
    } else {
        format!("line {line} interrupts")
    };
    (
        format!("{who}, and there is no trap entry"),
        "before this instruction".to_owned(),
    )
}
