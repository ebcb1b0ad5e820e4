//! That what is astray is caught: each access is made in a process of its own, which has to die of it.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

use guard::{DISTANCE, PAGE, Pages, Row};

/// The variable that tells this program, as a child of itself, where to go.
const PLACE: &str = "NESTOR_GUARD_PLACE";

/// Runs one of the tests below in a process of its own, which reads at this distance from the first byte.
fn read_in_child(test: &str, distance: isize) -> ExitStatus {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program);
    child
        .args(["--exact", test])
        .env(PLACE, distance.to_string());
    child.output().expect("a child").status
}

fn place() -> Option<isize> {
    std::env::var(PLACE).ok()?.parse().ok()
}

/// Reads a byte of the host.
#[allow(unsafe_code, reason = "to go astray is what it is for")]
fn read(first: *const u8, distance: isize) -> u8 {
    // SAFETY: none. The process is to die of it if the place is not there.
    unsafe { std::ptr::read_volatile(first.wrapping_offset(distance)) }
}

/// The process lives through reading there, or dies of it by the signal for a segment violation.
fn assert_lives(test: &str, distance: isize, lives: bool) {
    let status = read_in_child(test, distance);
    match lives {
        true => assert!(status.success(), "{test} {distance}: {status}"),
        false => assert_eq!(status.signal(), Some(11), "{test} {distance}: {status}"),
    }
}

#[test]
fn beside_a_page_nothing_can_be_touched() {
    let mut pages = Pages::new(3).expect("three pages");
    if let Some(place) = place() {
        read(pages.first(), place);
        return;
    }
    let (page, distance) = (PAGE as isize, DISTANCE as isize);
    for number in 0..3 {
        let first = number * distance;
        for (place, lives) in [
            (first - 1, false),
            (first, true),
            (first + page - 1, true),
            (first + page, false),
        ] {
            assert_lives("beside_a_page_nothing_can_be_touched", place, lives);
        }
    }
}

#[test]
fn behind_a_row_nothing_can_be_touched() {
    let row = Row::new(513, |number| [number as u64; 2]).expect("a row");
    let first = row.as_ptr().cast::<u8>();
    if let Some(place) = place() {
        read(first, place);
        return;
    }
    for (place, lives) in [
        (0, true),
        (513 * 16 - 1, true),
        (513 * 16, false),
        (-(PAGE as isize), false),
    ] {
        assert_lives("behind_a_row_nothing_can_be_touched", place, lives);
    }
}

#[test]
fn pages_and_rows_hold_what_was_put_there() {
    let mut pages = Pages::new(2).expect("two pages");
    pages.page_mut(1).expect("a page")[7] = 5;
    assert_eq!(pages.page(1).map(|page| page[7]), Some(5));
    assert_eq!(pages.page(0), Some(&[0; PAGE]));
    assert_eq!((pages.page(2), pages.count()), (None, 2));
    let row = Row::new(3, |number| number * 2).expect("a row");
    row[1].set(9);
    assert_eq!(
        row.iter().map(|cell| cell.get()).collect::<Vec<_>>(),
        [0, 9, 4]
    );
}
