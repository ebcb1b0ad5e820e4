//! The head comment of a file: what it shows, which rule it is about, what the machine is given, and what must come of it.
//!
//! Invariant: a head that was read says of every line what it means, and asks for at least one thing. The notation is
//! described in `docs/testing.md`.

use thiserror::Error;

use super::rules::Rule;
use super::text::{
    CapabilityText, ExitText, NumberText, PlaceText, Register, TrapText, Words, register,
};
use crate::memory_size::MemorySize;

/// Why the head comment of a file could not be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}: {message}")]
pub struct HeadError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// What a file is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The rules of these numbers.
    Rules(Vec<u32>),
    /// What an instruction computes, which no numbered rule is about.
    Instructions,
    /// A difference between engine and specification that `nestor fuzz` has found.
    Found,
}

/// A head comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its first sentence.
    pub sentence: String,
    /// What it is about.
    pub about: About,
    pub(super) given: Given,
    pub(super) ends: Ends,
    pub(super) traps: Listing<TrapText>,
    pub(super) exits: Listing<ExitText>,
    pub(super) expected: Vec<Expected>,
}

/// What the machine is given, where it is not the ordinary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// Bytes of memory.
    pub(super) memory: u64,
    /// How deep it may nest guests.
    pub(super) depth: u64,
    /// The most steps that it may take.
    pub(super) steps: u64,
    /// Blocks of the block device; none without one.
    pub(super) disk: Option<u64>,
    /// The console's input, and whether it stays open behind that.
    pub(super) input: Vec<u8>,
    pub(super) open: bool,
}

/// How the program ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// By `trap 0` with no trap entry, which means that it is done.
    Done,
    /// By this trap, which was not delivered: there was no trap entry, or delivery failed like this.
    Trap {
        first: TrapText,
        undelivered: Option<TrapText>,
    },
    /// By switching the machine off with this status.
    Power(u64),
    /// By waiting for what can never come.
    Wait,
    /// By waiting for input of the device in this slot.
    Input(usize),
    /// Not at all: it still runs after the steps that it may take.
    Steps,
}

/// What happens on the way: the traps and interrupts that are delivered, or the exits of guests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Listing<T> {
    /// These, in this order.
    Listed(Vec<T>),
    /// So many, which the program itself looks at.
    Counted(u64),
}

impl<T> Listing<T> {
    fn new(listed: Vec<T>, counted: Option<u64>, what: &str) -> Result<Listing<T>, String> {
        match counted {
            Some(_) if !listed.is_empty() => Err(format!("{what} are either counted or listed")),
            Some(count) => Ok(Listing::Counted(count)),
            None => Ok(Listing::Listed(listed)),
        }
    }

    /// Does it say that something happens, and what?
    fn tells(&self) -> bool {
        matches!(self, Listing::Listed(listed) if !listed.is_empty())
    }
}

/// Something that must hold at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    /// The line of the head comment as it stands, without its semicolon.
    pub(super) text: String,
    pub(super) what: What,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    R(isa::instruction::R, NumberText),
    C(isa::instruction::C, CapabilityText),
    /// These registers are as they were before the first instruction of the file.
    Kept(Vec<Register>),
    Memory(PlaceText, Vec<u8>),
    Granule(PlaceText, CapabilityText),
    Label(PlaceText, u8),
    Owner(PlaceText, u16),
    Console(Vec<u8>),
    Clock(u64),
    Ring(isa::Ring),
    /// So many guests are live, each in the one before.
    Guests(usize),
}

impl What {
    /// Does it tell, where it holds, that the program did something?
    pub(super) fn tells(&self) -> bool {
        !matches!(self, What::Kept(_))
    }
}

/// The steps that a program may take unless its head says otherwise.
const STEPS: u64 = 1_000_000;

impl Head {
    /// Reads the comment that a source begins with.
    ///
    /// # Errors
    /// The first line that is not understood; or what the head lacks.
    pub fn parse(source: &str) -> Result<Head, HeadError> {
        let comment = source
            .lines()
            .map_while(|line| line.strip_prefix(';'))
            .map(str::trim)
            .zip(1..);
        let mut prose = Vec::new();
        let mut reading = Reading::default();
        let mut last = 1;
        for (text, line) in comment {
            last = line;
            let at = |message| HeadError { line, message };
            if reading.about.is_none() && !text.starts_with("conformance ") {
                prose.push(text);
                continue;
            }
            reading.line(text).map_err(at)?;
        }
        let at = |message: &str| HeadError {
            line: last,
            message: message.to_owned(),
        };
        let sentence = sentence(&prose.join(" ")).ok_or_else(|| {
            at("the head has to begin with a sentence, with a capital letter and a full stop")
        })?;
        reading.head(sentence).map_err(|message| at(&message))
    }
}

