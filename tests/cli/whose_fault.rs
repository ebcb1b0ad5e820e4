//! A fault is that of the machine in whose map it is, however deep the one is that runs: what a trace, `nestor run`, the
//! monitor and a timeline say of that.
//!
//! In each nest there is a program in three hypervisors. One of these takes a page of the program away while that runs: it
//! is either gone, which is a trap of that hypervisor, or not given, of which the hypervisor is told by an exit.

use std::fs;

use fancy_regex::Regex;
use serde_json::Value;

use super::Folder;
use super::guests;
use super::trace::timeline;

/// Adds up numbers, and now and then the sum to one in memory, beside a mark.
const PROGRAM: &str = "\
        .text
        .proc   main
        la      c1, numbers
        li      r4, 0
        .while  r4 < 100
        li      r1, 0
        .while  r1 < 100
        add     r2, r2, r1
        add     r1, r1, 1
        .endw
        ld      r3, [c1 + 8]
        add     r3, r3, r2
        st      r3, [c1 + 8]
        add     r4, r4, 1
        .endw
        li      r1, 0
        ret
        .endproc
        .data
numbers: .dword 0x6b72616d6b72616d, 0
";

/// A hypervisor that lets its guest run for a while, takes the last page with the mark away, and lets it go on. What it
/// prepares before, and how it takes a page, is in macros.
const TAKES: &str = "\
        .include \"library/hypervisor.s\"

        .proc   main
        hosting
        call    make_guest
        prepare
        li      r1, 20000
        st      r1, [block + machine.budget]
        vmrun   block, window, devices
        st      zero, [block + machine.budget]
        li      r2, 0x6b72616d6b72616d
        cget    r3, window, length
        li      r4, 0
        .while  unsigned(r4 < r3)
        ld      r1, [window + r4]
        .if     r1 == r2
        mov     r5, r4
        .endif
        add     r4, r4, 8
        .endw
        and     r5, r5, -PAGE
        take
run:    vmrun   block, window, devices
        call    settle
        j       run
        .endproc
";

/// Its window has a page table, in which a page can be marked as not there.
const ABSENT: &str = "\
        .segment map, rw, rings(0, 0, 0), length(PAGE)
        .equ    table, segment(guest_memory) * sizeof(entry)

        .macro  prepare
        la      c1, map
        ld      r1, [c12 + table + entry.base]
        or      r1, r1, page.present | page.writable | page.used | page.modified
        ldw     r3, [c12 + table + entry.length]
        .while  r3
        st      r1, [c1]
        cadd    c1, c1, 8
        add     r1, r1, PAGE
        sub     r3, r3, PAGE
        .endw
        ld      r1, [c12 + segment(map) * sizeof(entry) + entry.base]
        st      r1, [c12 + table + entry.base]
        ldw     r1, [c12 + table + entry.rights]
        or      r1, r1, descriptor.paged
        stw     r1, [c12 + table + entry.rights]
        .endm

        .macro  take
        la      c1, map
        shr     r5, r5, 12
        ld      r1, [c1 + r5 << 3]
        and     r1, r1, ~page.present
        st      r1, [c1 + r5 << 3]
        .endm

        .include \"takes.s\"
";

/// It takes back what it has lent.
const DENIED: &str = "\
        .macro  prepare
        .endm

        .macro  take
        cadd    c3, window, r5
        li      r3, PAGE
        reclaim c3, r3
        .endm

        .include \"takes.s\"
";

/// A folder with a nest in the file `nest`: the program in these hypervisors, from the outermost.
fn nest(hypervisors: [&str; 3]) -> Folder {
    let folder = guests::folder(PROGRAM, "direct", 0)
        .with("takes.s", TAKES)
        .with("absent.s", ABSENT)
        .with("denied.s", DENIED);
    for hypervisor in hypervisors.iter().rev() {
        let nested = format!("asm --bare {hypervisor}.s guest.s -o nest");
        folder.nestor(&nested).good();
        fs::copy(folder.path("nest"), folder.path("guest")).expect("the image");
    }
    folder
}

