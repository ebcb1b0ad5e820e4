# quote.s
continue
info
