/*
 * As with Olist's form, each order follows a story: its status, and which of
 * its moments are known. Few orders have a moment of delivery, nearly all one
 * of their end. The first orders walk through all stories twice.
 */
#define _POSIX_C_SOURCE 200809L
#include "generate_delivery_center.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

enum {
    STORES = 1200,
    CHANNELS = 40,
    FIRST_ID = 68400000,
    SAME_SECOND = 100, /* one order in so many is created in the second of the order before */
};

enum moment { CREATED, ACCEPTED, READY, COLLECTED, IN_EXPEDITION, DELIVERING, DELIVERED, FINISHED, MOMENTS };

struct story {
    const char *status;
    const char *moments; /* a letter for each that is known, in the order above, else a blank */
    int share;
};

static const struct story STORIES[] = {
    { "FINISHED", "CARCXD F", 6900 }, { "FINISHED", "CARCXDVF", 480 },  { "FINISHED", "CARC D F", 1150 },
    { "FINISHED", "CAR  D F", 260 },  { "FINISHED", "CAR X  F", 60 },   { "FINISHED", "CARCX  F", 90 },
    { "FINISHED", "CAR    F", 330 },  { "FINISHED", "CA   D F", 60 },   { "FINISHED", "CA     F", 160 },
    { "FINISHED", "C      F", 10 },   { "FINISHED", "CARCXD  ", 10 },   { "CANCELED", "C       ", 230 },
    { "CANCELED", "CA      ", 150 },  { "CANCELED", "CAR     ", 50 },   { "CANCELED", "CARCXD  ", 50 },
    { "CANCELED", "CARCXDV ", 5 },    { "CANCELED", "CA     F", 5 },
};

enum { STORY_COUNT = sizeof(STORIES) / sizeof(STORIES[0]) };

static const char HEADER[] =
    "order_id,store_id,channel_id,payment_order_id,delivery_order_id,order_status,order_amount,order_delivery_fee,"
    "order_delivery_cost,order_created_hour,order_created_minute,order_created_day,order_created_month,"
    "order_created_year,order_moment_created,order_moment_accepted,order_moment_ready,order_moment_collected,"
    "order_moment_in_expedition,order_moment_delivering,order_moment_delivered,order_moment_finished,"
    "order_metric_collected_time,order_metric_paused_time,order_metric_production_time,order_metric_walking_time,"
    "order_metric_expediton_speed_time,order_metric_transit_time,order_metric_cycle_time\n";

struct generator {
    uint64_t random;
    int shares;
    int64_t last_id, last_created;
};

struct order {
    const struct story *story;
    int64_t id, store, channel, delivery_id;
    int64_t amount, fee, cost; /* cents; cost may be NEVER */
    int64_t at[MOMENTS];       /* or NEVER */
};

/* ---- an order ---- */

static const struct story *choose_story(struct generator *generator, int64_t index)
{
    const struct story *story = STORIES;
    int64_t ticket;

    if (index < 2 * STORY_COUNT)
        return &STORIES[index % STORY_COUNT];
    ticket = draw_between(&generator->random, 1, generator->shares);
    while (ticket > story->share)
        ticket -= story++->share;
    return story;
}

/* How long after the last moment that is known. Some moments share a second, and a few were entered too early. */
static int64_t choose_delay(struct generator *generator, enum moment moment)
{
    static const struct {
        int64_t least, most;
    } DELAYS[MOMENTS] = {
        [ACCEPTED] = { 1, 8 * MINUTE },    [READY] = { MINUTE, 40 * MINUTE },       [COLLECTED] = { 1, 12 * MINUTE },
        [IN_EXPEDITION] = { 1, 4 * MINUTE }, [DELIVERING] = { 10, 8 * MINUTE },
        [DELIVERED] = { 5 * MINUTE, HOUR }, [FINISHED] = { MINUTE, 2 * HOUR },
    };

    switch (draw_between(&generator->random, 1, 200)) {
    case 1: return moment > ACCEPTED ? -draw_between(&generator->random, 1, 2 * MINUTE) : 0;
    case 2: case 3: case 4: case 5: return 0;
    case 6: return moment == FINISHED ? draw_between(&generator->random, 6 * HOUR, 3 * DAY) : 1; /* closed by hand */
    default: return draw_between(&generator->random, DELAYS[moment].least, DELAYS[moment].most);
    }
}

static void choose_moments(struct generator *generator, const struct settings *settings, int64_t index,
                           struct order *order)
{
    int64_t last = settings->from + draw_between(&generator->random, 0, settings->days * DAY - 1);

