//! The commands of the monitor, stated once: names, short names, what they take, what they do.
//!
//! Invariant: every command has one row; help, completion and the dispatch follow from it.

/// A command.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) command: Command,
    pub(super) name: &'static str,
    pub(super) short: &'static str,
    /// What it takes, as the help shows it.
    pub(super) takes: &'static str,
    pub(super) does: &'static str,
}

macro_rules! commands {
    ($($command:ident $name:literal $short:literal $takes:literal $does:literal;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Command { $($command),+ }

        /// All commands, in the order of the help.
        pub(super) const COMMANDS: &[Row] = &[$(Row {
            command: Command::$command,
            name: $name,
            short: $short,
            takes: $takes,
            does: $does,
        }),+];
    };
}

commands! {
    Step "step" "s" "[N]" "carry out an instruction, or N, and show what each changes";
    Next "next" "n" "" "the same, with what it calls up to the return";
    Finish "finish" "f" "" "go on until the procedure returns";
    Continue "continue" "c" "" "go on until something stops the run";
    Until "until" "u" "PLACE|STEP" "go on to an instruction, or to a step";
    Back "back" "b" "[N]" "go back by a step, or by N";
    ReverseContinue "reverse-continue" "rc" "" "go back to where something would have stopped the run last";
    Break "break" "br" "[PLACE]" "stop at an instruction; or list what stops the run";
    Watch "watch" "w" "WHAT" "stop when a register, bytes (ADDRESS [SIZE]) or a tag (tag ADDRESS) change";
    Delete "delete" "d" "[N]" "stop no more for N, or for anything";
    Where "where" "bt" "" "the place in the source, and who called";
    List "list" "l" "[PLACE]" "the lines of the source around it";
    Why "why" "" "" "the full account of the last trap";
    Regs "regs" "r" "" "ring, clock and all registers that are not zero";
    Caps "caps" "" "" "the capability registers, and what each means";
    X "x" "" "ADDRESS [SIZE]" "memory, with tags and labels";
    Segs "segs" "" "" "the descriptors of all segments";
    Rings "rings" "" "" "the stack pointers of the rings";
    Map "map" "m" "ADDRESS" "the way of an address through all levels";
    Levels "levels" "" "" "the machines that are live, one in the other";
    Level "level" "" "[N]" "look at another machine than the innermost, for all these";
    Input "input" "" "[TEXT]" "give the program a line, or the end of its input";
    Save "save" "" "FILE" "save the machine as it is now, for `nestor restore`";
    Info "info" "i" "" "where the run is, and how far back it can go";
    Help "help" "h" "[COMMAND]" "this list, or one of its rows";
    Quit "quit" "q" "" "leave";
}

/// The command of this name, short name or beginning of a name.
pub(super) fn find(word: &str) -> Option<&'static Row> {
    let exact = COMMANDS
        .iter()
        .find(|row| row.name == word || row.short == word);
    exact.or_else(|| {
        let mut begun = COMMANDS.iter().filter(|row| row.name.starts_with(word));
        begun.next().filter(|_| begun.next().is_none())
    })
}

impl Row {
    /// Its line of the help.
    pub(super) fn line(&self) -> String {
        let form = format!("{} {}", self.name, self.takes);
        format!("{:<24}{:<4}{}\n", form.trim_end(), self.short, self.does)
    }
}
