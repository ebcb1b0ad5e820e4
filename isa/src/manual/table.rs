//! The manual's tables: traps, capabilities, descriptors, records in memory,
//! registers, and the lists of named immediates.

use crate::abi::{CONSTANTS, ROLES, START_REGISTERS};
use crate::access::{AccessKind, RingRule};
use crate::capability::KINDS;
use crate::context::{ExitReason, LAYOUTS};
use crate::descriptor::DescriptorFlags;
use crate::flags::FlagRow;
use crate::instruction::Intercept;
use crate::instruction::names::{CapabilityField, ControlField, IoOperation, Named};
use crate::layout::Layout;
use crate::page::PageFlags;
use crate::permission::PERMISSIONS;
use crate::trap::Cause;
use std::fmt::Write;

macro_rules! tables {
    ($($variant:ident $name:literal $title:literal $write:expr;)+) => {
        /// A table of the manual.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Table { $(#[doc = $title] $variant,)+ }

        impl Table {
            /// Every table, in the order of the manual.
            pub const ALL: &'static [Table] = &[$(Table::$variant,)+];

            /// Its name, for looking it up.
            pub const fn name(self) -> &'static str {
                match self { $(Table::$variant => $name,)+ }
            }

            /// What it is called in the manual.
            pub const fn title(self) -> &'static str {
                match self { $(Table::$variant => $title,)+ }
            }

            /// Its page, as Markdown.
            pub fn page(self) -> String {
                let mut text = format!("### {}\n\n", self.title());
                match self { $(Table::$variant => $write(&mut text),)+ }
                text
            }
        }
    };
}

tables! {
    Registers "registers" "Registers" registers;
    Capability "capability" "Capabilities" capability;
    Descriptor "descriptor" "Segment descriptors" descriptor;
    Page "page" "Page words" page;
    Access "access" "The rule of access" access;
    Traps "traps" "Traps" traps;
    Layouts "layouts" "Records in memory" layouts;
    Context "context" "The execution context" |text: &mut String| named_layout(text, "context");
    TrapRecord "trap-record" "The trap record" |text: &mut String| named_layout(text, "trap");
    Process "process" "The process block" |text: &mut String| named_layout(text, "process");
    Machine "machine" "The machine block" |text: &mut String| named_layout(text, "machine");
    Reset "reset" "The reset record" |text: &mut String| named_layout(text, "reset");
    Argument "argument" "An argument in the reset record" |text: &mut String| named_layout(text, "argument");
    Relocation "relocation" "A relocation" |text: &mut String| named_layout(text, "relocation");
    Control "control" "Control fields" |text: &mut String| names::<ControlField>(text);
    Fields "fields" "Fields of capabilities" |text: &mut String| names::<CapabilityField>(text);
    Kinds "kinds" "Kinds of access" |text: &mut String| names::<AccessKind>(text);
    Devices "devices" "Operations of devices" |text: &mut String| names::<IoOperation>(text);
    Intercepts "intercepts" "Intercepts" intercepts;
    Exits "exits" "Exits of guests" |text: &mut String| names::<ExitReason>(text);
    Numbers "numbers" "Numbers of the agreement" numbers;
}

impl Table {
    /// The table with this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|table| table.name() == name)
    }
}

// Writing to a String cannot fail, so the results below are dropped.

fn heading(text: &mut String, columns: &[&str]) {
    let _ = writeln!(text, "| {} |", columns.join(" | "));
    let _ = writeln!(text, "|{}", "---|".repeat(columns.len()));
}

fn row(text: &mut String, cells: &[String]) {
    let joined: Vec<String> = cells.iter().map(|cell| one_line(cell)).collect();
    let _ = writeln!(text, "| {} |", joined.join(" | "));
}

/// A paragraph of a doc comment as one line of Markdown.
fn one_line(paragraph: &str) -> String {
    paragraph
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}

/// The first drawing in the opening comment of a source file: the layout is
/// drawn beside the code that defines it, and only there.
fn drawing(source: &str) -> String {
    let lines = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .skip_while(|line| *line != "```text");
    let mut text = String::new();
    for (number, line) in lines.enumerate() {
        let _ = writeln!(text, "{line}");
        if number > 0 && line == "```" {
            break;
        }
    }
    text.push('\n');
    text
}

fn registers(text: &mut String) {
    heading(text, &["registers", "also", "kept by", "role"]);
    for role in ROLES {
        let range = if role.first == role.last {
            format!("`{}{}`", role.file, role.first)
        } else {
            format!("`{0}{1}` to `{0}{2}`", role.file, role.first, role.last)
        };
        let alias = role
            .alias
            .map_or(String::new(), |alias| format!("`{alias}`"));
        let keeper = format!("{:?}", role.keeper).to_lowercase();
        row(text, &[range, alias, keeper, role.doc.to_owned()]);
    }
    let _ = writeln!(
        text,
        "\nWhat `main` finds when the start-up code calls it:\n"
    );
    heading(text, &["register", "holds"]);
    for start in START_REGISTERS {
        row(
            text,
            &[format!("`{}`", start.register), start.doc.to_owned()],
        );
    }
}

