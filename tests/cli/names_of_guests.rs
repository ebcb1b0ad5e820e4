//! The names that guests have where hypervisors carry several images: those of what they run, or none.

use super::Folder;

/// A program that calls a procedure of this name, which gives a status.
fn program(procedure: &str, status: u8) -> String {
    format!(
        "\
        .text
        .proc   main
        enter
        call    {procedure}
        return
        .endproc
        .proc   {procedure}
        li      r1, {status}
        ret
        .endproc
"
    )
}

/// A hypervisor whose guest is the image in the segment `image`; the one in `other` it never runs.
const SPARE: &str = "\
        .include \"library/hypervisor.s\"
        .segment other, r
        .incbin \"second\"
        .segment image, r
        .incbin \"first\"
        .segment hypervisor
        .proc   main
        hosting
        call    make_guest
run:    vmrun   block, window, devices
        call    settle
        j       run
        .endproc
";

/// The same, but what its guest runs is no image that it can be seen to carry.
const HIDDEN: &str = "\
        .include \"library/hypervisor.s\"
        .segment other, r
        .incbin \"second\"
        .segment images, r
        .dword  0
image:  .incbin \"first\"
        .segment hypervisor
        .proc   main
        hosting
        call    make_guest
run:    vmrun   block, window, devices
        call    settle
        j       run
        .endproc
";

/// A hypervisor with two guests, one after the other in the same memory.
const TWO: &str = "\
        .include \"library/hypervisor.s\"
        .segment other, r
        .incbin \"second\"
        .segment image, rw
        .incbin \"first\"
        .space  256
        .segment hypervisor
        .proc   main
        hosting
        call    make_guest
        vmrun   block, window, devices
        la      c1, image
        la      c2, other
        cget    r1, c2, length
        copy    c1, c2, r1
        cmov    c1, window
        cget    r1, c1, length
        reclaim c1, r1
        cmov    c1, window
        cget    r1, c1, length
        fill    c1, zero, r1
        la      c1, guest_block
        cget    r1, c1, length
        fill    c1, zero, r1
        call    make_guest
run:    vmrun   block, window, devices
        call    settle
        j       run
        .endproc
";

/// A folder with a nest of this hypervisor in the file `nest`.
fn folder(hypervisor: &str) -> Folder {
    let folder = Folder::new()
        .with("first.s", program("only_first", 3))
        .with("second.s", program("only_second", 4))
        .with("host.s", hypervisor);
    let folder = nestor::nest::FILES
        .iter()
        .fold(folder, |folder, (name, text)| folder.with(name, text));
    folder.nestor("asm first.s -o first").good();
    folder.nestor("asm second.s -o second").good();
    folder.nestor("asm --bare host.s -o nest").good();
    folder
}

#[test]
fn a_guest_has_the_names_of_the_image_that_it_runs() {
    let folder = folder(SPARE);
    let ran = folder.nestor("trace --level 1 nest");
    assert_eq!(ran.status, Some(3), "{ran}");
    assert!(ran.stdout.contains("=> only_first"), "{ran}");
    assert!(!ran.stdout.contains("only_second"), "{ran}");
    // The filters know the names before the guest has run.
    let first = folder.nestor("trace --symbol only_first nest");
    assert_eq!(first.stdout.matches("4   only_first").count(), 2, "{first}");
    let second = folder.nestor("trace --symbol only_second nest");
    assert!(!second.stdout.contains("only_second"), "{second}");
}

#[test]
fn the_monitor_finds_places_in_each_image_that_a_guest_may_run() {
    let commands = "break only_first@1\nbreak only_second@1\ncontinue\nwhere\n";
    let ran = folder(SPARE).nestor_reading("debug nest", commands);
    assert!(
        ran.stdout.contains("stop 1: at only_first, level 1"),
        "{ran}"
    );
    assert!(
        ran.stdout.contains("stop 2: at only_second, level 1"),
        "{ran}"
    );
    assert!(
        ran.stdout
            .contains("level 1, ring 4, only_first (first.s:8)"),
        "{ran}"
    );
}

#[test]
fn a_guest_whose_text_is_that_of_no_image_has_no_names() {
    let ran = folder(HIDDEN).nestor("trace --level 1 nest");
    assert_eq!(ran.status, Some(3), "{ran}");
    let lines = ran.stdout.lines().skip(1);
    let places: Vec<&str> = lines
        .filter_map(|line| line.split_once("| 4   "))
        .map(|(_, place)| place.split_whitespace().next().unwrap_or_default())
        .collect();
    assert_eq!(places, ["segment"; 8], "{ran}");
}

#[test]
fn guests_in_the_same_memory_have_their_own_names() {
    let ran = folder(TWO).nestor("trace --level 1 nest");
    assert_eq!(ran.status, Some(4), "{ran}");
    let at = |name: &str| ran.stdout.find(name).expect(name);
    assert!(at("=> only_first") < at("=> only_second"), "{ran}");
    let first = ran.stdout.matches("4   only_first").count();
    let second = ran.stdout.matches("4   only_second").count();
    assert_eq!((first, second), (2, 2), "{ran}");
}
