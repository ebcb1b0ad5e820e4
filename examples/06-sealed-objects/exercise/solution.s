; Accounts that only their maker can open, and views of them, through which nobody can pay. In the
; end main tries to.

        .text

        .proc main
        .alias console: c8
        .alias anna: c9
        .alias otto: c10
        .save  c8, c9, c10
        enter
        cmov  console, c2
        li    r1, 100
        call  open
        cmov  anna, c1
        li    r1, 20
        call  open
        cmov  otto, c1

        cmov  c1, anna                  ; main holds both accounts, and can say who pays
        cmov  c2, otto
        li    r1, 30
        call  pay
        cmov  c1, anna
        cmov  c2, console
        call  print_balance
        cmov  c1, otto
        cmov  c2, console
        call  print_balance

        cmov  c1, otto
        call  view
        cmov  otto, c1                  ; from here on main can only look
        cmov  c2, console
        call  print_balance
        cmov  c1, otto
        cmov  c2, anna
        li    r1, 1
        call  pay                       ; traps at the first cunseal
        li    r1, 0
        return
        .endproc

; --- Accounts: a capability to eight bytes of the table, sealed with a type that nothing else has ---

; Opens an account.
;   takes r1: its first balance
;   gives c1: the account
        .proc open
        la    c1, accounts
        la    c2, opened
        ld    r2, [c2]                  ; how many there are
        add   r3, r2, 1
        st    r3, [c2]
        cadd  c1, c1, r2 << 3           ; the next place in the table
        cbound c1, c1, 8                ; traps where the table is full
        st    r1, [c1]
        la    c2, key
        ldc   c2, [c2]                  ; the authority
        cseal c1, c1, c2                ; from here on c1 can be moved, and that is all
        ret
        .endproc

; Pays from one account to another, if there is enough.
;   takes c1: who pays; c2: who gets it; r1: how much
;   gives r1: 1 if it was paid, else 0
        .proc pay, amount: r1
        la    c3, key
        ldc   c3, [c3]
        cunseal c1, c1, c3              ; what is no account traps here
        cunseal c2, c2, c3
        ld    r2, [c1]
        bltu  r2, amount, poor
        sub   r2, r2, amount
        st    r2, [c1]
        ld    r3, [c2]
        add   r3, r3, amount
        st    r3, [c2]
        li    r1, 1
        ret
poor:   li    r1, 0
        ret
        .endproc

; Gives a view of an account: good for its balance, and for nothing else.
;   takes c1: the account
;   gives c1: the view
        .proc view
        la    c2, key
        ldc   c2, [c2]
        cunseal c1, c1, c2
        cadd  c2, c2, 1                 ; the second type
        cseal c1, c1, c2
        ret
        .endproc

; How much is on an account.
;   takes c1: the account, or a view of it
;   gives r1: its balance
        .proc balance
        la    c2, key
        ldc   c2, [c2]
        cget  r1, c1, kind
        cget  r2, c2, cursor
        beq   r1, r2, known             ; an account
        cadd  c2, c2, 1                 ; then it must be a view
known:  cunseal c1, c1, c2
        ld    r1, [c1]
        ret
        .endproc

; Prints a balance, and ends the line.
;   takes c1: the account, or a view of it; c2: the console
        .proc print_balance
        .save c8
        enter
        cmov  c8, c2
        call  balance
        cmov  c2, c8
        call  print_number
        return
        .endproc

; Prints a number in decimal, and ends the line.
;   takes r1: the number; c2: the console
        .proc print_number, number: r1, console: c2
        .local digits, 24
        enter
        li    r2, 23
        li    r3, '\n'
        stb   r3, [sp + r2 + digits]
next:   sub   r2, r2, 1
        remu  r3, number, 10
        add   r3, r3, '0'
        stb   r3, [sp + r2 + digits]
        divu  number, number, 10
        bnez  number, next
        cadd  c1, sp, r2 + digits
        neg   r3, r2
        add   r3, r3, 24
        io    r3, console, c1, write
        return
        .endproc

        .data
key:    .authority 2                    ; over two types: accounts, and views of them
opened: .dword 0
accounts:
        .space 8 * 8
