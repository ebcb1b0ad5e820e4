; Returns through a capability that is no return capability.
        .text
.proc main
        cpc     c7, $ + 8
        ret
.endproc
