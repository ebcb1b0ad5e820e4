//! Pages of runs for a browser, by what is in them. `cargo test --test page` looks at them in a browser.

use serde_json::Value;

use super::Folder;

/// What a page knows.
pub(super) fn data(page: &str) -> Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"trace\">")
        .expect("the data of the page");
    let (json, _) = rest.split_once("</script>").expect("its end");
    serde_json::from_str(json).expect("JSON")
}

/// The page of a run.
fn page(source: &str, options: &str) -> String {
    let folder = Folder::new().with("program.s", source);
    folder.nestor(&format!("trace {options} --html page.html program.s"));
    String::from_utf8(folder.read("page.html")).expect("text")
}

/// Counts to 3000 in memory and in a register.
const COUNTER: &str = "
        .text
        .proc   main
        la      c1, number
        li      r1, 0
        li      r2, 3000
next:   add     r1, r1, 1
        st      r1, [c1]
        blt     r1, r2, next
        li      r1, 0
        ret
        .endproc
        .data
        .align  16
number: .dword  0
";

/// The values of all slots and of a granule before each step.
fn states(data: &Value) -> Vec<Vec<Value>> {
    let array = |value: &Value| value.as_array().expect("an array").clone();
    let mut values = array(&data["start"]["values"]);
    let mut states = vec![values.clone()];
    for step in array(&data["steps"]) {
        for change in array(&step[2]) {
            let slot = change[0].as_u64().expect("a slot") as usize;
            assert_ne!(values[slot], change[1], "what changes is another");
            values[slot] = change[1].clone();
        }
        states.push(values.clone());
    }
    states
}

#[test]
fn a_page_has_the_machine_before_every_step() {
    let data = data(&page(COUNTER, ""));
    let slot = |name: &str| {
        let slots = data["slots"].as_array().expect("the names of slots");
        slots.iter().position(|slot| slot == name).expect(name)
    };
    let states = states(&data);
    let counts: Vec<&str> = states
        .iter()
        .map(|state| state[slot("r1")].as_str().expect("a number"))
        .collect();
    for count in 1..=3000 {
        assert!(counts.contains(&format!("{count:x}").as_str()), "{count}");
    }
    // The stores are there too, as the bytes of the granule behind each.
    let steps = data["steps"].as_array().expect("steps");
    let stored = steps
        .iter()
        .flat_map(|step| step[3].as_array().expect("granules"));
    let bytes: Vec<&str> = stored.filter_map(|granule| granule[3].as_str()).collect();
    for count in 1..=3000u64 {
        let low = count.to_le_bytes();
        let digits: String = low.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(
            bytes.iter().any(|bytes| bytes.starts_with(&digits)),
            "{count}"
        );
    }
    let source = &data["sources"][0];
    assert_eq!(source["name"], "program.s");
    assert_eq!(
        source["lines"].as_array().map(Vec::len),
        Some(COUNTER.lines().count())
    );
    assert!(page(COUNTER, "").len() < 5 << 20, "9,000 steps are small");
}

#[test]
fn the_last_steps_begin_with_the_machine_as_it_is_there() {
    let (all, last) = (data(&page(COUNTER, "")), data(&page(COUNTER, "--last 10")));
    let (all_states, last_states) = (states(&all), states(&last));
    assert_eq!(last_states.len(), 11);
    let texts = |data: &Value, state: &[Value]| -> Vec<String> {
        let text = |value: &Value| match value.as_u64() {
            Some(number) => data["capabilities"][number as usize]["text"].to_string(),
            None => value.to_string(),
        };
        state.iter().map(text).collect()
    };
    for (one, other) in all_states.iter().rev().zip(last_states.iter().rev()) {
        assert_eq!(texts(&all, one), texts(&last, other));
    }
}

#[test]
fn a_source_cannot_break_out_of_its_page() {
    let source = "\
; </script><script>alert(1)</script> <!-- & \"data\" /* style */
        .text
        .proc   main
        la      c1, text
        li      r1, 9
        io      r1, c2, c1, write
        li      r1, 0
        ret
        .endproc
        .rodata
text:   .ascii  \"</script>\"
";
    let page = page(source, "");
    assert_eq!(page.matches("</script>").count(), 2, "those of the page");
    let data = data(&page);
    assert_eq!(
        data["sources"][0]["lines"][0],
        source.lines().next().unwrap_or_default()
    );
    let steps = data["steps"].as_array().expect("steps");
    assert!(steps.iter().any(|step| step[5] == "</script>"));
}

#[test]
fn a_page_has_the_whole_account_of_a_fault() {
    let folder = Folder::new().with(
        "program.s",
        "        .text\n        .proc main\n        ld r1, [c0]\n        ret\n        .endproc\n",
    );
    let ran = folder.nestor("trace --html page.html program.s");
    let page = String::from_utf8(folder.read("page.html")).expect("text");
    let data = data(&page);
    assert_eq!(data["end"].as_str(), Some(ran.stderr.as_str()));
    assert!(ran.stderr.starts_with("trap[tag]"), "{}", ran.stderr);
    let last = data["steps"]
        .as_array()
        .and_then(|steps| steps.last().cloned());
    let note = last.and_then(|step| step[4].as_u64()).expect("a note") as usize;
    assert_eq!(data["texts"][note], "trap tag: the machine ends");
}

#[test]
fn a_page_of_a_nest_is_small_and_has_all_its_machines() {
    let folder = Folder::new().with("program.s", COUNTER);
    folder
        .nestor("nest program.s --memory 256K --depth 2 --keep nest")
        .good();
    folder.nestor("trace --html page.html nest").good();
    let page = String::from_utf8(folder.read("page.html")).expect("text");
    let data = data(&page);
    let steps = data["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 10_000);
    assert!(page.len() < 5 << 20, "{} bytes", page.len());
    let all = data["texts"].as_array().expect("texts");
    assert!(
        all.iter().any(|text| text == "exits to machine 1"),
        "{all:?}"
    );
}
