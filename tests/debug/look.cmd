# sum.s
break sum
continue
where
list
regs
caps
x table 32
