/*
 * generate_orders.c - writes synthetic orders in the three files, columns and
 * spellings of the public Olist data set: orders, customers, order items; or in
 * another form, see generate_delivery_center.h.
 *
 * Every order follows one of the stories in the table below: which status it
 * ended with, and which of its times exist and in which order. The shares are
 * those of the public file (99,441 orders), so rare stories are very rare;
 * therefore the first orders walk through the whole table twice, and even a
 * small sample has each of them.
 *
 * The same seed gives the same bytes on every machine: see generator.h. Memory
 * does not grow with the number of orders.
 */
#define _POSIX_C_SOURCE 200809L
#include "generate_delivery_center.h"
#include "generator.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum {
    ORDERS_MAX = 1000000000,
    DAYS_MAX = 36500,
    SELLERS = 1000,          /* how many there are */
    RETURNING = 1000,        /* how many customers are remembered, to come back */
    MISSING_CUSTOMER = 250,  /* one order in so many has no row in the customers file */
    SAME_SECOND = 100,       /* … is placed in the second of the order before */
    ID_SIZE = 33,
    TIME_SIZE = 20,
};

enum approval { UNAPPROVED, APPROVED, APPROVED_AT_ONCE };
enum handover { NOT_HANDED_OVER, HANDED_OVER, HANDED_OVER_BEFORE_APPROVAL, HANDED_OVER_BEFORE_PURCHASE };
enum delivery {
    UNDELIVERED,
    DELIVERED_IN_TIME,
    DELIVERED_AT_ESTIMATE, /* in its very second: not late */
    DELIVERED_A_SECOND_LATE,
    DELIVERED_LATE,
    DELIVERED_BEFORE_HANDOVER,
};
enum items { NO_ITEMS, ITEMS };

struct story {
    const char *status;
    enum approval approval;
    enum handover handover;
    enum delivery delivery;
    enum items items;
    int share;
};

static const struct story STORIES[] = {
    { "delivered", APPROVED, HANDED_OVER, DELIVERED_IN_TIME, ITEMS, 86159 },
    { "delivered", APPROVED, HANDED_OVER, DELIVERED_LATE, ITEMS, 7786 },
    { "delivered", APPROVED, HANDED_OVER, DELIVERED_A_SECOND_LATE, ITEMS, 20 },
    { "delivered", APPROVED, HANDED_OVER, DELIVERED_AT_ESTIMATE, ITEMS, 20 },
    { "delivered", APPROVED, HANDED_OVER, DELIVERED_BEFORE_HANDOVER, ITEMS, 23 },
    { "delivered", APPROVED, HANDED_OVER, UNDELIVERED, ITEMS, 8 },
    { "delivered", APPROVED, NOT_HANDED_OVER, DELIVERED_IN_TIME, ITEMS, 2 },
    { "delivered", APPROVED, HANDED_OVER_BEFORE_APPROVAL, DELIVERED_IN_TIME, ITEMS, 1190 },
    { "delivered", APPROVED, HANDED_OVER_BEFORE_PURCHASE, DELIVERED_IN_TIME, ITEMS, 166 },
    { "delivered", APPROVED_AT_ONCE, HANDED_OVER, DELIVERED_IN_TIME, ITEMS, 1090 },
    { "delivered", UNAPPROVED, HANDED_OVER, DELIVERED_IN_TIME, ITEMS, 14 },
    { "shipped", APPROVED, HANDED_OVER, UNDELIVERED, ITEMS, 1107 },
    { "canceled", UNAPPROVED, NOT_HANDED_OVER, UNDELIVERED, NO_ITEMS, 141 },
    { "canceled", APPROVED, NOT_HANDED_OVER, UNDELIVERED, ITEMS, 409 },
    { "canceled", APPROVED, HANDED_OVER, UNDELIVERED, ITEMS, 69 },
    { "canceled", APPROVED, HANDED_OVER, DELIVERED_IN_TIME, ITEMS, 6 },
    { "unavailable", APPROVED, NOT_HANDED_OVER, UNDELIVERED, NO_ITEMS, 609 },
    { "invoiced", APPROVED, NOT_HANDED_OVER, UNDELIVERED, ITEMS, 314 },
    { "processing", APPROVED, NOT_HANDED_OVER, UNDELIVERED, ITEMS, 301 },
    { "created", UNAPPROVED, NOT_HANDED_OVER, UNDELIVERED, NO_ITEMS, 5 },
    { "approved", APPROVED, NOT_HANDED_OVER, UNDELIVERED, ITEMS, 2 },
};

