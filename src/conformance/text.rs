//! The words of a head comment's line, and the values that are written with them.
//!
//! Invariant: everything is read whole or refused; a word that is left over is a mistake like one that is unknown.

use isa::capability::{Kind, ObjectType};
use isa::context::ExitReason;
use isa::instruction::names::Named;
use isa::instruction::{C, R};
use isa::{AccessKind, Cause, Causes, Permissions, Ring, TrapRegister};

/// A place as a file names it: a label or a segment and an offset from there, or an offset in segment 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlaceText {
    pub(super) origin: Origin,
    /// Added to the origin, wrapping.
    pub(super) offset: u64,
}

/// What the offset of a place counts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The segment of this number.
    Number(u16),
    /// The label or segment of this name.
    Name(String),
}

/// A word of 64 bits, some of it perhaps only known once the program is assembled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NumberText {
    /// This number.
    Number(u64),
    /// The address of a place, `segment << 32 | offset`.
    Address(PlaceText),
}

/// A value of a capability register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CapabilityText {
    /// These bits, untagged.
    Bits(u128),
    /// These fields.
    Fields {
        tagged: bool,
        segment: Origin,
        base: u32,
        limit: u32,
        permissions: Permissions,
        ring: Ring,
        cursor: u32,
        generation: u8,
        kind: Kind,
    },
}

/// A trap record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TrapText {
    pub(super) failed: Causes,
    pub(super) register: TrapRegister,
    pub(super) place: PlaceText,
    pub(super) ring: Ring,
    pub(super) kind: AccessKind,
    pub(super) size: u64,
    /// The level of the machine that it is delivered to; 0 is the outermost.
    pub(super) level: usize,
}

/// An exit of a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ExitText {
    pub(super) reason: ExitReason,
    /// The level of the host that it goes to.
    pub(super) to: usize,
    /// The level of the machine in which it happened.
    pub(super) from: usize,
}

/// A register by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Register {
    R(R),
    C(C),
}

/// The words of a line, to be taken one after the other.
pub(super) struct Words<'a> {
    rest: Vec<&'a str>,
}

impl<'a> Words<'a> {
    /// Cuts a line at its spaces; what is between quotes is one word, quotes included.
    pub(super) fn new(line: &'a str) -> Result<Words<'a>, String> {
        let mut rest = Vec::new();
        let mut text = line.trim();
        while !text.is_empty() {
            let end = match text.strip_prefix('"') {
                Some(quoted) => closing_quote(quoted).ok_or("a string without an end")? + 2,
                None => text.find(char::is_whitespace).unwrap_or(text.len()),
            };
            let (word, after) = text.split_at(end);
            rest.push(word);
            text = after.trim_start();
        }
        rest.reverse();
        Ok(Words { rest })
    }

    pub(super) fn peek(&self) -> Option<&'a str> {
        self.rest.last().copied()
    }

