//! The assembler of Nestor: from sources to an image.
//!
//! [`assemble`] takes the sources of a program and gives an [`image::Image`],
//! or the [`Diagnostic`]s that say all that is wrong with them. The steps, each
//! in a module of its name: `lexer` and `reader` make the syntax tree;
//! `declare` finds the definitions; `segment` settles the segments; `layout`
//! gives everything its place; `emit` makes the bytes, with `encode`, `pseudo`,
//! `directive` and `capability`; `leavings` makes an [`object`] of them, and
//! `link` an image of objects. [`assemble_part`] stops at the object, and
//! [`link`] begins with some. [`disassemble`] goes the other way, from an
//! image to a source, and [`print`] from an instruction to its text.
//!
//! Invariants: no source makes it panic, recurse without bound, or take memory
//! out of proportion; it reads no files and prints nothing; the same sources
//! give the same image, bit for bit.

mod builtin;
mod capability;
mod declare;
mod define;
mod diagnostic;
mod directive;
pub mod disassemble;
mod emit;
mod encode;
mod expansion;
mod expression;
mod flow;
pub mod image;
mod layout;
mod leavings;
mod lexer;
mod link;
mod listing;
mod literal;
mod machine;
mod numbering;
pub mod object;
mod operand;
mod operator;
pub mod print;
mod procedure;
mod pseudo;
mod reader;
mod scope;
mod segment;
mod source;
mod symbol;
mod syntax;
mod unit;

lalrpop_util::lalrpop_mod!(
    #[allow(
        clippy::all,
        clippy::unwrap_used,
        missing_docs,
        unreachable_pub,
        unused
    )]
    grammar
);

pub use builtin::{Constant, constants};
pub use diagnostic::{Annotation, Code, DIAGNOSTIC_LIMIT, Diagnostic, MacroUse, Severity};
pub use directive::Directive;
pub use encode::syntax;
pub use listing::{LISTED_BYTES, Listed, ListedKind};
pub use pseudo::Pseudo;
pub use source::{Loader, NoFiles, Position, SOURCE_LIMIT, Source, SourceId, SourceMap, Span};

use crate::diagnostic::Sink;
use crate::image::Image;
use crate::link::{Linker, Quotes};
use crate::object::Object;
use crate::syntax::Program;
use crate::unit::{Completeness, Unit};

/// The start-up code that every program without an `.entry` is linked with.
pub const STARTUP: &str = include_str!("startup.s");

/// What the start-up code is called where sources are named. No file of a
/// program has such a name.
pub const STARTUP_NAME: &str = "<startup.s>";

/// How to assemble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// No start-up code: the program says with `.entry` where it begins. A
    /// program with an `.entry` is bare in any case.
    pub bare: bool,
    /// Also say what became of each statement.
    pub listing: bool,
    /// The most bytes of memory that an image may need.
    pub image_limit: u64,
    /// The most bytes of source that may be read, what is included twice
    /// counting twice.
    pub source_limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bare: false,
            listing: false,
            image_limit: 256 << 20,
            source_limit: 32 << 20,
        }
    }
}

/// What became of a program.
#[derive(Clone, Debug)]
pub struct Assembly {
    /// The image; none if there is an error among the diagnostics.
    pub image: Option<Image>,
    /// All that is wrong, by place; of very many, the first found.
    pub diagnostics: Vec<Diagnostic>,
    /// What became of each statement, if that was asked for: also when there
    /// are errors.
    pub listing: Vec<Listed>,
    /// All sources that were read, for showing places in them.
    pub sources: SourceMap,
}

/// What became of a part of a program.
#[derive(Clone, Debug)]
pub struct PartAssembly {
    /// The object; none if there is an error among the diagnostics.
    pub object: Option<Object>,
    /// All that is wrong, by place; of very many, the first found.
    pub diagnostics: Vec<Diagnostic>,
    /// All sources that were read, for showing places in them.
    pub sources: SourceMap,
}