/// The first sentence of a text.
fn sentence(text: &str) -> Option<String> {
    let end = text.find(". ").map(|at| at + 1).unwrap_or(text.len());
    let sentence = text.get(..end)?;
    let sound = sentence.starts_with(|first: char| first.is_uppercase() || first == '`')
        && sentence.ends_with('.');
    sound.then(|| sentence.to_owned())
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    about: Option<About>,
    memory: Option<u64>,
    depth: Option<u64>,
    steps: Option<u64>,
    disk: Option<u64>,
    input: Option<Vec<u8>>,
    open: bool,
    ends: Option<Ends>,
    undelivered: Option<TrapText>,
    traps: Vec<TrapText>,
    trap_count: Option<u64>,
    exits: Vec<ExitText>,
    exit_count: Option<u64>,
    expected: Vec<Expected>,
}

impl Reading {
    /// Reads one line.
    fn line(&mut self, text: &str) -> Result<(), String> {
        let mut words = Words::new(text)?;
        match words.next("a word")? {
            "conformance" => put(&mut self.about, about(&mut words)?)?,
            "given" => self.given(&mut words)?,
            "ends" => put(&mut self.ends, ends(&mut words)?)?,
            "undelivered" => put(&mut self.undelivered, words.trap()?)?,
            "traps" => put(&mut self.trap_count, words.number("the number of traps")?)?,
            "trap" => {
                let (trap, times) = (words.trap()?, words.times()?);
                self.traps.extend(std::iter::repeat_n(trap, times));
            }
            "exits" => put(&mut self.exit_count, words.number("the number of exits")?)?,
            "exit" => {
                let (exit, times) = (words.exit()?, words.times()?);
                self.exits.extend(std::iter::repeat_n(exit, times));
            }
            word => {
                let what = state(word, &mut words)?;
                let text = text.to_owned();
                self.expected.push(Expected { text, what });
            }
        }
        words.end()
    }

    fn given(&mut self, words: &mut Words<'_>) -> Result<(), String> {
        match words.next("what is given")? {
            "memory" => {
                let size: MemorySize = words
                    .next("the size of memory")?
                    .parse()
                    .map_err(|error: crate::memory_size::MemorySizeError| error.to_string())?;
                put(&mut self.memory, size.bytes())
            }
            "depth" => put(&mut self.depth, words.number("the depth")?),
            "steps" => put(&mut self.steps, words.number("the number of steps")?),
            "disk" => {
                let blocks: u64 = words.number("the number of blocks")?;
                if blocks > 64 {
                    return Err("a disk has at most 64 blocks".to_owned());
                }
                put(&mut self.disk, blocks)
            }
            "input" => {
                let input = match words.peek() {
                    Some("open") => Vec::new(),
                    _ => words.string()?,
                };
                self.open = words.take("open");
                put(&mut self.input, input)
            }
            word => Err(format!("`{word}` is nothing that can be given")),
        }
    }

    fn head(self, sentence: String) -> Result<Head, String> {
        let about = self
            .about
            .ok_or("the head does not say which rule it is about: `; conformance 3`")?;
        let ends = match (self.ends, self.undelivered) {
            (Some(Ends::Trap { first, .. }), undelivered) => Ends::Trap { first, undelivered },
            (_, Some(_)) => {
                return Err("`undelivered` without a trap that ends the program".to_owned());
            }
            (ends, None) => ends.unwrap_or(Ends::Done),
        };
        let traps = Listing::new(self.traps, self.trap_count, "traps")?;
        let exits = Listing::new(self.exits, self.exit_count, "exits")?;
        let tells = ends != Ends::Done
            || traps.tells()
            || exits.tells()
            || self.expected.iter().any(|expected| expected.what.tells());
        if !tells {
            return Err("the head says nothing that a program could fail".to_owned());
        }
        Ok(Head {
            sentence,
            about,
            given: Given {
                memory: self.memory.unwrap_or(MemorySize::DEFAULT.bytes()),
                depth: self.depth.unwrap_or(0),
                steps: self.steps.unwrap_or(STEPS),
                disk: self.disk,
                input: self.input.unwrap_or_default(),
                open: self.open,
            },
            ends,
            traps,
            exits,
            expected: self.expected,
        })
    }
}

/// Puts what is said once where it belongs.
fn put<T>(place: &mut Option<T>, value: T) -> Result<(), String> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err("this is said twice".to_owned()),
    }
}

fn about(words: &mut Words<'_>) -> Result<About, String> {
    if words.take("instructions") {
        return Ok(About::Instructions);
    }
    if words.take("found") {
        return Ok(About::Found);
    }
    let mut numbers = Vec::new();
    while words.peek().is_some() {
        let number = words.number("the number of a rule")?;
        if Rule::numbered(number).is_none() {
            return Err(format!("there is no rule {number}"));
        }
        numbers.push(number);
    }
    match numbers.is_empty() {
        true => Err("the number of a rule is missing".to_owned()),
        false => Ok(About::Rules(numbers)),
    }
}

fn ends(words: &mut Words<'_>) -> Result<Ends, String> {
    Ok(match words.next("how the program ends")? {
        "trap" => Ends::Trap {
            first: words.trap()?,
            undelivered: None,
        },
        "power" => Ends::Power(words.number("the status")?),
        "wait" => Ends::Wait,
        "steps" => Ends::Steps,
        "input" => Ends::Input(words.number("the slot")?),
        word => return Err(format!("`{word}` is no way to end")),
    })
}