    pub(super) fn next(&mut self, what: &str) -> Result<&'a str, String> {
        self.rest.pop().ok_or_else(|| format!("{what} is missing"))
    }

    /// Takes the next word if it is this one.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        if found {
            self.rest.pop();
        }
        found
    }

    pub(super) fn expect(&mut self, word: &str) -> Result<(), String> {
        match self.next(&format!("`{word}`"))? {
            found if found == word => Ok(()),
            found => Err(format!("`{found}` where `{word}` is wanted")),
        }
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), String> {
        match self.peek() {
            None => Ok(()),
            Some(word) => Err(format!("`{word}` means nothing here")),
        }
    }

    pub(super) fn number<T: TryFrom<u64>>(&mut self, what: &str) -> Result<T, String> {
        let word = self.next(what)?;
        let value = number(word).ok_or_else(|| format!("`{word}` is no number"))?;
        T::try_from(value).map_err(|_| format!("`{word}` is too large for {what}"))
    }

    pub(super) fn ring(&mut self) -> Result<Ring, String> {
        let number: u8 = self.number("the ring")?;
        Ring::new(number).ok_or_else(|| format!("there is no ring {number}"))
    }

    pub(super) fn string(&mut self) -> Result<Vec<u8>, String> {
        let word = self.next("a string")?;
        let text = word
            .strip_prefix('"')
            .and_then(|word| word.strip_suffix('"'))
            .ok_or_else(|| format!("`{word}` is no string"))?;
        unescape(text)
    }

    pub(super) fn place(&mut self) -> Result<PlaceText, String> {
        place(self.next("a place")?)
    }

    /// `bounds+ring`.
    pub(super) fn causes(&mut self) -> Result<Causes, String> {
        let word = self.next("a cause")?;
        word.split('+').try_fold(Causes::empty(), |causes, name| {
            let cause = Cause::from_name(name).ok_or_else(|| format!("`{name}` is no cause"))?;
            Ok(causes | cause.into())
        })
    }

    /// A number, or what stands for one: `checks bounds+ring`, `address table+8`, `double 1.5`, `single 1.5`.
    pub(super) fn value(&mut self) -> Result<NumberText, String> {
        if self.take("checks") {
            return Ok(NumberText::Number(self.causes()?.bits().into()));
        }
        if self.take("address") {
            return Ok(NumberText::Address(self.place()?));
        }
        if self.take("double") {
            return Ok(NumberText::Number(self.float::<f64>()?.to_bits()));
        }
        if self.take("single") {
            return Ok(NumberText::Number(self.float::<f32>()?.to_bits().into()));
        }
        Ok(NumberText::Number(self.number("a number")?))
    }

    fn float<T: std::str::FromStr>(&mut self) -> Result<T, String> {
        let word = self.next("a number")?;
        word.parse().map_err(|_| format!("`{word}` is no number"))
    }

    /// `null`, `bits 0x…`, or `[untagged] segment[base..limit] rw ring 4 cursor 8 [generation 1] [entry]`.
    pub(super) fn capability(&mut self) -> Result<CapabilityText, String> {
        if self.take("null") {
            return Ok(CapabilityText::Bits(0));
        }
        if self.take("bits") {
            let word = self.next("the bits")?;
            let digits = word
                .strip_prefix("0x")
                .ok_or("bits are written in hexadecimal")?;
            return u128::from_str_radix(digits, 16)
                .map(CapabilityText::Bits)
                .map_err(|_| format!("`{word}` is no number"));
        }
        let tagged = !self.take("untagged");
        let word = self.next("the bounds")?;
        let (segment, base, limit) = bounds(word).ok_or_else(|| {
            format!("`{word}` is no segment with bounds, as in `table[0x0..0x40]`")
        })?;
        let letters = self.next("the permissions")?;
        let permissions = match letters {
            "-" => Permissions::empty(),
            _ => Permissions::from_letters(letters)
                .ok_or_else(|| format!("`{letters}` is no set of permissions"))?,
        };
        self.expect("ring")?;
        let ring = self.ring()?;
        self.expect("cursor")?;
        let cursor = self.number("the cursor")?;
        let generation = match self.take("generation") {
            true => self.number("the generation")?,
            false => 0,
        };
        let kind = self.kind()?;
        Ok(CapabilityText::Fields {
            tagged,
            segment,
            base,
            limit,
            permissions,
            ring,
            cursor,
            generation,
            kind,
        })
    }

    fn kind(&mut self) -> Result<Kind, String> {
        if self.take("entry") {
            return Ok(Kind::Entry);
        }
        if self.take("return") {
            return Ok(Kind::Return);
        }
        if self.take("sealed") {
            let number: u32 = self.number("the object type")?;
            return ObjectType::new(number)
                .map(Kind::Software)
                .ok_or_else(|| format!("{number} is no object type"));
        }
        Ok(Kind::Data)
    }

    /// `bounds+ring through c4 at table+8 ring 4 write 8`, where what is not said is nothing.
    pub(super) fn trap(&mut self) -> Result<TrapText, String> {
        let failed = self.causes()?;
        let register = match self.take("through") {
            true => trap_register(self.next("a register")?)?,
            false => TrapRegister::NONE,
        };
        let place = match self.take("at") {
            true => self.place()?,
            false => PlaceText {
                origin: Origin::Number(0),
                offset: 0,
            },
        };
        self.expect("ring")?;
        let ring = self.ring()?;
        let named = self
            .peek()
            .and_then(|word| AccessKind::ALL.iter().find(|kind| kind.name() == word));
        let (kind, size) = match named {
            Some(kind) => {
                self.next("the kind of access")?;
                (*kind, self.number("the size")?)
            }
            None => (AccessKind::None, 0),
        };
        let level = match self.take("level") {
            true => self.number("the level")?,
            false => 0,
        };
        Ok(TrapText {
            failed,
            register,
            place,
            ring,
            kind,
            size,
            level,
        })
    }

    /// `power to 0 from 3`, where an exit that does not say so is from the guest of the host that it goes to.
    pub(super) fn exit(&mut self) -> Result<ExitText, String> {
        let word = self.next("a reason")?;
        let row = ExitReason::ROWS.iter().find(|row| row.name == word);
        let reason = row.and_then(|row| ExitReason::from_number(row.number));
        let reason = reason.ok_or_else(|| format!("`{word}` is no reason to exit"))?;
        self.expect("to")?;
        let to: usize = self.number("the level")?;
        let from = match self.take("from") {
            true => self.number("the level")?,
            false => to.saturating_add(1),
        };
        match from > to {
            true => Ok(ExitText { reason, to, from }),
            false => Err("a guest is deeper than its host".to_owned()),
        }
    }

    /// `times 3`, or once.
    pub(super) fn times(&mut self) -> Result<usize, String> {
        let times = match self.take("times") {
            true => self.number("the number of times")?,
            false => 1,
        };
        match (1..=1000).contains(&times) {
            true => Ok(times),
            false => Err("something is listed from 1 to 1000 times".to_owned()),
        }
    }

    /// All that is left, as registers or ranges of them: `r1 r16..r31 c1..c14`.
    pub(super) fn registers(&mut self) -> Result<Vec<Register>, String> {
        let mut registers = Vec::new();
        while let Some(word) = self.rest.pop() {
            let (first, last) = word.split_once("..").unwrap_or((word, word));
            let (file, first, last) = (
                first.get(..1),
                register_number(first),
                register_number(last),
            );
            let (Some(file), Some(first), Some(last)) = (file, first, last) else {
                return Err(format!("`{word}` is no register"));
            };
            if !word.ends_with(&format!("{file}{last}")) || first > last {
                return Err(format!("`{word}` is no range of registers"));
            }
            for number in first..=last {
                registers.push(register(&format!("{file}{number}"))?);
            }
        }
        if registers.is_empty() {
            return Err("a register is missing".to_owned());
        }
        Ok(registers)
    }

    /// Bytes to the end of the line: pairs of digits, or `256 of 00`, or one string.
    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, String> {
        if self.peek().is_some_and(|word| word.starts_with('"')) {
            return self.string();
        }
        let words: Vec<&str> = std::iter::from_fn(|| self.rest.pop()).collect();
        let byte = |word: &&str| {
            let digits = word.len() == 2 && word.bytes().all(|digit| digit.is_ascii_hexdigit());
            digits
                .then(|| u8::from_str_radix(word, 16).ok())
                .flatten()
                .ok_or_else(|| format!("`{word}` is no byte: two hexadecimal digits"))
        };
        match words.as_slice() {
            [] => Err("the bytes are missing".to_owned()),
            [count, "of", value] => {
                let count = number(count).filter(|count| (1..=1 << 20).contains(count));
                let count = count.ok_or("there are from 1 to 1048576 bytes")?;
                Ok(vec![byte(value)?; count as usize])
            }
            words => words.iter().map(byte).collect(),
        }
    }
}

/// Where the quote that ends a string is.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let closes = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        closes.then_some(at)
    })
}

fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            bytes.extend(letter.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        bytes.push(match letters.next() {
            Some('n') => b'\n',
            Some('0') => 0,
            Some('\\') => b'\\',
            Some('"') => b'"',
            Some('x') => {
                let digits: String = letters.by_ref().take(2).collect();
                u8::from_str_radix(&digits, 16).map_err(|_| format!("`\\x{digits}` is no byte"))?
            }
            _ => return Err(format!("an unknown escape in `{text}`")),
        });
    }
    Ok(bytes)
}

/// A number as the assembler writes it: decimal or `0x…`, with `_` between digits; a negative one is its two's complement.
pub(super) fn number(word: &str) -> Option<u64> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word),
    };
    let digits = digits.replace('_', "");
    let plain = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let value = match digits.strip_prefix("0x") {
        Some(digits) if plain(digits) => u64::from_str_radix(digits, 16).ok()?,
        None if plain(&digits) => digits.parse().ok()?,
        _ => return None,
    };
    Some(if negative {
        value.wrapping_neg()
    } else {
        value
    })
}

/// `table`, `table+8`, `table-8`, `#0x110+8`, `16`.
fn place(word: &str) -> Result<PlaceText, String> {
    let wrong = || format!("`{word}` is no place, as in `table+8`");
    let cut = word.find(['+', '-']).filter(|at| *at > 0);
    let (origin, offset) = word.split_at(cut.unwrap_or(word.len()));
    let offset = match offset.strip_prefix('+').unwrap_or(offset) {
        "" => 0,
        offset => number(offset).ok_or_else(wrong)?,
    };
    if let Some(number) = number(origin) {
        let plain = cut.is_none();
        let origin = Origin::Number(0);
        return match plain {
            true => Ok(PlaceText {
                origin,
                offset: number,
            }),
            false => Err(wrong()),
        };
    }
    let origin = origin_of(origin).ok_or_else(wrong)?;
    Ok(PlaceText { origin, offset })
}

