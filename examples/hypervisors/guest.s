; The guest of a hypervisor: an image in the file `guest`, beside this one.

        .segment image, r
        .incbin "guest"
