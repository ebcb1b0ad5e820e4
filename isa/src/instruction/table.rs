//! The instruction set, one row an instruction.
//!
//! A row is: opcode number, variant, mnemonic, format, the function of the
//! executable specification that carries it out, class. The comment above it
//! is the manual's text: what it does, then labelled lines for operation,
//! traps and an example. In `Traps`, the word *access* stands for every check
//! of the rule of access; fetching any instruction can trap besides.
//!
//! Invariant: numbers are explicit, so the order of rows means nothing, and
//! the compiler rejects a number that is used twice. To add an instruction,
//! add a row; the compiler asks for the rest.
//!
//! Names: a final `w` works on 32-bit halves, `u` is unsigned, `c` in front
//! or behind means capabilities, and `.d` and `.s` are the precisions.

use super::class::Class;
use super::format::{Format, OPCODE_MASK};

/// Calls `$callback!` with every row of the instruction table.
#[macro_export]
macro_rules! for_each_instruction {
    ($callback:ident) => {
        $callback! {

            // Arithmetic and logic on data registers.

            /// Adds, wrapping.
            /// Operation: `rd = ra + x`.
            /// Traps: none.
            /// Example: `add r1, r2, r3 << 3 + 8`.
            0x10 Add "add" Alu arithmetic::add User;
            /// Subtracts, wrapping.
            /// Operation: `rd = ra - x`.
            /// Traps: none.
            /// Example: `sub r1, r2, r3`.
            0x11 Sub "sub" Alu arithmetic::sub User;
            /// Multiplies; the low 64 bits of the product.
            /// Operation: `rd = ra * x`.
            /// Traps: none.
            /// Example: `mul r1, r2, 10`.
            0x12 Mul "mul" Alu arithmetic::mul User;
            /// Multiplies signed numbers; the high 64 bits of the product.
            /// Operation: `rd = (ra * x) >> 64, signed`.
            /// Traps: none.
            /// Example: `mulh r1, r2, r3`.
            0x13 Mulh "mulh" Alu arithmetic::mulh User;
            /// Multiplies unsigned numbers; the high 64 bits of the product.
            /// Operation: `rd = (ra * x) >> 64, unsigned`.
            /// Traps: none.
            /// Example: `mulhu r1, r2, r3`.
            0x14 Mulhu "mulhu" Alu arithmetic::mulhu User;
            /// Divides signed numbers, rounding towards zero. The smallest number divided by -1 is
            /// itself.
            /// Operation: `rd = ra / x, signed`.
            /// Traps: divide.
            /// Example: `div r1, r2, 10`.
            0x15 Div "div" Alu arithmetic::div User;
            /// Divides unsigned numbers.
            /// Operation: `rd = ra / x, unsigned`.
            /// Traps: divide.
            /// Example: `divu r1, r2, 10`.
            0x16 Divu "divu" Alu arithmetic::divu User;
            /// Remainder of signed division; it has the sign of `ra`. The smallest number by -1
            /// leaves 0.
            /// Operation: `rd = ra % x, signed`.
            /// Traps: divide.
            /// Example: `rem r1, r2, 10`.
            0x17 Rem "rem" Alu arithmetic::rem User;
            /// Remainder of unsigned division.
            /// Operation: `rd = ra % x, unsigned`.
            /// Traps: divide.
            /// Example: `remu r1, r2, r3`.
            0x18 Remu "remu" Alu arithmetic::remu User;
            /// Bitwise and.
            /// Operation: `rd = ra & x`.
            /// Traps: none.
            /// Example: `and r1, r2, 0xff`.
            0x19 And "and" Alu arithmetic::and User;
            /// Bitwise or.
            /// Operation: `rd = ra | x`.
            /// Traps: none.
            /// Example: `or r1, r2, r3`.
            0x1a Or "or" Alu arithmetic::or User;
            /// Bitwise exclusive or; with -1 it inverts every bit.
            /// Operation: `rd = ra ^ x`.
            /// Traps: none.
            /// Example: `xor r1, r2, -1`.
            0x1b Xor "xor" Alu arithmetic::xor User;
            /// Shifts left by the low six bits of `x`.
            /// Operation: `rd = ra << (x & 63)`.
            /// Traps: none.
            /// Example: `shl r1, r2, 4`.
            0x1c Shl "shl" Alu arithmetic::shl User;
            /// Shifts right by the low six bits of `x`, bringing in zeros.
            /// Operation: `rd = ra >> (x & 63), unsigned`.
            /// Traps: none.
            /// Example: `shr r1, r2, r3`.
            0x1d Shr "shr" Alu arithmetic::shr User;
            /// Shifts right by the low six bits of `x`, bringing in the sign.
            /// Operation: `rd = ra >> (x & 63), signed`.
            /// Traps: none.
            /// Example: `sar r1, r2, 63`.
            0x1e Sar "sar" Alu arithmetic::sar User;
            /// Rotates left by the low six bits of `x`.
            /// Operation: `rd = ra rotated left by (x & 63)`.
            /// Traps: none.
            /// Example: `rotl r1, r2, 13`.
            0x1f Rotl "rotl" Alu arithmetic::rotl User;
            /// 1 if `ra` is less than `x` as signed numbers, else 0.
            /// Operation: `rd = ra < x, signed`.
            /// Traps: none.
            /// Example: `slt r1, r2, r3`.
            0x20 Slt "slt" Alu arithmetic::slt User;
            /// 1 if `ra` is less than `x` as unsigned numbers, else 0.
            /// Operation: `rd = ra < x, unsigned`.
            /// Traps: none.
            /// Example: `sltu r1, r2, 100`.
            0x21 Sltu "sltu" Alu arithmetic::sltu User;
            /// 1 if `ra` equals `x`, else 0.
            /// Operation: `rd = ra == x`.
            /// Traps: none.
            /// Example: `seq r1, r2, 0`.
            0x22 Seq "seq" Alu arithmetic::seq User;
            /// 1 if `ra` differs from `x`, else 0.
            /// Operation: `rd = ra != x`.
            /// Traps: none.
            /// Example: `sne r1, r2, 0`.
            0x23 Sne "sne" Alu arithmetic::sne User;
            /// Adds the low halves; the 32-bit sum, sign-extended.
            /// Operation: `rd = sign32(ra + x)`.
            /// Traps: none.
            /// Example: `addw r1, r2, 1`.
            0x24 Addw "addw" Alu arithmetic::addw User;
            /// Subtracts the low halves; the 32-bit difference, sign-extended.
            /// Operation: `rd = sign32(ra - x)`.
            /// Traps: none.
            /// Example: `subw r1, r2, r3`.
            0x25 Subw "subw" Alu arithmetic::subw User;
            /// Multiplies the low halves; the low 32 bits of the product, sign-extended.
            /// Operation: `rd = sign32(ra * x)`.
            /// Traps: none.
            /// Example: `mulw r1, r2, r3`.
            0x26 Mulw "mulw" Alu arithmetic::mulw User;
            /// Divides the low halves as signed numbers, rounding towards zero.
            /// Operation: `rd = sign32(ra / x), signed`.
            /// Traps: divide.
            /// Example: `divw r1, r2, 3`.
            0x27 Divw "divw" Alu arithmetic::divw User;
            /// Divides the low halves as unsigned numbers; the quotient is sign-extended.
            /// Operation: `rd = sign32(ra / x), unsigned`.
            /// Traps: divide.
            /// Example: `divuw r1, r2, 3`.
            0x28 Divuw "divuw" Alu arithmetic::divuw User;
            /// Remainder of the low halves as signed numbers.
            /// Operation: `rd = sign32(ra % x), signed`.
            /// Traps: divide.
            /// Example: `remw r1, r2, 3`.
            0x29 Remw "remw" Alu arithmetic::remw User;
            /// Remainder of the low halves as unsigned numbers; it is sign-extended.
            /// Operation: `rd = sign32(ra % x), unsigned`.
            /// Traps: divide.
            /// Example: `remuw r1, r2, 3`.
            0x2a Remuw "remuw" Alu arithmetic::remuw User;
            /// Shifts the low half left by the low five bits of `x`; the result is sign-extended.
            /// Operation: `rd = sign32(ra << (x & 31))`.
            /// Traps: none.
            /// Example: `shlw r1, r2, 4`.
            0x2b Shlw "shlw" Alu arithmetic::shlw User;
            /// Shifts the low half right by the low five bits of `x`, bringing in zeros; the result
            /// is sign-extended.
            /// Operation: `rd = sign32(ra >> (x & 31)), unsigned`.
            /// Traps: none.
            /// Example: `shrw r1, r2, 4`.
            0x2c Shrw "shrw" Alu arithmetic::shrw User;
            /// Shifts the low half right by the low five bits of `x`, bringing in its sign.
            /// Operation: `rd = sign32(ra >> (x & 31)), signed`.
            /// Traps: none.
            /// Example: `sarw r1, r2, 4`.
            0x2d Sarw "sarw" Alu arithmetic::sarw User;
            /// Sets the high half of a word: with `add` it makes any number of 64 bits in two
            /// instructions.
            /// Operation: `rd = (ra & 0xffffffff) | imm << 32`.
            /// Traps: none.
            /// Example: `seth r1, r1, 0x12345678`.
            0x2e Seth "seth" AluImmediate arithmetic::seth User;
            /// Counts the zeros above the highest one; 64 for zero.
            /// Operation: `rd = leading zeros of ra`.
            /// Traps: none.
            /// Example: `clz r1, r2`.
            0x30 Clz "clz" Unary arithmetic::clz User;
            /// Counts the zeros below the lowest one; 64 for zero.
            /// Operation: `rd = trailing zeros of ra`.
            /// Traps: none.
            /// Example: `ctz r1, r2`.
            0x31 Ctz "ctz" Unary arithmetic::ctz User;
            /// Counts the ones.
            /// Operation: `rd = ones in ra`.
            /// Traps: none.
            /// Example: `popcnt r1, r2`.
            0x32 Popcnt "popcnt" Unary arithmetic::popcnt User;
            /// Reverses the order of the eight bytes.
            /// Operation: `rd = bytes of ra reversed`.
            /// Traps: none.
            /// Example: `bswap r1, r2`.
            0x33 Bswap "bswap" Unary arithmetic::bswap User;
            /// Sign-extends the low byte.
            /// Operation: `rd = sign8(ra)`.
            /// Traps: none.
            /// Example: `sxb r1, r2`.
            0x34 Sxb "sxb" Unary arithmetic::sxb User;
            /// Sign-extends the low two bytes.
            /// Operation: `rd = sign16(ra)`.
            /// Traps: none.
            /// Example: `sxh r1, r2`.
            0x35 Sxh "sxh" Unary arithmetic::sxh User;
            /// Sign-extends the low four bytes.
            /// Operation: `rd = sign32(ra)`.
            /// Traps: none.
            /// Example: `sxw r1, r2`.
            0x36 Sxw "sxw" Unary arithmetic::sxw User;
            /// Clears the high half.
            /// Operation: `rd = ra & 0xffffffff`.
            /// Traps: none.
            /// Example: `zxw r1, r2`.
            0x37 Zxw "zxw" Unary arithmetic::zxw User;
            /// Chooses one of two words.
            /// Operation: `rd = if ra != 0 { rb } else { rc }`.
            /// Traps: none.
            /// Example: `sel r1, r2, r3, r4`.
            0x38 Sel "sel" Ternary arithmetic::sel User;
            /// Chooses one of two capabilities.
            /// Operation: `cd = if ra != 0 { cb } else { cc }`.
            /// Traps: none.
            /// Example: `selc c1, r2, c3, c4`.
            0x39 Selc "selc" CapabilitySelect capability::selc User;

            // Branches, jumps, calls.

            /// Branches if equal. The new place is checked when its instruction is fetched.
            /// Operation: `if ra == x { pc = pc + target }`.
            /// Traps: cursor.
            /// Example: `beq r1, 10, $ + 16`.
            0x40 Beq "beq" Branch control::beq User;
            /// Branches if different. The new place is checked when its instruction is fetched.
            /// Operation: `if ra != x { pc = pc + target }`.
            /// Traps: cursor.
            /// Example: `bne r1, 10, $ + 16`.
            0x41 Bne "bne" Branch control::bne User;
            /// Branches if less, as signed numbers. The new place is checked when its instruction
            /// is fetched.
            /// Operation: `if ra < x, signed { pc = pc + target }`.
            /// Traps: cursor.
            /// Example: `blt r1, 10, $ + 16`.
            0x42 Blt "blt" Branch control::blt User;
            /// Branches if greater or equal, as signed numbers. The new place is checked when its
            /// instruction is fetched.
            /// Operation: `if ra >= x, signed { pc = pc + target }`.
            /// Traps: cursor.
            /// Example: `bge r1, 10, $ + 16`.
            0x43 Bge "bge" Branch control::bge User;
            /// Branches if less, as unsigned numbers. The new place is checked when its instruction
            /// is fetched.
            /// Operation: `if ra < x, unsigned { pc = pc + target }`.
            /// Traps: cursor.
            /// Example: `bltu r1, 10, $ + 16`.
            0x44 Bltu "bltu" Branch control::bltu User;
            /// Branches if greater or equal, as unsigned numbers. The new place is checked when its
            /// instruction is fetched.
            /// Operation: `if ra >= x, unsigned { pc = pc + target }`.
            /// Traps: cursor.
            /// Example: `bgeu r1, 10, $ + 16`.
            0x45 Bgeu "bgeu" Branch control::bgeu User;
            /// Jumps within the text.
            /// Operation: `pc = pc + target`.
            /// Traps: cursor.
            /// Example: `j $ + 8`.
            0x46 J "j" Jump control::j User;
            /// Calls a procedure of the same text. The link is a return capability to the next
            /// instruction.
            /// Operation: `cd = return capability of pc + 8; pc = pc + target`.
            /// Traps: cursor.
            /// Example: `call c7, $ + 64`.
            0x47 Call "call" Call control::call User;
            /// Calls through an entry capability, in the same ring or, at a gate, in an inner one.
            /// A call in the same ring needs an entry of exactly the current ring and continues
            /// with the bounds of the entry. An inward call, from a ring above the segment's second
            /// bracket, must name a gate; it continues in the ring of that bracket, with the whole
            /// segment as text and the stack of that ring. An outward call traps.
            /// Operation: `target = ca; cd = return capability of pc + 8; pc = target, or at a gate the whole segment at ring r2, with that ring's stack in c15`.
            /// Traps: access gate cursor.
            /// Example: `callc c7, c1`.
            0x48 Callc "callc" CapabilityUnary control::callc User;
            /// Jumps through a capability to text of exactly the current ring, and continues with
            /// its bounds.
            /// Operation: `pc = ca`.
            /// Traps: access.
            /// Example: `jmpc c1`.
            0x49 Jmpc "jmpc" Capability control::jmpc User;
            /// Returns through a return capability, to its ring, which must not be inside the
            /// current one. Going outward it takes the stack of that ring, raises every capability
            /// register that is not sealed by software to that ring, keeps r1, r2, c1 and the
            /// preserved registers r16 to r31 and c8 to c14, and clears the rest.
            /// Operation: `pc = ca as text; if its ring is outward, stacks are exchanged and registers cleared and raised`.
            /// Traps: access.
            /// Example: `ret c7`.
            0x4a Ret "ret" Capability control::ret User;
            /// Makes a capability to a place in the running text, with the bounds and the ring of
            /// the program counter.
            /// Operation: `cd = pc + target`.
            /// Traps: cursor.
            /// Example: `cpc c1, $ + 32`.
            0x4b Cpc "cpc" Call control::cpc User;
            /// Traps with cause `software`; the number is the offset in the trap record.
            /// Operation: `trap with offset imm`.
            /// Traps: software.
            /// Example: `trap 7`.
            0x4c Trap "trap" Number system::trap User;

            // Loads and stores.

            /// Loads a byte, zero-extended.
            /// Operation: `rd = memory8[m]`.
            /// Traps: access.
            /// Example: `ldb r1, [c2 + r3 + 16]`.
            0x50 Ldb "ldb" Load memory::ldb User;
            /// Loads a byte, sign-extended.
            /// Operation: `rd = sign8(memory8[m])`.
            /// Traps: access.
            /// Example: `ldsb r1, [c2 + r3 + 16]`.
            0x51 Ldsb "ldsb" Load memory::ldsb User;
            /// Loads two bytes, zero-extended.
            /// Operation: `rd = memory16[m]`.
            /// Traps: access.
            /// Example: `ldh r1, [c2 + r3 << 1 + 16]`.
            0x52 Ldh "ldh" Load memory::ldh User;
            /// Loads two bytes, sign-extended.
            /// Operation: `rd = sign16(memory16[m])`.
            /// Traps: access.
            /// Example: `ldsh r1, [c2 + r3 << 1 + 16]`.
            0x53 Ldsh "ldsh" Load memory::ldsh User;
            /// Loads four bytes, zero-extended.
            /// Operation: `rd = memory32[m]`.
            /// Traps: access.
            /// Example: `ldw r1, [c2 + r3 << 2 + 16]`.
            0x54 Ldw "ldw" Load memory::ldw User;
            /// Loads four bytes, sign-extended.
            /// Operation: `rd = sign32(memory32[m])`.
            /// Traps: access.
            /// Example: `ldsw r1, [c2 + r3 << 2 + 16]`.
            0x55 Ldsw "ldsw" Load memory::ldsw User;
            /// Loads eight bytes.
            /// Operation: `rd = memory64[m]`.
            /// Traps: access.
            /// Example: `ld r1, [c2 + r3 << 3 + 16]`.
            0x56 Ld "ld" Load memory::ld User;
            /// Loads sixteen aligned bytes and their tag into a capability register. The tag is
            /// kept only where the capability may load capabilities, the segment may hold this one,
            /// and the page is the machine's own. What is loaded gets at least the ring of the
            /// capability it came through and of the segment's first bracket; without load-mutable
            /// it loses its rights to write.
            /// Operation: `cd = granule[m], weakened by what it came through`.
            /// Traps: access.
            /// Example: `ldc c1, [c2 + 16]`.
            0x57 Ldc "ldc" LoadCapability memory::ldc User;
            /// Stores the low byte. Every granule that it touches loses its tag.
            /// Operation: `memory8[m] = ra`.
            /// Traps: access.
            /// Example: `stb r1, [c2 + r3]`.
            0x58 Stb "stb" Store memory::stb User;
            /// Stores the low two bytes. Every granule that it touches loses its tag.
            /// Operation: `memory16[m] = ra`.
            /// Traps: access.
            /// Example: `sth r1, [c2 + r3 << 1]`.
            0x59 Sth "sth" Store memory::sth User;
            /// Stores the low four bytes. Every granule that it touches loses its tag.
            /// Operation: `memory32[m] = ra`.
            /// Traps: access.
            /// Example: `stw r1, [c2 + r3 << 2]`.
            0x5a Stw "stw" Store memory::stw User;
            /// Stores eight bytes. Every granule that it touches loses its tag.
            /// Operation: `memory64[m] = ra`.
            /// Traps: access.
            /// Example: `st r1, [c2 + r3 << 3]`.
            0x5b St "st" Store memory::st User;
            /// Stores a capability register into sixteen aligned bytes, with its tag. A tagged
            /// value needs store-capability and a segment that may hold it; in a page of another
            /// machine it is stored without its tag.
            /// Operation: `granule[m] = ca`.
            /// Traps: access hold.
            /// Example: `stc c1, [c15 + 32]`.
            0x5c Stc "stc" StoreCapability memory::stc User;
            /// Loads a capability constant: slot `imm` of the linkage segment that the running text
            /// names for the current ring. So text is pure, and each process and ring has its own
            /// links. An untagged slot traps with cause `link`, which a linker handles by filling
            /// the slot; the instruction then runs again.
            /// Operation: `cd = granule[linkage of the text + current ring, 16 * imm]`.
            /// Traps: access link.
            /// Example: `ldk c1, 3`.
            0x5d Ldk "ldk" CapabilityImmediate memory::ldk User;

            // Atomic operations. Each needs the right to read and to write.

            /// Exchanges eight bytes. The granules lose their tags.
            /// Operation: `rd, memory64[m] = memory64[m], rb`.
            /// Traps: access.
            /// Example: `swap r1, r2, [c3 + 8]`.
            0x60 Swap "swap" Atomic atomic::swap User;
            /// Compares eight bytes with `rd` and, if equal, stores `rb`. `rd` gets what was there.
            /// What is stored clears the tags of its granules; a comparison that fails stores
            /// nothing.
            /// Operation: `old = memory64[m]; if old == rd { memory64[m] = rb }; rd = old`.
            /// Traps: access.
            /// Example: `cas r1, r2, [c3 + 8]`.
            0x61 Cas "cas" Atomic atomic::cas User;
            /// Adds to eight bytes. `rd` gets what was there; what it held before does not matter.
            /// The granules lose their tags.
            /// Operation: `rd, memory64[m] = memory64[m], memory64[m] + rb`.
            /// Traps: access.
            /// Example: `xadd r1, r2, [c3 + 8]`.
            0x62 Xadd "xadd" Atomic atomic::xadd User;
            /// Exchanges four bytes; the old ones are sign-extended. The granules lose their tags.
            /// Operation: `rd, memory32[m] = sign32(memory32[m]), rb`.
            /// Traps: access.
            /// Example: `swapw r1, r2, [c3 + 8]`.
            0x63 Swapw "swapw" Atomic atomic::swapw User;
            /// Compares four bytes with the low half of `rd` and, if equal, stores `rb`. `rd` gets
            /// what was there, sign-extended. What is stored clears the tags of its granules; a
            /// comparison that fails stores nothing.
            /// Operation: `old = memory32[m]; if old == low32(rd) { memory32[m] = rb }; rd = sign32(old)`.
            /// Traps: access.
            /// Example: `casw r1, r2, [c3 + 8]`.
            0x64 Casw "casw" Atomic atomic::casw User;
            /// Adds to four bytes. `rd` gets what was there, sign-extended. The granules lose their
            /// tags.
            /// Operation: `rd, memory32[m] = sign32(memory32[m]), memory32[m] + rb`.
            /// Traps: access.
            /// Example: `xaddw r1, r2, [c3 + 8]`.
            0x65 Xaddw "xaddw" Atomic atomic::xaddw User;
            /// Exchanges a capability with memory, tags included, by the rules of `ldc` and `stc`.
            /// Operation: `cd, granule[m] = granule[m], cb`.
            /// Traps: access hold.
            /// Example: `swapc c1, c2, [c3]`.
            0x66 Swapc "swapc" AtomicCapability atomic::swapc User;
            /// Compares a capability in memory with `cd`, bits and tag as `ldc` would load them,
            /// and, if equal, stores `cb`. `cd` gets what was there.
            /// Operation: `old = granule[m]; if old == cd { granule[m] = cb }; cd = old`.
            /// Traps: access hold.
            /// Example: `casc c1, c2, [c3 + 16]`.
            0x67 Casc "casc" AtomicCapability atomic::casc User;

            // Capabilities.

            /// Copies a capability register.
            /// Operation: `cd = ca`.
            /// Traps: none.
            /// Example: `cmov c1, c2`.
            0x70 Cmov "cmov" CapabilityUnary capability::cmov User;
            /// Moves the cursor by a signed number of bytes. The cursor may leave the bounds, which
            /// are checked on use, but not 32 bits. An untagged value is added to as a word of 64
            /// bits.
            /// Operation: `cd = ca with cursor + x`.
            /// Traps: seal cursor.
            /// Example: `cadd c1, c2, r3 << 3 - 16`.
            0x71 Cadd "cadd" Derive capability::cadd User;
            /// Sets the cursor to a byte offset in the segment; in an untagged value, the low word.
            /// Operation: `cd = ca with cursor x`.
            /// Traps: seal cursor.
            /// Example: `cseek c1, c2, 0x100`.
            0x72 Cseek "cseek" Derive capability::cseek User;
            /// Narrows a capability to the `x` bytes from its cursor on. Bounds are exact and only
            /// ever shrink.
            /// Operation: `cd = ca with bounds [cursor, cursor + x)`.
            /// Traps: tag seal bounds.
            /// Example: `cbound c1, c2, 64`.
            0x73 Cbound "cbound" Derive capability::cbound User;
            /// Removes the permissions that `x` does not name, and those that are not legal without
            /// them.
            /// Operation: `cd = ca with permissions & x`.
            /// Traps: tag seal.
            /// Example: `cperm c1, c2, 1`.
            0x74 Cperm "cperm" Derive capability::cperm User;
            /// Weakens a capability to ring `x`, which must not be inside its own.
            /// Operation: `cd = ca with ring x`.
            /// Traps: tag seal ring.
            /// Example: `cring c1, c2, 4`.
            0x75 Cring "cring" Derive capability::cring User;
            /// Makes an entry capability of one to text: it can only be called.
            /// Operation: `cd = ca with kind entry`.
            /// Traps: tag seal permission.
            /// Example: `centry c1, c2`.
            0x76 Centry "centry" CapabilityUnary capability::centry User;
            /// Makes a return capability of one to text: it can only be returned through.
            /// Operation: `cd = ca with kind return`.
            /// Traps: tag seal permission.
            /// Example: `creturn c7, c2`.
            0x77 Creturn "creturn" CapabilityUnary capability::creturn User;
            /// Seals a capability with the object type that the cursor of an authority names. A
            /// sealed capability can be moved, but neither used nor changed, until it is unsealed.
            /// Operation: `cd = ca with kind cursor of cb`.
            /// Traps: tag seal permission bounds segment.
            /// Example: `cseal c1, c2, c3`.
            0x78 Cseal "cseal" CapabilityBinary capability::cseal User;
            /// Unseals a capability by an authority over its object type. The result is no stronger
            /// than the current ring.
            /// Operation: `cd = ca with kind data and ring max(ring, current)`.
            /// Traps: tag seal permission bounds segment.
            /// Example: `cunseal c1, c2, c3`.
            0x79 Cunseal "cunseal" CapabilityBinary capability::cunseal User;
            /// Makes a capability from the bits of `cb` if they ask for no more than `ca` has: what
            /// was saved as plain data comes back to life under an authority that covers it.
            /// Operation: `cd = bits of cb, tagged, if within ca`.
            /// Traps: tag seal permission bounds segment generation ring.
            /// Example: `cbuild c1, c2, c3`.
            0x7a Cbuild "cbuild" CapabilityBinary capability::cbuild User;
            /// Drops the tag and keeps the bits.
            /// Operation: `cd = bits of ca, untagged`.
            /// Traps: none.
            /// Example: `cuntag c1, c2`.
            0x7b Cuntag "cuntag" CapabilityUnary capability::cuntag User;
            /// Puts two words into a capability register, untagged: `ra` is the low one.
            /// Operation: `cd = rb << 64 | ra, untagged`.
            /// Traps: none.
            /// Example: `cpack c1, r1, r2`.
            0x7c Cpack "cpack" CapabilityWords capability::cpack User;
            /// Reads a field of a capability, tagged or not.
            /// Operation: `rd = field of ca`.
            /// Traps: none.
            /// Example: `cget r1, c2, length`.
            0x7d Cget "cget" CapabilityGet capability::cget User;
            /// Subtracts addresses: within one segment the difference of the cursors.
            /// Operation: `rd = address of ca - address of cb`.
            /// Traps: none.
            /// Example: `csub r1, c2, c3`.
            0x7e Csub "csub" CapabilityCompare capability::csub User;
            /// 1 if bits and tag are equal, else 0.
            /// Operation: `rd = ca == cb`.
            /// Traps: none.
            /// Example: `csame r1, c2, c3`.
            0x7f Csame "csame" CapabilityCompare capability::csame User;
            /// Asks whether an access of `rb` bytes at the cursor of `ca` would pass the
            /// capability, bracket and label checks, without making it. The result is 0, or the set
            /// of checks that fail, a bit for each cause. A page that is absent counts as
            /// accessible, since its absence can be mended. Capability and descriptor are asked for
            /// all the bytes, but labels, owners and where pages lead for the first 4096 alone; who
            /// wants to know them of more asks in pieces.
            /// Operation: `rd = checks that an access of this kind would fail`.
            /// Traps: none.
            /// Example: `probe r1, c2, r3, write`.
            0x80 Probe "probe" Probe capability::probe User;
            /// Makes a capability of the machine's own namespace from two words: `ra` is the low
            /// one, with cursor, segment, ring, generation and kind, `rb` the high one, with base,
            /// limit and permissions. Kinds that software seals cannot be minted.
            /// Operation: `cd = rb << 64 | ra, tagged`.
            /// Traps: seal bounds permission segment.
            /// Example: `mint c1, r1, r2`.
            0x81 Mint "mint" CapabilityWords capability::mint Privileged(Mint);

            // Blocks of memory. A step does one chunk, up to the next multiple of 4096 of either
            // offset; progress is in the registers, so an interrupt or a trap loses nothing. Each
            // chunk is checked whole and moves nothing if a byte of it fails; length 0 is one
            // step.

            /// Copies `rc` bytes from `cb` to `ca`, which may overlap. Granules that both ends
            /// cover whole, at aligned places, keep their tags by the rules of `ldc` and `stc`; all
            /// else is data. Upward, both cursors advance. While the operands are of one segment
            /// and `ca` lies within what is left of the source, it goes downward from the end, and
            /// the cursors stay.
            /// Operation: `while rc > 0 { a chunk from cb to ca; rc = rc - chunk }`.
            /// Traps: access hold.
            /// Example: `copy c1, c2, r3`.
            0x88 Copy "copy" BlockPair block::copy User;
            /// Fills `rc` bytes at `ca` with the low byte of `rb`. Tags are cleared, labels stay.
            /// Operation: `while rc > 0 { a chunk at ca; ca = ca + chunk; rc = rc - chunk }`.
            /// Traps: access.
            /// Example: `fill c1, r0, r3`.
            0x89 Fill "fill" BlockValue block::fill User;
            /// Compares `rc` bytes at `ca` and `cb`. It stops at the first that differ, with both
            /// cursors on them and in `rc` what is left, or with `rc` 0 if all are equal.
            /// Operation: `while rc > 0 and byte[ca] == byte[cb] { ca, cb, rc = ca + 1, cb + 1, rc - 1 }`.
            /// Traps: access.
            /// Example: `cmpb c1, c2, r3`.
            0x8a Cmpb "cmpb" BlockPair block::cmpb User;
            /// Gives the granules of `rc` bytes at `ca`, both multiples of 16, the label in the low
            /// byte of `rb`. Data and tags stay. The pages must be the machine's own.
            /// Operation: `while rc > 0 { label of a chunk at ca = rb; ca = ca + chunk; rc = rc - chunk }`.
            /// Traps: access owner.
            /// Example: `relabel c1, r2, r3`.
            0x8b Relabel "relabel" BlockValue block::relabel Privileged(Label);
            /// Gives the pages of `rc` bytes at `ca`, both multiples of 4096, to the machine one
            /// level deeper: tags are cleared, and their labels, which must all be the segment's,
            /// become 0. A step does one page.
            /// Operation: `while rc > 0 { page at ca: owner 1 deeper, tags clear, labels 0; ca = ca + 4096; rc = rc - 4096 }`.
            /// Traps: access hold label owner.
            /// Example: `lend c1, r2`.
            0x8c Lend "lend" Block block::lend Sensitive(Owner);
            /// Takes the pages of `rc` bytes at `ca`, both multiples of 4096, back from deeper
            /// machines: tags are cleared, and labels become the segment's. A page that is the
            /// machine's own traps, since its labels are not everyone's to change. A step does one
            /// page.
            /// Operation: `while rc > 0 { page at ca: owner mine, tags clear, labels the segment's; ca = ca + 4096; rc = rc - 4096 }`.
            /// Traps: access hold owner.
            /// Example: `reclaim c1, r2`.
            0x8d Reclaim "reclaim" Block block::reclaim Sensitive(Owner);
            /// Copies the page at `cb` to the page at `ca`: bytes, tags, labels and owner. Both
            /// cursors must be multiples of 4096.
            /// Operation: `page[ca] = page[cb], with tags, labels and owner`.
            /// Traps: access.
            /// Example: `movepage c1, c2`.
            0x8e Movepage "movepage" Capabilities block::movepage Privileged(Owner);
            /// Reads the tag of a granule as plain data: bit 0 says that a capability is here, bits
            /// 8 to 15 are the label, and bits 16 to 31 the owner of the page, as the number of
            /// levels deeper. In pages of its own a machine does this in ring 0 alone.
            /// Operation: `rd = tag of granule[m]`.
            /// Traps: access privilege.
            /// Example: `ldtag r1, [c2 + 16]`.
            0x8f Ldtag "ldtag" LoadTag block::ldtag Sensitive(Owner);
            /// Writes the tag of a granule, as `ldtag` reads it. The bits of the granule stay, and
            /// are tagged only if they could be a capability's. The owner of a page can change only
            /// from one deeper machine to another. In pages of its own a machine does this in ring
            /// 0 alone.
            /// Operation: `tag of granule[m] = ra`.
            /// Traps: access hold owner privilege.
            /// Example: `sttag r1, [c2 + 16]`.
            0x90 Sttag "sttag" StoreTag block::sttag Sensitive(Owner);

            // Floating point, IEEE 754, rounding to the nearest, ties to even. A result that is no
            // number is the canonical one. Single precision lives in the low half of a register;
            // results have the high half zero.

            /// Adds in double precision.
            /// Operation: `rd = ra + rb`.
            /// Traps: none.
            /// Example: `fadd.d r1, r2, r3`.
            0xa0 FaddD "fadd.d" Binary float::fadd_d User;
            /// Subtracts in double precision.
            /// Operation: `rd = ra - rb`.
            /// Traps: none.
            /// Example: `fsub.d r1, r2, r3`.
            0xa1 FsubD "fsub.d" Binary float::fsub_d User;
            /// Multiplies in double precision.
            /// Operation: `rd = ra * rb`.
            /// Traps: none.
            /// Example: `fmul.d r1, r2, r3`.
            0xa2 FmulD "fmul.d" Binary float::fmul_d User;
            /// Divides in double precision.
            /// Operation: `rd = ra / rb`.
            /// Traps: none.
            /// Example: `fdiv.d r1, r2, r3`.
            0xa3 FdivD "fdiv.d" Binary float::fdiv_d User;
            /// Square root in double precision.
            /// Operation: `rd = square root of ra`.
            /// Traps: none.
            /// Example: `fsqrt.d r1, r2`.
            0xa4 FsqrtD "fsqrt.d" Unary float::fsqrt_d User;
            /// Multiplies and adds in double precision with one rounding.
            /// Operation: `rd = ra * rb + rc`.
            /// Traps: none.
            /// Example: `fma.d r1, r2, r3, r4`.
            0xa5 FmaD "fma.d" Ternary float::fma_d User;
            /// The smaller in double precision; of a number and what is none, the number; -0 is
            /// below 0.
            /// Operation: `rd = min(ra, rb)`.
            /// Traps: none.
            /// Example: `fmin.d r1, r2, r3`.
            0xa6 FminD "fmin.d" Binary float::fmin_d User;
            /// The larger in double precision; of a number and what is none, the number; 0 is above
            /// -0.
            /// Operation: `rd = max(ra, rb)`.
            /// Traps: none.
            /// Example: `fmax.d r1, r2, r3`.
            0xa7 FmaxD "fmax.d" Binary float::fmax_d User;
            /// 1 if `ra` is equal in double precision, else 0; 0 if either is no number.
            /// Operation: `rd = ra == rb`.
            /// Traps: none.
            /// Example: `feq.d r1, r2, r3`.
            0xa8 FeqD "feq.d" Binary float::feq_d User;
            /// 1 if `ra` is less in double precision, else 0; 0 if either is no number.
            /// Operation: `rd = ra < rb`.
            /// Traps: none.
            /// Example: `flt.d r1, r2, r3`.
            0xa9 FltD "flt.d" Binary float::flt_d User;
            /// 1 if `ra` is less or equal in double precision, else 0; 0 if either is no number.
            /// Operation: `rd = ra <= rb`.
            /// Traps: none.
            /// Example: `fle.d r1, r2, r3`.
            0xaa FleD "fle.d" Binary float::fle_d User;
            /// Adds in single precision.
            /// Operation: `rd = ra + rb`.
            /// Traps: none.
            /// Example: `fadd.s r1, r2, r3`.
            0xab FaddS "fadd.s" Binary float::fadd_s User;
            /// Subtracts in single precision.
            /// Operation: `rd = ra - rb`.
            /// Traps: none.
            /// Example: `fsub.s r1, r2, r3`.
            0xac FsubS "fsub.s" Binary float::fsub_s User;
            /// Multiplies in single precision.
            /// Operation: `rd = ra * rb`.
            /// Traps: none.
            /// Example: `fmul.s r1, r2, r3`.
            0xad FmulS "fmul.s" Binary float::fmul_s User;
            /// Divides in single precision.
            /// Operation: `rd = ra / rb`.
            /// Traps: none.
            /// Example: `fdiv.s r1, r2, r3`.
            0xae FdivS "fdiv.s" Binary float::fdiv_s User;
            /// Square root in single precision.
            /// Operation: `rd = square root of ra`.
            /// Traps: none.
            /// Example: `fsqrt.s r1, r2`.
            0xaf FsqrtS "fsqrt.s" Unary float::fsqrt_s User;
            /// Multiplies and adds in single precision with one rounding.
            /// Operation: `rd = ra * rb + rc`.
            /// Traps: none.
            /// Example: `fma.s r1, r2, r3, r4`.
            0xb0 FmaS "fma.s" Ternary float::fma_s User;
            /// The smaller in single precision; of a number and what is none, the number; -0 is
            /// below 0.
            /// Operation: `rd = min(ra, rb)`.
            /// Traps: none.
            /// Example: `fmin.s r1, r2, r3`.
            0xb1 FminS "fmin.s" Binary float::fmin_s User;
            /// The larger in single precision; of a number and what is none, the number; 0 is above
            /// -0.
            /// Operation: `rd = max(ra, rb)`.
            /// Traps: none.
            /// Example: `fmax.s r1, r2, r3`.
            0xb2 FmaxS "fmax.s" Binary float::fmax_s User;
            /// 1 if `ra` is equal in single precision, else 0; 0 if either is no number.
            /// Operation: `rd = ra == rb`.
            /// Traps: none.
            /// Example: `feq.s r1, r2, r3`.
            0xb3 FeqS "feq.s" Binary float::feq_s User;
            /// 1 if `ra` is less in single precision, else 0; 0 if either is no number.
            /// Operation: `rd = ra < rb`.
            /// Traps: none.
            /// Example: `flt.s r1, r2, r3`.
            0xb4 FltS "flt.s" Binary float::flt_s User;
            /// 1 if `ra` is less or equal in single precision, else 0; 0 if either is no number.
            /// Operation: `rd = ra <= rb`.
            /// Traps: none.
            /// Example: `fle.s r1, r2, r3`.
            0xb5 FleS "fle.s" Binary float::fle_s User;
            /// Signed number to double precision.
            /// Operation: `rd = double(ra), signed`.
            /// Traps: none.
            /// Example: `itod r1, r2`.
            0xb6 Itod "itod" Unary float::itod User;
            /// Unsigned number to double precision.
            /// Operation: `rd = double(ra), unsigned`.
            /// Traps: none.
            /// Example: `utod r1, r2`.
            0xb7 Utod "utod" Unary float::utod User;
            /// Double precision to a signed number, towards zero; beyond the range the nearest end,
            /// and 0 for no number.
            /// Operation: `rd = signed(ra)`.
            /// Traps: none.
            /// Example: `dtoi r1, r2`.
            0xb8 Dtoi "dtoi" Unary float::dtoi User;
            /// Double precision to an unsigned number, towards zero; beyond the range the nearest
            /// end, and 0 for no number.
            /// Operation: `rd = unsigned(ra)`.
            /// Traps: none.
            /// Example: `dtou r1, r2`.
            0xb9 Dtou "dtou" Unary float::dtou User;
            /// Signed number to single precision.
            /// Operation: `rd = single(ra), signed`.
            /// Traps: none.
            /// Example: `itos r1, r2`.
            0xba Itos "itos" Unary float::itos User;
            /// Unsigned number to single precision.
            /// Operation: `rd = single(ra), unsigned`.
            /// Traps: none.
            /// Example: `utos r1, r2`.
            0xbb Utos "utos" Unary float::utos User;
            /// Single precision to a signed number, towards zero; beyond the range the nearest end,
            /// and 0 for no number.
            /// Operation: `rd = signed(ra)`.
            /// Traps: none.
            /// Example: `stoi r1, r2`.
            0xbc Stoi "stoi" Unary float::stoi User;
            /// Single precision to an unsigned number, towards zero; beyond the range the nearest
            /// end, and 0 for no number.
            /// Operation: `rd = unsigned(ra)`.
            /// Traps: none.
            /// Example: `stou r1, r2`.
            0xbd Stou "stou" Unary float::stou User;
            /// Single to double precision, which is exact.
            /// Operation: `rd = double(ra)`.
            /// Traps: none.
            /// Example: `stod r1, r2`.
            0xbe Stod "stod" Unary float::stod User;
            /// Double to single precision, rounded.
            /// Operation: `rd = single(ra)`.
            /// Traps: none.
            /// Example: `dtos r1, r2`.
            0xbf Dtos "dtos" Unary float::dtos User;

            // The machine: time, devices, control, processes, guests.

            /// Reads the clock: the steps that this machine and its guests have done before this
            /// one.
            /// Operation: `rd = clock`.
            /// Traps: none.
            /// Example: `clock r1`.
            0xd0 Clock "clock" Result system::clock Sensitive(Clock);
            /// Does one whole operation of a device. `cb` is the device, `cc` the buffer, at its
            /// cursor; `rd` holds the number of bytes, at most 4096 of which are moved, or for a
            /// block device the number of the block, or the command of `control`. `rd` gets the
            /// number of bytes moved or the answer; a negative result is an error of the device.
            /// The buffer is checked like any access before the device acts, and what is moved into
            /// it carries no tags.
            /// Operation: `rd = device cb does the operation with buffer cc and argument rd`.
            /// Traps: access device.
            /// Example: `io r1, c2, c3, write`.
            0xd1 Io "io" Io system::io Sensitive(Io);
            /// Reads a control field.
            /// Operation: `rd = field`.
            /// Traps: none.
            /// Example: `getctl r1, timer`.
            0xd2 Getctl "getctl" ControlRead system::getctl Privileged(Control);
            /// Writes a control field; a field that cannot be written makes it illegal.
            /// Operation: `field = ra`.
            /// Traps: illegal.
            /// Example: `setctl masked, r1`.
            0xd3 Setctl "setctl" ControlWrite system::setctl Privileged(Control);
            /// Reads the stack pointer of ring `imm`; that of the current ring is c15. A number
            /// above 7 is illegal.
            /// Operation: `cd = stack pointer of ring imm`.
            /// Traps: illegal.
            /// Example: `getbank c1, 4`.
            0xd4 Getbank "getbank" CapabilityImmediate system::getbank Privileged(Control);
            /// Sets the stack pointer of ring `imm`, raised to that ring; that of the current ring
            /// is c15. A number above 7 is illegal.
            /// Operation: `stack pointer of ring imm = ca, raised to ring imm`.
            /// Traps: illegal.
            /// Example: `setbank c1, 4`.
            0xd5 Setbank "setbank" ImmediateCapability system::setbank Privileged(Control);
            /// Changes the process in one step: stores descriptor base and count, enabled lines,
            /// label masks and stack pointers into the process block at `cb`, loads them from the
            /// one at `ca`, and clears the tag of every capability register but c15 that names a
            /// private segment. What is loaded is read before anything is stored, so one block for
            /// both is exchanged. The stack pointer of ring 0 is c15. The program counter must be
            /// in a system segment.
            /// Operation: `new = process block[ca]; process block[cb] = process; process = new; private capabilities lose their tags`.
            /// Traps: access segment.
            /// Example: `setprocess c1, c2`.
            0xd6 Setprocess "setprocess" Capabilities system::setprocess Privileged(Process);
            /// Leaves a trap: takes the execution context at the stack pointer and continues it.
            /// Whatever it loads is raised to the ring it enters.
            /// Operation: `context = context[c15]; stack pointer of ring 0 = c15 + frame`.
            /// Traps: access.
            /// Example: `resume`.
            0xd7 Resume "resume" Plain system::resume Privileged(Resume);
            /// Waits until an enabled line is up, masked or not. While the timer is armed the clock
            /// advances a step at a time; with no timer a guest exits, and the outermost machine waits
            /// for its devices, and ends if none of them can ever be ready.
            /// Operation: `wait until up & lines is not 0`.
            /// Traps: none.
            /// Example: `wfi`.
            0xd8 Wfi "wfi" Plain system::wfi Privileged(Wait);
            /// Runs a guest until it exits. `ca` is its machine block, a page of the machine's own at
            /// the cursor; `cb` the window that is its memory, whole pages between base and limit;
            /// `cc` a table of 16 capabilities at the cursor, the devices of its slots. The block then
            /// says why the guest exited. A trap or an interrupt of the host suspends the guest into
            /// its block, and the instruction runs again. With no depth left it traps (`depth`).
            /// Operation: `run the guest of block ca in memory cb with devices cc`.
            /// Traps: access depth.
            /// Example: `vmrun c1, c2, c3`.
            0xd9 Vmrun "vmrun" ThreeCapabilities system::vmrun Sensitive(Machine);
        }
    };
}

