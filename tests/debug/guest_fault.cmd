# nest 3 inner.s
# The guest three levels in is ended by a trap that nobody handles; who narrowed its capability?
continue
why
watch c3@3
reverse-continue
x room@3
step