fn capability(text: &mut String) {
    text.push_str(&drawing(include_str!("../capability.rs")));
    heading(text, &["bit", "letter", "permission", "allows"]);
    for permission in PERMISSIONS {
        row(
            text,
            &[
                permission.permission.bits().trailing_zeros().to_string(),
                format!("`{}`", permission.letter),
                permission.name.to_owned(),
                permission.meaning.to_owned(),
            ],
        );
    }
    let _ = writeln!(text);
    heading(text, &["kind", "name", "meaning"]);
    for (numbers, name, meaning) in KINDS {
        row(
            text,
            &[
                (*numbers).to_owned(),
                (*name).to_owned(),
                (*meaning).to_owned(),
            ],
        );
    }
}

fn descriptor(text: &mut String) {
    text.push_str(&drawing(include_str!("../descriptor.rs")));
    let _ = writeln!(text, "The flags are bits of word 2.\n");
    flags(text, DescriptorFlags::ROWS);
}

fn page(text: &mut String) {
    text.push_str(&drawing(include_str!("../page.rs")));
    flags(text, PageFlags::ROWS);
}

fn flags(text: &mut String, rows: &[FlagRow]) {
    heading(text, &["bit", "flag", "meaning"]);
    for flag in rows {
        row(
            text,
            &[
                flag.bit.to_string(),
                flag.name.to_owned(),
                flag.meaning.to_owned(),
            ],
        );
    }
}

fn access(text: &mut String) {
    let _ = writeln!(
        text,
        "Checks come in stages: capability and descriptor; the page; the owner of the page; the label. The first stage \
         with a check that fails traps and records every check of that stage that failed. An untagged value fails by \
         its tag alone, and a missing segment is named only if every check of the capability passed. An access over a \
         page border is two, the lower first, and has no effect until both pass. The ring is that of the capability.\n"
    );
    heading(
        text,
        &[
            "access",
            "kind",
            "permissions",
            "mode",
            "ring",
            "aligned to",
        ],
    );
    for kind in AccessKind::ALL {
        let needs = kind.requires();
        let ring = match needs.ring {
            RingRule::Write => "ring <= r1",
            RingRule::Read => "ring <= r2",
            RingRule::Execute => "r1 <= ring <= r2",
            RingRule::Jump => "r1 <= ring <= r2, and the current one",
            RingRule::Call => "within r1 to r2 the current one, or inward up to r3 at a gate",
            RingRule::Return => "r1 <= ring <= r2, not inside the current one",
            RingRule::Any => "",
        };
        row(
            text,
            &[
                kind.name().to_owned(),
                format!("{:?}", needs.kind).to_lowercase(),
                needs.permissions.to_string(),
                format!(
                    "{}{}",
                    mode(needs.mode),
                    if needs.device { ", device" } else { "" }
                ),
                ring.to_owned(),
                needs.alignment.to_string(),
            ],
        );
    }
}

/// The modes of a set of descriptor flags, by name.
fn mode(flags: DescriptorFlags) -> String {
    let names: Vec<&str> = DescriptorFlags::ROWS
        .iter()
        .filter(|row| flags.bits() & 1 << row.bit != 0)
        .map(|row| row.name)
        .collect();
    names.join(", ")
}

fn traps(text: &mut String) {
    let _ = writeln!(
        text,
        "The number is also the priority: of several checks that failed together, the lowest is the cause.\n"
    );
    heading(text, &["number", "cause", "meaning", "what to do"]);
    for cause in Cause::ALL {
        row(
            text,
            &[
                cause.number().to_string(),
                format!("`{cause}`"),
                cause.meaning().to_owned(),
                cause.fix().to_owned(),
            ],
        );
    }
}

fn layouts(text: &mut String) {
    heading(text, &["record", "bytes", "what it is"]);
    for layout in LAYOUTS {
        row(
            text,
            &[
                format!("`{}`", layout.name),
                layout.size.to_string(),
                layout.doc.to_owned(),
            ],
        );
    }
}

fn named_layout(text: &mut String, name: &str) {
    if let Some(layout) = LAYOUTS.iter().find(|layout| layout.name == name) {
        fields(text, layout);
    }
}

fn fields(text: &mut String, layout: &Layout) {
    let _ = writeln!(
        text,
        "{} It is {} bytes.\n",
        one_line(layout.doc),
        layout.size
    );
    heading(text, &["offset", "bytes", "field", "meaning"]);
    for field in layout.fields {
        row(
            text,
            &[
                field.offset.to_string(),
                field.size.to_string(),
                format!("`{}.{}`", layout.name, field.name),
                field.doc.to_owned(),
            ],
        );
    }
}

fn names<T: Named>(text: &mut String) {
    heading(text, &["number", "name", "meaning"]);
    for named in T::ROWS {
        row(
            text,
            &[
                named.number.to_string(),
                format!("`{}`", named.name),
                named.meaning.to_owned(),
            ],
        );
    }
}

fn intercepts(text: &mut String) {
    let _ = writeln!(
        text,
        "A host may take the sensitive and privileged instructions of its guest by class: one bit each of the mask \
         `machine.intercept_instructions`.\n"
    );
    heading(text, &["bit", "intercept", "what belongs to it"]);
    for intercept in Intercept::ALL {
        row(
            text,
            &[
                (*intercept as u8).to_string(),
                intercept.name().to_owned(),
                intercept.meaning().to_owned(),
            ],
        );
    }
}

fn numbers(text: &mut String) {
    heading(text, &["name", "value", "what it is"]);
    for constant in CONSTANTS {
        row(
            text,
            &[
                format!("`{}`", constant.name.to_lowercase()),
                constant.value.to_string(),
                constant.doc.to_owned(),
            ],
        );
    }
}
