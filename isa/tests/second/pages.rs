//! Page words: which bits let a page be used, and where it is.

use isa::{PageFlags, PageWord, Real};

use crate::answer::lets;
use crate::rows::random;

#[test]
fn every_set_of_flags() {
    for flags in 0..16u64 {
        for rest in [0, 0xfff0, 0xffff_ffff_ffff_fff0, 1 << 4, 1 << 63] {
            for store in [false, true] {
                assert_eq!(
                    PageWord(flags | rest).allows(store),
                    lets(flags, store),
                    "{flags:#x} {store}"
                );
            }
            assert_eq!(PageWord(flags | rest).flags().bits(), flags);
        }
    }
}

/// The frame is bits 12 to 51, one by one.
#[test]
fn the_frame() {
    for bit in 0..64 {
        let word = PageWord(1 << bit);
        let frame = if (12..52).contains(&bit) { 1 << bit } else { 0 };
        assert_eq!(word.frame(), Real(frame), "bit {bit}");
        assert_eq!(
            PageWord::new(Real(1 << bit), PageFlags::empty()),
            PageWord(frame)
        );
        let flag = 1 << (bit % 4);
        let made = PageWord::new(Real(1 << bit), PageFlags::from_bits_retain(flag));
        assert_eq!(made.0, frame + flag);
    }
    for mut dice in random("places in pages", 1_000_000) {
        let word = PageWord(dice.word());
        let offset = dice.word();
        let frame = word.0 % (1 << 52) / 4096 * 4096;
        assert_eq!(word.frame(), Real(frame));
        assert_eq!(word.real_of(offset), Real(frame + offset % 4096));
    }
}

#[test]
fn the_printed_form() {
    for flags in 0..16u64 {
        let letters: String = (0..4)
            .zip("pwum".chars())
            .map(|(bit, letter)| if flags >> bit & 1 == 1 { letter } else { '-' })
            .collect();
        let word = PageWord(0x5000 + flags);
        assert_eq!(word.to_string(), format!("frame 0x5000 {letters}"));
        assert_eq!(
            format!("{word:?}"),
            format!("frame 0x5000 {letters} ({:#x})", word.0)
        );
    }
}
