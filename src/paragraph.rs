//! Text of the tables, made ready for reading on a terminal.

use isa::manual::Table;

/// Columns that a line of our text may have.
const WIDTH: usize = 96;

/// The words of `text` in lines of at most 96 columns. A longer word has a line of its own.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            folded.push('\n');
            column = 0;
        } else if column > 0 {
            folded.push(' ');
            column += 1;
        }
        folded.push_str(word);
        column += width;
    }
    folded
}

/// Text in which a link into the manual, `[text](#the-traps)`, says instead which command shows that place.
fn named_links(text: &str) -> String {
    let mut named = String::new();
    let mut rest = text;
    while let Some((before, (label, anchor, after))) = next_link(rest) {
        named.push_str(before);
        named.push_str(label);
        let table = Table::ALL.iter().find(|table| {
            let title = table.title().to_ascii_lowercase();
            title.replace(' ', "-") == anchor
        });
        if let Some(table) = table {
            named.push_str(&format!(" (`nestor isa {}`)", table.name()));
        }
        rest = after;
    }
    named + rest
}

/// What stands before the first link, and its text, its anchor and what stands behind it.
fn next_link(text: &str) -> Option<(&str, (&str, &str, &str))> {
    let (before, link) = text.split_once('[')?;
    let (label, link) = link.split_once("](#")?;
    let (anchor, after) = link.split_once(')')?;
    (!label.contains(['[', ']'])).then_some((before, (label, anchor, after)))
}

/// Markdown with the lines of its text folded; tables, headings and what is drawn or quoted stay as they are. A link
/// into the manual names the command that shows what it leads to.
pub(crate) fn fold_markdown(text: &str) -> String {
    let mut quoted = false;
    let mut folded = String::new();
    for line in text.lines() {
        quoted ^= line.starts_with("```");
        if quoted || line.starts_with(['`', '|', '#', ' ']) {
            folded.push_str(line);
        } else {
            folded.push_str(&fold(&named_links(line)));
        }
        folded.push('\n');
    }
    folded
}

/// Markdown as doc comments hold it: without the space that begins each line, and without empty lines around it.
pub(crate) fn unindent(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_filled_and_not_overfilled() {
        let text = fold(&"seven_7 ".repeat(30));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(text.lines().next().map(str::len), Some(95));
        assert_eq!(fold("  a\n b "), "a b");
        assert_eq!(fold(&"x".repeat(200)), "x".repeat(200));
    }

    #[test]
    fn only_text_is_folded() {
        let long = "word ".repeat(40);
        let (table, quoted) = (format!("| {long}"), format!("```text\n{long}\n```"));
        let text = format!("{table}\n{quoted}\n{long}\n");
        assert_eq!(
            fold_markdown(&text),
            format!("{table}\n{quoted}\n{}\n", fold(&long))
        );
    }

    #[test]
    fn links_into_the_manual_become_commands() {
        assert_eq!(
            fold_markdown("- Traps: any check of the [rule of access](#the-rule-of-access)."),
            "- Traps: any check of the rule of access (`nestor isa access`).\n"
        );
        assert_eq!(
            fold_markdown("a [b](#nowhere) [c1 + 8] [d"),
            "a b [c1 + 8] [d\n"
        );
        assert_eq!(fold_markdown("[a] [b](#traps)"), "[a] [b](#traps)\n");
    }

    #[test]
    fn doc_comments_lose_their_margin() {
        assert_eq!(
            unindent(" One.\n\n     code\n Two.\n"),
            "One.\n\n    code\nTwo."
        );
    }
}