/// Assembles the files of a program into one image. Labels outside of
/// procedures are common to all of them.
pub fn assemble(files: Vec<Source>, loader: &mut dyn Loader, options: &Options) -> Assembly {
    let mut sources = SourceMap::default();
    let mut sink = Sink::default();
    let mut program = reader::read(files, loader, options.source_limit, &mut sources, &mut sink);
    let mut options = options.clone();
    options.bare |= has_entry(&program, &sources);
    if !options.bare {
        let startup = Source::new(STARTUP_NAME, STARTUP);
        reader::append(&mut program, startup, &mut sources, &mut sink);
    }
    let mut unit = Unit::new(&sources, &program, &options, Completeness::Whole, sink);
    let objects = [unit.assemble()];
    unit.check_flow();
    unit.check_entry();
    let mut linker = Linker::new(&objects, &options, std::mem::take(&mut unit.sink), None);
    linker.link();
    let listing = match options.listing {
        true => {
            unit.take_bytes(|name| linker.bytes_of(name));
            unit.listing()
        }
        false => Vec::new(),
    };
    let (image, sink, _) = linker.finish();
    let diagnostics = sink.finish(&sources);
    Assembly {
        image: image.filter(|_| is_sound(&diagnostics)),
        diagnostics,
        listing,
        sources,
    }
}

/// Assembles files into one object, which is to be linked with others. What
/// no file defines is left to them.
pub fn assemble_part(
    files: Vec<Source>,
    loader: &mut dyn Loader,
    options: &Options,
) -> PartAssembly {
    let mut sources = SourceMap::default();
    let mut sink = Sink::default();
    let program = reader::read(files, loader, options.source_limit, &mut sources, &mut sink);
    let mut options = options.clone();
    options.bare |= has_entry(&program, &sources);
    let mut unit = Unit::new(&sources, &program, &options, Completeness::Part, sink);
    let object = unit.assemble();
    unit.check_flow();
    let diagnostics = std::mem::take(&mut unit.sink).finish(&sources);
    PartAssembly {
        object: is_sound(&diagnostics).then_some(object),
        diagnostics,
        sources,
    }
}

/// Links objects, each with what messages call it, into one image, in their
/// order; the start-up code comes last. The loader gives the sources that
/// messages quote; they can do without.
pub fn link(
    objects: Vec<(String, Object)>,
    loader: &mut dyn Loader,
    options: &Options,
) -> Assembly {
    let (mut names, mut objects): (Vec<String>, Vec<Object>) = objects.into_iter().unzip();
    let mut options = options.clone();
    options.bare |= objects.iter().any(|object| object.entry.is_some());
    let mut sink = Sink::default();
    if !options.bare {
        let stack = objects.iter().find_map(|object| object.stack);
        let stack = stack.map(|(bytes, _)| bytes);
        names.push(STARTUP_NAME.to_owned());
        objects.push(startup(stack, &options, &mut sink));
    } else if objects.iter().all(|object| object.entry.is_none()) {
        sink.push(no_entry());
    }
    let quotes = Quotes::new(&names, loader);
    let mut linker = Linker::new(&objects, &options, sink, Some(quotes));
    linker.link();
    let (image, sink, sources) = linker.finish();
    let diagnostics = sink.finish(&sources);
    Assembly {
        image: image.filter(|_| is_sound(&diagnostics)),
        diagnostics,
        listing: Vec::new(),
        sources,
    }
}

/// The object of the start-up code, for a stack of ring 4 of so many bytes.
fn startup(stack: Option<u64>, options: &Options, sink: &mut Sink) -> Object {
    let mut sources = SourceMap::default();
    let mut program = Program::default();
    let startup = Source::new(STARTUP_NAME, STARTUP);
    reader::append(&mut program, startup, &mut sources, sink);
    let completeness = Completeness::Startup { stack };
    let mut unit = Unit::new(&sources, &program, options, completeness, Sink::default());
    unit.assemble()
}

fn has_entry(program: &Program, sources: &SourceMap) -> bool {
    program.statements.iter().any(|statement| {
        let operation = statement.operation.as_ref();
        operation.is_some_and(|operation| sources.text(operation.name) == ".entry")
    })
}

fn no_entry() -> Diagnostic {
    let message = "a bare image needs an `.entry`";
    Diagnostic::global(Code::Entry, message)
        .help("write `.entry LABEL`, where LABEL is in a segment with rings(0,0,0)")
}

fn is_sound(diagnostics: &[Diagnostic]) -> bool {
    let mut severities = diagnostics.iter().map(Diagnostic::severity);
    severities.all(|severity| severity != Severity::Error)
}