macro_rules! opcodes {
    ($($(#[doc = $doc:literal])+ $number:literal $variant:ident $mnemonic:literal $format:ident $group:ident :: $function:ident $class:ident $(($intercept:ident))?;)+) => {
        /// An instruction of the table, by its opcode.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Opcode { $($(#[doc = $doc])+ $variant = $number,)+ }

        impl Opcode {
            /// Every instruction, in the order of the table.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$variant,)+];

            /// The instruction with this number, or `None`.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Opcode::$variant),)+
                    _ => None,
                }
            }

            /// The name in assembly.
            pub const fn mnemonic(self) -> &'static str {
                match self { $(Opcode::$variant => $mnemonic,)+ }
            }

            /// Which operands it has, and where.
            pub const fn format(self) -> Format {
                match self { $(Opcode::$variant => Format::$format,)+ }
            }

            /// Who may run it.
            pub const fn class(self) -> Class {
                match self { $(Opcode::$variant => opcodes!(@class $class $($intercept)?),)+ }
            }

            /// The group of the specification that carries it out.
            pub const fn group(self) -> &'static str {
                match self { $(Opcode::$variant => stringify!($group),)+ }
            }

            /// The manual's text, as it stands above the row.
            pub const fn text(self) -> &'static str {
                match self { $(Opcode::$variant => concat!($($doc, "\n"),+),)+ }
            }
        }
    };
    (@class User) => { Class::User };
    (@class $class:ident $intercept:ident) => { Class::$class(super::class::Intercept::$intercept) };
}

