        .segment boot, rx, rings(0,0,0)
        nop
        .entry end
end:
