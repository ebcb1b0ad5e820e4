; Returns through a capability that is no return capability.
        .text
.proc main
        cpc     c7, $ + 16
        ret
        nop
.endproc
