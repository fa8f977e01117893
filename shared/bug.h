/*
 * bug.h - ends the program when its own code is wrong, and reports the place.
 *
 * For states that cannot occur: a value that is not a member of its enum, a limit
 * that the code itself guarantees. Bad input and failed servers are errors, not
 * bugs. It is safe to end at once: the next run sends unfinished work again, or
 * Kafka delivers it again.
 *
 *     switch (result) {
 *     case STORE_DONE:
 *         return EX_OK;
 *     ...
 *     }
 *     BUG("unknown store_result");
 */
#ifndef BUG_H
#define BUG_H

#define BUG(what) bug(__FILE__, __LINE__, what)

/* Writes "PROGRAM: internal error at FILE:LINE: WHAT" to standard error and aborts. */
_Noreturn void bug(const char *file, int line, const char *what);

#endif
