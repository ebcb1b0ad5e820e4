//! Faults that explain themselves: which instruction, what it tried, which check failed and
//! by how much, whose ring, how the capability came to be, and what to do.
//!
//! [`account`] gathers an [`Account`] from a stopped machine; [`Account::render`] makes it
//! text. To name where things were done, the run is made again and watched: a run is the same
//! each time, so those that end well pay nothing for this.
//!
//! Invariant: an account says only what follows from the machine and its run.

mod fallen;
mod headline;
mod hint;
mod history;
mod interruption;
mod render;
mod scene;

use isa::instruction::operand::{Memory, Offset};
use isa::instruction::{C, Opcode, R, Value};
use isa::machine::{Machine, Stepped};
use isa::{AccessKind, Address, Capability, Cause, Permissions, Trap};

use crate::dump::{Named, number};
use crate::failure::Failure;
use crate::images::Images;
use crate::levels;
use crate::names::Names;
use crate::session::Session;
pub use fallen::fallen_guest;
use history::{History, Making};
pub use interruption::interruption;
use scene::Scene;

/// Where the instruction stands in the source.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file, as it was named to the assembler.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The line's text, if it is at hand.
    pub text: Option<String>,
}

/// What can be said of a fault.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name of the cause.
    pub cause: &'static str,
    /// What happened, in a sentence.
    pub title: String,
    /// What is said at the marked instruction.
    pub label: String,
    /// Where it is in the source, if that is known.
    pub place: Option<Place>,
    /// The instruction as the assembler prints it, if it is one.
    pub instruction: Option<String>,
    /// The registers that it uses, and what else there is to say.
    pub notes: Vec<String>,
    /// The checks that failed, by name.
    pub failed: Vec<&'static str>,
    /// The checks that were made and passed, by name.
    pub passed: Vec<&'static str>,
    /// Why nobody handled it.
    pub ending: String,
    /// What to do.
    pub fix: String,
}

/// Runs longer than so many steps are not made again: what their history would add is left out.
const WATCHED_STEPS: u64 = 50_000_000;

/// Explains the trap that a machine stopped on. `second` is the trap that its delivery met, if that is why.
pub fn account(session: &Session<'_>, trap: &Trap, second: Option<&Trap>) -> Account {
    let machine = session.machine();
    let mut images = Images::of(session.program().image());
    images.meet(machine);
    let names = images.names(level(machine));
    let history = history(session, WATCHED_STEPS);
    let scene = Scene::new(machine, names, *trap, &history);
    let headline = headline::headline(&scene);
    let place = place(session, names);
    let passed = scene.passed().unwrap_or_default();
    Account {
        cause: trap.cause.name(),
        title: headline.title,
        label: headline.label,
        place,
        instruction: scene
            .opcode
            .and(scene.word)
            .map(assembler::print::instruction),
        notes: notes(&scene),
        failed: trap.failed.causes().map(Cause::name).collect(),
        passed: passed.causes().map(Cause::name).collect(),
        ending: ending(level(machine), second),
        fix: fix(&scene),
    }
}

/// Explains the trap of a level that the next step comes to. It may be one of a host, on its `vmrun`, while a machine further
/// in runs: a fault is that of the machine in whose map it is. Or the step enters the guest whose trap it is.
///
/// # Errors
/// When that level can only be looked at in another run, and this one cannot be made again.
pub fn account_of_level(session: &Session<'_>, of: usize, trap: &Trap) -> Result<Account, Failure> {
    if of == level(session.machine()) {
        return Ok(account(session, trap, None));
    }
    Ok(account(&session.at_level(of)?, trap, None))
}

/// The level of the machine that runs.
fn level(machine: &Machine) -> usize {
    machine.levels() - 1
}