enum { STORY_COUNT = sizeof(STORIES) / sizeof(STORIES[0]) };

struct city {
    const char *name, *state;
    int zip; /* the first of a thousand zip code prefixes */
    int share;
};

static const struct city CITIES[] = {
    { "sao paulo", "SP", 1000, 150 },
    { "são paulo", "SP", 2000, 8 },
    { "campinas", "SP", 13000, 40 },
    { "guarulhos", "SP", 7000, 40 },
    { "sao bernardo do campo", "SP", 9000, 40 },
    { "ribeirão preto", "SP", 14000, 20 },
    { "santa barbara d'oeste", "SP", 13450, 15 },
    { "rio de janeiro", "RJ", 20000, 80 },
    { "rio de janeiro, rio de janeiro, brasil", "RJ", 22000, 8 },
    { "niterói", "RJ", 24000, 20 },
    { "belo horizonte", "MG", 30000, 60 },
    { "juiz de fora", "MG", 36000, 30 },
    { "pingo-d'água", "MG", 35180, 8 },
    { "porto alegre", "RS", 90000, 55 },
    { "curitiba", "PR", 80000, 50 },
    { "florianópolis", "SC", 88000, 36 },
    { "salvador", "BA", 40000, 26 },
    { "dias d'avila", "BA", 42850, 8 },
    { "brasilia", "DF", 70000, 21 },
    { "vitória", "ES", 29000, 20 },
    { "goiania", "GO", 74000, 20 },
    { "recife", "PE", 50000, 16 },
    { "fortaleza", "CE", 60000, 13 },
    { "belém", "PA", 66000, 10 },
    { "cuiaba", "MT", 78000, 9 },
    { "são luís", "MA", 65000, 8 },
    { "campo grande", "MS", 79000, 7 },
    { "joão pessoa", "PB", 58000, 6 },
    { "teresina", "PI", 64000, 5 },
    { "natal", "RN", 59000, 5 },
    { "maceio", "AL", 57000, 5 },
    { "aracaju", "SE", 49000, 4 },
    { "palmas", "TO", 77000, 4 },
    { "porto velho", "RO", 76800, 4 },
    { "manaus", "AM", 69000, 3 },
    { "rio branco", "AC", 69900, 2 },
    { "macapa", "AP", 68900, 2 },
    { "boa vista", "RR", 69300, 2 },
};

enum { CITY_COUNT = sizeof(CITIES) / sizeof(CITIES[0]) };

/* The public file quotes ids and headers only; copies of it that other programs wrote quote none or all. */
enum quoting { QUOTE_IDS, QUOTE_NONE, QUOTE_ALL };

struct customer {
    char unique_id[ID_SIZE];
    const struct city *city;
    int zip;
};

struct order {
    const struct story *story;
    enum quoting quoting;
    char id[ID_SIZE], customer_id[ID_SIZE];
    int64_t purchased, approved, handed_over, delivered, estimated;
};

struct generator {
    uint64_t random;
    FILE *orders, *customers, *items;
    int64_t last_purchase;
    int story_shares, city_shares;
    int known_customers;
    struct customer returning[RETURNING];
    char sellers[SELLERS][ID_SIZE];
};

/* ---- ids ---- */

