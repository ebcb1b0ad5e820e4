//! What runs in a world at the beginning: processes, contexts in several rings, and the capabilities that they hold.

use isa::abi::{LINE_TIMER, SEGMENT_STACKS};
use isa::address::{GRANULE_SIZE, INSTRUCTION_SIZE, PAGE_SIZE};
use isa::context::{ExecutionContext, ProcessBlock, STATUS_MASKED, TRAP_FRAME_SIZE};
use isa::descriptor::DESCRIPTOR_SIZE;
use isa::{
    Capability, DescriptorFlags, Fields, Kind, Label, LabelSet, ObjectType, Permissions, Ring,
    SegmentNumber,
};

use super::{
    ALL, Builder, CONTEXT_STRIDE, COUNT, DATA, END, KERNEL, PAGED, SERVICE, SHARED, STACK, TEXTS,
};
use crate::case::{WORLD, WORLD_REAL};
use crate::chance::{choose, interesting};
use crate::code;

impl Builder<'_> {
    /// A capability that ring `ring` might have.
    pub(super) fn capability(&mut self, ring: Ring) -> Capability {
        if self.rng.u8(0..16) == 0 {
            return self.authority(ring);
        }
        let number = match self.rng.u8(0..12) {
            0 => self.rng.u16(16..21),
            1 => KERNEL,
            2 => SERVICE,
            3 => self.rng.u16(TEXTS..DATA),
            4 => SHARED,
            5..=6 => self.rng.u16(DATA..END),
            _ => *choose(self.rng, &self.favourites),
        };
        self.capability_to(number, ring)
    }

    pub(super) fn authority(&mut self, ring: Ring) -> Capability {
        let first = u32::from(ObjectType::FIRST.number());
        Capability::new(Fields {
            ring,
            base: first,
            limit: first + 8,
            cursor: first + self.rng.u32(0..8),
            permissions: Permissions::SEAL | Permissions::UNSEAL,
            ..Fields::default()
        })
    }

    pub(super) fn capability_to(&mut self, number: u16, ring: Ring) -> Capability {
        let descriptor = self.get(number);
        let length = descriptor.length.max(1);
        let mut permissions = Permissions::all().difference(Permissions::AUTHORITY);
        let executes = descriptor.has(DescriptorFlags::EXECUTE);
        if !executes {
            permissions.remove(Permissions::EXECUTE);
        }
        if self.rng.u8(0..4) == 0 {
            permissions &= Permissions::from_bits_truncate(self.rng.u8(..));
        }
        let (mut base, mut limit) = (0, length);
        if self.rng.u8(0..3) == 0 {
            base = self.rng.u32(0..length);
            limit = self.rng.u32(base..=length);
        }
        let mut cursor = self.rng.u32(base..=limit);
        let mut kind = Kind::Data;
        let (r1, r2) = (descriptor.brackets.r1, descriptor.brackets.r2);
        let mut own = ring;
        if self.rng.u8(0..4) == 0 {
            own = ring.max(code::ring(self.rng.u8(..)));
        }
        if executes {
            own = ring;
            permissions.insert(Permissions::EXECUTE);
            (base, limit) = (0, length);
            cursor = self.rng.u32(0..length / 8) * 8;
            kind = *choose(
                self.rng,
                &[Kind::Data, Kind::Entry, Kind::Entry, Kind::Return],
            );
            if descriptor.gates > 0 && kind == Kind::Entry && ring > r2 {
                // One too many now and then.
                cursor = self.rng.u32(0..=descriptor.gates.into()) * 8;
            }
            if kind != Kind::Entry || ring < r1 {
                own = ring.max(r1);
            }
        }
        let revoked = u8::from(self.rng.u8(0..25) == 0);
        Capability::new(Fields {
            segment: SegmentNumber(number),
            ring: own,
            generation: descriptor.generation ^ revoked,
            kind,
            base,
            limit,
            cursor,
            permissions: permissions.legal(),
            spare: 0,
        })
    }

    pub(super) fn stack_of(&mut self, ring: u8) -> Capability {
        let number = match ring {
            0 => STACK,
            1 | 2 | 4 | 5 | 7 => SEGMENT_STACKS + u16::from(ring),
            _ => return Capability::NULL,
        };
        let cursor = match ring {
            0 => self.stack_top(),
            _ => PAGE_SIZE / 2 + self.rng.u64(0..64) * GRANULE_SIZE,
        };
        Capability::new(Fields {
            segment: SegmentNumber(number),
            ring: code::ring(ring),
            limit: self.get(number).length,
            cursor: cursor as u32,
            permissions: Permissions::all()
                .difference(Permissions::AUTHORITY | Permissions::EXECUTE),
            ..Fields::default()
        })
    }

    pub(super) fn stack_top(&self) -> u64 {
        2 * PAGE_SIZE - 64
    }

    /// Two processes: the second has other labels, and its own descriptors.
    pub(super) fn processes(&mut self, blocks: [u64; 2], tables: [u64; 2]) {
        for (number, (block, table)) in blocks.into_iter().zip(tables).enumerate() {
            let mut banks = [0, 1, 2, 3, 4, 5, 6, 7].map(|ring| self.stack_of(ring));
            if number == 0 {
                // The first one begins with a frame on this stack.
                banks[0] = banks[0].add(-(TRAP_FRAME_SIZE as i64)).unwrap_or_default();
            }
            let lines = match self.rng.u8(0..8) {
                0 => 1 << LINE_TIMER | 0x1f,
                _ => 1 << LINE_TIMER,
            };
            let (read_labels, write_labels) = match (number, self.rng.u8(0..4)) {
                (0, 0) => (LabelSet::ALL, LabelSet::ALL),
                (0, _) => (set(&[0, 1, 2]), set(&[0, 1, 3])),
                (_, _) => (set(&[0, 2, 3]), set(&[0, 2])),
            };
            let process = ProcessBlock {
                descriptor_base: WORLD_REAL + table,
                descriptor_count: COUNT,
                lines,
                read_labels,
                write_labels,
                banks,
            };
            self.put(block, &process.to_bytes());
        }
    }

    /// The contexts, and the bytes of the first.
    pub(super) fn contexts(&mut self, at: u64) -> Vec<u8> {
        let starts = [
            (TEXTS, 4),
            (SHARED, 4),
            (KERNEL, 0),
            (TEXTS + 1, 5),
            (SERVICE, 2),
            (KERNEL, 0),
            (SHARED, 1),
            (TEXTS + 3, 7),
        ];
        let mut first = Vec::new();
        let shift = self.rng.usize(0..starts.len());
        for index in 0..starts.len() {
            let (segment, ring) = starts[(index + shift) % starts.len()];
            let context = self.context(segment, ring).to_bytes();
            if index == 0 {
                first = context.to_vec();
            }
            self.put(at + index as u64 * CONTEXT_STRIDE, &context);
        }
        first
    }

    pub(super) fn context(&mut self, segment: u16, ring: u8) -> ExecutionContext {
        let own = code::ring(ring);
        let descriptor = self.get(segment);
        let place = (16 + self.rng.u32(0..600)) * INSTRUCTION_SIZE as u32;
        let pc = isa::access::text_capability(SegmentNumber(segment), &descriptor, own, place);
        let mut c = [Capability::NULL; 16];
        for value in c.iter_mut().take(15).skip(1) {
            let found = self.capability(own);
            *value = match self.rng.u8(0..20) {
                0 => found.untag(),
                1 if found.kind() == Kind::Data => {
                    found.seal(&self.authority(own)).unwrap_or(found)
                }
                _ => found,
            };
        }
        // A gate, and the place behind the last one.
        let service = self.get(SERVICE);
        if ring > service.brackets.r2.number() && ring <= service.brackets.r3.number() {
            for (register, gate) in [(12, 0), (13, service.gates.into())] {
                let at = gate * INSTRUCTION_SIZE as u32;
                let number = SegmentNumber(SERVICE);
                let text = isa::access::text_capability(number, &service, own, at);
                c[register] = text.entry().unwrap_or(text);
            }
        }
        if ring == 0 {
            c[8] = self.capability_to(WORLD.0, own);
            c[9] = self.capability_to(ALL, own);
        }
        c[15] = self.stack_of(ring);
        let mut r = [0; 32];
        r.iter_mut()
            .skip(1)
            .for_each(|value| *value = interesting(self.rng));
        let masked = ring == 0 && self.rng.bool();
        let status = if masked { STATUS_MASKED } else { 0 };
        ExecutionContext { pc, status, r, c }
    }

    /// Writes the descriptors; in the second table some data segments are others.
    pub(super) fn tables(&mut self, tables: [u64; 2]) {
        for (index, descriptor) in self.table.clone().iter().enumerate() {
            self.put(
                tables[0] + index as u64 * DESCRIPTOR_SIZE,
                &descriptor.to_bytes(),
            );
        }
        let (a, b) = (self.rng.u16(DATA..PAGED), self.rng.u16(DATA..PAGED));
        self.table.swap(a.into(), b.into());
        for (index, descriptor) in self.table.clone().iter().enumerate() {
            self.put(
                tables[1] + index as u64 * DESCRIPTOR_SIZE,
                &descriptor.to_bytes(),
            );
        }
        self.table.swap(a.into(), b.into());
    }
}

fn set(labels: &[u8]) -> LabelSet {
    let mut set = LabelSet::EMPTY;
    labels.iter().for_each(|label| set.insert(Label(*label)));
    set
}
