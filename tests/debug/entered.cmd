# nest 2 inner.s
break boot@1
break startup@2
continue
continue
where
step
levels
reverse-continue
reverse-continue
reverse-continue
levels
continue