/* 128 bits that look like the hashes of the public file. */
static void draw_id(struct generator *generator, char id[ID_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (int half = 0; half < 2; half++) {
        uint64_t bits = draw(&generator->random);
        for (int i = 0; i < 16; i++, bits >>= 4)
            id[16 * half + i] = digits[bits & 15];
    }
    id[ID_SIZE - 1] = '\0';
}

/* ---- times ---- */

static void put_digits(char *text, int digits, int64_t value)
{
    for (; digits > 0; digits--, value /= 10)
        text[digits - 1] = (char)('0' + value % 10);
}

static void print_time(int64_t time, char text[TIME_SIZE])
{
    int year, month, day;

    if (time == NEVER) {
        text[0] = '\0';
        return;
    }
    date_from_days(time / DAY, &year, &month, &day);
    memcpy(text, "YYYY-MM-DD HH:MM:SS", TIME_SIZE);
    put_digits(text, 4, year);
    put_digits(text + 5, 2, month);
    put_digits(text + 8, 2, day);
    put_digits(text + 11, 2, time % DAY / HOUR);
    put_digits(text + 14, 2, time % HOUR / MINUTE);
    put_digits(text + 17, 2, time % MINUTE);
}

/* ---- CSV ---- */

static void put_field(FILE *file, const char *text, bool quoted, char end)
{
    quoted = quoted || strchr(text, ',') != NULL; /* no text here has a quote or a newline */
    if (quoted)
        putc_unlocked('"', file);
    for (; *text != '\0'; text++)
        putc_unlocked(*text, file);
    if (quoted)
        putc_unlocked('"', file);
    putc_unlocked(end, file);
}

static void put_id(FILE *file, const char *id, enum quoting quoting)
{
    put_field(file, id, quoting != QUOTE_NONE, ',');
}

static void put_value(FILE *file, const char *value, enum quoting quoting, char end)
{
    put_field(file, value, quoting == QUOTE_ALL, end);
}

static void put_number(FILE *file, int64_t number, enum quoting quoting)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, number);
    put_value(file, text, quoting, ',');
}

static void put_cents(FILE *file, int64_t cents, enum quoting quoting, char end)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64 ".%02d", cents / 100, (int)(cents % 100));
    put_value(file, text, quoting, end);
}

static void put_time(FILE *file, int64_t time, enum quoting quoting, char end)
{
    char text[TIME_SIZE];

    print_time(time, text);
    put_value(file, text, quoting, end);
}

static void write_headers(struct generator *generator)
{
    fputs("\"order_id\",\"customer_id\",\"order_status\",\"order_purchase_timestamp\",\"order_approved_at\","
          "\"order_delivered_carrier_date\",\"order_delivered_customer_date\",\"order_estimated_delivery_date\"\n",
          generator->orders);
    fputs("\"customer_id\",\"customer_unique_id\",\"customer_zip_code_prefix\",\"customer_city\",\"customer_state\"\n",
          generator->customers);
    fputs("\"order_id\",\"order_item_id\",\"product_id\",\"seller_id\",\"shipping_limit_date\",\"price\","
          "\"freight_value\"\n",
          generator->items);
}

/* ---- orders ---- */

static const struct story *choose_story(struct generator *generator, int64_t index)
{
    if (index < 2 * STORY_COUNT)
        return &STORIES[index % STORY_COUNT];

    int64_t ticket = draw_between(&generator->random, 1, generator->story_shares);
    const struct story *story = STORIES;
    while (ticket > story->share)
        ticket -= story++->share;
    return story;
}

static enum quoting choose_quoting(struct generator *generator)
{
    switch (draw_between(&generator->random, 1, 20)) {
    case 1: return QUOTE_NONE;
    case 2: return QUOTE_ALL;
    default: return QUOTE_IDS;
    }
}

static int64_t choose_approval(struct generator *generator, const struct order *order)
{
    if (order->story->approval == UNAPPROVED)
        return NEVER;
    if (order->story->approval == APPROVED_AT_ONCE)
        return order->purchased;
    if (order->story->handover == HANDED_OVER_BEFORE_APPROVAL || draw_one_in(&generator->random, 4))
        return order->purchased + draw_between(&generator->random, 12 * HOUR, 2 * DAY); /* paid by bank slip */
    return order->purchased + draw_between(&generator->random, MINUTE, 30 * MINUTE);
}

static int64_t choose_handover(struct generator *generator, const struct order *order)
{
    int64_t ready = order->approved != NEVER ? order->approved : order->purchased;

    switch (order->story->handover) {
    case NOT_HANDED_OVER: return NEVER;
    case HANDED_OVER_BEFORE_PURCHASE: return order->purchased - draw_between(&generator->random, 1, 2 * DAY);
    case HANDED_OVER_BEFORE_APPROVAL:
        return draw_between(&generator->random, order->purchased + 1, order->approved - 1);
    case HANDED_OVER: break;
    }
    return ready + draw_between(&generator->random, 12 * HOUR, 6 * DAY);
}

