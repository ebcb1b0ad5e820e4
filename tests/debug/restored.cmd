# saved main@2 nest 2 inner.s
# A machine that was saved with two in it: it goes on as it would have, and back as far as to where it was saved.
levels
back
until main+0x28@2
back 3
watch c3
reverse-continue
continue
delete
continue
why
