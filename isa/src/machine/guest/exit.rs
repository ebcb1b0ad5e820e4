//! Exits: a guest is left for its host, for good or until the host runs it again.
//!
//! Invariant: the exit of a guest is the completion of its host's `vmrun`, and one step of the host and of the hosts of
//! that. What a host further out is told instead is an exit of its own guest, with all that is nested in it suspended.

use super::Event;
use crate::capability::Capability;
use crate::context::{ExitReason, ExitRecord};
use crate::instruction::names::Named;
use crate::machine::{Machine, Stepped};

impl Machine {
    /// The guest of a host exits, with this record, unless a host further out is to know first: then that one's does.
    pub(in crate::machine) fn exit(&mut self, host: usize, record: ExitRecord) -> Stepped {
        let (mut host, mut record) = (host, record);
        while let Some((outer, told)) = self.taker(0..host, Event::Exit, |outer| {
            self.exit_record(&record, host, outer)
        }) {
            (host, record) = (outer, told);
        }
        self.suspend_to(host + 1);
        if let Some(mut block) = self.block_at(host + 1) {
            block.terms.running = false;
            block.terms.proceed = false;
            block.terms.exit = record;
            self.store_block(host + 1, &block);
        }
        self.pop();
        self.advance();
        self.count();
        Stepped::Exited
    }

    /// What a host is told of an exit to a machine further in.
    fn exit_record(&self, exit: &ExitRecord, level: usize, host: usize) -> ExitRecord {
        let mut record = self.record(ExitReason::Exit, level, host);
        record.operands[0] = Capability::from_words(exit.reason, 0, false);
        record.trap = exit.trap;
        record
    }

    /// What the host is told when its guest switched itself off.
    pub(in crate::machine) fn power_record(status: u64) -> ExitRecord {
        ExitRecord {
            reason: ExitReason::Power.number().into(),
            operands: [
                Capability::from_words(status, 0, false),
                Capability::NULL,
                Capability::NULL,
            ],
            ..ExitRecord::default()
        }
    }

    /// One more step of the leaf and of all of its hosts. What hosts let proceed has happened, or will not.
    pub(in crate::machine) fn count(&mut self) {
        self.clock = self.clock.wrapping_add(1);
        if self.wanted().proceeds {
            for host in &mut self.hosts {
                host.run.terms.proceed = false;
                host.wanted.proceeds = false;
            }
        }
    }
}