/* The estimate is a midnight at least 10 days ahead, after any hand-over, so that every story has room. */
static int64_t choose_estimate(struct generator *generator, const struct order *order)
{
    return order->purchased / DAY * DAY + draw_between(&generator->random, 10, 40) * DAY;
}

static int64_t choose_delivery(struct generator *generator, const struct order *order)
{
    int64_t sent = order->approved;

    if (order->handed_over > sent)
        sent = order->handed_over;
    switch (order->story->delivery) {
    case UNDELIVERED: return NEVER;
    case DELIVERED_AT_ESTIMATE: return order->estimated;
    case DELIVERED_A_SECOND_LATE: return order->estimated + 1;
    case DELIVERED_LATE: return order->estimated + draw_between(&generator->random, 2, 20 * DAY);
    case DELIVERED_BEFORE_HANDOVER: return order->handed_over - draw_between(&generator->random, 1, 12 * HOUR);
    case DELIVERED_IN_TIME: break;
    }
    return draw_between(&generator->random, sent + 1, order->estimated - 1);
}

static void make_order(struct generator *generator, const struct settings *settings, int64_t index,
                       struct order *order)
{
    order->story = choose_story(generator, index);
    order->quoting = choose_quoting(generator);
    draw_id(generator, order->id);
    draw_id(generator, order->customer_id);
    order->purchased = settings->from + draw_between(&generator->random, 0, settings->days * DAY - 1);
    if (index % SAME_SECOND == SAME_SECOND - 1)
        order->purchased = generator->last_purchase;
    generator->last_purchase = order->purchased;
    order->approved = choose_approval(generator, order);
    order->handed_over = choose_handover(generator, order);
    order->estimated = choose_estimate(generator, order);
    order->delivered = choose_delivery(generator, order);
}

static void write_order(struct generator *generator, const struct order *order)
{
    FILE *file = generator->orders;

    put_id(file, order->id, order->quoting);
    put_id(file, order->customer_id, order->quoting);
    put_value(file, order->story->status, order->quoting, ',');
    put_time(file, order->purchased, order->quoting, ',');
    put_time(file, order->approved, order->quoting, ',');
    put_time(file, order->handed_over, order->quoting, ',');
    put_time(file, order->delivered, order->quoting, ',');
    put_time(file, order->estimated, order->quoting, '\n');
}

/* ---- customers: each order has a customer_id of its own, a person keeps customer_unique_id ---- */

static struct customer *choose_customer(struct generator *generator)
{
    if (generator->known_customers > 0 && draw_one_in(&generator->random, 30))
        return &generator->returning[draw_between(&generator->random, 0, generator->known_customers - 1)];

    int slot = generator->known_customers;
    if (slot < RETURNING)
        generator->known_customers++;
    else
        slot = (int)draw_between(&generator->random, 0, RETURNING - 1);

    int64_t ticket = draw_between(&generator->random, 1, generator->city_shares);
    const struct city *city = CITIES;
    while (ticket > city->share)
        ticket -= city++->share;

    struct customer *customer = &generator->returning[slot];
    draw_id(generator, customer->unique_id);
    customer->city = city;
    customer->zip = city->zip + (int)draw_between(&generator->random, 0, 999);
    return customer;
}

static void write_customer(struct generator *generator, const struct order *order)
{
    FILE *file = generator->customers;
    const struct customer *customer = choose_customer(generator);
    char zip[6] = { 0 };

    put_digits(zip, 5, customer->zip);
    put_id(file, order->customer_id, order->quoting);
    put_id(file, customer->unique_id, order->quoting);
    put_id(file, zip, order->quoting);
    put_value(file, customer->city->name, order->quoting, ',');
    put_value(file, customer->city->state, order->quoting, '\n');
}

/* ---- order items ---- */

static int64_t choose_item_count(struct generator *generator)
{
    if (!draw_one_in(&generator->random, 10))
        return 1;
    if (!draw_one_in(&generator->random, 4))
        return 2;
    return draw_between(&generator->random, 3, 6);
}