    if (index % SAME_SECOND == SAME_SECOND - 1)
        last = generator->last_created;
    generator->last_created = order->at[CREATED] = last;
    for (int moment = ACCEPTED; moment < MOMENTS; moment++) {
        order->at[moment] = NEVER;
        if (order->story->moments[moment] == ' ')
            continue;
        last += choose_delay(generator, (enum moment)moment);
        if (last < order->at[CREATED])
            last = order->at[CREATED];
        order->at[moment] = last;
    }
}

static void make_order(struct generator *generator, const struct settings *settings, int64_t index, struct order *order)
{
    order->story = choose_story(generator, index);
    order->id = generator->last_id += draw_between(&generator->random, 1, 9);
    order->store = draw_between(&generator->random, 1, STORES);
    order->channel = draw_between(&generator->random, 1, CHANNELS);
    order->channel = draw_between(&generator->random, 1, order->channel); /* a few channels have most orders */
    order->delivery_id = order->id;
    if (draw_one_in(&generator->random, 40)) /* sent again, under another number */
        order->delivery_id += draw_between(&generator->random, 10, 10000);
    order->amount = draw_between(&generator->random, 500, 30000);
    order->fee = draw_one_in(&generator->random, 4) ? 0 : draw_between(&generator->random, 390, 1990);
    order->cost = draw_one_in(&generator->random, 50) ? NEVER : draw_between(&generator->random, 250, 2000);
    choose_moments(generator, settings, index, order);
}

/* ---- CSV: no field needs quotes ---- */

/* Without needless zeros: 62.7, 62, 0.05 */
static void put_hundredths(FILE *file, int64_t value)
{
    int64_t size = value < 0 ? -value : value;

    fprintf(file, "%s%" PRId64, value < 0 ? "-" : "", size / 100);
    if (size % 10 != 0)
        fprintf(file, ".%02d", (int)(size % 100));
    else if (size % 100 != 0)
        fprintf(file, ".%d", (int)(size % 100 / 10));
}

static void put_moment(FILE *file, int64_t at)
{
    int year, month, day, hour = (int)(at % DAY / HOUR);

    putc_unlocked(',', file);
    if (at == NEVER)
        return;
    date_from_days(at / DAY, &year, &month, &day);
    fprintf(file, "%d/%d/%d %d:%02d:%02d %s", month, day, year, hour % 12 == 0 ? 12 : hour % 12,
            (int)(at % HOUR / MINUTE), (int)(at % MINUTE), hour < 12 ? "AM" : "PM");
}

/* The minutes from one moment to another. */
static void put_minutes(FILE *file, int64_t from, int64_t to)
{
    putc_unlocked(',', file);
    if (from != NEVER && to != NEVER)
        put_hundredths(file, (to - from) * 100 / MINUTE);
}

static void write_order(FILE *file, const struct order *order)
{
    const int64_t *at = order->at;
    int year, month, day;

    fprintf(file, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%s,", order->id, order->store,
            order->channel, order->id, order->delivery_id, order->story->status);
    put_hundredths(file, order->amount);
    putc_unlocked(',', file);
    put_hundredths(file, order->fee);
    putc_unlocked(',', file);
    if (order->cost != NEVER)
        put_hundredths(file, order->cost);
    date_from_days(at[CREATED] / DAY, &year, &month, &day);
    fprintf(file, ",%d,%d,%d,%d,%d", (int)(at[CREATED] % DAY / HOUR), (int)(at[CREATED] % HOUR / MINUTE), day, month,
            year);
    for (int moment = 0; moment < MOMENTS; moment++)
        put_moment(file, at[moment]);
    put_minutes(file, at[READY], at[COLLECTED]);
    put_minutes(file, at[IN_EXPEDITION], at[DELIVERING]);
    put_minutes(file, at[CREATED], at[READY]);
    put_minutes(file, at[COLLECTED], at[IN_EXPEDITION]);
    put_minutes(file, at[READY], at[DELIVERING]);
    put_minutes(file, at[DELIVERING], at[DELIVERED] != NEVER ? at[DELIVERED] : at[FINISHED]);
    put_minutes(file, at[CREATED], at[FINISHED]);
    putc_unlocked('\n', file);
}

int generate_delivery_center(const struct settings *settings)
{
    struct generator generator = { .random = (uint64_t)settings->seed, .last_id = FIRST_ID };
    FILE *file = create_directory(settings->directory) ? create_file(settings->directory, "orders.csv") : NULL;

    if (file == NULL)
        return EX_CANTCREAT;
    for (int i = 0; i < STORY_COUNT; i++)
        generator.shares += STORIES[i].share;
    fputs(HEADER, file);
    for (int64_t i = 0; i < settings->orders && !ferror(file); i++) {
        struct order order;

        make_order(&generator, settings, i, &order);
        write_order(file, &order);
    }
    return close_file(file) ? EX_OK : EX_IOERR;
}
