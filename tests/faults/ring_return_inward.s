; A return capability that an inner ring has left behind leads nowhere: only gates lead inward.
        .segment inner, rx, rings(1,1,4)
        .gate   leave, left
.proc left
        cpc     c1, $
        creturn c1, c1
        ret
.endproc

        .text
.proc main
        la      c4, leave
        callc   c4
        ret     c1
.endproc
