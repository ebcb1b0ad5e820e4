//! A machine as bytes, of which most repeat, packed: in pieces, each by LZ4, behind how many bytes it is unpacked and packed.
//!
//! Invariant: unpacking takes no more memory than [`LIMIT`], whatever the bytes say.

use isa::machine::Saved;
use isa::stream::{Malformed, Reader, Writer};

use crate::failure::Failure;

/// The most bytes that are packed: those of about 3.7 GiB of memory.
const LIMIT: usize = 4 << 30;
/// The bytes of a piece; the last one has what is left.
const PIECE: usize = 1 << 20;

/// A machine, written down and packed.
///
/// # Errors
/// When it is more than [`LIMIT`].
pub(crate) fn machine(saved: &Saved) -> Result<Vec<u8>, Failure> {
    if saved.unshared(None) > LIMIT {
        return Err(Failure::TooMuchToSave);
    }
    let mut writer = Writer::default();
    saved.write_to(&mut writer);
    Ok(pack(&writer.bytes))
}

/// The machine in what [`machine`] gave.
pub(crate) fn read_machine(packed: &[u8]) -> Result<Saved, Malformed> {
    let bytes = unpack(packed)?;
    let mut reader = Reader::new(&bytes);
    let saved = Saved::read_from(&mut reader)?;
    match reader.is_at_end() {
        true => Ok(saved),
        false => Err(Malformed("more than a machine")),
    }
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.list(bytes.chunks(PIECE), |writer, piece| {
        writer.word(piece.len() as u64);
        writer.string(&lz4_flex::block::compress(piece));
    });
    writer.bytes
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut reader = Reader::new(bytes);
    let (mut unpacked, mut piece) = (Vec::new(), vec![0; PIECE]);
    reader.list(|reader| {
        let size = usize::try_from(reader.word()?).unwrap_or(usize::MAX);
        let room = piece.get_mut(..size).ok_or(Malformed("size of a piece"))?;
        let made = lz4_flex::block::decompress_into(reader.string()?, room);
        if made.ok() != Some(size) || unpacked.len() + size > LIMIT {
            return Err(Malformed("a piece that is packed"));
        }
        unpacked.extend_from_slice(room);
        Ok(())
    })?;
    match reader.is_at_end() {
        true => Ok(unpacked),
        false => Err(Malformed("more than its pieces")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unpacked_was_packed() {
        for size in [0, 1, PIECE - 1, PIECE, 3 * PIECE + 5] {
            let bytes: Vec<u8> = (0..size).map(|at| (at / 1000) as u8).collect();
            let packed = pack(&bytes);
            assert!(packed.len() < size / 50 + 64, "{size} in {}", packed.len());
            assert_eq!(unpack(&packed), Ok(bytes));
        }
    }

    #[test]
    fn what_was_not_packed_is_refused() {
        let mut packed = pack(&[7; 5000]);
        packed.push(0);
        assert!(unpack(&packed).is_err());
        packed.truncate(packed.len() - 2);
        assert!(unpack(&packed).is_err());
        packed[8] ^= 1;
        assert!(unpack(&packed).is_err());
        assert!(unpack(&[0xff; 40]).is_err());
    }
}
