# echo.s
continue
input 7
continue
back 4
info
reverse-continue
watch r1
reverse-continue
until 104
until 101
