//! Sets of labels, against a list of 256 yes and no.

use isa::{Label, LabelSet};

use crate::rows::random;

fn set(list: &[bool; 256]) -> LabelSet {
    let mut words = [0u64; 4];
    for (label, _) in list.iter().enumerate().filter(|(_, has)| **has) {
        words[label / 64] += 1 << (label % 64);
    }
    LabelSet(words)
}

#[test]
fn sets_of_labels() {
    assert_eq!(LabelSet::EMPTY, set(&[false; 256]));
    assert_eq!(LabelSet::ALL, set(&[true; 256]));
    for mut dice in random("sets of labels", 200_000) {
        let density = dice.pick(&[2, 64, 256]);
        let mut list: [bool; 256] = std::array::from_fn(|_| dice.once_in(density));
        let mut said = set(&list);
        let label = dice.below(256) as u8;
        let mut one = [false; 256];
        one[usize::from(label)] = true;
        assert_eq!(LabelSet::of(Label(label)), set(&one));
        assert_eq!(said.contains(Label(label)), list[usize::from(label)]);
        assert_eq!(
            LabelSet::of(Label(label)).is_subset(said),
            list[usize::from(label)]
        );
        list[usize::from(label)] = dice.flag();
        if list[usize::from(label)] {
            said.insert(Label(label));
        } else {
            said.remove(Label(label));
        }
        assert_eq!(said, set(&list));
        let listed: Vec<usize> = (0..256).filter(|&label| list[label]).collect();
        assert_eq!(
            said.iter()
                .map(|label| usize::from(label.0))
                .collect::<Vec<_>>(),
            listed
        );
        let bytes = said.to_bytes();
        assert!((0..256).all(|label| (bytes[label / 8] >> (label % 8) & 1 == 1) == list[label]));
        assert_eq!(LabelSet::from_bytes(&bytes), said);
        let other: [bool; 256] = std::array::from_fn(|label| list[label] || dice.once_in(64));
        let mut third = other;
        let dropped = dice.below(256) as usize;
        third[dropped] = false;
        let inside = |small: &[bool; 256], large: &[bool; 256]| {
            small
                .iter()
                .zip(large)
                .all(|(small, large)| !small || *large)
        };
        assert!(said.is_subset(set(&other)));
        assert_eq!(said.is_subset(set(&third)), inside(&list, &third));
        assert_eq!(set(&other).is_subset(said), inside(&other, &list));
    }
}

/// A set is printed as its labels in rising order, and the set of all of them as a word.
#[test]
fn the_printed_form() {
    let printed = |labels: &[usize]| {
        let mut list = [false; 256];
        labels.iter().for_each(|&label| list[label] = true);
        (set(&list).to_string(), format!("{:?}", set(&list)))
    };
    let both = |text: &str| (text.to_owned(), format!("labels {text}"));
    assert_eq!(printed(&[]), both("{}"));
    assert_eq!(printed(&[9]), both("{9}"));
    assert_eq!(printed(&[255, 0, 64]), both("{0, 64, 255}"));
    let all: Vec<usize> = (0..256).collect();
    assert_eq!(printed(&all), both("all"));
    assert_eq!(format!("{} {:?}", Label(7), Label(200)), "7 label 200");
}
