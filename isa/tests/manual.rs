//! The committed manual is the generated one.

#[test]
fn manual_is_fresh() {
    let committed = include_str!("../../docs/isa.md");
    assert!(
        committed == isa::manual::whole(),
        "docs/isa.md is stale: run `cargo run -- isa manual > docs/isa.md`"
    );
}

#[test]
fn every_name_has_a_page() {
    for name in isa::manual::names() {
        let page = isa::manual::page(name).unwrap_or_default();
        assert!(page.lines().count() > 4, "{name}: {page}");
    }
}
