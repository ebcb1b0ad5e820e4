//! Loads and stores inside windows.
//!
//! Invariant: an access is made only inside the window of its capability register, whose bytes the rule of access lets
//! it have; and a store only to pages of which nothing is remembered, after the tags of its granules are cleared.

use isa::abi::SYSTEM_LIMIT;
use isa::capability::Kind;
use isa::permission::Permissions;

use super::arithmetic::{r, set_r};
use super::{Op, detour, next, stop, way};
use crate::code::Insn;
use crate::cpu::{Cpu, Why, rights};
use crate::fault::Fault;
use crate::pages::TAGS;
use crate::place;

/// The place that `[c + imm]` names, if the window reaches there.
#[inline(always)]
unsafe fn plain(cpu: &mut Cpu, i: &Insn) -> u64 {
    cpu.c(i.b).at.wrapping_add_signed(i.imm.into())
}

/// The same for `[c + r << SCALE + imm]`.
#[inline(always)]
unsafe fn natural<const SCALE: u32>(cpu: &mut Cpu, i: &Insn) -> u64 {
    // SAFETY: the caller's promise that `i` is a decoded instruction.
    let index = unsafe { r(cpu, i.c) };
    if SCALE > 0 && index > u64::from(u32::MAX) {
        return from_far(cpu, i, index, SCALE);
    }
    let base = cpu.c(i.b).at.wrapping_add_signed(i.imm.into());
    base.wrapping_add(index << SCALE)
}

/// The same for any scale.
#[inline(always)]
unsafe fn scaled(cpu: &mut Cpu, i: &Insn) -> u64 {
    // SAFETY: five bits are a register.
    let index = unsafe { r(cpu, i.c & 31) };
    from_far(cpu, i, index, (i.c >> 5).into())
}

/// The same for any index. One whose multiple has no 64 bits leads to where no window reaches.
#[inline(always)]
fn from_far(cpu: &mut Cpu, i: &Insn, index: u64, scale: u32) -> u64 {
    let Some(index) = (index as i64).checked_mul(1 << scale) else {
        if cpu.planted.is(Fault::IndexWraps) {
            let base = cpu.c(i.b).at.wrapping_add_signed(i.imm.into());
            return base.wrapping_add(index << scale);
        }
        return 1 << 63;
    };
    let base = cpu.c(i.b).at.wrapping_add_signed(i.imm.into());
    base.wrapping_add_signed(index)
}

/// Whether accesses are checked, as they are but for measuring what that costs.
const CHECKED: bool = cfg!(not(feature = "unchecked"));

/// Whether `size` bytes at a distance are in a window that allows them; `wide` is its limit for sixteen.
#[inline(always)]
fn inside(distance: u64, wide: u64, len: u64, allowed: bool, size: u64) -> bool {
    !CHECKED || distance < wide || allowed && distance < len && len - distance >= size
}

/// Stops, for a window that reaches where a register's window would have this place.
#[inline(always)]
fn missed(ip: *const Insn, cpu: &mut Cpu, register: u8, at: u64) -> *const Insn {
    let distance = at.wrapping_sub(cpu.c(register).place);
    cpu.missing = (register, distance);
    stop(cpu, ip, Why::Window)
}

/// The place of the bytes to be loaded, if the window has them.
#[inline(always)]
fn readable(cpu: &mut Cpu, register: u8, at: u64, size: u64) -> Option<usize> {
    let cap = cpu.c(register);
    let allowed = cap.rights & rights::READ != 0;
    // The place is used as it is, so that a load has to wait for nothing but the cursor.
    let distance = at.wrapping_sub(cap.place);
    inside(distance, cap.read, cap.len, allowed, size).then_some(at as usize)
}

/// The place of the bytes to be stored, if the window has them, with the tags of their granules cleared.
///
/// # Safety
/// As for [`super::drive`].
#[inline(always)]
unsafe fn writable(cpu: &mut Cpu, register: u8, at: u64, size: u64) -> Option<usize> {
    let cap = cpu.c(register);
    let allowed = cap.rights & rights::WRITE != 0;
    let distance = at.wrapping_sub(cap.place);
    if !inside(distance, cap.write, cap.len, allowed, size) {
        return None;
    }
    let at = at as usize;
    if !CHECKED {
        return Some(at);
    }
    // SAFETY: the bytes are in memory, and there is a summary for each page and one more.
    let known = unsafe {
        let summary = cpu.summary.add(place::page(at));
        match size {
            1 => u16::from(*summary),
            _ if cpu.planted.is(Fault::SummaryOverBorder) => u16::from(*summary),
            _ => summary.cast::<u16>().read_unaligned(),
        }
    };
    // SAFETY: the bytes are in memory.
    if known == 0 || unsafe { clear_tags(cpu, at, size as usize) } {
        Some(at)
    } else {
        None
    }
}

