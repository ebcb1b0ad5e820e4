# nest 3 inner.s
break main@3
continue
levels
map room
level 1
where
rings
level 3
step 2
where
