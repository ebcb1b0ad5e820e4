//! The one table of codes: number, name, title and the long explanation.
//!
//! Invariant: a number never changes its meaning and is never used again, so
//! that what people find about a code stays true. To add a diagnostic, add a
//! row, and a source under `tests/broken` that shows it.

use super::Severity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $severity:ident $number:literal $variant:ident $title:literal;)+) => {
        /// A kind of mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Code { $($(#[doc = $doc])+ $variant = $number,)+ }

        impl Code {
            /// Every code, by rising number.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// Its title, a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)+ }
            }

            /// What it means and how to mend it, as Markdown.
            pub const fn explanation(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc, "\n"),+),)+ }
            }

            /// How bad it is.
            pub const fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    /// A source must be text in UTF-8. The bytes at this place are not.
    ///
    /// Either the file is no source at all (an image, a program for another machine), or an editor
    /// saved it in another encoding. Convert it to UTF-8. Bytes that are no text can be written as
    /// `\xff` in a string or with `.byte`.
    Error 1 NotText "the source is not UTF-8";
    /// A character stands where nothing in the language begins with it.
    ///
    /// Comments begin with `;`. Numbers and registers are written without a mark in front: `add r1,
    /// r2, 5`. Memory is written in square brackets: `[c1 + 8]`.
    Error 2 UnknownCharacter "a character has no meaning here";
    /// A string or character has no closing quote on its line.
    ///
    /// A string ends on the line on which it begins. Write a line feed as `\n` and a quote inside
    /// the string as `\"`.
    Error 3 Unterminated "a string or character has no end";
    /// A backslash in a string or character begins an escape, and this one does not exist.
    ///
    /// The escapes are `\n` `\t` `\r` `\0` `\\` `\"` `\'` and `\x` with exactly two hexadecimal
    /// digits. A backslash itself is `\\`.
    Error 4 Escape "an unknown escape";
    /// A character literal holds exactly one character.
    ///
    /// `'a'` is 97. Several characters make a string: `.ascii "abc"`.
    Error 5 Character "not one character";
    /// A number has a digit that its base does not have, or no digits.
    ///
    /// Numbers are decimal, or hexadecimal after `0x`, octal after `0o`, binary after `0b`.
    /// Underscores may separate digits. A name cannot begin with a digit.
    Error 6 Digit "not a number";
    /// An integer needs more than 64 bits.
    ///
    /// The largest is `0xffff_ffff_ffff_ffff`. Larger constants are several `.dword`s, the low one
    /// first.
    Error 7 IntegerTooLarge "an integer of more than 64 bits";
    /// The line is not a statement: the part that is marked cannot stand where it stands.
    ///
    /// A line is any number of labels, then an instruction or directive with operands between
    /// commas:
    ///
    /// ```text
    /// loop:   ldw  r1, [c2 + r3 << 2 + 8]     ; a comment
    /// ```
    Error 8 Syntax "not a statement";

    /// A file that `.include` names could not be read.
    ///
    /// The name is taken relative to the directory of the file in which the `.include` stands.
    Error 10 Include "an included file cannot be read";
    /// A file includes itself, directly or through others.
    ///
    /// It would never end. Put what both files need into a third one.
    Error 11 IncludeCycle "a file includes itself";
    /// All sources of a program together, each as often as it is included, are larger than the
    /// limit, or a file is included through too many others.
    ///
    /// A file that is included twice counts twice. Give it as a file of its own on the command line
    /// instead: labels outside of procedures are known in all files.
    Error 12 TooMuchSource "too much source";

    /// The first word of a statement is no instruction, pseudo-instruction or directive.
    ///
    /// `nestor isa` lists the instructions. Directives begin with a point. A label is followed by a
    /// colon.
    Error 20 UnknownOperation "an unknown instruction or directive";
    /// An instruction or directive has more or fewer operands than it takes.
    ///
    /// The message shows what it takes. `nestor isa NAME` shows the page of an instruction.
    Error 21 OperandCount "a wrong number of operands";
    /// An operand is of another kind than its place wants.
    ///
    /// Data registers are `r0` to `r31`, capability registers `c0` to `c15`; neither stands for the
    /// other. Memory is written in brackets, through a capability: `[c1 + r2 << 3 + 8]`.
    Error 22 OperandKind "a wrong kind of operand";
    /// There are 32 data registers, `r0` to `r31`, and 16 capability registers, `c0` to `c15`.
    ///
    /// `zero` is another name for `r0`, `link` for `c7`, `tp` for `c14` and `sp` for `c15`. In a
    /// procedure, `.alias` gives registers names of your own.
    Error 23 NoSuchRegister "a register that does not exist";
    /// An operand is one of a short list of names, and this is none of them.
    ///
    /// For example `cget r1, c2, base`: the last operand is a field of a capability.
    Error 24 UnknownName "a name that is not in the list";
    /// A directive or pseudo-instruction stands where it has no meaning: for example `.save` outside
    /// of a procedure, or `.proc` inside of one.
    Error 25 Misplaced "a directive in the wrong place";

    /// A name is used and defined nowhere in the program.
    ///
    /// Labels, `.equ` and `.local` inside of a procedure are known only there. Labels outside are
    /// known in all files that are assembled together.
    Error 30 UndefinedSymbol "an undefined symbol";
    /// A name is defined twice.
    ///
    /// Labels outside of procedures are common to all files. Inside a procedure, from `.proc` to
    /// `.endproc`, names are its own.
    Error 31 DuplicateSymbol "a symbol is defined twice";
    /// A name belongs to the language: a register, or a constant of the machine such as
    /// `context.pc`.
    ///
    /// Choose another one. Names that begin with `abi.`, `access.`, `cause.`, `context.` and the
    /// like come from the tables of the machine. The segments `descriptors`, `reset`, `relocations`
    /// and the devices are in every image, and stacks are for each ring that runs something; a
    /// device may be opened with other rings by saying its slot:
    /// `.segment console, device(0), rings(0,0,0)`.
    Error 32 ReservedName "a name that is taken";
    /// A value does not fit where it goes.
    ///
    /// The immediate of an instruction is a signed number of 32 bits, that of a comparison one of 8
    /// bits. `li` makes any number in a register. Data directives take signed and unsigned numbers
    /// of their size.
    Error 33 OutOfRange "a value out of range";
    /// An expression divides by zero, with `/` or `%`.
    ///
    /// Expressions are evaluated once, when the program is assembled. If the divisor is a constant
    /// of yours, look at its `.equ`. To divide when the program runs, use `div`; it traps with cause
    /// `divide` if the divisor is zero.
    Error 34 DivisionByZero "division by zero";
    /// The value of a symbol depends on itself.
    ///
    /// ```text
    /// .equ a, b + 1
    /// .equ b, a - 1
    /// ```
    Error 35 Circular "a circular definition";
    /// A value is needed before it can be known.
    ///
    /// Sizes and alignments decide where everything after them goes. So the operand of `.space`,
    /// `.align`, `.local` and of the options of a segment may use only constants, and differences of
    /// labels that stand earlier.
    Error 36 NotYetKnown "a value that is not known yet";
    /// An address stands where a number is wanted.
    ///
    /// A label is an address: a segment and an offset in it. `offset(label)` and `segment(label)`
    /// are numbers, and so is the difference of two labels of one segment. Addresses themselves fit
    /// in `.dword` and `li`. To use what is there, a program needs a capability: `la c1, label`.
    Error 37 AddressNotNumber "an address where a number is wanted";
    /// An expression calls a function that does not exist, or with the wrong arguments.
    ///
    /// The functions are `segment(x)`, `offset(x)` and `length(x)`: of a label or a segment, its
    /// segment number, its offset in the segment, and how many bytes it covers.
    Error 38 Function "an unknown function";
    /// A number with a point or exponent stands in an integer expression.
    ///
    /// Such numbers stand alone, in `.single` and `.double`, with at most a sign in front; so do
    /// `inf` and `nan`. To have one in a register, put it into data and load it, or convert an
    /// integer with `itod`.
    Error 39 Float "a floating-point number in an integer expression";

    /// The scale of an index register is not 0 to 4.
    ///
    /// The index is shifted left by the scale: 0 for bytes, 1, 2, 3 for two, four and eight bytes,
    /// and 4 for capabilities. Shift by more with `shl`.
    Error 40 Scale "a scale out of range";
    /// A branch, jump or `call` goes to another segment.
    ///
    /// They reach places in their own segment only. To call a procedure of another segment, load an
    /// entry capability from linkage and call through it:
    ///
    /// ```text
    /// la    c1, other
    /// callc c1
    /// ```
    Error 41 OtherSegment "a branch to another segment";
    /// A branch goes to a place outside of its segment.
    ///
    /// A target is a label, or a distance from the statement itself: `$` is its own place, `$ + 16`
    /// is two instructions further. The machine would trap with cause `bounds` when it fetches what
    /// is not there.
    Error 42 BranchOutside "a branch out of its segment";
    /// A branch goes to a place that is not at a multiple of 8, where no instruction can be.
    ///
    /// Each instruction is eight bytes, so `$ + 8` is the next one. A label of data in the text may
    /// lie anywhere; to read what is there, load a capability with `la`.
    Error 43 BranchAlignment "a branch to a misaligned place";
    /// An instruction would not lie at a multiple of 8.
    ///
    /// Instructions are eight bytes and 8-aligned. Data in front of it has a length that is no
    /// multiple of 8: write `.align 8` after the data.
    Error 44 InstructionAlignment "a misaligned instruction";
    /// An instruction stands in a segment that cannot be executed.
    ///
    /// Write `.text`, or open a segment with mode `rx` or `x`, in front of it.
    Error 45 NotExecutable "an instruction in a segment without execute";
    /// A constant depends on another, which depends on another, and so on, too many times.
    ///
    /// Constants that stand after those they need are evaluated in order and have no such limit.
    Error 46 TooDeep "constants that depend on too many others";

    /// An operand of `.segment` is no mode and no option.
    ///
    /// ```text
    /// .segment NAME, MODE, OPTION…
    /// ```
    ///
    /// The mode is made of the letters `r`, `w` and `x`. Options are `hold`, `system`,
    /// `rings(r1, r2, r3)`, `number(n)`, `length(n)`, `label(n)`, `generation(n)` and
    /// `device(slot)`.
    Error 50 SegmentOption "an unknown segment option";
    /// A segment would be both writable and executable.
    ///
    /// No capability can ever have both rights. Put text and data in segments of their own.
    Error 51 WriteExecute "a segment that is writable and executable";
    /// A segment is opened again with options that differ from those it has.
    ///
    /// To go on in a segment, name it alone: `.segment NAME`.
    Error 52 SegmentConflict "a segment with other options";
    /// A segment's number cannot be had: another segment has it, or it is outside its range.
    ///
    /// Numbers 1 to 255 are those of system segments; of these, 1 to 31 belong to the machine. The
    /// stacks of the rings are 256 to 263, their linkage 264 to 271. Without `number` the assembler
    /// chooses a free one.
    Error 53 SegmentNumber "a segment number that cannot be had";
    /// A segment would be longer than 2^28 - 4096 bytes.
    ///
    /// That is as far as the bounds of a capability reach. Divide the data between segments.
    Error 54 SegmentTooLong "a segment that is too long";
    /// All segments together need more memory than the limit of the assembler, 256 MiB unless it is
    /// set otherwise. Each segment takes whole pages of 4096 bytes.
    ///
    /// Often a size is written in the wrong unit, or a value that is an address. Memory that a
    /// program needs later need not be in its image: `reset.free` in the reset record says where
    /// free memory begins.
    Error 55 ImageTooLarge "an image that is too large";
    /// The rings of a segment are three numbers from 0 to 7 that do not fall: r1 <= r2 <= r3.
    ///
    /// Rings up to r1 may write, rings up to r2 may read, rings from r1 to r2 may execute, and rings
    /// up to r3 may call its gates.
    Error 56 Brackets "rings that are out of order";
    /// An alignment is a power of two from 1 to 4096.
    ///
    /// Segments begin at a page, so 4096 is as much as can be promised.
    Error 57 Alignment "not an alignment";
    /// An option of a segment has a value that is too large or too small.
    ///
    /// Numbers are from 1 to 65535, labels from 0 to 255, generations from 0 to 63, device slots
    /// from 0 to 15, and a length is at most 2^28 - 4096 bytes.
    Error 58 OptionValue "a segment option out of range";

    /// `.gate` comes after something else in its segment.
    ///
    /// Gate i of a segment is the instruction at offset 8 * i. So the gates of a segment come first
    /// in it, in whichever file.
    Error 60 GateNotFirst "a gate that is not first in its segment";
    /// A procedure has no `.endproc`.
    ///
    /// Everything from `.proc` to `.endproc` is the procedure. It must end in the file in which it
    /// begins.
    Error 61 EndprocMissing "a procedure without an end";
    /// A register is saved twice, or cannot be saved.
    ///
    /// `.save` lists registers that `enter` puts on the stack and `leave` takes from it. `r0`, `c0`
    /// and the stack pointer `c15` are not among them.
    Error 62 Save "a register that cannot be saved";
    /// A procedure uses `leave` or `return` and has something on the stack, but never `enter`.
    ///
    /// `leave` would take from the stack what was never put there. Write `enter` as the first
    /// instruction of the procedure.
    Error 63 NoEnter "leave without enter";
    /// `.save` names a register that a procedure may change freely.
    ///
    /// Callers expect only `r16` to `r31` and `c8` to `c14` to be what they were; and the link `c7`
    /// is saved where a procedure calls. Saving another one does no harm and costs two instructions.
    Warning 64 SaveNeedless "a register that need not be saved";
    /// A register alias is given to something that is no register, or is the name of a register.
    ///
    /// ```text
    /// .proc sum, table: c1, count: r1
    /// .alias total: r2
    /// ```
    Error 65 Alias "not a register alias";

    /// A capability must be to a label or a segment, at most with a constant added.
    ///
    /// ```text
    /// .cap table
    /// .cap table + 16, 8, r
    /// la   c1, table
    /// ```
    Error 70 CapabilityTarget "not something to have a capability to";
    /// The bounds of a capability would leave its segment.
    ///
    /// `.cap target + n, length` begins at its cursor, `target + n`, and reaches `length` bytes from
    /// there. Without a length it has exactly the bounds of its target, and the cursor may be
    /// anywhere. A capability to code has the bounds of its text.
    Error 71 CapabilityBounds "a capability beyond its segment";
    /// A capability would have permissions that its segment does not give, or permissions that are
    /// not legal together.
    ///
    /// The letters are `r` read, `w` write, `x` execute, `l` load capabilities, `s` store
    /// capabilities and `m` load mutable. `x` excludes `w`; `l` needs `r`, `s` needs `w`, `m` needs
    /// `l`; and `l`, `s` and `m` need a segment with `hold`.
    Error 72 CapabilityPermissions "permissions that cannot be had";
    /// A capability would lie in a segment that may not hold it.
    ///
    /// Only segments with the option `hold` can hold capabilities. System segments hold only
    /// capabilities to system segments.
    Error 73 NoHold "a segment that cannot hold a capability";
    /// The authorities of a program ask for more object types than there are, or one asks for none.
    ///
    /// A machine has 28 object types, the numbers 4 to 31, and every `.authority` gets types of its
    /// own. Where one module makes many sorts of objects, let the objects say of which sort they are,
    /// and seal them all with one type.
    Error 74 ObjectTypes "more object types than there are";

    /// No file has a procedure or label `main`.
    ///
    /// The start-up code calls `main` in ring 4. A program that starts itself, in ring 0, says where
    /// with `.entry LABEL` and gets no start-up code. A `main` in a `.scope` or procedure is known there
    /// alone, and so is one in a file with an `.export` that does not name it.
    Error 80 NoMain "no main";
    /// The entry of a bare image cannot be entered.
    ///
    /// `.entry LABEL` names an instruction in a segment that ring 0 may execute: its first ring is
    /// 0, as in `.segment boot, rx, rings(0,0,0)`.
    Error 81 Entry "no usable entry";
    /// The parts do not make an image.
    ///
    /// The message says which rule of images is broken.
    Error 82 Image "not an image";
    /// A name is longer than 255 bytes, which is the most that an image can keep, or a number is.
    Error 83 NameTooLong "a name or number that is too long";

    /// The definition of a macro is not one.
    ///
    /// ```text
    /// .macro push register, room = 8
    ///         cadd sp, sp, -\room
    ///         st   \register, [sp]
    /// .endm
    /// ```
    ///
    /// Parameters are names between commas. One may have a default, and the last may end in `...`;
    /// then it is all arguments from its place on, with the commas between them.
    Error 90 MacroDefinition "not a macro definition";
    /// A macro is used with more arguments than it takes, or with fewer than it needs.
    ///
    /// Arguments stand between commas; commas in parentheses or brackets do not count. A parameter
    /// with a default may be left out.
    Error 91 MacroArguments "wrong arguments of a macro";
    /// Something that goes on until a word ends it has no such end.
    ///
    /// `.macro` ends with `.endm`, `.repeat` with `.endr`, `.if` with `.endif`, `.while` with
    /// `.endw`. A loop or condition at run time ends in the procedure in which it begins; everything
    /// ends in the file in which it begins.
    Error 92 BlockMissingEnd "a block without an end";
    /// Macros and repetitions become too much: too deep within one another, or too many lines in all.
    ///
    /// A macro may use itself, as long as an `.if` ends that at some time:
    ///
    /// ```text
    /// .macro clear first, rest...
    ///         li   \first, 0
    ///         .if \# > 1
    ///         clear \rest
    ///         .endif
    /// .endm
    /// ```
    Error 93 Expansion "too much expansion";
    /// A condition is of a kind that branches cannot decide.
    ///
    /// At run time a condition compares a data register with a register or a number, or is a data
    /// register alone, which is compared with 0. `unsigned(…)` around a comparison takes both sides as
    /// unsigned. `&&`, `||` and `!` join conditions. Anything else is computed into a register first.
    Error 94 Condition "not a condition";
    /// An `.if` on constants goes on with a condition that names a register.
    ///
    /// The one is decided when the source is read, the other when the program runs. Write an `.if` of
    /// its own inside an `.else`.
    Error 95 ConditionMixed "a condition of the other kind";
    /// An `.assert` does not hold.
    ///
    /// It is evaluated when everything has its place, so it may compare offsets and lengths of labels.
    Error 96 Assertion "an assertion does not hold";
    /// `.export` names what its file does not define, or `.extern` what it does.
    ///
    /// A file with an `.export` keeps all other names to itself. What a file exports must be a label,
    /// constant, procedure or gate of its own, outside of procedures and scopes. What it declares with
    /// `.extern` must be defined in another file, and exported there if that file exports anything.
    Error 97 Export "a name that is not where it is said to be";
    /// A record or a list of names is wrong.
    ///
    /// ```text
    /// .struct point
    /// x:      .dword
    /// y:      .dword
    /// .endstruct
    /// .enum   colour
    ///         red
    ///         green = 5
    /// .endenum
    /// ```
    ///
    /// A record has fields with names, and nothing else; a list has a name on each line. They do not
    /// nest, but a record may have another one as a field: `corner: point 4`.
    Error 98 Record "not a record";
    /// Scopes are too deep within one another.
    ///
    /// At most 64 may be. Often an `.endscope` is missing, or a macro that uses itself opens a scope.
    Error 99 ScopeDepth "too many scopes within one another";

    /// An expression needs what is known only when the program is linked, and an object cannot leave
    /// that to the linker.
    ///
    /// An object can say that the linker shall put somewhere: a label or a constant of another file,
    /// or `offset`, `segment` or `length` of a label or segment, each shifted or times or over a power of
    /// two, and with a number added, or joined by `|` that has no bit in common with it. Data, immediates of instructions, targets of branches and the operands of `.cap` and `la` can be
    /// filled in so. All else must be known when the object is made: sizes (`.space`, `.align`),
    /// options of segments, and what an `.assert` compares.
    ///
    /// ```text
    /// .dword table + 8                ; table is in another file: fine
    /// .dword segment(table) << 32 | 7 ; fine
    /// .dword offset(table) % 2        ; cannot be left to the linker
    /// .space count                    ; count is in another file: not known yet
    /// ```
    ///
    /// Define the constant in a file that both include, or give all sources to one `nestor asm`.
    Error 105 ObjectExpression "a value that an object cannot leave to the linker";

    /// Nothing uses a label that nothing else can use, since it is local.
    ///
    /// It does no harm. Perhaps a branch goes to another label than was meant, or is missing.
    Warning 110 UnusedLabel "a label that nothing uses";
    /// An instruction stands behind a jump that is always taken, and has no label.
    ///
    /// Nothing leads to it. Either the jump is in the wrong place, or the label is missing.
    Warning 111 Unreachable "code that is never reached";
    /// A procedure makes a frame with `enter` and never takes it from the stack.
    ///
    /// The stack pointer of the caller would be wrong, and what `enter` saved would not be restored.
    /// End the procedure with `return`, or with `leave` in front of a jump.
    Warning 112 FrameOpen "a frame that is never left";
    /// A capability is derived, and nothing reads the register before it is set again or the procedure
    /// returns.
    ///
    /// Deriving never changes the capability that it begins with: `cbound c2, c1, 16` narrows what is
    /// in `c2` alone. To narrow a capability for good, put it into the register from which it is used.
    Warning 113 UnusedCapability "a capability that is never used";
    /// A register is read after a call of a procedure that changes it, as its `.clobbers` says.
    ///
    /// ```text
    /// li   r9, 5
    /// call work                   ; .clobbers r9
    /// add  r1, r1, r9             ; not 5 any more
    /// ```
    ///
    /// Keep the value in `r16` to `r31`, which procedures preserve, or on the stack.
    Warning 114 Clobbered "a value that a call has changed";
    /// A procedure with `.clobbers` changes a register that is not in the list, itself or by a call.
    ///
    /// Results, `r1`, `r2` and `c1`, need not be listed, nor do registers that procedures preserve.
    Warning 115 ClobbersMore "a register that .clobbers does not list";
}

impl Code {
    /// Its number as users write it: `A001`.
    pub fn id(self) -> String {
        format!("A{:03}", self as u16)
    }

    /// The code with this number, as [`Code::id`] gives it, in either case.
    pub fn from_id(id: &str) -> Option<Self> {
        let digits = id.strip_prefix(['A', 'a'])?;
        let number = Self::ALL.iter().find(|code| {
            let own = code.id();
            own.get(1..) == Some(digits)
        });
        number.copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_found() {
        for pair in Code::ALL.windows(2) {
            assert!(pair[0] < pair[1]);
        }
        for code in Code::ALL {
            assert_eq!(Code::from_id(&code.id()), Some(*code));
            assert!(!code.explanation().trim().is_empty());
        }
        assert_eq!(Code::from_id("a001"), Some(Code::NotText));
        assert_eq!(Code::from_id("B001"), None);
        assert_eq!(Code::from_id("A1"), None);
    }
}
