//! Tables in Markdown whose columns also stand below each other.

/// A table: a head and rows of as many cells.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these heads of columns. Every column but the first is of numbers, to the right.
    pub(crate) fn new<S: Into<String>>(heads: impl IntoIterator<Item = S>) -> Table {
        Table {
            rows: vec![heads.into_iter().map(Into::into).collect()],
        }
    }

    /// One more row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// As Markdown, with a line break behind each row.
    pub(crate) fn text(&self) -> String {
        let columns = self.rows.first().map_or(0, Vec::len);
        let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let lengths = self
                    .rows
                    .iter()
                    .map(|row| cell(row, column).chars().count());
                lengths.max().unwrap_or(0).max(3)
            })
            .collect();
        let mut text = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            let cells: Vec<String> = widths
                .iter()
                .enumerate()
                .map(|(column, width)| match column {
                    0 => format!("{:<width$}", cell(row, column)),
                    _ => format!("{:>width$}", cell(row, column)),
                })
                .collect();
            text += &format!("| {} |\n", cells.join(" | "));
            if number == 0 {
                let rules: Vec<String> = widths
                    .iter()
                    .enumerate()
                    .map(|(column, width)| match column {
                        0 => "-".repeat(width + 2),
                        _ => format!("{}:", "-".repeat(width + 1)),
                    })
                    .collect();
                text += &format!("|{}|\n", rules.join("|"));
            }
        }
        text
    }
}
