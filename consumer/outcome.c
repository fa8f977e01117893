#include "outcome.h"

static const struct {
    char letter;
    const char *name;
} TABLE[OUTCOMES] = {
    [OUTCOME_UNKNOWN] = { '\0', "unknown" },        [OUTCOME_APPLIED] = { 'a', "applied" },
    [OUTCOME_DUPLICATE] = { 'd', "duplicate" },     [OUTCOME_REDELIVERED] = { 'r', "redelivered" },
    [OUTCOME_QUARANTINED] = { 'q', "quarantined" }, [OUTCOME_RETIRED] = { 't', "retired" },
};

enum outcome outcome_of(char letter)
{
    for (enum outcome outcome = OUTCOME_APPLIED; outcome < OUTCOMES; outcome++) {
        if (TABLE[outcome].letter == letter)
            return outcome;
    }
    return OUTCOME_UNKNOWN;
}

const char *outcome_name(enum outcome outcome)
{
    return TABLE[outcome].name;
}
