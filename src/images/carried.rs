//! The images that an image carries in its segments, as hypervisors have their guests, and those that these carry.
//!
//! Invariant: whatever the images are, no more than a bounded number is read.

use assembler::image::Image;
use isa::machine::MAX_DEPTH;

use crate::program::is_image;

/// So many are read at most: enough for two at each depth that there can be.
const COUNT: usize = 2 * MAX_DEPTH as usize;

/// An image that another one carries.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub(super) image: Image,
    /// Which image carries it: 0 is the outermost, and what is carried is counted from 1.
    pub(super) by: usize,
    /// The level of a machine that runs it, if each machine runs what its host carries.
    pub(super) level: usize,
}

/// All that an image carries: first what it has itself, then what these have, and so on.
pub(super) fn all(outermost: &Image) -> Vec<Carried> {
    let mut all = carried(outermost, 0, 1);
    let mut next = 0;
    while let Some(Carried { image, level, .. }) = all.get(next)
        && all.len() < COUNT
    {
        next += 1;
        let level = *level as u64;
        if level < MAX_DEPTH {
            let more = carried(image, next, level as usize + 1);
            all.extend(more);
        }
    }
    all.truncate(COUNT);
    all
}

/// Those that an image has in segments of its own.
fn carried(image: &Image, by: usize, level: usize) -> Vec<Carried> {
    let segments = image.segments().iter();
    let images = segments.filter(|segment| is_image(&segment.bytes));
    let read = images.filter_map(|segment| Image::read(&segment.bytes).ok());
    let carried = read.map(|image| Carried { image, by, level });
    carried.take(COUNT).collect()
}
