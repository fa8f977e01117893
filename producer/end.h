/*
 * end.h - how a replay ends. main.c makes an exit status of it; no other module of the producer knows those.
 *
 *     enum replay_end end = topic_prepare(&topic);
 *
 *     if (end != REPLAY_OK)
 *         return end;
 *
 * Where a function returns one, REPLAY_OK means that the replay goes on. Any other value ends it, and the function has
 * logged why; REPLAY_STOPPED is logged by replay.c alone.
 */
#ifndef END_H
#define END_H

enum replay_end {
    REPLAY_OK,
    REPLAY_ROWS_REJECTED, /* the events of all other rows were sent */
    REPLAY_STOPPED,       /* by a signal */

    /* what the user asked for */
    REPLAY_WRONG_OPTIONS,
    REPLAY_WRONG_LIFECYCLE,  /* the lifecycle file has a mistake */
    REPLAY_WRONG_PROPERTIES, /* librdkafka does not take a property, or the topic's name */

    /* files and standard output */
    REPLAY_NO_FILE,         /* a file cannot be opened */
    REPLAY_WRONG_FILE,      /* a file is not CSV, or lacks columns */
    REPLAY_FILE_FAILED,     /* reading a file failed, or writing the one of the rejected rows */
    REPLAY_NO_REJECTS_FILE, /* the file of the rejected rows cannot be created */
    REPLAY_OUTPUT_FAILED,   /* standard output cannot be written */

    /* Kafka */
    REPLAY_NO_BROKER,      /* none answers */
    REPLAY_NO_TRUST,       /* a password or a certificate is wrong */
    REPLAY_NO_PERMISSION,  /* this user may not use the topic */
    REPLAY_NO_TOPIC,       /* it does not exist, or not any more, or cannot be created */
    REPLAY_TOPIC_LATE,     /* brokers do not know it in time after it was created */
    REPLAY_WRONG_TOPIC,    /* it is compacted, or holds events of another lifecycle */
    REPLAY_EVENTS_REFUSED, /* some of them, for good */
    REPLAY_KAFKA_FAILED,   /* a fatal error of librdkafka */
};

#endif
