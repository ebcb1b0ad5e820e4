# calls.s
until main
step 4
next
until 101
back 15
where
until plus
where
finish
finish
back 3
continue
