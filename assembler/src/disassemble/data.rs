//! Bytes as directives: strings, spaces, numbers, capabilities.
//!
//! Invariant: what is printed makes the same bytes, and nothing in a space is
//! anything but zero.

use std::ops::Range;

use crate::image::Segment;

use super::Disassembler;
use super::page::Page;
use super::reference::authority;

/// The bytes of a capability in memory.
pub(super) const SLOT: u64 = 16;
/// The fewest zeros that are a space rather than numbers.
const SPACE: usize = 16;
/// The fewest letters that are a string rather than numbers.
const LETTERS: usize = 4;
/// The most letters of a string on one line.
const LINE: usize = 60;

/// The word at an offset; what is not given is zero.
pub(super) fn word(segment: &Segment, at: u64) -> u64 {
    let mut word = [0; 8];
    let from = usize::try_from(at).unwrap_or(usize::MAX);
    let given = segment.bytes.get(from..).unwrap_or(&[]);
    word.iter_mut()
        .zip(given)
        .for_each(|(byte, given)| *byte = *given);
    u64::from_le_bytes(word)
}

/// The given bytes of a range, which may end before it.
fn given(segment: &Segment, range: Range<u64>) -> &[u8] {
    let length = segment.bytes.len();
    let end = usize::try_from(range.end).unwrap_or(length).min(length);
    let start = usize::try_from(range.start).unwrap_or(end).min(end);
    segment.bytes.get(start..end).unwrap_or(&[])
}

/// The alignment that makes the zeros from one offset to another; none if
/// there are other bytes, or no alignment does.
pub(super) fn padding(segment: &Segment, start: u64, stop: u64) -> Option<u64> {
    let zero = given(segment, start..stop).iter().all(|byte| *byte == 0);
    // Several may do; these are what people write.
    let aligns = [8, 16, 4, 2, 32, 64, 128, 256, 512, 1024, 2048, 4096];
    let align = aligns
        .into_iter()
        .find(|align| start.next_multiple_of(*align) == stop);
    align.filter(|_| zero && start < stop)
}

/// What the next bytes are.
enum Item {
    Space(usize),
    Text { bytes: usize, ends: bool },
    Numbers { width: usize, count: usize },
}

/// What bytes at an offset are best written as. There is at least one byte;
/// `left` of them until what they belong to ends.
fn item(bytes: &[u8], at: u64, left: u64) -> Item {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    if zeros == bytes.len() {
        return Item::Space(usize::try_from(left).unwrap_or(usize::MAX));
    }
    if zeros >= SPACE {
        return Item::Space(zeros);
    }
    let letters = bytes.iter().take_while(|byte| is_letter(**byte)).count();
    let letters = match std::str::from_utf8(bytes.get(..letters).unwrap_or(&[])) {
        Ok(_) => letters,
        Err(error) => error.valid_up_to(),
    };
    let ends = bytes.get(letters) == Some(&0);
    if letters >= LETTERS && (ends || letters == bytes.len())
        || letters == bytes.len() && zeros == 0
    {
        return Item::Text {
            bytes: letters,
            ends,
        };
    }
    let width = [8, 4, 2, 1]
        .into_iter()
        .find(|width| at.is_multiple_of(*width) && left.is_multiple_of(*width))
        .unwrap_or(1) as usize;
    // Numbers go on as long as nothing else begins.
    let mut count = 1;
    while let Some(rest) = bytes.get(count * width..)
        && rest.len() >= width
        && rest.iter().take(SPACE).any(|byte| *byte != 0)
        && !begins_text(rest)
    {
        count += 1;
    }
    Item::Numbers { width, count }
}

fn begins_text(bytes: &[u8]) -> bool {
    let letters = bytes.iter().take_while(|byte| is_letter(**byte)).count();
    letters >= 2 * LETTERS && (bytes.get(letters) == Some(&0) || letters == bytes.len())
}

fn is_letter(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\t' | b'\r' | 0x20..=0x7e | 0x80..)
}

/// A string as a source has it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            letter if letter.is_control() => {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    quoted.push_str(&format!("\\x{byte:02x}"));
                }
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// The pieces of a text that stand on lines of their own: up to line feeds,
/// and not too long.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        while rest.len() > LINE + LINE / 2 {
            let cut = (0..=LINE).rev().find(|at| rest.is_char_boundary(*at));
            let (piece, after) = rest.split_at(cut.unwrap_or(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
    }
    pieces
}

