//! What is written is read again, and written again to the same bytes.

use assembler::image::{Contents, Image};
use proptest::prelude::*;

use crate::sample;

#[test]
fn a_program_comes_back() {
    let image = Image::new(sample::program()).unwrap();
    let file = image.write().unwrap();
    let again = Image::read(&file).unwrap();
    assert_eq!(again, image);
    assert_eq!(again.write().unwrap(), file);
}

#[test]
fn order_of_contents_does_not_matter() {
    let contents = sample::program();
    let reversed = Contents {
        segments: contents.segments.iter().rev().cloned().collect(),
        symbols: contents.symbols.iter().rev().cloned().collect(),
        lines: contents.lines.iter().rev().copied().collect(),
        ..contents.clone()
    };
    let image = Image::new(contents).unwrap();
    let other = Image::new(reversed).unwrap();
    assert_eq!(image, other);
    assert_eq!(image.write().unwrap(), other.write().unwrap());
}

#[test]
fn a_file_can_be_read_at_any_place_in_memory() {
    let image = Image::new(sample::program()).unwrap();
    let file = image.write().unwrap();
    for shift in 0..16 {
        let mut moved = vec![0; shift];
        moved.extend_from_slice(&file);
        assert_eq!(Image::read(&moved[shift..]).unwrap(), image);
    }
}

proptest! {
    #[test]
    fn any_image_comes_back(contents in sample::contents()) {
        let image = Image::new(contents).unwrap();
        let file = image.write().unwrap();
        let again = Image::read(&file).unwrap();
        prop_assert_eq!(&again, &image);
        prop_assert_eq!(again.write().unwrap(), file);
    }
}