/// Where the next instruction stands in the source, by the names of the machine that runs.
fn place(session: &Session<'_>, names: Names<'_>) -> Option<Place> {
    let machine = session.machine();
    let source = names.image.source(machine.pc().address())?;
    Some(Place {
        file: source.file.to_owned(),
        line: source.line,
        column: source.column.max(1),
        text: session.program().source(source.file).and_then(|text| {
            let line = source.line.checked_sub(1)?;
            Some(text.lines().nth(line as usize)?.to_owned())
        }),
    })
}

/// What the run did to the capabilities of the level that runs now, until it stopped; nothing where that cannot be found
/// out.
fn history(session: &Session<'_>, limit: u64) -> History {
    let mut history = History::new();
    let (end, levels) = (session.machine().steps(), session.machine().levels());
    let Some(mut again) = session.again().filter(|_| end <= limit) else {
        return history;
    };
    while again.machine().steps() < end {
        let is_own = again.machine().levels() == levels;
        if is_own {
            history.before(again.machine());
        }
        let Ok(Some(stepped)) = again.step(&mut std::io::empty()) else {
            break;
        };
        // What machines further in or out do leaves the registers of this one as they are, until a trap comes of it.
        let is_trap = matches!(stepped, Stepped::Delivered(_));
        if again.machine().levels() == levels && (is_own || is_trap) {
            history.after(again.machine(), &stepped);
        }
    }
    again.enter_guests();
    history.stops(again.machine());
    history
}

/// What to do: the advice of the table of causes, but where the instruction knows better.
fn fix(scene: &Scene<'_>) -> String {
    match (scene.trap.cause, scene.opcode) {
        (Cause::Illegal, Some(Opcode::Setctl)) => {
            "Read the field with `getctl`; `nestor isa control` says which can be written."
                .to_owned()
        }
        (Cause::Illegal, Some(opcode)) => {
            format!(
                "`nestor isa {}` says what its operands can be.",
                opcode.mnemonic()
            )
        }
        (Cause::Alignment, _) if scene.trap.kind.requires().permissions.contains(Permissions::EXECUTE) => {
            "Instructions lie at multiples of 8: jump and call to labels, and move a pointer to code by whole instructions."
                .to_owned()
        }
        _ if scene.is_stack_used_up() => {
            "Look for a recursion without an end, or give the stack more room with `.stack`."
                .to_owned()
        }
        (cause, _) => cause.fix().to_owned(),
    }
}

fn ending(level: usize, second: Option<&Trap>) -> String {
    match (level.checked_sub(1), second) {
        (None, None) => "nobody handles this trap, so the machine stops".to_owned(),
        (Some(host), _) => {
            format!(
                "it cannot be delivered there, so machine {level} exits to its host, level {host}"
            )
        }
        (None, Some(second)) => {
            format!("its frame could not be pushed, so the machine stops: {second}")
        }
    }
}

fn notes(scene: &Scene<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let (capabilities, data) = registers(scene);
    for register in capabilities {
        notes.push(capability_note(scene, register));
    }
    for register in data {
        let value = scene.machine.r(register);
        let shown = number(value);
        let hint = hint::about(scene, register).map_or(String::new(), |hint| format!(" ({hint})"));
        notes.push(format!("{:<4} {shown}{hint}", register.to_string()));
    }
    notes.extend(hint::overall(scene));
    notes.push(whereabouts(scene.machine, &scene.names, scene.history));
    notes.extend(asleep(level(scene.machine), scene.history));
    notes.extend(way_outward(scene.machine, &scene.trap));
    notes
}