/// A name, or `#` and the number of a segment.
fn origin_of(word: &str) -> Option<Origin> {
    if let Some(digits) = word.strip_prefix('#') {
        return Some(Origin::Number(u16::try_from(number(digits)?).ok()?));
    }
    let letter = |letter: char| letter.is_ascii_alphanumeric() || "_.$".contains(letter);
    let named = word.starts_with(|first: char| letter(first) && !first.is_ascii_digit())
        && word.chars().all(letter);
    named.then(|| Origin::Name(word.to_owned()))
}

/// `table[0x0..0x40]`.
fn bounds(word: &str) -> Option<(Origin, u32, u32)> {
    let (segment, rest) = word.split_once('[')?;
    let (base, limit) = rest.strip_suffix(']')?.split_once("..")?;
    let offset = |word| u32::try_from(number(word)?).ok().filter(|at| *at < 1 << 28);
    Some((origin_of(segment)?, offset(base)?, offset(limit)?))
}

fn register_number(name: &str) -> Option<u8> {
    let number = name.get(1..)?;
    let plain = number == "0" || !number.starts_with(['0', '+']);
    number.parse().ok().filter(|_| plain)
}

/// The register of a name such as `r3` or `c15`.
pub(super) fn register(name: &str) -> Result<Register, String> {
    let number = register_number(name);
    let register = number.and_then(|number| match name.get(..1) {
        Some("r") => R::new(number).map(Register::R),
        Some("c") => C::new(number).map(Register::C),
        _ => None,
    });
    register.ok_or_else(|| format!("`{name}` is no register"))
}

fn trap_register(name: &str) -> Result<TrapRegister, String> {
    match (name, register(name)) {
        ("pc", _) => Ok(TrapRegister::PC),
        (_, Ok(Register::C(register))) => Ok(TrapRegister(register.number())),
        _ => Err(format!("`{name}` is neither a c register nor pc")),
    }
}
