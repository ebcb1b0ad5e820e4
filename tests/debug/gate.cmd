# ../../examples/12-a-gate/main.s
# A call through a gate changes the ring; and a trap that ring 0 has handled is explained afterwards.
break unlock
continue
where
rings
step
finish
delete
until main.s:22
why
