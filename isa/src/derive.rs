//! How capabilities come from capabilities.
//!
//! Every derivation is total: it gives a value that grants no more than its inputs do, or the set of all the checks
//! that failed, which is never empty. An untagged input fails by its tag alone. `mint` makes authority, and is for
//! ring 0.

use crate::capability::{Capability, Kind, ObjectType};
use crate::permission::Permissions;
use crate::ring::Ring;
use crate::trap::Causes;

/// `Ok` when nothing failed.
fn verdict(failed: Causes) -> Result<(), Causes> {
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed)
    }
}

/// The cause, unless the condition holds.
fn unless(holds: bool, cause: Causes) -> Causes {
    if holds { Causes::empty() } else { cause }
}

impl Capability {
    /// The checks of any change to a capability: tagged, and of kind data.
    fn changeable(&self) -> Result<(), Causes> {
        verdict(unless(self.is_tagged(), Causes::TAG))?;
        verdict(self.unless_data())
    }

    fn unless_data(&self) -> Causes {
        unless(self.kind() == Kind::Data, Causes::SEAL)
    }

    /// Moves the cursor by so many bytes. An untagged value is a number: its low word is added to, wrapping.
    ///
    /// Fails by `SEAL` when sealed, and `CURSOR` when the cursor would leave its 32 bits.
    #[expect(
        clippy::should_implement_trait,
        reason = "the sum of a capability and a number can fail"
    )]
    pub fn add(self, bytes: i64) -> Result<Capability, Causes> {
        if !self.is_tagged() {
            return Ok(self.with_low(self.low().wrapping_add_signed(bytes)));
        }
        self.moved(u64::from(self.cursor()).checked_add_signed(bytes))
    }

    /// Sets the cursor. Of an untagged value, sets the low word.
    ///
    /// Fails by `SEAL` when sealed, and `CURSOR` when the cursor does not fit 32 bits.
    pub fn seek(self, cursor: u64) -> Result<Capability, Causes> {
        if !self.is_tagged() {
            return Ok(self.with_low(cursor));
        }
        self.moved(Some(cursor))
    }

    fn moved(self, cursor: Option<u64>) -> Result<Capability, Causes> {
        let sealed = self.unless_data();
        match cursor.and_then(|cursor| u32::try_from(cursor).ok()) {
            Some(cursor) if sealed.is_empty() => Ok(self.with_cursor(cursor)),
            Some(_) => Err(sealed),
            None => Err(sealed | Causes::CURSOR),
        }
    }

    /// Narrows the bounds to the `length` bytes from the cursor on.
    ///
    /// Fails by `TAG`, `SEAL`, and `BOUNDS` when they reach beyond the present ones.
    pub fn bound(self, length: u64) -> Result<Capability, Causes> {
        verdict(unless(self.is_tagged(), Causes::TAG))?;
        let end = u64::from(self.cursor())
            .checked_add(length)
            .and_then(|end| u32::try_from(end).ok());
        let inside = end.filter(|&end| self.base() <= self.cursor() && end <= self.limit());
        match (self.unless_data(), inside) {
            (sealed, Some(end)) if sealed.is_empty() => Ok(self.with_bounds(self.cursor(), end)),
            (sealed, Some(_)) => Err(sealed),
            (sealed, None) => Err(sealed | Causes::BOUNDS),
        }
    }

    /// Keeps only the permissions in the mask, and of these the legal ones. Bits of the mask above the eighth are
    /// ignored.
    ///
    /// Fails by `TAG` and `SEAL`.
    pub fn restrict(self, mask: u64) -> Result<Capability, Causes> {
        self.changeable()?;
        let mask = Permissions::from_bits_retain(mask as u8);
        Ok(self.with_permissions((self.permissions() & mask).legal()))
    }

    /// Raises the ring.
    ///
    /// Fails by `TAG`, `SEAL`, and `RING` when the number is no ring or is below the present one.
    pub fn weaken(self, ring: u64) -> Result<Capability, Causes> {
        verdict(unless(self.is_tagged(), Causes::TAG))?;
        let ring = u8::try_from(ring)
            .ok()
            .and_then(Ring::new)
            .filter(|&ring| self.ring() <= ring);
        match (self.unless_data(), ring) {
            (sealed, Some(ring)) if sealed.is_empty() => Ok(self.with_ring(ring)),
            (sealed, Some(_)) => Err(sealed),
            (sealed, None) => Err(sealed | Causes::RING),
        }
    }

    /// Makes a code capability one that can only be called.
    ///
    /// Fails by `TAG`, `SEAL`, and `PERMISSION` without the right to execute.
    pub fn entry(self) -> Result<Capability, Causes> {
        self.closed(Kind::Entry)
    }

    /// Makes a code capability one that can only be returned through.
    ///
    /// Fails by `TAG`, `SEAL`, and `PERMISSION` without the right to execute.
    pub fn return_(self) -> Result<Capability, Causes> {
        self.closed(Kind::Return)
    }

    fn closed(self, kind: Kind) -> Result<Capability, Causes> {
        verdict(unless(self.is_tagged(), Causes::TAG))?;
        let executable = self.permissions().contains(Permissions::EXECUTE);
        verdict(self.unless_data() | unless(executable, Causes::PERMISSION))?;
        Ok(self.with_kind(kind))
    }

    /// Seals the value with the object type at the authority's cursor.
    ///
    /// Fails by `TAG` when either is untagged; `SEAL` when either is sealed; `PERMISSION` when the authority has not
    /// the right to seal, `SEGMENT` when its segment is not 0, `BOUNDS` when its cursor is outside its bounds or no
    /// object type.
    pub fn seal(self, authority: &Capability) -> Result<Capability, Causes> {
        verdict(unless(
            self.is_tagged() && authority.is_tagged(),
            Causes::TAG,
        ))?;
        let object_type = authority.object_type(Permissions::SEAL);
        match (self.unless_data(), object_type) {
            (sealed, Ok(object_type)) if sealed.is_empty() => {
                Ok(self.with_kind(Kind::Software(object_type)))
            }
            (sealed, Ok(_)) => Err(sealed),
            (sealed, Err(failed)) => Err(sealed | failed),
        }
    }

    /// Unseals the value with an authority whose cursor is its object type. The ring becomes the weaker of its own
    /// and the current one, since rings do not act on a value while it is sealed.
    ///
    /// Fails by `TAG` when either is untagged; `SEAL` when the value is not sealed by software, or by another type, or
    /// the authority is sealed; `PERMISSION` when the authority has not the right to unseal, `SEGMENT` when its
    /// segment is not 0, `BOUNDS` when its cursor is outside its bounds or no object type.
    pub fn unseal(self, authority: &Capability, current: Ring) -> Result<Capability, Causes> {
        verdict(unless(
            self.is_tagged() && authority.is_tagged(),
            Causes::TAG,
        ))?;
        let named = u32::from(self.kind().number()) == authority.cursor();
        let sealed = unless(self.is_software_sealed() && named, Causes::SEAL);
        match authority.object_type(Permissions::UNSEAL) {
            Ok(_) if sealed.is_empty() => Ok(self
                .with_kind(Kind::Data)
                .with_ring(self.ring().max(current))),
            Ok(_) => Err(sealed),
            Err(failed) => Err(sealed | failed),
        }
    }

    /// The object type that an authority's cursor names, if it has the right to use it.
    fn object_type(&self, right: Permissions) -> Result<ObjectType, Causes> {
        let inside = self.base() <= self.cursor() && self.cursor() < self.limit();
        let failed = self.unless_data()
            | unless(self.permissions().contains(right), Causes::PERMISSION)
            | unless(self.segment().0 == 0, Causes::SEGMENT)
            | unless(inside, Causes::BOUNDS);
        match ObjectType::new(self.cursor()) {
            Some(object_type) if failed.is_empty() => Ok(object_type),
            Some(_) => Err(failed),
            None => Err(failed | Causes::BOUNDS),
        }
    }

    /// Makes a capability of plain bits that say no more than this one grants: kind data, the same segment and
    /// generation, a ring not below, bounds and permissions inside.
    ///
    /// Fails by `TAG`; `SEAL` when this one is sealed, or the bits have another kind or a spare bit; `SEGMENT`,
    /// `GENERATION`, `RING`; `BOUNDS` when they reach beyond or are reversed; `PERMISSION` when they are more or not
    /// a legal set.
    pub fn build(self, bits: u128) -> Result<Capability, Causes> {
        verdict(unless(self.is_tagged(), Causes::TAG))?;
        let candidate = Capability::untagged(bits);
        let bounds = self.base() <= candidate.base()
            && candidate.base() <= candidate.limit()
            && candidate.limit() <= self.limit();
        let permissions = candidate.permissions().is_legal()
            && self.permissions().contains(candidate.permissions());
        let failed = self.unless_data()
            | candidate.unless_data()
            | unless(candidate.has_plain_spare(), Causes::SEAL)
            | unless(candidate.segment() == self.segment(), Causes::SEGMENT)
            | unless(
                candidate.generation() == self.generation(),
                Causes::GENERATION,
            )
            | unless(self.ring() <= candidate.ring(), Causes::RING)
            | unless(bounds, Causes::BOUNDS)
            | unless(permissions, Causes::PERMISSION);
        verdict(failed)?;
        Ok(candidate.with_tag())
    }

    /// Makes a capability out of nothing but its bits. The machine allows it in ring 0 alone.
    ///
    /// Fails by `SEAL` when the kind is not data, entry or return, or a spare bit is set; `BOUNDS` when they are
    /// reversed; `PERMISSION` when the set is not legal; `SEGMENT` when an authority is not in segment 0.
    pub fn mint(low: u64, high: u64) -> Result<Capability, Causes> {
        let candidate = Capability::from_words(low, high, false);
        let kind = matches!(candidate.kind(), Kind::Data | Kind::Entry | Kind::Return);
        let failed = unless(kind && candidate.has_plain_spare(), Causes::SEAL)
            | unless(candidate.base() <= candidate.limit(), Causes::BOUNDS)
            | unless(candidate.permissions().is_legal(), Causes::PERMISSION)
            | unless(candidate.authority_in_place(), Causes::SEGMENT);
        verdict(failed)?;
        Ok(candidate.with_tag())
    }

    /// The value with its ring raised to at least this one, as a register's is when control goes outward. What
    /// software has sealed stays, since it cannot be used, and so does data.
    pub fn raised(self, ring: Ring) -> Capability {
        if !self.is_tagged() || self.is_software_sealed() {
            return self;
        }
        self.with_ring(self.ring().max(ring))
    }

    /// The value as it arrives from memory: its ring is the weakest of its own, that of the capability it came
    /// through, and `r1` of the segment that held it; and without load-mutable in `through` it has lost the rights
    /// to change anything, sealed or not. Data stays as it is. Whether the tag arrives is asked before.
    pub fn loaded(self, through: &Capability, r1: Ring) -> Capability {
        if !self.is_tagged() {
            return self;
        }
        let value = self.raised(through.ring().max(r1));
        if through.permissions().contains(Permissions::LOAD_MUTABLE) {
            return value;
        }
        value.with_permissions(value.permissions().difference(Permissions::MUTATING))
    }
}
