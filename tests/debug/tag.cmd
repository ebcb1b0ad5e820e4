# tags.s
until main
watch tag slot
continue
x slot 16
continue
x slot 16
continue
reverse-continue
delete
watch word 4
reverse-continue