/* A few sellers sell most: the smaller of two draws. */
static const char *choose_seller(struct generator *generator)
{
    int64_t bound = draw_between(&generator->random, 0, SELLERS - 1);
    return generator->sellers[draw_between(&generator->random, 0, bound)];
}

static void write_items(struct generator *generator, const struct order *order)
{
    FILE *file = generator->items;
    int64_t count = choose_item_count(generator);
    int64_t paid = order->approved != NEVER ? order->approved : order->purchased;
    int64_t shipping_limit = paid + draw_between(&generator->random, 3, 8) * DAY;
    const char *seller = NULL;
    char product[ID_SIZE];
    int64_t price = 0, freight = 0;

    for (int64_t item = 1; item <= count; item++) {
        if (item == 1 || draw_one_in(&generator->random, 8)) { /* else one more of the same */
            seller = choose_seller(generator);
            draw_id(generator, product);
            price = draw_between(&generator->random, 500, 40000);
            freight = draw_between(&generator->random, 700, 5000);
        }
        put_id(file, order->id, order->quoting);
        put_number(file, item, order->quoting);
        put_id(file, product, order->quoting);
        put_id(file, seller, order->quoting);
        put_time(file, shipping_limit, order->quoting, ',');
        put_cents(file, price, order->quoting, ',');
        put_cents(file, freight, order->quoting, '\n');
    }
}

/* ---- the whole ---- */

static bool open_files(struct generator *generator, const char *directory)
{
    return create_directory(directory) &&
           (generator->orders = create_file(directory, "olist_orders_dataset.csv")) != NULL &&
           (generator->customers = create_file(directory, "olist_customers_dataset.csv")) != NULL &&
           (generator->items = create_file(directory, "olist_order_items_dataset.csv")) != NULL;
}

static bool files_have_errors(const struct generator *generator)
{
    return ferror(generator->orders) || ferror(generator->customers) || ferror(generator->items);
}

/* Closes all, whatever fails. False when anything that was written may be missing from the files. */
static bool close_files(struct generator *generator)
{
    bool orders = close_file(generator->orders);
    bool customers = close_file(generator->customers);
    bool items = close_file(generator->items);
    return orders && customers && items;
}

static void start(struct generator *generator, const struct settings *settings)
{
    generator->random = (uint64_t)settings->seed;
    for (int i = 0; i < STORY_COUNT; i++)
        generator->story_shares += STORIES[i].share;
    for (int i = 0; i < CITY_COUNT; i++)
        generator->city_shares += CITIES[i].share;
    for (int i = 0; i < SELLERS; i++)
        draw_id(generator, generator->sellers[i]);
}

static void generate(struct generator *generator, const struct settings *settings)
{
    struct order order;

    write_headers(generator);
    for (int64_t i = 0; i < settings->orders && !files_have_errors(generator); i++) {
        make_order(generator, settings, i, &order);
        write_order(generator, &order);
        if (i % MISSING_CUSTOMER != MISSING_CUSTOMER - 1)
            write_customer(generator, &order);
        if (order.story->items == ITEMS)
            write_items(generator, &order);
    }
}

static int generate_olist(const struct settings *settings)
{
    static struct generator generator;

    if (!open_files(&generator, settings->directory))
        return EX_CANTCREAT;
    start(&generator, settings);
    generate(&generator, settings);
    return close_files(&generator) ? EX_OK : EX_IOERR;
}

/* ---- options ---- */

struct form {
    const char *name;
    int (*generate)(const struct settings *);
    const char *from; /* and days: the period of purchase, unless another one is asked for */
    int64_t days;
};

static const struct form FORMS[] = {
    { "olist", generate_olist, "2017-01-01", 600 },
    { "delivery-center", generate_delivery_center, "2021-01-01", 120 },
};