/// Clears the tags of the granules of these bytes, unless more is known of their pages than that they have tags.
///
/// # Safety
/// The bytes, at least one and at most sixteen, are in memory.
#[inline(always)]
unsafe fn clear_tags(cpu: &mut Cpu, at: usize, size: usize) -> bool {
    let last = at + size - 1;
    // SAFETY: there is a summary for each page, and a bit for each granule, in little-endian words.
    unsafe {
        let known = *cpu.summary.add(place::page(at)) | *cpu.summary.add(place::page(last));
        if known & !TAGS != 0 {
            return false;
        }
        let valid = cpu.valid.cast::<u8>();
        let (first, last) = (place::granule(at), place::granule(last));
        let (byte, bit) = place::bit(first);
        *valid.add(byte) &= !bit;
        if first != last && !cpu.planted.is(Fault::TagOverBorder) {
            let (byte, bit) = place::bit(last);
            *valid.add(byte) &= !bit;
        }
    }
    true
}

macro_rules! loads {
    ($($name:ident $type:ty, $scale:literal, $extend:expr;)+) => {$(
        pub(super) mod $name {
            use super::*;

            #[inline(always)]
            unsafe fn load(ip: *const Insn, cpu: &mut Cpu, mem: *mut u8, at: u64) -> *const Insn {
                // SAFETY: the caller's promise; what is readable is in memory.
                unsafe {
                    let i = &*ip;
                    let Some(real) = readable(cpu, i.b, at, size_of::<$type>() as u64) else {
                        return missed(ip, cpu, i.b, at);
                    };
                    let value: $type = mem.add(real).cast::<$type>().read_unaligned();
                    let extend: fn($type) -> u64 = $extend;
                    set_r(cpu, i.a, extend(value));
                }
                next(ip)
            }

            accesses!(load, $scale);
        }
    )+};
}

macro_rules! stores {
    ($($name:ident $type:ty, $scale:literal;)+) => {$(
        pub(super) mod $name {
            use super::*;

            #[inline(always)]
            unsafe fn store(ip: *const Insn, cpu: &mut Cpu, mem: *mut u8, at: u64) -> *const Insn {
                // SAFETY: the caller's promise; what is writable is in memory.
                unsafe {
                    let i = &*ip;
                    let value = r(cpu, i.a) as $type;
                    let Some(real) = writable(cpu, i.b, at, size_of::<$type>() as u64) else {
                        return missed(ip, cpu, i.b, at);
                    };
                    mem.add(real).cast::<$type>().write_unaligned(value);
                }
                next(ip)
            }

            accesses!(store, $scale);
        }
    )+};
}

/// The three forms of an address.
macro_rules! accesses {
    ($access:ident, $scale:literal) => {
        /// Without a register.
        #[inline(always)]
        pub(in super::super) unsafe fn plain(
            ip: *const Insn,
            cpu: &mut Cpu,
            _: &mut i64,
            mem: *mut u8,
        ) -> *const Insn {
            // SAFETY: the caller's promise.
            unsafe {
                let at = super::plain(cpu, &*ip);
                $access(ip, cpu, mem, at)
            }
        }

        /// With a register that counts elements.
        #[allow(dead_code, reason = "capabilities have the general form only")]
        #[inline(always)]
        pub(in super::super) unsafe fn natural(
            ip: *const Insn,
            cpu: &mut Cpu,
            _: &mut i64,
            mem: *mut u8,
        ) -> *const Insn {
            // SAFETY: the caller's promise.
            unsafe {
                let at = super::natural::<$scale>(cpu, &*ip);
                $access(ip, cpu, mem, at)
            }
        }

        /// With a register of any scale.
        #[inline(always)]
        pub(in super::super) unsafe fn scaled(
            ip: *const Insn,
            cpu: &mut Cpu,
            _: &mut i64,
            mem: *mut u8,
        ) -> *const Insn {
            // SAFETY: the caller's promise.
            unsafe {
                let at = super::scaled(cpu, &*ip);
                $access(ip, cpu, mem, at)
            }
        }
    };
}

loads! {
    ldb u8, 0, |value| value.into();
    ldsb u8, 0, |value| value as i8 as u64;
    ldh u16, 1, |value| value.into();
    ldsh u16, 1, |value| value as i16 as u64;
    ldw u32, 2, |value| value.into();
    ldsw u32, 2, |value| value as i32 as u64;
    ld u64, 3, |value| value;
}

stores! {
    stb u8, 0;
    sth u16, 1;
    stw u32, 2;
    st u64, 3;
}

/// Loads of capabilities.
pub(super) mod ldc {
    use super::*;

