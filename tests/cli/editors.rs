//! `nestor editors`: the grammar, tried as editors try it.

use std::collections::BTreeSet;

use fancy_regex::Regex;
use serde_json::Value;

use super::Folder;

/// Names and a shape for a line: the name of the scope, and which part of what fits has it.
struct Rule {
    scope: String,
    shape: Regex,
    part: usize,
}

fn rules() -> Vec<Rule> {
    let grammar = Folder::new().nestor("editors").good();
    let grammar: Value = serde_json::from_str(&grammar).expect("it is JSON");
    let patterns = grammar["patterns"].as_array().expect("patterns");
    let rule = |pattern: &Value| {
        let shape = pattern["match"].as_str().expect("a shape");
        let (scope, part) = match pattern["name"].as_str() {
            Some(scope) => (scope, 0),
            None => (
                pattern["captures"]["1"]["name"].as_str().expect("a scope"),
                1,
            ),
        };
        Rule {
            scope: scope.trim_end_matches(".nestor").to_owned(),
            shape: Regex::new(shape).expect("a regular expression"),
            part,
        }
    };
    patterns.iter().map(rule).collect()
}

/// The words of a line that have a scope, with it: of the rules that fit at the nearest place, the first counts.
fn scopes<'a>(rules: &'a [Rule], line: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut scopes = Vec::new();
    let mut place = 0;
    loop {
        let fits = rules.iter().filter_map(|rule| {
            let found = rule
                .shape
                .captures_from_pos(line, place)
                .expect("it ends")?;
            let (whole, part) = (found.get(0)?, found.get(rule.part)?);
            Some((
                whole.start(),
                whole.end(),
                part.as_str(),
                rule.scope.as_str(),
            ))
        });
        // Of equal ones, the first is the least.
        let Some((_, end, text, scope)) = fits.min_by_key(|(start, ..)| *start) else {
            return scopes;
        };
        scopes.push((text, scope));
        assert!(end > place, "a rule fits nothing in {line:?}");
        place = end;
    }
}

#[test]
fn every_kind_of_word_has_its_scope() {
    let source = "\
loop: next: ldb r3, [c1 + r2 << 2 - 0x1f] ; a comment: add
        .proc sum, table: c1
        fadd.d  r1, r2, zero
        li      r1, permission.read | segment(table) << 32
        io      r1, c2, sp, write
        getctl  r1, clock
        beqz    r1, $ + 8
        .asciz  \"text \\\" ; no comment\", 'x'
        .double 1.5e-3
add.more: unknown add, \\first\\()_\\@
";
    let rules = rules();
    let shown: Vec<String> = source
        .lines()
        .map(|line| {
            let scopes = scopes(&rules, line);
            let words = scopes
                .iter()
                .map(|(text, scope)| format!("    {text:<24} {scope}\n"));
            format!("{line}\n{}", words.collect::<String>())
        })
        .collect();
    insta::assert_snapshot!(shown.join(""));
}

/// The names of a source's macros, and those in its lists.
fn own_operations(source: &str) -> BTreeSet<&str> {
    let mut list = false;
    let names = source.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let word = words.next()?;
        match word {
            ".enum" => list = true,
            ".endenum" => list = false,
            ".macro" => return words.next(),
            _ if list => return Some(word),
            _ => {}
        }
        None
    });
    names.collect()
}

#[test]
fn every_operation_of_the_lessons_is_known() {
    let rules = rules();
    for lesson in nestor::lesson::LESSONS {
        let own = own_operations(lesson.source());
        for line in lesson.source().lines() {
            let code = line.split(';').next().unwrap_or_default();
            let mut words = code.split_whitespace();
            let Some(word) = words.find(|word| !word.ends_with(':')) else {
                continue;
            };
            let scope = match own.contains(word) {
                true => "entity.name.function",
                false => "keyword.",
            };
            let is_known = scopes(&rules, line)
                .iter()
                .any(|(text, found)| *text == word && found.starts_with(scope));
            assert!(is_known, "{line}");
        }
    }
}