static const char HELP[] =
    "Usage: generate-orders [options] DIRECTORY\n"
    "Writes synthetic orders to DIRECTORY, in the form of a public data set:\n"
    "olist: olist_orders_dataset.csv, olist_customers_dataset.csv, olist_order_items_dataset.csv;\n"
    "delivery-center: orders.csv, whose times are read by --timestamp-format '%m/%d/%Y %I:%M:%S %p'.\n"
    "The same options give the same bytes on every machine.\n"
    "\n"
    "  --form FORM   olist or delivery-center (default olist)\n"
    "  --orders N    how many orders, 1 to 1000000000 (default 2000)\n"
    "  --seed S      which random sample, 0 or more (default 1)\n"
    "  --from DATE   first day of purchase, 1971-01-01 to 9799-12-31\n"
    "                (default 2017-01-01; delivery-center 2021-01-01)\n"
    "  --days N      length of the period of purchase, 1 to 36500\n"
    "                (default 600; delivery-center 120)\n"
    "  --help        this text\n"
    "\n"
    "Exit status: 0 written, 64 usage, 73 a file cannot be created, 74 a file cannot be written.\n";

static bool parse_number(const char *text, int64_t low, int64_t high, int64_t *number)
{
    char *end;

    if (text[0] < '0' || text[0] > '9') /* strtoll would skip spaces */
        return false;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' && *number >= low && *number <= high;
}

/* From 1971, because some orders are handed over before they are placed and no time may precede 1970. */
static bool parse_date(const char *text, int64_t *time)
{
    int year, month, day;
    char again[TIME_SIZE];

    if (strlen(text) != strlen("YYYY-MM-DD") || sscanf(text, "%4d-%2d-%2d", &year, &month, &day) != 3 ||
        year < 1971 || year > 9799 || month < 1 || month > 12 || day < 1)
        return false;
    *time = days_from_date(year, month, day) * DAY;
    print_time(*time, again);
    return strncmp(again, text, strlen(text)) == 0; /* not 30 February, no spaces or signs */
}

static bool parse_form(const char *name, const struct form **form)
{
    for (size_t i = 0; i < sizeof(FORMS) / sizeof(FORMS[0]); i++) {
        *form = &FORMS[i];
        if (strcmp(name, FORMS[i].name) == 0)
            return true;
    }
    return false;
}

/* EX_OK, EX_USAGE, or -1 when help was given. */
static int parse_options(int argc, char **argv, struct settings *settings, const struct form **form)
{
    static const struct option options[] = {
        { "orders", required_argument, NULL, 'o' }, { "seed", required_argument, NULL, 's' },
        { "from", required_argument, NULL, 'f' },   { "days", required_argument, NULL, 'd' },
        { "form", required_argument, NULL, 'F' },   { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    int option, which = 0;

    while ((option = getopt_long(argc, argv, "", options, &which)) != -1) {
        bool valid = true;
        switch (option) {
        case 'o': valid = parse_number(optarg, 1, ORDERS_MAX, &settings->orders); break;
        case 's': valid = parse_number(optarg, 0, INT64_MAX, &settings->seed); break;
        case 'f': valid = parse_date(optarg, &settings->from); break;
        case 'd': valid = parse_number(optarg, 1, DAYS_MAX, &settings->days); break;
        case 'F': valid = parse_form(optarg, form); break;
        case 'h': fputs(HELP, stdout); return -1;
        default: return EX_USAGE; /* getopt_long has said why */
        }
        if (!valid) {
            fprintf(stderr, "generate-orders: --%s does not take '%s', see --help\n", options[which].name, optarg);
            return EX_USAGE;
        }
    }
    if (argc - optind != 1 || argv[optind][0] == '\0') {
        fputs("generate-orders: name one DIRECTORY to write to, see --help\n", stderr);
        return EX_USAGE;
    }
    settings->directory = argv[optind];
    return EX_OK;
}

int main(int argc, char **argv)
{
    struct settings settings = { .orders = 2000, .seed = 1, .from = NEVER };
    const struct form *form = FORMS;
    int status = parse_options(argc, argv, &settings, &form);

    if (status != EX_OK)
        return status < 0 ? EX_OK : status;
    if (settings.from == NEVER)
        parse_date(form->from, &settings.from);
    if (settings.days == 0)
        settings.days = form->days;

    status = form->generate(&settings);
    if (status == EX_IOERR)
        fprintf(stderr, "generate-orders: writing to %s failed, the files there are incomplete: is the disk full?\n",
                settings.directory);
    if (status == EX_OK)
        fprintf(stderr, "generate-orders: wrote %" PRId64 " orders of seed %" PRId64 " to %s\n", settings.orders,
                settings.seed, settings.directory);
    return status;
}
