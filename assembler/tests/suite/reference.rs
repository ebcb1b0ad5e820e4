//! The page about the language says what the tables say.

use assembler::{Code, Directive, NoFiles, Options, Pseudo, Source, constants};

use crate::support::{self, assemble};

const PAGE: &str = include_str!("../../../docs/assembly.md");

fn row(syntax: &str, meaning: &str) -> String {
    let meaning: Vec<&str> = meaning.split_whitespace().collect();
    format!("| `{syntax}` | {} |", meaning.join(" "))
}

/// The rows of the table that follows a mark in the page.
fn table(mark: &str) -> Vec<&'static str> {
    let (_, rest) = PAGE.split_once(mark).expect("the mark");
    rest.trim_start()
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect()
}

#[test]
fn the_page_has_the_tables() {
    let directives: Vec<String> = Directive::ALL
        .iter()
        .map(|directive| row(directive.syntax(), directive.meaning()))
        .collect();
    assert_eq!(
        table("<!-- directives -->"),
        directives,
        "should be:\n{}",
        directives.join("\n")
    );
    let pseudos: Vec<String> = Pseudo::ALL
        .iter()
        .map(|pseudo| row(pseudo.syntax(), pseudo.meaning()))
        .collect();
    assert_eq!(
        table("<!-- pseudo-instructions -->"),
        pseudos,
        "should be:\n{}",
        pseudos.join("\n")
    );
}

/// A rule of alternatives, in lines of at most a hundred characters.
fn rule(name: &str, words: impl Iterator<Item = &'static str>) -> String {
    let mut lines = vec![format!("{name:<9}=")];
    for (position, word) in words.enumerate() {
        let item = format!("{} \"{word}\"", if position == 0 { "" } else { " |" });
        let mut line = lines.pop().unwrap_or_default();
        if line.len() + item.len() > 100 {
            lines.push(line);
            line = " ".repeat(9);
        }
        lines.push(line + &item);
    }
    lines.join("\n") + " ;\n"
}

#[test]
fn the_grammar_has_all_names() {
    let page = include_str!("../../../docs/grammar.md");
    let names = rule("directive", Directive::ALL.iter().map(|row| row.name()))
        + &rule("short", Pseudo::ALL.iter().map(|row| row.name()));
    let (_, rest) = page.split_once("<!-- names -->").expect("the mark");
    assert_eq!(
        rest,
        format!("\n```ebnf\n{names}```\n"),
        "should be:\n{names}"
    );
}

/// The examples of a page: what stands between fences that say `asm`. Fences that say `text` hold what is printed.
fn examples(page: &'static str) -> impl Iterator<Item = &'static str> {
    let parts = page.split("```asm\n").skip(1);
    parts.filter_map(|part| part.split("```").next())
}

#[test]
fn every_example_of_the_page_assembles() {
    let mut count = 0;
    for example in examples(PAGE) {
        let has_main = example.contains("main");
        let main = if has_main { "" } else { ".text\nmain: ret\n" };
        let assembly = assemble(&format!("{example}\n{main}"));
        assert_eq!(support::report(&assembly), "", "{example}");
        count += 1;
    }
    assert!(count > 4);
}

/// Fences that say `asm part` hold the files of one program, each to be an object.
#[test]
fn the_parts_of_the_page_are_linked() {
    let parts = PAGE.split("```asm part\n").skip(1);
    let parts: Vec<&str> = parts.filter_map(|part| part.split("```").next()).collect();
    let objects = parts.iter().enumerate().map(|(index, text)| {
        let files = vec![Source::new("part.s", *text)];
        let part = assembler::assemble_part(files, &mut NoFiles, &Options::default());
        let report = support::findings(&part.diagnostics, &part.sources);
        assert_eq!(report, "", "{text}");
        (index.to_string(), part.object.expect("an object"))
    });
    let linked = assembler::link(objects.collect(), &mut NoFiles, &Options::default());
    assert_eq!(support::report(&linked), "");
    assert!(parts.len() > 1 && linked.image.is_some());
}

#[test]
fn no_example_of_the_page_is_left_out() {
    let other = PAGE.split("```").skip(1).step_by(2);
    let known = ["asm\n", "asm part\n", "text\n"];
    let mut other = other.filter(|block| !known.iter().any(|known| block.starts_with(known)));
    assert_eq!(other.next(), None);
}

#[test]
fn constants_named_on_the_page_exist() {
    let constants = constants();
    let groups = [
        "context.", "trap.", "reset.", "size.", "abi.", "cause.", "access.", "io.",
    ];
    let named = PAGE
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| groups.iter().any(|group| word.starts_with(group)));
    let mut count = 0;
    for name in named {
        assert!(
            constants.iter().any(|constant| constant.name == name),
            "{name}"
        );
        count += 1;
    }
    assert!(count > 5);
}

#[test]
fn constants_can_be_used() {
    let mut text = "main: ret\n.data\n".to_owned();
    for constant in constants() {
        text.push_str(&format!(".dword {}\n", constant.name));
    }
    let assembly = assemble(&text);
    assert_eq!(support::report(&assembly), "");
    let image = assembly.image.expect("an image");
    let data = &image.segment_named("data").expect("the segment").bytes;
    let values: Vec<u64> = data
        .chunks_exact(8)
        .map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")))
        .collect();
    let expected: Vec<u64> = constants().iter().map(|constant| constant.value).collect();
    assert_eq!(values, expected);
}

#[test]
fn explanations_are_text() {
    for code in Code::ALL {
        let text = code.explanation();
        let fences = text.matches("```").count();
        assert!(fences.is_multiple_of(2), "{code:?}");
        assert!(text.trim().len() > 60, "{code:?} is short");
    }
}
