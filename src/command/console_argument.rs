//! Consoles besides the first, as users name them: `1=pty`, `1=words.txt`, `1=words.txt,log.txt`, `1=,log.txt`.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::str::FromStr;

use isa::abi::{CONSOLE_COUNT, SLOT_CONSOLES};

use crate::failure::Failure;
use crate::files::{self, INPUT_LIMIT};
use crate::terminal::Terminal;

/// A console, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ConsoleArgument {
    slot: usize,
    leads: Leads,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Leads {
    /// To a pseudo-terminal.
    Pseudo,
    /// From one file and to another; without a file there is no input, and output is lost.
    Files {
        input: Option<PathBuf>,
        output: Option<PathBuf>,
    },
}

impl ConsoleArgument {
    /// The slot, and all of the input if it is known from the start.
    pub(super) fn setting(&self) -> Result<(usize, Option<Vec<u8>>), Failure> {
        let input = match &self.leads {
            Leads::Pseudo => None,
            Leads::Files { input: None, .. } => Some(Vec::new()),
            Leads::Files {
                input: Some(path), ..
            } => Some(files::read(path, INPUT_LIMIT)?),
        };
        Ok((self.slot, input))
    }

    /// Has the host do its part.
    pub(super) fn connect(&self, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        match &self.leads {
            Leads::Pseudo => {
                let name = terminal.add_pseudo(self.slot).map_err(Failure::Host)?;
                let number = self.number();
                writeln!(anstream::stderr(), "console {number} is {name}")?;
            }
            Leads::Files { output, .. } => {
                let create = |path: &PathBuf| {
                    File::create(path).map_err(|source| Failure::Write {
                        path: path.clone(),
                        source,
                    })
                };
                terminal.add_file(self.slot, output.as_ref().map(create).transpose()?);
            }
        }
        Ok(())
    }

    /// The number that the user calls it by.
    pub(super) fn number(&self) -> usize {
        self.slot - usize::from(SLOT_CONSOLES) + 1
    }
}

impl FromStr for ConsoleArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "write N=INPUT, N=INPUT,OUTPUT or N=pty".to_owned();
        let (number, leads) = text.split_once('=').ok_or_else(form)?;
        let number: u8 = number.parse().map_err(|_| form())?;
        if !(1..=CONSOLE_COUNT).contains(&number) {
            return Err(format!(
                "consoles besides the first have the numbers 1 to {CONSOLE_COUNT}"
            ));
        }
        let file = |name: &str| (!name.is_empty()).then(|| PathBuf::from(name));
        let leads = match leads.split_once(',') {
            None if leads == "pty" => Leads::Pseudo,
            None if leads.is_empty() => return Err(form()),
            None => Leads::Files {
                input: file(leads),
                output: None,
            },
            Some((input, output)) => Leads::Files {
                input: file(input),
                output: file(output),
            },
        };
        Ok(ConsoleArgument {
            slot: usize::from(SLOT_CONSOLES) + usize::from(number) - 1,
            leads,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Option<(usize, Option<PathBuf>, Option<PathBuf>)> {
        let argument: ConsoleArgument = text.parse().ok()?;
        match argument.leads {
            Leads::Files { input, output } => Some((argument.slot, input, output)),
            Leads::Pseudo => None,
        }
    }

    #[test]
    fn a_console_leads_to_files_or_to_a_pseudo_terminal() {
        let path = |name: &str| Some(PathBuf::from(name));
        assert_eq!(files("1=a"), Some((5, path("a"), None)));
        assert_eq!(files("7=a,b"), Some((11, path("a"), path("b"))));
        assert_eq!(files("2=,b"), Some((6, None, path("b"))));
        let pseudo: Result<ConsoleArgument, _> = "3=pty".parse();
        assert_eq!(pseudo.map(|pseudo| pseudo.leads), Ok(Leads::Pseudo));
        for wrong in ["", "1", "1=", "0=a", "8=a", "one=a"] {
            assert!(wrong.parse::<ConsoleArgument>().is_err(), "{wrong}");
        }
    }
}
