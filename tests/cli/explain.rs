//! `nestor explain`.

use assembler::Code;
use isa::context::ExitReason;
use isa::instruction::Intercept;
use isa::instruction::names::Named as _;
use isa::trap::Cause;

use super::Folder;

#[test]
fn every_trap_is_explained_and_says_how_to_fix_it() {
    for cause in Cause::ALL {
        let page = Folder::new().nestor(&format!("explain {cause}")).good();
        assert!(page.starts_with(&format!("trap {cause}\n\n")), "{page}");
        assert!(page.contains("\nHow to fix it: "), "{page}");
    }
}

#[test]
fn every_exit_and_intercept_is_explained_by_its_table() {
    for row in ExitReason::ROWS {
        let page = Folder::new()
            .nestor(&format!("explain {}", row.name))
            .good();
        assert!(page.contains(&format!("exit {}\n\n", row.name)), "{page}");
    }
    for class in Intercept::ALL {
        let page = Folder::new()
            .nestor(&format!("explain {}", class.name()))
            .good();
        let heading = format!("intercept {}\n\n", class.name());
        assert!(page.contains(&heading), "{page}");
    }
}

/// `trap[device]` and `exit[device]` are two things, and whoever asks may have seen the one or the other.
#[test]
fn a_trap_and_an_exit_of_one_name_are_explained_both() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.nestor("explain budget").good());
    insta::assert_snapshot!(folder.nestor("explain device").good());
}

#[test]
fn every_code_of_the_assembler_is_explained() {
    for code in Code::ALL {
        let page = Folder::new()
            .nestor(&format!("explain {}", code.id()))
            .good();
        assert!(
            page.contains(code.title()) && page.lines().count() > 2,
            "{page}"
        );
    }
}

#[test]
fn the_page_of_a_trap() {
    insta::assert_snapshot!(Folder::new().nestor("explain bounds").good());
}

#[test]
fn the_exit_statuses() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.nestor("explain status").good());
    insta::assert_snapshot!(folder.nestor("explain 124").good());
    assert_eq!(
        folder.nestor("explain 7").good(),
        folder.nestor("explain 0").good()
    );
}

#[test]
fn the_keys_of_json() {
    insta::assert_snapshot!(Folder::new().nestor("explain json").good());
}

#[test]
fn the_keys_of_messages() {
    insta::assert_snapshot!(Folder::new().nestor("explain json-asm").good());
}

#[test]
fn a_wrong_name_gets_a_guess() {
    insta::assert_snapshot!(Folder::new().nestor("explain bonds"));
    insta::assert_snapshot!(Folder::new().nestor("explain 200"));
}

#[test]
fn the_list_names_everything() {
    let list = Folder::new().nestor("explain list").good();
    let codes = Code::ALL.iter().map(|code| code.id());
    let exits = ExitReason::ROWS.iter().map(|row| row.name.to_owned());
    let causes = Cause::ALL.iter().map(Cause::to_string);
    for name in causes.chain(exits).chain(codes) {
        assert!(list.split_whitespace().any(|word| word == name), "{name}");
    }
}

#[test]
fn the_keys_of_a_trace() {
    insta::assert_snapshot!(Folder::new().nestor("explain json-trace").good());
}