for_each_instruction!(opcodes);

impl Opcode {
    /// Its number, the first byte of the instruction.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The instruction with this mnemonic, or `None`.
    pub fn from_mnemonic(mnemonic: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|opcode| opcode.mnemonic() == mnemonic)
    }

    /// The instruction of this word, or `None` if the word is no valid
    /// encoding: the opcode is unknown, a register or name does not exist, a
    /// scale is too large, or an unused bit is set.
    pub fn of(word: u64) -> Option<Self> {
        Self::from_number((word & OPCODE_MASK) as u8).filter(|opcode| opcode.format().accepts(word))
    }

    /// What it does, in a paragraph.
    pub fn meaning(self) -> String {
        let lines: Vec<&str> = self
            .text()
            .lines()
            .map(str::trim)
            .take_while(|line| !line.starts_with("Operation:"))
            .collect();
        lines.join(" ")
    }

    /// The operation, in the notation of the manual.
    pub fn operation(self) -> &'static str {
        self.labelled("Operation:")
    }

    /// The names of the causes for which it can trap; *access* stands for
    /// every check of the rule of access.
    pub fn traps(self) -> impl Iterator<Item = &'static str> {
        self.labelled("Traps:")
            .split_whitespace()
            .filter(|cause| *cause != "none")
    }

    /// A line of assembly that uses it.
    pub fn example(self) -> &'static str {
        self.labelled("Example:")
    }

    fn labelled(self, label: &str) -> &'static str {
        self.text()
            .lines()
            .find_map(|line| line.trim().strip_prefix(label))
            .map_or("", |text| {
                text.trim().trim_end_matches('.').trim_matches('`')
            })
    }
}
