/*
 * end.h - how a replay ends. Only main.c turns it into an exit status; the producer's other modules do not use exit statuses.
 *
 *     enum replay_end end = topic_prepare(&topic);
 *
 *     if (end != REPLAY_OK)
 *         return end;
 *
 * If a function returns REPLAY_OK, the replay continues. Any other value ends it, and the function has logged the reason.
 * REPLAY_STOPPED is the exception: only replay.c logs it.
 */
#ifndef END_H
#define END_H

enum replay_end {
    REPLAY_OK,
    REPLAY_ROWS_REJECTED, /* the events of all other rows were sent */
    REPLAY_STOPPED,       /* by a signal */

    /* options and configuration */
    REPLAY_WRONG_OPTIONS,
    REPLAY_WRONG_LIFECYCLE,  /* the lifecycle file has a mistake */
    REPLAY_WRONG_PROPERTIES, /* librdkafka refuses a property or the topic's name */

    /* files and standard output */
    REPLAY_NO_FILE,         /* a file cannot be opened */
    REPLAY_WRONG_FILE,      /* a file is not CSV, or lacks columns */
    REPLAY_FILE_FAILED,     /* a file cannot be read, or the file of rejected rows cannot be written */
    REPLAY_NO_REJECTS_FILE, /* the file of rejected rows cannot be created */
    REPLAY_OUTPUT_FAILED,   /* standard output cannot be written */

    /* Kafka */
    REPLAY_NO_BROKER,      /* no broker answers */
    REPLAY_NO_TRUST,       /* a password or a certificate is wrong */
    REPLAY_NO_PERMISSION,  /* this user may not use the topic */
    REPLAY_NO_TOPIC,       /* the topic does not exist, no longer exists, or cannot be created */
    REPLAY_TOPIC_LATE,     /* the topic was created, but did not become available in time */
    REPLAY_WRONG_TOPIC,    /* the topic is compacted, or contains events of a different lifecycle */
    REPLAY_EVENTS_REFUSED, /* some events were refused permanently */
    REPLAY_KAFKA_FAILED,   /* a fatal error of librdkafka */
};

#endif
