//! What is remembered of each machine of a nest, so that it is still there when the machine runs again.
//!
//! Invariant: what a member has holds for the machine that it was remembered of. That is another one when something that its
//! addresses go by is not what it was: its process, the window that its host gave it and from which ring, or the same of a
//! host further out; then all of it is dropped. What comes of memory is watched by [`Pages`], also while others run.

use isa::capability::Capability;
use isa::context::ProcessBlock;
use isa::label::LabelSet;
use isa::machine::{Composition, Machine};
use isa::ring::Ring;

use crate::code::Texts;
use crate::fault::{Fault, Planted};
use crate::pages::{Derived, KEPT, Pages};
use crate::transfer::PutAway;
use crate::window::Tlb;

/// What was derived for one machine.
pub(crate) struct Known {
    /// Resolved places of segments.
    pub(crate) tlb: Tlb,
    /// Transfers that are known.
    pub(crate) transfers: PutAway,
    /// Texts that may be run.
    pub(crate) texts: Texts,
    /// Where its pages are in the outermost memory.
    pub(crate) composition: Composition,
}

/// What the addresses of a machine go by, beside memory.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Way {
    level: usize,
    /// Which the host is, by [`Member::identity`].
    host: u64,
    /// The ring of the host and the window.
    window: Option<(Ring, Capability)>,
}

/// What of a process its addresses go by.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Space {
    descriptor_base: u64,
    descriptor_count: u64,
    read_labels: LabelSet,
    write_labels: LabelSet,
}

impl Space {
    fn of(process: &ProcessBlock) -> Space {
        Space {
            descriptor_base: process.descriptor_base,
            descriptor_count: process.descriptor_count,
            read_labels: process.read_labels,
            write_labels: process.write_labels,
        }
    }
}

/// What is remembered of a machine.
struct Member {
    way: Option<Way>,
    space: Option<Space>,
    /// Another number whenever one of these is another.
    identity: u64,
    /// Nothing where this is the machine that runs: the engine has it.
    known: Option<Box<Known>>,
    /// Whether what its own maps say, and where its pages are, has to be dropped before it runs again.
    stale: [bool; 2],
}

/// The machines of a nest.
pub(crate) struct Nest {
    members: Vec<Member>,
    /// The one that runs.
    live: usize,
    identities: u64,
    planted: Planted,
}

impl Nest {
    /// Of a machine of which nothing is known yet.
    pub(crate) fn new(planted: Planted) -> Nest {
        Nest {
            members: Vec::new(),
            live: 0,
            identities: 0,
            planted,
        }
    }

    /// The place of the machine that runs, by which [`Pages`] know it.
    pub(crate) fn live(&self) -> usize {
        self.live
    }

    /// Looks which machine runs, and which its hosts are. Gives what was known of it when it ran last, if another one ran
    /// meanwhile, for what is known of that.
    pub(crate) fn change(&mut self, machine: &Machine) -> Option<Option<Box<Known>>> {
        let mut host = 0;
        for level in 0..machine.levels() {
            host = self.recognise(machine, level, host);
        }
        let place = place_of(machine.levels() - 1);
        if place == self.live || self.planted.is(Fault::LevelNotInKey) {
            return None;
        }
        self.live = place;
        Some(self.members[place].known.take())
    }

    /// Puts away what is known of a machine that does not run any more.
    pub(crate) fn put_away(&mut self, place: usize, known: Box<Known>) {
        self.members[place].known = Some(known);
    }

    /// Looks whether a level is the machine that it was, and gives its identity. Its host has this one.
    fn recognise(&mut self, machine: &Machine, level: usize, host: u64) -> u64 {
        let place = place_of(level);
        while self.members.len() <= place {
            self.members.push(Member {
                way: None,
                space: None,
                identity: 0,
                known: None,
                stale: [false; 2],
            });
        }
        let standing = machine.standing(level);
        let way = Some(Way {
            level,
            host: match self.planted.is(Fault::HostNotInWay) {
                true => 0,
                false => host,
            },
            window: standing
                .window
                .filter(|_| !self.planted.is(Fault::WindowNotInWay)),
        });
        let member = &mut self.members[place];
        let same_way = member.way == way || self.planted.is(Fault::StaleMachine);
        let space = Some(Space::of(standing.process));
        let same_space = member.space == space || self.planted.is(Fault::StaleProcess);
        if !same_way || !same_space {
            self.identities += 1;
            member.identity = self.identities;
            (member.way, member.space) = (way, space);
            member.stale[Derived::Own as usize] = true;
            member.stale[Derived::Outward as usize] |= !same_way;
        }
        member.identity
    }

    /// The machine that runs, if it is still the same but for its process. That is looked at here.
    pub(crate) fn look_at_process(&mut self, machine: &Machine) {
        let level = machine.levels() - 1;
        let host = self.members[self.live].way.map_or(0, |way| way.host);
        self.recognise(machine, level, host);
    }

    /// What these members, a bit each, derived in this way does not hold any more.
    pub(crate) fn spoil(&mut self, places: u64, derived: Derived) {
        let mut left = places;
        while left != 0 {
            if let Some(member) = self.members.get_mut(left.trailing_zeros() as usize) {
                member.stale[derived as usize] = true;
            }
            left &= left - 1;
        }
    }

    /// A page of memory has another owner, of which this is the outer one: that is something else to machines of this level
    /// and deeper ones.
    pub(crate) fn spoil_from(&mut self, owner: u16) {
        for member in &mut self.members {
            let level = member.way.map_or(0, |way| way.level);
            member.stale[Derived::Own as usize] |= level >= owner.into();
            member.stale[Derived::Outward as usize] |= level > owner.into();
        }
    }

    /// What of the running machine does not hold any more, by [`Derived`]: to be dropped now.
    pub(crate) fn take_stale(&mut self, pages: &mut Pages) -> [bool; 2] {
        let live = self.live;
        let Some(member) = self.members.get_mut(live) else {
            return [false; 2];
        };
        let [mut own, outward] = std::mem::take(&mut member.stale);
        own |= outward && !self.planted.is(Fault::OwnOutlivesWay);
        if own {
            pages.forget(live, Derived::Own);
        }
        if outward {
            pages.forget(live, Derived::Outward);
        }
        [own, outward]
    }
}

/// The place of a level.
fn place_of(level: usize) -> usize {
    level.min(KEPT - 1)
}
