# borrow.s
# Begins at the fault, and goes back step by step: the load, then who took the right to write away.
continue
why
back 2
step
watch c1
rc
rc
where
