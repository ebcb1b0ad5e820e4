//! How editors colour sources: a TextMate grammar.
//!
//! Invariant: every list of words comes from the table of whoever knows it; what is written here are shapes, as in the
//! lexer.

use std::collections::{BTreeMap, BTreeSet};

use assembler::{Directive, Pseudo, constants};
use isa::abi;
use isa::instruction::operand::OperandKind;
use isa::instruction::{C, Opcode, R};
use serde_json::{Value, json};

/// A name, and what must not stand around a word that is one of a list.
const NAME: &str = r"[A-Za-z_.$][A-Za-z0-9_.$]*";
const BEFORE: &str = r"(?<![A-Za-z0-9_.$])";
const BEHIND: &str = r"(?![A-Za-z0-9_.$])";

/// Numbers: those with an exponent, whose sign belongs to them, and all others.
const FLOAT: &str = r"[0-9][0-9_]*(\.[0-9][0-9_]*)?[eE][-+]?[0-9][0-9_]*";
const NUMBER: &str = r"[0-9][0-9A-Za-z_]*(\.[0-9][0-9A-Za-z_]*)?";

/// The grammar, as JSON, with a final newline.
pub fn textmate() -> String {
    let grammar = json!({
        "name": "Nestor assembly",
        "scopeName": "source.nestor",
        "fileTypes": ["s"],
        "patterns": patterns(),
    });
    // Every key is a string, and nothing in it can fail to be written.
    serde_json::to_string_pretty(&grammar).unwrap_or_default() + "\n"
}

/// What is looked for in a line: the first that fits at the nearest place.
fn patterns() -> Vec<Value> {
    let mut patterns = texts();
    patterns.push(pattern("entity.name.label", &format!(r"{NAME}(?=\s*:)")));
    patterns.extend(operations());
    patterns.extend(operands());
    patterns
}

/// What is not looked into: comments, strings, characters.
fn texts() -> Vec<Value> {
    let escape = pattern("constant.character.escape", r"\\(x[0-9A-Fa-f]{2}|.)");
    let quoted = |scope: &str, shape: &str| {
        json!({
            "name": format!("{scope}.nestor"),
            "match": shape,
            "captures": { "0": { "patterns": [escape] } },
        })
    };
    vec![
        pattern("comment.line.semicolon", ";.*$"),
        quoted("string.quoted.double", r#""([^"\\]|\\.)*"?"#),
        quoted("constant.character", r"'([^'\\]|\\.)*'?"),
    ]
}

fn operations() -> Vec<Value> {
    let mut scopes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut add = |scope: String, word| scopes.entry(scope).or_default().push(word);
    for opcode in Opcode::ALL {
        add(
            format!("keyword.mnemonic.{}", opcode.class().name()),
            opcode.mnemonic(),
        );
    }
    for pseudo in Pseudo::ALL {
        add("keyword.mnemonic.pseudo".to_owned(), pseudo.name());
    }
    for directive in Directive::ALL {
        add("keyword.control.directive".to_owned(), directive.name());
    }
    // What else stands there is a macro, or a name in a list; behind the colon of an alias stands a register.
    let registers = registers();
    let registers = any(registers.iter().map(String::as_str));
    let own = operation(
        "entity.name.function",
        &format!("(?!{registers}{BEHIND}){NAME}"),
    );
    scopes
        .into_iter()
        .map(|(scope, words)| operation(&scope, &any(words)))
        .chain([own])
        .collect()
}

fn operands() -> Vec<Value> {
    let constants = constants();
    let constants = constants.iter().map(|constant| constant.name.as_str());
    let registers = registers();
    let registers = registers.iter().map(String::as_str);
    vec![
        pattern("support.function", &format!(r"{BEFORE}{NAME}(?=\()")),
        words("variable.language.register", registers),
        words("support.constant", constants),
        words("constant.language", named_operands()),
        pattern(
            "variable.parameter",
            r"\\([A-Za-z_][A-Za-z0-9_]*|[@#]|\(\))",
        ),
        pattern("variable.language.here", &format!(r"{BEFORE}\${BEHIND}")),
        pattern("variable.other", &format!("{BEFORE}{NAME}")),
        pattern("constant.numeric", &format!("{FLOAT}|{NUMBER}")),
        pattern("keyword.operator", r"[-+*/%&|^~!<>=]+"),
    ]
}

fn pattern(scope: &str, shape: &str) -> Value {
    json!({ "name": format!("{scope}.nestor"), "match": shape })
}

/// Words of a list, wherever they stand.
fn words<'a>(scope: &str, words: impl IntoIterator<Item = &'a str>) -> Value {
    pattern(scope, &format!("{BEFORE}{}{BEHIND}", any(words)))
}

/// A shape where an operation stands: first in a line, or behind a label.
fn operation(scope: &str, shape: &str) -> Value {
    json!({
        "match": format!(r"(?:^|(?<=:))\s*({shape}){BEHIND}(?!\s*:)"),
        "captures": { "1": { "name": format!("{scope}.nestor") } },
    })
}

/// A shape that fits any of the words.
fn any<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: BTreeSet<String> = words
        .into_iter()
        .map(|word| word.replace('.', r"\.").replace('$', r"\$"))
        .collect();
    let words: Vec<String> = words.into_iter().collect();
    format!("(?:{})", words.join("|"))
}

fn registers() -> Vec<String> {
    let numbered = R::all()
        .map(|register| register.to_string())
        .chain(C::all().map(|register| register.to_string()));
    let aliases = abi::ROLES.iter().filter_map(|role| role.alias);
    numbered.chain(aliases.map(str::to_owned)).collect()
}

/// The names that stand as operands: fields, operations of devices, kinds of access.
fn named_operands() -> impl Iterator<Item = &'static str> {
    let operands = Opcode::ALL
        .iter()
        .flat_map(|opcode| opcode.format().operands());
    operands.flat_map(|operand| {
        let rows = match operand.kind {
            OperandKind::Name { rows, .. } => rows,
            _ => &[],
        };
        rows.iter().map(|row| row.name)
    })
}