impl Disassembler<'_> {
    /// Prints a range of data.
    pub(super) fn print_data(
        &self,
        segment: &Segment,
        start: u64,
        stop: u64,
        scope: Option<usize>,
        page: &mut Page,
    ) {
        let mut at = start;
        while at < stop {
            if self.references.row(segment.address() + at).is_some() && at + SLOT <= stop {
                self.print_capability(segment, at, scope, page);
                at += SLOT;
                continue;
            }
            let next = self.relocation_in(segment, at + 1, stop);
            let end = next.map_or(stop, |next| next & u64::from(u32::MAX));
            let mut bytes = given(segment, at..end);
            if bytes.is_empty() {
                let statement = format!(".space  {}", end - at);
                page.at(self.image, segment.address() + at, &statement);
                at = end;
                continue;
            }
            while !bytes.is_empty() {
                let taken = self.print_item(segment, at, bytes, end - at, scope, page);
                let taken = usize::try_from(taken).unwrap_or(usize::MAX).max(1);
                at += taken as u64;
                bytes = bytes.get(taken..).unwrap_or(&[]);
            }
        }
    }

    fn print_capability(&self, segment: &Segment, at: u64, scope: Option<usize>, page: &mut Page) {
        let address = segment.address() + at;
        let holder = self.image.descriptor(segment.number).map(|it| it.brackets);
        let capability = self.references.slot(address);
        let statement = holder.zip(capability).and_then(|(holder, capability)| {
            if let Some(types) = authority(capability, holder) {
                return Some(match types {
                    1 => ".authority".to_owned(),
                    _ => format!(".authority {types}"),
                });
            }
            let operands = self.capability(capability, holder, scope)?;
            Some(format!(".cap    {operands}"))
        });
        // Some no source makes: the comparison of the images tells.
        let statement = statement.unwrap_or_else(|| format!(".space  {SLOT}"));
        page.at(self.image, address, &statement);
    }

    /// Prints the next bytes, and says how many those are.
    fn print_item(
        &self,
        segment: &Segment,
        at: u64,
        bytes: &[u8],
        left: u64,
        scope: Option<usize>,
        page: &mut Page,
    ) -> u64 {
        let mut put = |at: u64, statement: String| {
            page.at(self.image, segment.address() + at, &statement);
        };
        match item(bytes, at, left) {
            Item::Space(size) => {
                put(at, format!(".space  {size}"));
                size as u64
            }
            Item::Text { bytes: size, ends } => {
                let text = bytes
                    .get(..size)
                    .and_then(|it| std::str::from_utf8(it).ok());
                let pieces = pieces(text.unwrap_or(""));
                let mut place = at;
                for (index, piece) in pieces.iter().enumerate() {
                    let last = index + 1 == pieces.len();
                    let directive = if last && ends { ".asciz" } else { ".ascii" };
                    put(place, format!("{directive}  {}", quoted(piece)));
                    place += piece.len() as u64;
                }
                (size + usize::from(ends)) as u64
            }
            Item::Numbers { width, count } => {
                let (directive, many) = match width {
                    8 => (".dword", 4),
                    4 => (".word", 8),
                    2 => (".half", 8),
                    _ => (".byte", 16),
                };
                let numbers: Vec<String> = bytes
                    .chunks(width)
                    .take(count)
                    .map(|chunk| self.number(chunk, width, scope))
                    .collect();
                let mut place = at;
                for line in numbers.chunks(many) {
                    put(place, format!("{directive:<7} {}", line.join(", ")));
                    place += (line.len() * width) as u64;
                }
                (count * width) as u64
            }
        }
    }

    fn number(&self, bytes: &[u8], width: usize, scope: Option<usize>) -> String {
        let mut value = [0; 8];
        value
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = *from);
        let value = u64::from_le_bytes(value);
        if width == 8 {
            return self.word_text(value.cast_signed(), scope);
        }
        match value {
            0..=9999 => value.to_string(),
            _ => format!("{value:#x}"),
        }
    }

    /// A number of 64 bits: an address by its name, others as they are read best.
    pub(super) fn word_text(&self, value: i64, scope: Option<usize>) -> String {
        let address = value.cast_unsigned();
        let names = self.names.at(address, scope);
        if let Some(symbol) = names.first().and_then(|it| self.names.symbol(*it)) {
            return symbol.name.clone();
        }
        match value {
            -9999..=9999 => value.to_string(),
            _ => format!("{address:#x}"),
        }
    }
}
