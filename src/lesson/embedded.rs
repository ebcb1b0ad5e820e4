//! The lessons' files, one row a lesson. A file that is listed and missing does not compile.

use super::Lesson;

macro_rules! lesson {
    ($folder:literal: $($file:literal)*) => {
        Lesson {
            folder: $folder,
            files: &[$(($file, include_str!(concat!("../../examples/", $folder, "/", $file)))),*],
        }
    };
}

/// Every lesson, in order.
pub const LESSONS: &[Lesson] = &[
    lesson!("01-hello": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("02-loops": "README.md" "main.s" "input" "expected"
        "exercise/solution.s" "exercise/input" "exercise/expected"),
    lesson!("03-one-byte-too-far": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("04-narrowing": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("05-a-heap": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("06-sealed-objects": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("07-sorting-and-a-sieve": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("08-mandelbrot": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("09-a-calculator": "README.md" "main.s" "input" "expected"
        "exercise/solution.s" "exercise/input" "exercise/expected"),
    lesson!("10-macros": "README.md" "main.s" "input" "expected"
        "exercise/solution.s" "exercise/input" "exercise/expected"),
    lesson!("11-a-supervisor-in-two-hundred-lines": "README.md" "main.s" "expected" "exercise/solution.s"
        "exercise/expected"),
    lesson!("12-a-gate": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("13-the-confused-deputy-twice": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("14-demand-paging": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("15-copy-on-write": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("16-ten-thousand-copies": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("17-a-secret-that-will-not-flow": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("18-linking-by-trap": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("19-a-guest": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("20-a-hypervisor-in-sixty-lines": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("21-whose-fault-is-it": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("22-eight-deep-for-free": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("23-a-guest-that-forges": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
    lesson!("24-move-it-while-it-runs": "README.md" "main.s" "expected" "exercise/solution.s" "exercise/expected"),
];
