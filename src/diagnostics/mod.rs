//! What the assembler found wrong, as text for people: the source, what is marked in it, and what to do.
//!
//! Invariant: the text is styled always; whoever prints it goes through a stream that strips what the reader cannot use.

pub mod json;

use std::fmt;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, Title};
use assembler::{Annotation, DIAGNOSTIC_LIMIT, Diagnostic, Severity};
use assembler::{SourceId, SourceMap};

/// Marked places that are farther apart than this many bytes are shown on their own, so that the work for a
/// diagnostic does not grow with the file.
const NEAR: usize = 4096;

/// Bytes of a line that are looked at before and behind what is marked in it, so that the work for a diagnostic does not
/// grow with the line either. Only of a line that nobody wrote is the beginning left out.
const BEFORE: usize = 16 << 10;
const BEHIND: usize = 512;

/// The most that are shown. Whoever has more gave us something that is no source.
pub const SHOWN: usize = 1000;

/// What the assembler found in a program's sources.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Errors and warnings, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// All sources that were read.
    pub sources: SourceMap,
}

/// Those that are shown, and a last line that counts all of them. Nothing when there are none.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in self.shown() {
            writeln!(f, "{}\n", self.rendered(diagnostic))?;
        }
        match self.summary() {
            Some(summary) => writeln!(f, "{}", renderer().render(&[Group::with_title(summary)])),
            None => Ok(()),
        }
    }
}

impl Findings {
    /// The first [`SHOWN`] of them.
    pub fn shown(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().take(SHOWN)
    }

    /// One of them as people are shown it, without a line feed at its end.
    fn rendered(&self, diagnostic: &Diagnostic) -> String {
        renderer().render(&[group(diagnostic, &self.sources)])
    }

    fn summary(&self) -> Option<Title<'static>> {
        let first = self.diagnostics.first()?;
        let errors = self
            .diagnostics
            .iter()
            .filter(|found| found.severity() == Severity::Error)
            .count();
        let (level, subject) = match (errors, self.diagnostics.len() - errors) {
            (0, warnings) => (Level::WARNING, count(warnings, "warning")),
            (errors, 0) => (Level::ERROR, count(errors, "error")),
            (errors, warnings) => (
                Level::ERROR,
                format!(
                    "{} and {}",
                    count(errors, "error"),
                    count(warnings, "warning")
                ),
            ),
        };
        let shown = match self.diagnostics.len() {
            0..=SHOWN => String::new(),
            _ => format!(", of which the first {SHOWN} are shown"),
        };
        let (code, which) = (
            first.code.id(),
            if self.diagnostics.len() == 1 {
                "it"
            } else {
                "the first"
            },
        );
        Some(level.primary_title(format!(
            "{subject}{shown}; `nestor explain {code}` says more about {which}"
        )))
    }
}

fn renderer() -> Renderer {
    Renderer::styled().decor_style(DecorStyle::Ascii)
}

/// What messages call it.
pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn count(number: usize, what: &str) -> String {
    if number >= DIAGNOSTIC_LIMIT {
        return format!("{number} {what}s or more");
    }
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Group<'a> {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(&diagnostic.message)
        .id(diagnostic.code.id());
    Group::with_title(title)
        .elements(
            views(diagnostic)
                .into_iter()
                .flat_map(|view| view.elements(sources)),
        )
        .elements(
            diagnostic
                .notes
                .iter()
                .map(|note| Level::NOTE.message(note)),
        )
        .elements(diagnostic.help.iter().map(|help| Level::HELP.message(help)))
}

/// Places of one source that are shown together.
struct View<'a> {
    source: SourceId,
    range: Range<usize>,
    marks: Vec<(AnnotationKind, &'a Annotation)>,
}

/// The marked places of a diagnostic, the primary one first, and those near each other together.
fn views(diagnostic: &Diagnostic) -> Vec<View<'_>> {
    let primary = diagnostic
        .primary
        .iter()
        .map(|mark| (AnnotationKind::Primary, mark));
    let secondary = diagnostic
        .secondary
        .iter()
        .map(|mark| (AnnotationKind::Context, mark));
    let mut views: Vec<View<'_>> = Vec::new();
    for (kind, mark) in primary.chain(secondary) {
        let (source, range) = (mark.span.source, mark.span.range());
        match views
            .iter_mut()
            .find(|view| view.source == source && view.is_near(&range))
        {
            Some(view) => {
                view.range = view.range.start.min(range.start)..view.range.end.max(range.end);
                view.marks.push((kind, mark));
            }
            None => views.push(View {
                source,
                range,
                marks: vec![(kind, mark)],
            }),
        }
    }
    views
}

impl<'a> View<'a> {
    fn is_near(&self, range: &Range<usize>) -> bool {
        range.start <= self.range.end.saturating_add(NEAR)
            && self.range.start <= range.end.saturating_add(NEAR)
    }

    /// The lines that the marked places touch, with the marks; nothing if they are not in the sources.
    fn elements(self, sources: &'a SourceMap) -> Vec<Element<'a>> {
        self.lines(sources).unwrap_or_default()
    }

    fn lines(self, sources: &'a SourceMap) -> Option<Vec<Element<'a>>> {
        let source = sources.get(self.source)?;
        let (text, name) = (source.text(), source.name());
        let (start, end) = window(text, &self.range)?;
        let line = |at: usize| {
            let position = sources.position(self.source, u32::try_from(at).ok()?);
            usize::try_from(position.line).ok()
        };
        let whole = start == 0 || text.as_bytes().get(start - 1) == Some(&b'\n');
        let primary = self
            .marks
            .first()
            .map(|(_, mark)| mark.span.range().start)?;
        let marks = self.marks.iter().map(|(kind, mark)| {
            let range = mark.span.range();
            let label = (!mark.label.is_empty()).then_some(mark.label.as_str());
            kind.span(range.start.saturating_sub(start)..range.end.saturating_sub(start))
                .label(label)
        });
        let snippet = Snippet::source(text.get(start..end)?)
            .line_start(line(start)?)
            .annotations(marks);
        if whole {
            return Some(vec![snippet.path(name).into()]);
        }
        // The columns of what is shown are not those of the source, so the place is said apart.
        let position = sources.position(self.source, u32::try_from(primary).ok()?);
        let origin = Origin::path(name)
            .line(usize::try_from(position.line).ok()?)
            .char_column(usize::try_from(position.column).ok()?);
        Some(vec![origin.into(), snippet.into()])
    }
}

/// From where to where a text is shown around marked places: whole lines, or as much of long ones as is near.
fn window(text: &str, range: &Range<usize>) -> Option<(usize, usize)> {
    let floor = text.floor_char_boundary(range.start.saturating_sub(BEFORE));
    let ceiling = text.ceil_char_boundary(range.end.saturating_add(BEHIND).min(text.len()));
    let start = text
        .get(floor..range.start)?
        .rfind('\n')
        .map_or(floor, |newline| floor + newline + 1);
    let end = text
        .get(range.end..ceiling)?
        .find('\n')
        .map_or(ceiling, |newline| range.end + newline);
    Some((start, end))
}
