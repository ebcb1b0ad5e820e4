//! Any bytes are an image or an error: reading never panics, and what it accepts is sound.

use assembler::image::{Image, ImageError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::sample;

/// Reads bytes; if they are an image, it must be one that can be written and booted or refused.
fn try_read(bytes: &[u8]) {
    if let Ok(image) = Image::read(bytes) {
        let written = image.write().unwrap();
        assert_eq!(Image::read(&written).unwrap(), image);
        let _ = image.boot(1 << 30);
        for address in [0, image.entry(), u64::MAX, 1 << 32, (1 << 48) - 1] {
            let _ = (image.symbol_at(address), image.source(address));
        }
    }
}

fn sample_file() -> Vec<u8> {
    Image::new(sample::program()).unwrap().write().unwrap()
}

/// Overwrites a field of the file header.
fn with_header(at: usize, field: &[u8]) -> Vec<u8> {
    let mut file = sample_file();
    file[at..at + field.len()].copy_from_slice(field);
    file
}

#[test]
fn every_prefix_is_refused() {
    let file = sample_file();
    for length in 0..file.len() {
        assert!(
            Image::read(&file[..length]).is_err(),
            "the first {length} bytes"
        );
    }
}

#[test]
fn every_byte_may_be_wrong() {
    let file = sample_file();
    for at in 0..file.len() {
        for wrong in [0x00, 0x01, 0x7f, 0x80, 0xff, file[at] ^ 1] {
            let mut file = file.clone();
            file[at] = wrong;
            try_read(&file);
        }
    }
}

#[test]
fn other_files_are_told_apart() {
    let message = |bytes: &[u8]| Image::read(bytes).unwrap_err().to_string();
    assert_eq!(Image::read(b""), Err(ImageError::NotElf));
    assert_eq!(Image::read(b"#!/bin/sh\n"), Err(ImageError::NotElf));
    let messages = [
        message(b"\x7fELF"),
        message(&with_header(4, &[1])),
        message(&with_header(5, &[2])),
        message(&with_header(16, &[1])),
        message(&with_header(18, &[62, 0])),
        message(&with_header(24, &[0; 8])),
        message(&with_header(40, &[0xff; 8])),
    ];
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn pieces_cannot_load_the_same_bytes_again_and_again() {
    let file = sample_file();
    let table = 64;
    let mut hostile = file.clone();
    for index in 0..3 {
        // The whole file as the bytes of each piece.
        let program = table + index * 56;
        hostile[program + 8..program + 16].fill(0);
        hostile[program + 32..program + 40].copy_from_slice(&(file.len() as u64).to_le_bytes());
    }
    insta::assert_snapshot!(Image::read(&hostile).unwrap_err());
}

proptest! {
    #[test]
    fn random_bytes_do_not_panic(bytes in vec(any::<u8>(), 0..600)) {
        try_read(&bytes);
        let mut elf = sample_file();
        elf.truncate(64);
        elf.extend_from_slice(&bytes);
        try_read(&elf);
    }

    #[test]
    fn damaged_images_do_not_panic(
        contents in sample::contents(),
        flips in vec((any::<Index>(), 0..8u32), 1..6),
        words in vec((any::<Index>(), any::<u64>()), 0..3),
        cut in proptest::option::of(any::<Index>()),
    ) {
        let mut file = Image::new(contents).unwrap().write().unwrap();
        for (at, bit) in flips {
            let at = at.index(file.len());
            file[at] ^= 1 << bit;
        }
        for (at, word) in words {
            let at = at.index(file.len() / 8) * 8;
            file[at..at + 8].copy_from_slice(&word.to_le_bytes());
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        try_read(&file);
    }
}
