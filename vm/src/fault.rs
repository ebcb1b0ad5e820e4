//! Faults that can be planted in the engine, so that tests can show that they would be found.
//!
//! Invariant: without the feature `faults` none of this is in the program, and every question is answered by no at compile
//! time.

/// The fault that is planted, if there can be one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planted {
    #[cfg(feature = "faults")]
    fault: Option<Fault>,
}

impl Planted {
    /// This fault.
    #[cfg(feature = "faults")]
    pub const fn new(fault: Fault) -> Planted {
        Planted { fault: Some(fault) }
    }

    /// Whether it is this one.
    #[inline(always)]
    pub(crate) fn is(self, fault: Fault) -> bool {
        #[cfg(feature = "faults")]
        return self.fault == Some(fault);
        #[cfg(not(feature = "faults"))]
        {
            let _ = fault;
            false
        }
    }
}

macro_rules! faults {
    ($($(#[doc = $meaning:literal])+ $name:ident;)+) => {
        /// A mistake that the engine can be told to make. The specification never makes it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fault { $($(#[doc = $meaning])+ $name,)+ }

        impl Fault {
            /// All of them.
            pub const ALL: &[Fault] = &[$(Fault::$name,)+];

            /// What is wrong, in words.
            pub const fn meaning(self) -> &'static str {
                match self { $(Fault::$name => concat!($($meaning),+).trim_ascii(),)+ }
            }
        }
    };
}

faults! {
    /// A resolved place is found by any ring.
    RingNotInKey;
    /// A resolved place is found by any generation.
    GenerationNotInKey;
    /// A store over a border of granules clears the tag of the first alone.
    TagOverBorder;
    /// A store of an untagged capability leaves the tag that was there.
    TagUnderCapability;
    /// A store over a border of pages looks at the summary of the first alone.
    SummaryOverBorder;
    /// A chain that stops for the specification counts a step too many.
    StepAtStop;
    /// A jump out of the span is no step.
    StepAtJump;
    /// The clock is read one step late.
    LateClock;
    /// Operations as one are begun with too few steps for all of them.
    StepsOfSequence;
    /// Nothing is forgotten when a map changes.
    StaleMap;
    /// Instructions stay decoded when they are overwritten.
    StaleCode;
    /// Nothing is forgotten when a label changes.
    StaleLabel;
    /// Nothing is forgotten when a page gets another owner.
    StaleOwner;
    /// Nothing is forgotten when the process changes.
    StaleProcess;
    /// A guest's way outward is not forgotten when a host's map changes.
    StaleWay;
    /// What is known of a guest is taken as known of another at its level.
    StaleMachine;
    /// A timer or a budget of a host is not heeded.
    LateHost;
    /// The clock is read where a host intercepts it.
    ClockNotOffered;
    /// A timer or a budget of a host is heeded one step late.
    HostOneLate;
    /// A machine is known by its level and its window, whichever host has it.
    HostNotInWay;
    /// A machine is known by its level and its host, whichever window is its memory.
    WindowNotInWay;
    /// What a machine's own maps say stays when its pages are elsewhere.
    OwnOutlivesWay;
    /// What is known of one machine is taken as known of its host and its guest.
    LevelNotInKey;
    /// A guest's way outward stays in the specification's own memory of it.
    StaleComposition;
    /// The window of a capability is a byte too long.
    LongWindow;
    /// The window of a narrowed capability stays as it was.
    WideWindow;
    /// A window allows stores without the permission.
    StoresWithoutPermission;
    /// A capability that is loaded keeps an inner ring.
    LoadsKeepRing;
    /// A capability that is loaded without load-mutable keeps its rights.
    LoadsKeepRights;
    /// A system segment takes private capabilities.
    PrivateInSystem;
    /// A call enters behind the last gate.
    GateBehindLast;
    /// A return to an outer ring leaves it the temporary registers.
    ReturnKeepsTemporaries;
    /// A return to an outer ring does not raise what it keeps.
    ReturnDoesNotRaise;
    /// A call through a gate keeps the caller's stack.
    GateKeepsStack;
    /// A scaled index that has no 64 bits wraps.
    IndexWraps;
}
