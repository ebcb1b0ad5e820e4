# ../../examples/21-whose-fault-is-it/main.s
# A page of level 5 is gone from the map of level 1: the account is that of level 1, and the run is where it was.
until step 2000
why
levels