    #[inline(always)]
    unsafe fn load(ip: *const Insn, cpu: &mut Cpu, mem: *mut u8, at: u64) -> *const Insn {
        // SAFETY: the caller's promise; what is readable is in memory.
        unsafe {
            let i = &*ip;
            let place = readable(cpu, i.b, at, 16);
            let Some(real) = place.filter(|real| !CHECKED || real & 15 == 0) else {
                return missed(ip, cpu, i.b, at);
            };
            let low = mem.add(real).cast::<u64>().read_unaligned();
            let high = mem.add(real + 8).cast::<u64>().read_unaligned();
            let (byte, bit) = place::bit(place::granule(real));
            let valid = *cpu.valid.cast::<u8>().add(byte) & bit != 0;
            let base = cpu.c(i.b);
            if !valid {
                cpu.set_c(i.a, low, high, false);
            } else if CHECKED && !arrives_as_it_is(low, base.rights) {
                cpu.missing.1 = at;
                return detour(cpu, ip, way(Op::Changed));
            } else if low >> 32 == base.low >> 32 && high == base.high {
                // Of the same object, and so with the same window.
                let at = base.at.wrapping_sub(base.low).wrapping_add(low);
                if i.a != i.b {
                    *cpu.c(i.a) = *cpu.c(i.b);
                }
                let result = cpu.c(i.a);
                (result.low, result.at) = (low, at);
            } else {
                cpu.set_c(i.a, low, high, true);
            }
        }
        next(ip)
    }

    /// Whether a tagged value keeps its tag, ring and rights on its way through a window.
    #[inline(always)]
    fn arrives_as_it_is(low: u64, rights: u64) -> bool {
        const LOOKED_AT: u64 = rights::LOAD_CAP | rights::SYSTEM | rights::LOAD_MUTABLE;
        rights & LOOKED_AT == rights::LOAD_CAP | rights::LOAD_MUTABLE
            && low & rights::RING >= rights & rights::RING
    }

    /// Carries out the load at [`Cpu::at`] of a tagged value that changes on its way through the window.
    #[inline(always)]
    pub(in super::super) unsafe fn changed(
        _: *const Insn,
        cpu: &mut Cpu,
        _: &mut i64,
        mem: *mut u8,
    ) -> *const Insn {
        let (ip, at) = (cpu.at, cpu.missing.1 as usize);
        // SAFETY: the detour began at a decoded instruction, with a place that is readable.
        let (to, rights, low, high) = unsafe {
            let i = &*ip;
            let low = mem.add(at).cast::<u64>().read_unaligned();
            let high = mem.add(at + 8).cast::<u64>().read_unaligned();
            (i.a, cpu.c(i.b).rights, low, high)
        };
        let private = (low >> 32) as u16 >= SYSTEM_LIMIT;
        if rights & rights::LOAD_CAP == 0 || private && rights & rights::SYSTEM != 0 {
            cpu.set_c(to, low, high, false);
            return next(ip);
        }
        let ring = rights & rights::RING;
        let sealed = low >> 57 & 0x1f > Kind::Reserved.number() as u64;
        let low = if low & rights::RING < ring && !sealed && !cpu.planted.is(Fault::LoadsKeepRing) {
            low & !rights::RING | ring
        } else {
            low
        };
        let high = if rights & rights::LOAD_MUTABLE == 0 && !cpu.planted.is(Fault::LoadsKeepRights)
        {
            high & !((Permissions::MUTATING.bits() as u64) << 56)
        } else {
            high
        };
        cpu.set_c(to, low, high, true);
        next(ip)
    }

    accesses!(load, 4);
}

/// Stores of capabilities.
pub(super) mod stc {
    use super::*;

    #[inline(always)]
    unsafe fn store(ip: *const Insn, cpu: &mut Cpu, mem: *mut u8, at: u64) -> *const Insn {
        // SAFETY: the caller's promise; what is writable is in memory.
        unsafe {
            let i = &*ip;
            let value = *cpu.c(i.a);
            let base = cpu.c(i.b);
            let (tagged, rights) = (value.is_tagged(), base.rights);
            let distance = at.wrapping_sub(base.place);
            let real = at as usize;
            let wide = inside(
                distance,
                base.write,
                base.len,
                rights & rights::WRITE != 0,
                16,
            );
            let private =
                (value.low >> 32) as u16 >= SYSTEM_LIMIT && !cpu.planted.is(Fault::PrivateInSystem);
            let denied = rights & rights::STORE_CAP == 0 || private && rights & rights::SYSTEM != 0;
            if CHECKED && (!wide || real & 15 != 0 || tagged && denied) {
                return missed(ip, cpu, i.b, at);
            }
            let summary = cpu.summary.add(place::page(real));
            let known = *summary;
            if CHECKED && known & !TAGS != 0 {
                return stop(cpu, ip, Why::Step);
            }
            let (byte, bit) = place::bit(place::granule(real));
            let valid = cpu.valid.cast::<u8>().add(byte);
            if tagged {
                *valid |= bit;
                *summary = TAGS;
            } else if known != 0 && !cpu.planted.is(Fault::TagUnderCapability) {
                *valid &= !bit;
            }
            mem.add(real).cast::<u64>().write_unaligned(value.low);
            mem.add(real + 8).cast::<u64>().write_unaligned(value.high);
        }
        next(ip)
    }

    accesses!(store, 4);
}
