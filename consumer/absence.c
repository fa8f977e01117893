#include "absence.h"

#include "log.h"
#include "monotonic.h"

void absence_init(struct absence *absence, int limit_ms, struct notify *notify, unsigned seed)
{
    *absence = (struct absence){ .limit_ms = limit_ms, .notify = notify };
    retry_init(&absence->retry, seed);
}

bool absence_note(struct absence *absence, const char *reason)
{
    int64_t now = monotonic_ms();

    if (absence->since == 0)
        absence->since = now;
    if (!absence->is_told)
        log_warn("worker", "the database is away, trying again: %s", reason);
    absence->is_told = true;
    retry_pause(&absence->retry);
    notify_status(absence->notify, "waits for the database: %s", reason);
    if (absence->limit_ms <= 0 || now - absence->since <= absence->limit_ms)
        return true;
    log_error("worker", "the database has been unavailable for %.0f s, giving up: %s",
              (double)(now - absence->since) / 1000, reason);
    return false;
}

void absence_end(struct absence *absence)
{
    if (absence->is_told)
        log_info("worker", "the database is back after %.1f s", (double)(monotonic_ms() - absence->since) / 1000);
    absence->since = 0;
    absence->is_told = false;
}
