//! A run as a page for a browser: one file, which needs nothing else, in which one goes forwards and backwards.
//!
//! The page is [`page.html`](page.html) with its style and its script, and what happened as JSON in its midst: the machine as
//! it was at first, and for each step what it changed. The script makes the machine of any step from that.
//!
//! Invariant: nothing of a program ends up in the page but inside of JSON strings, in which no `<` stands.

mod record;
mod view;

use std::collections::BTreeMap;

use serde::Serialize;

pub use record::{Before, Recorder};

const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// How many steps a page shows if nobody says.
pub const STEPS: usize = 10_000;

/// All that a page knows.
#[derive(Debug, Serialize)]
struct Data {
    /// What was run.
    program: String,
    /// The sources that steps came from.
    sources: Vec<SourceText>,
    /// Texts that steps name by number: instructions and notes.
    texts: Vec<String>,
    /// Places that steps name by number.
    places: Vec<Place>,
    /// Capabilities that registers name by number.
    capabilities: Vec<Drawn>,
    /// The names of segments of the outermost machine, by number.
    segments: BTreeMap<u16, String>,
    /// The names of the slots of the state; the values of the first ones are numbers as texts of hexadecimal digits, those
    /// of the last ones numbers in `capabilities`.
    slots: Vec<String>,
    /// How many of the slots are numbers.
    numbers: usize,
    /// How many bytes before and behind a cursor are shown.
    around: [u32; 2],
    start: Start,
    steps: Vec<Step>,
    /// What was said of the end.
    end: String,
}

#[derive(Debug, Serialize)]
struct SourceText {
    name: String,
    lines: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
struct Place {
    /// The number of the source, and the line from 1; none where the program has no line.
    source: Option<usize>,
    line: u32,
    symbol: String,
}

/// A capability as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
struct Drawn {
    text: String,
    is_tagged: bool,
    /// It leads to memory and not into a text by a call or a return, and is not sealed.
    is_data: bool,
    level: usize,
    segment: u16,
    base: u32,
    limit: u32,
    cursor: u32,
    ring: u8,
    permissions: String,
    /// The bytes of its segment; 0 if there is none.
    length: u32,
}

/// The machine before the first step.
#[derive(Debug, Default, Serialize)]
struct Start {
    /// The steps before it.
    step: u64,
    values: Vec<Value>,
    granules: Vec<Granule>,
    /// What the program had printed.
    console: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Value {
    Number(String),
    Capability(usize),
}

/// A granule: level, segment, number in the segment, bytes as hexadecimal digits, tag, label, owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Granule(usize, u16, u32, String, u8, u8, i32);

impl Granule {
    fn place(&self) -> (usize, u16, u32) {
        (self.0, self.1, self.2)
    }
}

/// A step: the instruction in `texts`, the place, what changed, granules as they are now, a note in `texts` or -1, and what was
/// printed.
#[derive(Clone, Debug, Serialize)]
struct Step(usize, usize, Vec<(usize, Value)>, Vec<Granule>, i64, String);

/// The page.
fn page(data: &Data) -> String {
    // All keys are texts, and nothing in it can fail to be written.
    let json = serde_json::to_string(data).unwrap_or_default();
    let json = json.replace('<', "\\u003c");
    let mut page = String::with_capacity(HTML.len() + STYLE.len() + SCRIPT.len() + json.len());
    let mut rest = HTML;
    for (mark, text) in [
        ("/* style */", STYLE),
        ("\"data\"", &json),
        ("/* script */", SCRIPT),
    ] {
        // Each mark stands in the page, once and in this order.
        let (before, behind) = rest.split_once(mark).unwrap_or((rest, ""));
        page += before;
        page += text;
        rest = behind;
    }
    page + rest
}
