#include "catalog.h"

#include "lifecycle.h"
#include "memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Three columns from `column` on, NULL (an empty cell) where there is none. */
static struct seam seam_at(const struct session *session, int row, int column)
{
    if (!session_cell(session, row, column)[0])
        return (struct seam){ .offset = OFFSET_UNKNOWN };
    return (struct seam){ session_number(session, row, column), session_number(session, row, column + 1),
                          session_number(session, row, column + 2) };
}

enum store_result catalog_read_logs(struct node *node, const struct store_place *place, struct known_logs *known)
{
    enum { PARTITION, LOG, NEXT_OFFSET, CLUSTER_ID, TOPIC_ID, SEAM, ANCHOR = SEAM + 3 };
    static const char QUERY[] =
        "SELECT kafka_partition, log, next_offset, coalesce(cluster_id, ''), coalesce(topic_id, ''),"
        " seam_offset, (extract(epoch FROM seam_time) * 1000)::bigint, seam_hash,"
        " anchor_offset, (extract(epoch FROM anchor_time) * 1000)::bigint, anchor_hash"
        " FROM orders.start_positions($1::text, $2::text)";
    const char *const values[] = { place->group, place->topic };
    const struct session_parameters parameters = { .count = 2, .values = values };
    const struct session *session = node_answer(node);
    enum store_result finished = node_ask(node, QUERY, &parameters);

    if (finished != STORE_DONE)
        return finished;
    known->logs =
        checked(realloc(known->logs, (known->count + (size_t)session_row_count(session) + 1) * sizeof(*known->logs)));
    for (int row = 0; row < session_row_count(session); row++) {
        struct known_log *log = &known->logs[known->count++];

        log->partition = (int32_t)session_number(session, row, PARTITION);
        log->log = (int32_t)session_number(session, row, LOG);
        log->next_offset = session_number(session, row, NEXT_OFFSET);
        snprintf(log->identity.cluster_id, KAFKA_ID_SIZE, "%s", session_cell(session, row, CLUSTER_ID));
        snprintf(log->identity.topic_id, KAFKA_ID_SIZE, "%s", session_cell(session, row, TOPIC_ID));
        log->seam = seam_at(session, row, SEAM);
        log->anchor = seam_at(session, row, ANCHOR);
    }
    return STORE_DONE;
}

enum store_result catalog_read_nodes(struct node *front, struct node_address **nodes, size_t *count,
                                     int32_t *partitions)
{
    enum { HOST, PORT, DBNAME, PARTITIONS };
    static const char QUERY[] = "SELECT host, port, dbname, partitions FROM orders.read_cluster()";
    const struct session *session = node_answer(front);
    enum store_result finished = node_ask(front, QUERY, NULL);

    *nodes = NULL;
    *count = 0;
    *partitions = 0;
    if (finished != STORE_DONE || session_row_count(session) == 0)
        return finished;
    if (!session_cell(session, 0, HOST)[0]) {
        return node_reject(front, "this database is a node of a cluster. Connect to the front of the cluster.");
    }
    *partitions = (int32_t)session_number(session, 0, PARTITIONS);
    *count = (size_t)session_row_count(session);
    *nodes = checked(calloc(*count, sizeof(**nodes)));
    for (size_t i = 0; i < *count; i++) {
        struct node_address *node = &(*nodes)[i];

        snprintf(node->host, sizeof(node->host), "%s", session_cell(session, (int)i, HOST));
        snprintf(node->port, sizeof(node->port), "%s", session_cell(session, (int)i, PORT));
        snprintf(node->dbname, sizeof(node->dbname), "%s", session_cell(session, (int)i, DBNAME));
    }
    return STORE_DONE;
}

enum store_result catalog_read_form(struct node *node, struct event_form *form)
{
    enum { KIND, NAME, RULE };
    static const char QUERY[] = "SELECT kind, name, rule FROM orders.read_lifecycle()";
    const struct session *session = node_answer(node);
    enum store_result finished = node_ask(node, QUERY, NULL);

    if (finished != STORE_DONE)
        return finished;
    for (int row = 0; row < session_row_count(session); row++) {
        const char *kind = session_cell(session, row, KIND), *name = session_cell(session, row, NAME);

        if (lifecycle_take_form(form, kind, name, session_cell(session, row, RULE)))
            continue;
        return node_reject(
            node,
            "this program cannot use the row %s %s of the database's lifecycle. Use the program that came with"
            " that schema.",
            kind, name);
    }
    if (form->type_count > 0)
        return STORE_DONE;
    return node_reject(node, "the database has no lifecycle. Run " SCRIPTS "migrate on it.");
}
