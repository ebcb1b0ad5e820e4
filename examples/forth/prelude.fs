\ The part of Forth that is written in Forth. It is interpreted when the program begins.

: over+ ( address n -- end address ) over + swap ;
: ? ( address -- ) @ . ;
: erase ( address n -- ) 0 fill ;
: blank ( address n -- ) bl fill ;
: chars ;
: char+ 1+ ;
: */ ( a b c -- n ) >r * r> / ;
: */mod ( a b c -- remainder n ) >r * r> /mod ;
: within ( n low high -- flag ) over - >r - r> u< ;
: roll ( xn ... x0 n -- ... x0 xn ) dup if swap >r 1- recurse r> swap else drop then ;
: 2variable create 0 , 0 , ;
: buffer: ( n -- ) create allot align ;
: d. ( d -- ) dup >r dup 0< if dnegate then <# #s r> sign #> type space ;

\ case: each `of` leaves a jump to the end, and `endcase` counts them.
: case ( -- 0 ) 0 ; immediate
: of ( n -- n ) 1+ >r postpone over postpone = postpone if postpone drop r> ; immediate
: endof ( n -- n ) >r postpone else r> ; immediate
: endcase ( n -- ) postpone drop 0 ?do postpone then loop ; immediate

: dump ( address n -- ) \ sixteen bytes a line
  base @ >r hex
  over+ ?do
    cr i 6 u.r space
    i 16 over+ ?do i c@ 0 <# # # #> type space loop
    i 16 over+ ?do i c@ dup bl 127 within 0= if drop [char] . then emit loop
  16 +loop cr
  r> base ! ;

.( Forth on Nestor: `words` lists what it knows, `see` shows a word, `bye` ends.)
