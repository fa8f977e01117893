#include "store.h"

#include "catalog.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>

enum { ERROR_SIZE = 1024 };

/* A statement of each node is in flight, or not; what came of it is kept until all have answered. */
struct part {
    struct node *node;
    bool in_flight;
};

struct store {
    const char *conninfo, *password_file;
    struct node *front; /* the database that the user named: the only one, or the one that knows the nodes */
    struct part *parts; /* front alone, or a node each; none before the front has been asked */
    size_t count;
    int32_t partitions;
    enum store_result worst; /* of the statements that are sent and finished */
    struct store_counts counts;
    char error[ERROR_SIZE];
};

struct store *store_new(const char *conninfo, const char *password_file)
{
    const struct node_settings settings = { .conninfo = conninfo, .password_file = password_file, .count = 1 };
    struct store *store = checked(calloc(1, sizeof(*store)));

    store->conninfo = conninfo;
    store->password_file = password_file;
    store->front = node_new(&settings);
    return store;
}

static bool is_cluster(const struct store *store)
{
    return store->partitions > 0;
}

void store_free(struct store *store)
{
    if (!store)
        return;
    for (size_t i = 0; is_cluster(store) && i < store->count; i++)
        node_free(store->parts[i].node);
    node_free(store->front);
    free(store->parts);
    free(store);
}

const char *store_error(const struct store *store)
{
    return store->error;
}

int32_t store_partitions(const struct store *store)
{
    return store->partitions;
}

void store_disconnect(struct store *store)
{
    for (size_t i = 0; i < store->count; i++) {
        node_disconnect(store->parts[i].node);
        store->parts[i].in_flight = false;
    }
}

/* What a node came to; its words are kept where it failed. */
static enum store_result note(struct store *store, const struct node *node, enum store_result result)
{
    if (result != STORE_DONE && result != STORE_BUSY)
        snprintf(store->error, sizeof(store->error), "%s", node_error(node));
    return result;
}

static void take_nodes(struct store *store, const struct node_address *addresses, size_t count, int32_t partitions)
{
    store->parts = checked(calloc(count > 0 ? count : 1, sizeof(*store->parts)));
    store->partitions = partitions;
    for (size_t i = 0; i < count; i++)
        store->parts[i].node = node_new(&(struct node_settings){
            .conninfo = store->conninfo,
            .password_file = store->password_file,
            .address = &addresses[i],
            .number = (int32_t)i,
            .count = (int32_t)count,
            .partitions = partitions,
        });
    if (count == 0)
        store->parts[0].node = store->front;
    else
        node_disconnect(store->front);
    store->count = count > 0 ? count : 1;
}

/* Asks the front whether there are nodes: once, for neither their number nor what they hold can change. */
static enum store_result find_nodes(struct store *store)
{
    struct node_address *addresses = NULL;
    size_t count = 0;
    int32_t partitions = 0;
    enum store_result result = node_connect(store->front);

    if (result == STORE_DONE)
        result = catalog_read_nodes(store->front, &addresses, &count, &partitions);
    if (result == STORE_DONE)
        take_nodes(store, addresses, count, partitions);
    free(addresses);
    return note(store, store->front, result);
}

enum store_result store_connect(struct store *store)
{
    enum store_result result = store->count > 0 ? STORE_DONE : find_nodes(store);
    bool is_busy = false;

    if (result != STORE_DONE)
        return result;
    for (size_t i = 0; i < store->count; i++) {
        result = node_connect(store->parts[i].node);
        is_busy = is_busy || result == STORE_BUSY;
        if (result != STORE_DONE && result != STORE_BUSY)
            return note(store, store->parts[i].node, result);
    }
    return is_busy ? STORE_BUSY : STORE_DONE;
}

/* The worst first: what cannot pass, what has to be connected again before anything else can be done, what is to be read again. */
static int badness(enum store_result result)
{
    switch (result) {
    case STORE_FATAL:
        return 4;
    case STORE_AWAY:
        return 3;
    case STORE_GAP:
        return 2;
    case STORE_DATA:
        return 1;
    case STORE_DONE:
    case STORE_BUSY:
        break;
    }
    return 0;
}

static void note_worst(struct store *store, const struct node *node, enum store_result result)
{
    if (badness(result) > badness(store->worst))
        store->worst = note(store, node, result);
}

static bool holds_any(const struct node *node, const struct batch *batch)
{
    for (size_t i = 0; i < batch->position_count; i++) {
        if (node_holds(node, batch->positions[i].partition))
            return true;
    }
    return false;
}

enum store_result store_send(struct store *store, const struct store_place *place, const struct batch *batch,
                             size_t first, size_t count)
{
    bool is_sent = false;

    store->worst = STORE_DONE;
    store->counts = (struct store_counts){ 0 };
    for (size_t i = 0; i < store->count; i++) {
        struct part *part = &store->parts[i];
        enum store_result result;

        if (is_cluster(store) && !holds_any(part->node, batch))
            continue;
        result = node_send(part->node, place, batch, first, count);
        part->in_flight = result == STORE_DONE;
        is_sent = is_sent || part->in_flight;
        note_worst(store, part->node, result);
    }
    return is_sent ? STORE_DONE : store->worst; /* what failed beside others shows when these have answered */
}

/* A node that failed does not end the wait for the others: each of them is then either done, or known to have failed. */
enum store_result store_finish(struct store *store, int timeout_ms, struct batch *batch, size_t first, size_t count,
                               struct store_counts *counts)
{
    for (size_t i = 0; i < store->count; i++) {
        struct part *part = &store->parts[i];
        enum store_result result;

        if (!part->in_flight)
            continue;
        result = node_finish(part->node, timeout_ms, batch, first, count, &store->counts);
        if (result == STORE_BUSY)
            return STORE_BUSY;
        part->in_flight = false;
        note_worst(store, part->node, result);
    }
    *counts = store->counts;
    return store->worst;
}

static enum store_result check_place(struct store *store, size_t number, const struct known_logs *known, size_t first)
{
    for (size_t i = first; i < known->count; i++) {
        if (node_holds(store->parts[number].node, known->logs[i].partition))
            continue;
        snprintf(store->error, sizeof(store->error),
                 "node %zu has progress of partition %d, which belongs to another one. Was its database exchanged?",
                 number, (int)known->logs[i].partition);
        return STORE_FATAL;
    }
    return STORE_DONE;
}

enum store_result store_read_logs(struct store *store, const struct store_place *place, struct known_logs *known)
{
    enum store_result result = STORE_DONE;

    *known = (struct known_logs){ 0 };
    for (size_t i = 0; i < store->count && result == STORE_DONE; i++) {
        size_t first = known->count;

        result = note(store, store->parts[i].node, catalog_read_logs(store->parts[i].node, place, known));
        if (result == STORE_DONE)
            result = check_place(store, i, known, first);
    }
    return result;
}

/* Node 0 learns last of what a lifecycle adds, so all others can store what it knows. */
enum store_result store_read_form(struct store *store, struct event_form *form)
{
    return note(store, store->parts[0].node, catalog_read_form(store->parts[0].node, form));
}
