//! `nestor completions` and `nestor man`.

use super::{Folder, commands};

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Folder::new().nestor(&format!("completions {shell}")).good();
        for word in commands().into_iter().chain(["max-steps".to_owned()]) {
            assert!(script.contains(&word), "{shell} does not complete {word}");
        }
    }
}

#[test]
fn the_page_of_nestor_names_every_command() {
    let page = Folder::new().nestor("man").good();
    for command in commands() {
        assert!(
            page.contains(&format!("nestor\\-{command}(1)")),
            "{command}: {page}"
        );
    }
}

#[test]
fn every_command_has_a_page_with_its_examples() {
    for command in commands() {
        let page = Folder::new().nestor(&format!("man {command}")).good();
        assert!(page.contains(&format!(".TH nestor-{command} 1")), "{page}");
        assert!(page.contains("Examples:"), "{page}");
    }
}

#[test]
fn a_wrong_command_gets_a_guess() {
    insta::assert_snapshot!(Folder::new().nestor("man trac"));
}
