//! An account as text for people.
//!
//! The text is styled always; whoever prints it goes through a stream that strips what the
//! reader cannot use.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, Title};

use super::{Account, Place};

/// Columns in which the advice is wrapped.
const WIDTH: usize = 96;

impl Account {
    /// The account, with the marked line of the source.
    pub fn render(&self) -> String {
        let trap = Level::ERROR.with_name("trap");
        let title = trap.primary_title(&self.title).id(self.cause);
        let notes = self.lines();
        rendered(title, self.place.as_ref(), &self.label, &notes)
    }

    /// What stands below the source.
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.place.as_ref().is_none_or(|place| place.text.is_none()) {
            if let Some(instruction) = &self.instruction {
                lines.push(format!(
                    "the instruction is `{instruction}`: {}",
                    self.label
                ));
            } else {
                lines.push(self.label.clone());
            }
        }
        lines.extend(self.notes.iter().cloned());
        if !self.passed.is_empty() {
            lines.push(format!(
                "failed: {}.   passed: {}",
                self.failed.join(", "),
                self.passed.join(", ")
            ));
        } else if self.failed.len() > 1 {
            lines.push(format!("failed: {}", self.failed.join(", ")));
        }
        lines.push(format!(
            "{}    `nestor explain {}`",
            self.ending, self.cause
        ));
        lines.push(format!("fix: {}", wrapped(&self.fix)));
        lines
    }
}

/// A title, the place in the source with a label, and notes, as text.
pub(super) fn rendered(
    title: Title<'_>,
    place: Option<&Place>,
    label: &str,
    notes: &[String],
) -> String {
    let mut group = Group::with_title(title);
    let shown = place.and_then(|place| Some((place, place.text.as_deref()?)));
    match (shown, place) {
        (Some((place, text)), _) => {
            let annotation = AnnotationKind::Primary
                .span(marked(place, text))
                .label(label);
            group = group.element(
                Snippet::source(text)
                    .path(&place.file)
                    .line_start(place.line as usize)
                    .annotation(annotation),
            );
        }
        (None, Some(place)) => {
            group = group.element(
                Origin::path(&place.file)
                    .line(place.line as usize)
                    .char_column(place.column as usize),
            );
        }
        (None, None) => {}
    }
    let group = group.elements(
        notes
            .iter()
            .map(|note| Level::NOTE.no_name().message(note.as_str())),
    );
    Renderer::styled()
        .decor_style(DecorStyle::Ascii)
        .render(&[group])
}

/// The bytes of the line that the instruction takes up: from its column to its end or a comment.
fn marked(place: &Place, text: &str) -> std::ops::Range<usize> {
    let start = text
        .char_indices()
        .nth(place.column.saturating_sub(1) as usize)
        .map_or(text.len(), |(index, _)| index);
    let rest = text.get(start..).unwrap_or_default();
    let mut quote = None;
    let mut end = rest.len();
    for (index, character) in rest.char_indices() {
        match (quote, character) {
            (None, ';') => {
                end = index;
                break;
            }
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    let length = rest.get(..end).unwrap_or_default().trim_end().len();
    start..start + length
}

/// The paragraph in lines of at most [`WIDTH`] columns.
fn wrapped(paragraph: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in paragraph.split_whitespace() {
        if column > 0 && column + 1 + word.len() > WIDTH {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += word.len();
    }
    text
}