/// The registers that the instruction reads, each once, in the order in which it names them.
fn registers(scene: &Scene<'_>) -> (Vec<C>, Vec<R>) {
    let (mut capabilities, mut data) = (Vec::new(), Vec::new());
    for (operand, value) in scene.operands() {
        let written_only = matches!(operand.name, "rd" | "cd") && !is_updated(operand);
        match value {
            Value::C(register) if !written_only => capabilities.push(register),
            Value::R(register) if !written_only => data.push(register),
            Value::Index(index) => data.push(index.register),
            Value::Compare(compare) => data.push(compare.register),
            Value::Memory(Memory { base, index }) => {
                capabilities.push(base);
                data.push(index.register);
            }
            Value::Offset(Offset { base, .. }) => capabilities.push(base),
            _ => {}
        }
    }
    let named = scene
        .register()
        .filter(|register| !capabilities.contains(register));
    capabilities.extend(named);
    let mut seen = Vec::new();
    capabilities.retain(|register| {
        !seen.contains(register) && {
            seen.push(*register);
            true
        }
    });
    let mut seen = vec![R::ZERO];
    data.retain(|register| {
        !seen.contains(register) && {
            seen.push(*register);
            true
        }
    });
    (capabilities, data)
}

fn is_updated(operand: &isa::instruction::Operand) -> bool {
    use isa::instruction::operand::{OperandKind, Role};
    matches!(
        operand.kind,
        OperandKind::R(Role::Update) | OperandKind::C(Role::Update)
    )
}

fn capability_note(scene: &Scene<'_>, register: C) -> String {
    let capability = scene.machine.c(register);
    let shown = Named {
        capability,
        image: scene.names.image,
    };
    let origin = match scene.history.making(register) {
        _ if capability == Capability::NULL => " (no capability was put into it)".to_owned(),
        Some(making) => format!("   {}", origin(scene, making)),
        None => String::new(),
    };
    format!("{:<4} {shown}{origin}", register.to_string())
}

fn origin(scene: &Scene<'_>, making: Making) -> String {
    let made = match scene.names.is_startup(making.at) {
        true => "given by the start-up code".to_owned(),
        false => format!("{} at {}", making.verb, scene.names.place(making.at)),
    };
    match making.lost {
        None => made,
        Some(store) => format!(
            "{made}\n     its tag was cleared in memory by the store at {}",
            scene.names.place(store)
        ),
    }
}

/// Of a trap of a host on its `vmrun`: which machine ran, and which ones hear nothing of it.
fn asleep(host: usize, history: &History) -> Option<String> {
    let ran = history.innermost();
    Some(format!("level {ran} ran; {}", levels::asleep(host, ran)?))
}

/// Of a guest: where what the trap is about lies in the memory of each level, as far as the maps lead, and whose it is.
fn way_outward(machine: &Machine, trap: &Trap) -> Option<String> {
    let level = level(machine);
    let is_place = level > 0 && trap.kind != AccessKind::None && trap.cause != Cause::Tag;
    let offset = u32::try_from(trap.offset).ok().filter(|_| is_place)?;
    let places = machine.level_places(level, Address::new(trap.segment, offset));
    let mut parts = Vec::new();
    for (real, outer) in places.iter().zip((0..=level).rev()) {
        parts.push(format!("{:#x} of level {outer}", real.0));
    }
    match (places.len().checked_sub(1), places.last()) {
        (None, _) => Some(format!(
            "no real address: the map of level {level} does not lead to any"
        )),
        (Some(last), Some(real)) if last == level => {
            let memory = machine.memory();
            let (owner, label) = (memory.owner(*real), memory.label(*real));
            Some(format!(
                "real address {}; owner level {owner}, label {label}",
                parts.join(", ")
            ))
        }
        (Some(last), _) => Some(format!(
            "real address {}; the map of level {} does not lead further",
            parts.join(", "),
            level - last - 1
        )),
    }
}

fn whereabouts(machine: &Machine, names: &Names<'_>, history: &History) -> String {
    let here = names.symbol(machine.pc().address());
    let mut text = format!(
        "in {here}, ring {}, depth {}, step {}",
        machine.ring(),
        level(machine),
        machine.steps()
    );
    let caller = history.caller().filter(|call| !names.is_startup(call.site));
    if let Some(call) = caller {
        text.push_str(&format!(
            ", called from {}",
            names.symbol_and_line(call.site)
        ));
    }
    text
}
