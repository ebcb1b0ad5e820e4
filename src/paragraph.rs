//! Text of the tables, made ready for reading on a terminal.

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

/// Markdown with the lines of its text folded; tables, headings and what is drawn or quoted stay as they are.
pub(crate) fn fold_markdown(text: &str) -> String {
    let mut quoted = false;
    let mut folded = String::new();
    for line in text.lines() {
        quoted ^= line.starts_with("```");
        if quoted || line.starts_with(['`', '|', '#', ' ']) {
            folded.push_str(line);
        } else {
            folded.push_str(&fold(line));
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
    fn doc_comments_lose_their_margin() {
        assert_eq!(
            unindent(" One.\n\n     code\n Two.\n"),
            "One.\n\n    code\nTwo."
        );
    }
}
