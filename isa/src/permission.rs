//! The permissions of a capability, and which sets of them are legal.
//!
//! [`Permissions::legal`] is total and only ever removes; every tagged capability has a legal set.

use std::fmt;

bitflags::bitflags! {
    /// What a capability lets its holder do with the bytes inside its bounds.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Permissions: u8 {
        /// Load data.
        const READ = 1;
        /// Store data.
        const WRITE = 2;
        /// Run as code, or be called.
        const EXECUTE = 4;
        /// Load capabilities with their tags.
        const LOAD_CAP = 8;
        /// Store capabilities with their tags.
        const STORE_CAP = 16;
        /// Leave the rights to write and store to what is loaded.
        const LOAD_MUTABLE = 32;
        /// Seal values with the object types inside the bounds.
        const SEAL = 64;
        /// Unseal values of the object types inside the bounds.
        const UNSEAL = 128;
    }
}

/// One permission, as the manual and the assembler name it.
#[derive(Clone, Copy, Debug)]
pub struct PermissionRow {
    /// The permission: one bit.
    pub permission: Permissions,
    /// The letter that stands for it in printed sets.
    pub letter: char,
    /// Its name.
    pub name: &'static str,
    /// What it allows.
    pub meaning: &'static str,
}

/// All permissions, the lowest bit first.
pub const PERMISSIONS: [PermissionRow; 8] = [
    PermissionRow {
        permission: Permissions::READ,
        letter: 'r',
        name: "read",
        meaning: "Load data, input from a device.",
    },
    PermissionRow {
        permission: Permissions::WRITE,
        letter: 'w',
        name: "write",
        meaning: "Store data, output to a device. Never together with execute.",
    },
    PermissionRow {
        permission: Permissions::EXECUTE,
        letter: 'x',
        name: "execute",
        meaning: "Run as code, or be called. Excludes write.",
    },
    PermissionRow {
        permission: Permissions::LOAD_CAP,
        letter: 'l',
        name: "load-capability",
        meaning: "Load capabilities with their tags; without it they arrive untagged. Needs read.",
    },
    PermissionRow {
        permission: Permissions::STORE_CAP,
        letter: 's',
        name: "store-capability",
        meaning: "Store capabilities with their tags; without it storing one traps. Needs write.",
    },
    PermissionRow {
        permission: Permissions::LOAD_MUTABLE,
        letter: 'm',
        name: "load-mutable",
        meaning: "Loaded capabilities keep write, store-capability and load-mutable; without it they lose all three, \
                  so that nothing reached through this capability can be changed. Needs load-capability.",
    },
    PermissionRow {
        permission: Permissions::SEAL,
        letter: 'e',
        name: "seal",
        meaning: "Seal values with an object type inside the bounds. Never together with read, write or execute.",
    },
    PermissionRow {
        permission: Permissions::UNSEAL,
        letter: 'u',
        name: "unseal",
        meaning: "Unseal values of an object type inside the bounds. Never together with read, write or execute.",
    },
];

impl Permissions {
    /// The rights that let a holder change what a capability names, or what is reached through it.
    pub const MUTATING: Permissions = Permissions::WRITE
        .union(Permissions::STORE_CAP)
        .union(Permissions::LOAD_MUTABLE);
    /// The rights of an authority, whose bounds name object types and never memory.
    pub const AUTHORITY: Permissions = Permissions::SEAL.union(Permissions::UNSEAL);

    /// The largest legal set inside this one, by these removals in order: write where execute is; load-capability
    /// without read; store-capability without write; load-mutable without load-capability; seal and unseal where any
    /// of read, write and execute is.
    pub const fn legal(self) -> Permissions {
        let mut set = self;
        if set.contains(Permissions::EXECUTE) {
            set = set.difference(Permissions::WRITE);
        }
        if !set.contains(Permissions::READ) {
            set = set.difference(Permissions::LOAD_CAP);
        }
        if !set.contains(Permissions::WRITE) {
            set = set.difference(Permissions::STORE_CAP);
        }
        if !set.contains(Permissions::LOAD_CAP) {
            set = set.difference(Permissions::LOAD_MUTABLE);
        }
        if set.intersects(
            Permissions::READ
                .union(Permissions::WRITE)
                .union(Permissions::EXECUTE),
        ) {
            set = set.difference(Permissions::AUTHORITY);
        }
        set
    }

    /// Does [`legal`](Self::legal) leave the set as it is?
    pub const fn is_legal(self) -> bool {
        self.legal().bits() == self.bits()
    }

    /// The set that these letters name, in any order, `-` standing for nothing; none if a letter is unknown.
    pub fn from_letters(letters: &str) -> Option<Permissions> {
        letters.chars().filter(|&letter| letter != '-').try_fold(
            Permissions::empty(),
            |set, letter| {
                let row = PERMISSIONS.iter().find(|row| row.letter == letter)?;
                Some(set | row.permission)
            },
        )
    }
}

/// Six columns `rwxlsm`, with `-` for what is absent; `e` and `u` follow where either is present.
impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = if self.intersects(Permissions::AUTHORITY) {
            8
        } else {
            6
        };
        let letters: String = PERMISSIONS
            .iter()
            .take(columns)
            .map(|row| {
                if self.contains(row.permission) {
                    row.letter
                } else {
                    '-'
                }
            })
            .collect();
        f.pad(&letters)
    }
}
