; The text of hosts that run their guest and do nothing else: when it has
; switched itself off they do so too, with its status. Anything else that they
; are told is a double fault.

        .segment host, rx, rings(0, 0, 0)
host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_reason]
        bne     r1, exit.power, surprised
        ld      r1, [c1 + machine.exit_operands]
        power_off r1
surprised:
        trap    98
