# sum.s
# Begins at the fault, and goes back to the instruction that narrowed the capability.
continue
why
watch c3
reverse-continue
caps
back
step
