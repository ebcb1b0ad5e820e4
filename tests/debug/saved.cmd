# sum.s
until sum
save there
save nowhere/there
quit
step
