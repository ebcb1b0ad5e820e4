//! Linking: from objects to an image.
//!
//! What a program is assembled to in one go is one object, and is linked like
//! any others. The linker puts the sections of each segment behind one another
//! in the order of the objects, numbers the segments, finds out what names
//! mean, and adds what no source says: linkage, the relocation table and the
//! descriptors. Invariant: no pass stops at a mistake; each reports it and
//! goes on, and equal objects give equal images.

mod capability;
mod finish;
mod merge;
mod names;
mod quote;
mod relocate;

use std::collections::HashMap;

use isa::address::PAGE_SIZE;

use crate::Options;
use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::image::Image;
use crate::object::{Object, Place};
use crate::segment::SegmentOptions;
use crate::source::{SourceMap, Span};

use capability::Linkage;
pub(crate) use capability::rights;
pub(crate) use quote::Quotes;

/// A program that is being linked.
pub(crate) struct Linker<'o> {
    objects: &'o [Object],
    options: &'o Options,
    sink: Sink,
    quotes: Option<Quotes<'o>>,
    /// Those of the machine first, then in the order in which objects have them.
    segments: Vec<Segment<'o>>,
    segments_by_name: HashMap<&'o str, usize>,
    /// For each object where its sections came to be.
    places: Vec<Vec<Option<Placed>>>,
    /// What objects show to each other: the object and the symbol in it.
    globals: HashMap<&'o str, (usize, usize)>,
    linkage: Linkage,
}

/// A segment of the program.
#[derive(Debug)]
struct Segment<'o> {
    name: &'o str,
    options: SegmentOptions,
    /// The object that says so, and where.
    given: Option<(usize, Place)>,
    /// The object that opens it first, and where.
    opened: Option<(usize, Place)>,
    machine: bool,
    dropped: bool,
    /// Its number; 0 before it has one.
    number: u16,
    gates: u16,
    /// How many bytes objects put into it.
    length: u64,
    bytes: Vec<u8>,
}

impl Segment<'_> {
    fn extent(&self) -> u64 {
        self.length.max(self.options.length)
    }
}

/// Where a section came to be.
#[derive(Clone, Copy, Debug)]
struct Placed {
    segment: usize,
    offset: u64,
}

impl<'o> Linker<'o> {
    /// A program of these objects, of which the last may be the start-up code.
    pub(crate) fn new(
        objects: &'o [Object],
        options: &'o Options,
        sink: Sink,
        quotes: Option<Quotes<'o>>,
    ) -> Self {
        Self {
            objects,
            options,
            sink,
            quotes,
            segments: Vec::new(),
            segments_by_name: HashMap::new(),
            places: Vec::new(),
            globals: HashMap::new(),
            linkage: Linkage::default(),
        }
    }

    /// Gives everything its place, and all bytes their values.
    pub(crate) fn link(&mut self) {
        self.merge();
        self.number();
        self.place();
        self.collect_names();
        self.check_main();
        self.relocate();
        self.add_capabilities();
    }

    /// The bytes of the segment with this name.
    pub(crate) fn bytes_of(&self, name: &str) -> Option<&[u8]> {
        let index = self.segments_by_name.get(name)?;
        Some(&self.segments.get(*index)?.bytes)
    }

    /// The image, if nothing was wrong, what was, and the sources that it is said of, unless they
    /// were there before.
    pub(crate) fn finish(mut self) -> (Option<Image>, Sink, SourceMap) {
        let image = self.image();
        let sources = self.quotes.map(Quotes::into_sources).unwrap_or_default();
        (image, self.sink, sources)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// A diagnostic about a place in an object, of which the source has this
    /// text there. Without a place it names the object.
    fn diagnostic(
        &mut self,
        code: Code,
        object: usize,
        place: Place,
        text: &str,
        message: String,
    ) -> Diagnostic {
        match self.span(object, place, text) {
            Some(span) => Diagnostic::new(code, span, message),
            None => match self.quotes.as_ref().and_then(|quotes| quotes.name(object)) {
                Some(name) => Diagnostic::global(code, format!("{name}: {message}")),
                None => Diagnostic::global(code, message),
            },
        }
    }

    /// The diagnostic with another place in an object.
    fn second(
        &mut self,
        diagnostic: Diagnostic,
        (object, place): (usize, Place),
        text: &str,
        label: &str,
    ) -> Diagnostic {
        let name = self.quotes.as_ref().and_then(|quotes| quotes.name(object));
        let name = name.map(str::to_owned);
        match (self.span(object, place, text), name) {
            (Some(span), _) => diagnostic.second(span, label),
            (None, Some(name)) => diagnostic.note(format!("{name}: {label}")),
            (None, None) => diagnostic,
        }
    }

    fn span(&mut self, object: usize, place: Place, text: &str) -> Option<Span> {
        match place {
            Place::Unknown => None,
            Place::Span(span) => Some(span),
            Place::Recorded { file, line, column } => {
                let file = usize::try_from(file).ok()?;
                let name = self.objects.get(object)?.files.get(file)?;
                self.quotes.as_mut()?.span(name, line, column, text)
            }
        }
    }

    fn placed(&self, object: usize, section: usize) -> Option<Placed> {
        *self.places.get(object)?.get(section)?
    }
}

/// The bytes of whole pages that hold so many bytes.
fn pages(length: u64) -> u64 {
    length.next_multiple_of(PAGE_SIZE)
}
