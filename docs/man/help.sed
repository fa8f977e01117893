# Makes of a script's --help what help2man knows: the form of GNU's programs, in ASCII.
1s/^usage/Usage/
2,4s/^       order-replay/  or:  order-replay/
s/ · /; /g
s/…/.../g
