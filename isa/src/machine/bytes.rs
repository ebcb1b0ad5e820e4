//! Where the bytes of real memory lie on the host: in a row, or, for tests that are built with the feature `guarded`, each
//! page by itself between pages that cannot be touched.
//!
//! Invariant: there are whole pages, and the bytes of one page lie in a row.

#[cfg(feature = "guarded")]
pub(super) use guarded::Bytes;
#[cfg(not(feature = "guarded"))]
pub(super) use in_a_row::Bytes;

#[cfg(not(feature = "guarded"))]
mod in_a_row {
    /// The bytes.
    #[derive(Clone)]
    pub(in super::super) struct Bytes(Vec<u8>);

    impl Bytes {
        /// So many zeros, which cost the host nothing before they are touched. None if it has no room.
        pub(in super::super) fn new(size: usize) -> Option<Bytes> {
            // A zeroed allocation is lazy but aborts when it fails; this one is asked first, and fails politely.
            Vec::<u8>::new().try_reserve_exact(size + size / 8).ok()?;
            Some(Bytes(vec![0; size]))
        }

        pub(in super::super) fn len(&self) -> usize {
            self.0.len()
        }

        /// Bytes of one page.
        pub(in super::super) fn get(&self, first: usize, size: usize) -> Option<&[u8]> {
            self.0.get(first..first.checked_add(size)?)
        }

        /// Replaces bytes, which are inside.
        pub(in super::super) fn set(&mut self, first: usize, bytes: &[u8]) {
            if let Some(place) = self.0.get_mut(first..first + bytes.len()) {
                place.copy_from_slice(bytes);
            }
        }

        pub(in super::super) fn first(&mut self) -> *mut u8 {
            self.0.as_mut_ptr()
        }
    }
}

#[cfg(feature = "guarded")]
mod guarded {
    use guard::{PAGE, Pages};

    /// The bytes.
    pub(in super::super) struct Bytes(Pages);

    impl Bytes {
        /// So many zeros. None if the host has no room.
        pub(in super::super) fn new(size: usize) -> Option<Bytes> {
            Pages::new(size / PAGE).ok().map(Bytes)
        }

        pub(in super::super) fn len(&self) -> usize {
            self.0.count() * PAGE
        }

        /// Bytes of one page.
        pub(in super::super) fn get(&self, first: usize, size: usize) -> Option<&[u8]> {
            if size == 0 && first <= self.len() {
                return Some(&[]);
            }
            let begin = first % PAGE;
            self.0
                .page(first / PAGE)?
                .get(begin..begin.checked_add(size)?)
        }

        /// Replaces bytes, which are inside.
        pub(in super::super) fn set(&mut self, first: usize, bytes: &[u8]) {
            let (mut at, mut rest) = (first, bytes);
            while let Some(page) = self.0.page_mut(at / PAGE)
                && !rest.is_empty()
            {
                let here = (PAGE - at % PAGE).min(rest.len());
                page[at % PAGE..at % PAGE + here].copy_from_slice(&rest[..here]);
                (at, rest) = (at + here, &rest[here..]);
            }
        }

        pub(in super::super) fn first(&mut self) -> *mut u8 {
            self.0.first()
        }
    }

    impl Clone for Bytes {
        #[expect(clippy::expect_used, reason = "only tests have this")]
        fn clone(&self) -> Bytes {
            let mut copy = Bytes::new(self.len()).expect("the host has room");
            for number in 0..self.0.count() {
                if let (Some(to), Some(from)) = (copy.0.page_mut(number), self.0.page(number)) {
                    *to = *from;
                }
            }
            copy
        }
    }
}
