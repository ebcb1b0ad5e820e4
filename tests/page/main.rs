//! `cargo test --test page` opens the page of a run in a browser without a window, moves about in it by its keys and its slider,
//! and compares what it shows with the trace in JSON. It needs chromium, and is no part of `cargo test`.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What is run: a lesson that ends by a fault.
const PROGRAM: &str = "examples/03-one-byte-too-far/main.s";

/// Moves about as a reader would, and writes down what is shown after each move.
const READER: &str = include_str!("reader.js");

fn main() -> Result<(), Box<dyn Error>> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = TempDir::new()?;
    let path = folder.path().join("page.html");
    let nestor = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nestor"));
        command.current_dir(top).stderr(Stdio::null());
        command
    };
    nestor()
        .args(["trace", "--html"])
        .arg(&path)
        .arg(PROGRAM)
        .status()?;
    let page = fs::read_to_string(&path)?;
    fs::write(
        &path,
        page.replace("</body>", &format!("<script>{READER}</script></body>")),
    )?;
    let dumped = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=20000",
            "--dump-dom",
        ])
        .arg(format!("file://{}", path.display()))
        .stderr(Stdio::null())
        .output()
        .map_err(|error| {
            format!("chromium cannot be run ({error}); `apt-get install chromium` gives it")
        })?;
    let dom = String::from_utf8(dumped.stdout)?;
    let (_, rest) = dom
        .split_once("id=\"seen\">")
        .ok_or("the page's script did not come to its end")?;
    let (json, _) = rest
        .split_once("</script>")
        .ok_or("what was seen has no end")?;
    let seen: Vec<Value> = serde_json::from_str(json)?;

    let trace = nestor()
        .args(["trace", "--json", "--limit", "0", PROGRAM])
        .output()?;
    let steps: Vec<Value> = String::from_utf8(trace.stdout)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let steps: Vec<Value> = steps
        .into_iter()
        .filter(|step| step["event"] == "step")
        .collect();
    let count = steps.len();
    check(
        seen.len() == 2 * count + 5,
        format!("{} looks at {count} steps", seen.len()),
    )?;

    // Forwards, each step is the one of the trace, on its line; and a register that it changed is shown as it is then.
    let number = |text: &str| {
        let digits = text.strip_prefix("0x");
        digits.map_or_else(
            || text.parse().ok(),
            |digits| u64::from_str_radix(digits, 16).ok(),
        )
    };
    for (step, shown) in steps.iter().zip(&seen) {
        let symbol = step["symbol"].as_str().unwrap_or_default();
        let next = shown["next"].as_str().unwrap_or_default();
        check(
            next.starts_with(symbol),
            format!("{next} instead of {symbol}"),
        )?;
        let line = step["line"].as_u64().map(|line| line.to_string());
        check(
            shown["line"].as_str() == line.as_deref(),
            format!("line of {next}"),
        )?;
    }
    let mut compared = 0;
    for (step, after) in steps.iter().zip(seen.iter().skip(1)) {
        for change in step["registers"].as_array().into_iter().flatten() {
            let name = change["name"].as_str().unwrap_or_default();
            if !name.starts_with('r') {
                continue;
            }
            let wanted = change["new"].as_str().and_then(number);
            let shown = after["registers"][name].as_str().and_then(number);
            check(
                shown == wanted,
                format!("{name} is {shown:?} instead of {wanted:?} in {after}"),
            )?;
            compared += 1;
        }
    }
    check(compared > 20, format!("{compared} registers compared"))?;

    // Backwards, everything is as it was on the way.
    let same = |one: &Value, other: &Value| {
        let keys = [
            "step",
            "next",
            "line",
            "registers",
            "capabilities",
            "granules",
            "ring",
        ];
        keys.iter()
            .all(|key| without_marks(&one[*key]) == without_marks(&other[*key]))
    };
    for (n, shown) in seen[count..=2 * count].iter().enumerate() {
        let before = &seen[count - n];
        check(same(before, shown), format!("{shown} instead of {before}"))?;
    }
    let [end, home, note, middle] = &seen[2 * count + 1..] else {
        return Err("four looks at the end".into());
    };
    check(same(end, &seen[count]), format!("{end} at the end"))?;
    let fault = end["fault"].as_str().unwrap_or_default();
    check(
        fault.starts_with("trap[bounds]"),
        format!("the account is {fault:?}"),
    )?;
    check(same(note, end), format!("{note} at the only note"))?;
    check(same(home, &seen[0]), format!("{home} at home"))?;
    check(
        same(middle, &seen[count / 2]),
        format!("{middle} by the slider"),
    )?;
    check(
        middle["boxes"].as_u64() > Some(2),
        "capabilities are drawn".to_owned(),
    )?;
    println!("{count} steps of {PROGRAM} forwards and backwards, {compared} registers compared");
    Ok(())
}

/// Registers that are zero are shown only where they just became it, which is not so on the way back.
fn without_marks(value: &Value) -> Value {
    let Value::Object(registers) = value else {
        return value.clone();
    };
    let kept = registers.iter().filter(|(_, value)| *value != "0");
    Value::Object(
        kept.map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

fn check(holds: bool, wrong: String) -> Result<(), Box<dyn Error>> {
    if holds { Ok(()) } else { Err(wrong.into()) }
}