/// The text without what depends on how large the hypervisors are and how many steps they make.
pub(super) fn shown(text: &str) -> String {
    let filters = [
        (r"(?m)^ *\d+(?=  [| ]*\d   )", "       n"),
        (r"step \d+", "step n"),
        (r"0x[0-9a-f]{4,}", "[PLACE]"),
        (r"page \d+ of", "page n of"),
        (r"((?:library/\w+|direct)\.s):\d+", "$1:[N]"),
        (r"(?m)^\.\.\. .*\n", ""),
        (r"r1 \d+ -> \d+", "r1 n -> n + 1"),
    ];
    filters.iter().fold(text.to_owned(), |text, (from, to)| {
        let from = Regex::new(from).expect("a filter");
        from.replace_all(&text, *to).into_owned()
    })
}

#[test]
fn a_page_gone_from_the_outermost_map_stops_the_machine() {
    let folder = nest(["absent", "direct", "direct"]);
    let ran = folder.nestor("run --memory 1M nest");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(126), ""));
    let traced = folder.nestor("trace --memory 1M --exits --last 9 nest");
    assert_eq!((traced.status, &traced.stderr), (ran.status, &ran.stderr));
    insta::assert_snapshot!(shown(&format!("{}\n{}", traced.stdout, ran.stderr)));
}

#[test]
fn a_page_gone_from_the_map_of_a_guest_ends_that_guest() {
    let folder = nest(["direct", "absent", "direct"]);
    let ran = folder.nestor("run --memory 1M nest");
    let said = "hypervisor: the guest cannot go on\n";
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), said));
    let traced = folder.nestor("trace --memory 1M --level 3 --exits nest");
    insta::assert_snapshot!(shown(&traced.stdout));
}

#[test]
fn a_page_that_a_host_denies_is_an_exit_to_that_host() {
    for (hypervisors, host) in [
        (["denied", "direct", "direct"], 0),
        (["direct", "denied", "direct"], 1),
    ] {
        let folder = nest(hypervisors);
        let traced = folder.nestor("trace --memory 1M --level 3 --exits nest");
        let why = folder.nestor_reading("debug --memory 1M nest", "continue\nwhy\n");
        let name = format!("denied_by_level_{host}");
        insta::assert_snapshot!(name, shown(&format!("{}\n{}", traced.stdout, why.stdout)));
    }
}

#[test]
fn a_trace_in_json_says_whose_the_trap_is() {
    for (hypervisors, of, host) in [
        (["absent", "direct", "direct"], 0, None),
        (["direct", "absent", "direct"], 1, Some(0)),
        (["direct", "denied", "direct"], 3, Some(1)),
    ] {
        let folder = nest(hypervisors);
        let traced = folder.nestor("trace --memory 1M --json --level 3 --exits nest");
        let mut steps = traced.stdout.lines().map(|line| {
            let step: Value = serde_json::from_str(line).expect("a line is an object");
            step
        });
        let last = steps.rfind(|step| step["event"] == "step");
        let step = last.expect("a step");
        assert_eq!(step["level"], 3, "{step}");
        match host {
            None => assert_eq!(
                (&step["outcome"], &step["trap_level"]),
                (&"ended".into(), &of.into())
            ),
            Some(host) => {
                let exit = &step["exit"];
                assert_eq!(
                    (&exit["level"], &exit["host"]),
                    (&of.into(), &host.into()),
                    "{step}"
                );
            }
        }
    }
}

#[test]
fn a_timeline_leads_a_fault_to_its_owner() {
    for (hypervisors, name, from, to) in [
        (["absent", "direct", "direct"], "trap page", 3, 0),
        (["direct", "absent", "direct"], "exit double_fault", 3, 0),
        (["direct", "denied", "direct"], "exit memory", 3, 1),
    ] {
        let folder = nest(hypervisors);
        folder.nestor("trace --memory 1M --perfetto timeline.json nest");
        let events = timeline(&folder);
        let ends = |phase: &str| -> Vec<u64> {
            let arrows = events.iter().filter(|event| event["ph"] == phase);
            let named = arrows.filter(|event| event["name"] == name);
            let tracks = named.map(|event| event["tid"].as_u64().expect("a track"));
            tracks.map(|track| track - 1).collect()
        };
        assert_eq!((ends("s"), ends("f")), (vec![from], vec![to]), "{name}");
    }
}