/// An expectation of the state at the end, by its first word.
fn state(word: &str, words: &mut Words<'_>) -> Result<What, String> {
    Ok(match word {
        "kept" => What::Kept(words.registers()?),
        "console" => What::Console(words.string()?),
        "memory" => {
            let place = words.place()?;
            words.expect("=")?;
            What::Memory(place, words.bytes()?)
        }
        "granule" => {
            let place = words.place()?;
            words.expect("=")?;
            What::Granule(place, words.capability()?)
        }
        "label" => {
            let place = words.place()?;
            words.expect("=")?;
            What::Label(place, words.number("the label")?)
        }
        "owner" => {
            let place = words.place()?;
            words.expect("=")?;
            What::Owner(place, words.number("the owner")?)
        }
        "clock" => {
            words.expect("=")?;
            What::Clock(words.number("the clock")?)
        }
        "guests" => {
            words.expect("=")?;
            What::Guests(words.number("the number of guests")?)
        }
        "ring" => {
            words.expect("=")?;
            What::Ring(words.ring()?)
        }
        name => match register(name) {
            Ok(Register::R(register)) => {
                words.expect("=")?;
                What::R(register, words.value()?)
            }
            Ok(Register::C(register)) => {
                words.expect("=")?;
                What::C(register, words.capability()?)
            }
            Err(_) => return Err(format!("`{name}` is not known here")),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(head: &str) -> String {
        match Head::parse(head) {
            Ok(head) => format!("accepted: {head:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_head_says_what_is_expected() -> Result<(), HeadError> {
        let head = Head::parse(
            "; It adds. And\n; more.\n; conformance 1 3\n; given steps 5\n; trap bounds+ring through c4 at table-8 ring 4 \
             write 8 times 2\n; r5 = 0x10\n; console \"a b\\n\"\nmain:\n; r6 = 3\n",
        )?;
        assert_eq!(head.sentence, "It adds.");
        assert_eq!(head.about, About::Rules(vec![1, 3]));
        assert_eq!((head.given.steps, &head.ends), (5, &Ends::Done));
        assert_eq!(head.expected.len(), 2);
        assert!(matches!(&head.traps, Listing::Listed(traps) if traps.len() == 2));
        Ok(())
    }

    #[test]
    fn every_line_has_to_be_understood() {
        let lines = [
            ("", "a word is missing"),
            ("rs = 5", "`rs` is not known here"),
            ("r5 = 5 6", "`6` means nothing here"),
            ("r32 = 5", "`r32` is not known here"),
            ("r5 := 5", "`:=` where `=` is wanted"),
            ("r5 = five", "`five` is no number"),
            ("r5 =", "a number is missing"),
            (
                "c1 = table",
                "`table` is no segment with bounds, as in `table[0x0..0x40]`",
            ),
            ("trap bound ring 4", "`bound` is no cause"),
            ("trap bounds", "`ring` is missing"),
            ("trap bounds ring 4 wrote 8", "`wrote` means nothing here"),
            ("trap bounds ring 8", "there is no ring 8"),
            (
                "trap bounds through r4 ring 4",
                "`r4` is neither a c register nor pc",
            ),
            ("ends well", "`well` is no way to end"),
            ("exit early to 0", "`early` is no reason to exit"),
            ("exit power of 1", "`of` where `to` is wanted"),
            ("exit power to 1 from 1", "a guest is deeper than its host"),
            ("given time", "`time` is nothing that can be given"),
            ("memory table = 0", "`0` is no byte: two hexadecimal digits"),
            ("kept r1..c3", "`r1..c3` is no range of registers"),
            ("kept r3..r1", "`r3..r1` is no range of registers"),
            ("conformance 2", "this is said twice"),
            ("console \"a", "a string without an end"),
        ];
        for (line, message) in lines {
            let head = format!("; It is so.\n; conformance 1\n; r1 = 1\n; {line}\n");
            assert_eq!(refused(&head), format!("line 4: {message}"), "{line}");
        }
    }

    #[test]
    fn a_head_without_a_check_is_refused() {
        for (head, message) in [
            (
                "main: trap 0\n",
                "line 1: the head has to begin with a sentence, with a capital letter and a full stop",
            ),
            (
                "; It is so.\n",
                "line 1: the head does not say which rule it is about: `; conformance 3`",
            ),
            (
                "; it is so.\n; conformance 1\n; r1 = 1\n",
                "line 3: the head has to begin with a sentence, with a capital letter and a full stop",
            ),
            (
                "; It is so.\n; conformance 1\n",
                "line 2: the head says nothing that a program could fail",
            ),
            (
                "; It is so.\n; conformance 1\n; kept r1\n",
                "line 3: the head says nothing that a program could fail",
            ),
            (
                "; It is so.\n; conformance 99\n; r1 = 1\n",
                "line 2: there is no rule 99",
            ),
            (
                "; It is so.\n; conformance 1\n; traps 1\n; trap divide ring 0\n; r1 = 1\n",
                "line 5: traps are either counted or listed",
            ),
        ] {
            assert_eq!(refused(head), message);
        }
    }
}
