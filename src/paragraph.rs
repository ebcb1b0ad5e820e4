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
}
