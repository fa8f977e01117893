/*
 * bug.h - ends the program where its own code is wrong, and says where.
 *
 * For what cannot happen: a value that is no member of its enum, a limit that
 * the code itself promises to keep. Bad input and failed servers are errors,
 * not bugs. Ending at once is safe: what was not finished is sent or delivered
 * again by the next run.
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
