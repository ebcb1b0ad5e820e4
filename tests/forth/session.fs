1 echo !
\ --- Numbers, and the stack ---
1 2 + .
7 dup * 2/ .  -17 5 /mod . .
hex ff . decimal $ff . %1010 . 'A' emit
1 2 3 .s rot .s 2drop drop
1 2 3 4 2swap . . . .  1 2 3 2 pick . 2drop drop
-1 u.  1000000 s>d 3 0 d+ d.  1000000000000 1000000000000 um* d.
2 3 6 within . 4 3 6 within . 7 2 max . -3 abs .
: money ( cents -- ) s>d <# # # [char] . hold #s [char] $ hold #> type ;
123456 money
\ --- Loops ---
: stars 0 ?do [char] * emit loop ;
5 stars 0 stars
: table 4 1 do cr 4 1 do i j * 4 .r loop loop ;
table
: odd 20 0 do i 2 mod if i . then i 11 = if leave then loop ; odd
: threes 10 0 do i . 3 +loop ; threes
: back 0 10 do i . -2 +loop ; back
: down 10 begin dup . 3 - dup 0< until drop ; down
\ --- Recursion ---
: fib ( n -- n ) dup 2 < if exit then dup 1- recurse swap 2 - recurse + ;
: fibs 12 0 do i fib . loop ; fibs
: gcd ( a b -- n ) begin ?dup while tuck mod repeat ;
1071 462 gcd .
\ --- Strings ---
: greet ( address n -- ) ." Hello, " type ." !" ;
s" world" greet
s" abc" s" abd" compare . s" abc" s" abc" compare . s" b" s" abc" compare .
s" 6 7 * ." evaluate
pad 16 65 fill pad 8 type
\ --- Defining words ---
variable counter 5 counter ! 3 counter +! counter ?
42 constant answer answer .
: array ( n -- ) create cells allot does> ( i -- address ) swap cells + ;
10 array squares
: fill-squares 10 0 do i i * i squares ! loop ; fill-squares
7 squares @ .
7 value seven 8 to seven seven .
defer action ' stars is action 3 action
: day case 0 of ." Sunday" endof 6 of ." Saturday" endof ." day " dup . endcase ;
0 day space 6 day space 3 day
:noname ." nameless" ; execute
\ --- Looking at words ---
see gcd
see table
see greet
see answer
see squares
see dup
see action
\ --- Mistakes: the word that was typed, and the one in which it happened ---
foo
drop
: average + 2/ ; average
: reciprocal 100 swap / ; 0 reciprocal
0 @
-1 c@
5 300000 !
: deep recurse ; deep
: endless begin dup again ; 1 endless
: unbalanced if ;
if
123 execute
to dup
create
s" abc
: check abort" that is not 0" ; 0 check 1 check
42 throw
\ --- Exceptions that are caught ---
: risky ( address -- x ) @ ;
: careful ( address -- ) ['] risky catch if drop ." no such address" else . then ;
counter careful
-1 careful
: thrower 42 throw ; ' thrower catch .
.s
\ --- A sieve ---
200 constant size
create flags size allot
: multiples ( n -- ) dup dup * begin dup size < while 0 over flags + c! over + repeat 2drop ;
: sieve flags size 1 fill size 2 do flags i + c@ if i multiples then loop ;
: primes size 2 do flags i + c@ if i . then loop ;
sieve primes
\ --- Six queens ---
variable solutions
create columns 6 cells allot
: column ( row -- column ) cells columns + @ ;
: attacks ( row column -- flag )
  over 0 ?do
    dup i column = if 2drop unloop true exit then
    2dup i column - abs swap i - = if 2drop unloop true exit then
  loop 2drop false ;
: show ( -- ) cr 6 0 do i column . loop ;
: place ( row -- )
  dup 6 = if drop show 1 solutions +! exit then
  6 0 do
    dup i attacks 0= if i over cells columns + ! dup 1+ recurse then
  loop drop ;
0 place cr solutions @ . .( solutions)
\ --- A song ---
: bottles dup . ." bottle" 1 <> if ." s" then ;
: verse dup bottles ."  of beer on the wall, " dup bottles ."  of beer," cr ." take one down: " 1- bottles ."  left." cr ;
: song 1 swap do i verse -1 +loop ;
3 song
bye
