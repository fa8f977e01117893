#include "api.h"

#include "bug.h"
#include "memory.h"
#include "text.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/wait.h>

#ifndef VERSION
#define VERSION "unreleased"
#endif

static char *print(cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json); /* by malloc */

    cJSON_Delete(json);
    return checked(text);
}

static cJSON *add_array(cJSON *object, const char *name)
{
    return checked(cJSON_AddArrayToObject(object, name));
}

/* cJSON's own numbers are doubles, which have no digits left for offsets above 2^53. */
static cJSON *make_number(int64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, value);
    return checked(cJSON_CreateRaw(text));
}

static void add_number(cJSON *object, const char *name, int64_t value)
{
    if (!cJSON_AddItemToObject(object, name, make_number(value)))
        OUT_OF_MEMORY();
}

static void add_text(cJSON *object, const char *name, const char *text)
{
    checked(cJSON_AddStringToObject(object, name, text));
}

static cJSON *append(cJSON *array, cJSON *item)
{
    if (!cJSON_AddItemToArray(array, checked(item)))
        OUT_OF_MEMORY();
    return item;
}

static cJSON *add_source(const struct api_source *source)
{
    cJSON *json = checked(cJSON_CreateObject());

    add_text(json, "topic", source->topic);
    add_text(json, "group", source->group);
    add_number(json, "started", source->started_at);
    return json;
}

static cJSON *add_view(cJSON *json, const char *name, const struct view_state *state)
{
    cJSON *view = checked(cJSON_AddObjectToObject(json, name));

    checked(cJSON_AddBoolToObject(view, "up", state->up));
    if (state->up)
        checked(cJSON_AddNullToObject(view, "reason"));
    else
        add_text(view, "reason", state->reason);
    add_number(view, "at", state->at);
    return view;
}

static void add_partition(cJSON *array, const struct kafka_view *view, size_t index)
{
    const struct partition_state *partition = &view->partitions[index];
    cJSON *json = append(array, cJSON_CreateObject());

    add_number(json, "partition", (int64_t)index);
    add_number(json, "low", partition->low);
    add_number(json, "high", partition->high);
    if (partition->committed < 0)
        checked(cJSON_AddNullToObject(json, "committed"));
    else
        add_number(json, "committed", partition->committed);
    add_number(json, "lag", partition_lag(partition));
    if (partition->owner < 0)
        checked(cJSON_AddNullToObject(json, "owner"));
    else
        add_text(json, "owner", view->members[partition->owner].id);
}

static void add_member(cJSON *array, const struct kafka_view *view, size_t index)
{
    const struct group_member *member = &view->members[index];
    cJSON *json = append(array, cJSON_CreateObject()), *partitions;

    add_text(json, "id", member->id);
    add_text(json, "client", member->client);
    add_text(json, "host", member->host);
    checked(cJSON_AddBoolToObject(json, "stalled", member_is_stalled(view, index)));
    partitions = add_array(json, "partitions");
    for (size_t i = 0; i < view->partition_count; i++) {
        if (view->partitions[i].owner == (int)index)
            append(partitions, make_number((int64_t)i));
    }
}

static void add_kafka(cJSON *json, const struct kafka_view *view)
{
    cJSON *kafka = add_view(json, "kafka", &view->state), *partitions, *members;

    checked(cJSON_AddBoolToObject(kafka, "hasTopic", view->has_topic));
    add_text(kafka, "groupState", view->group_state);
    partitions = add_array(kafka, "partitions");
    for (size_t i = 0; i < view->partition_count; i++)
        add_partition(partitions, view, i);
    members = add_array(kafka, "members");
    for (size_t i = 0; i < view->member_count; i++)
        add_member(members, view, i);
}

static void add_outcomes(cJSON *json, const struct partition_outcomes *outcomes)
{
    add_number(json, "received", outcomes->received);
    add_number(json, "applied", outcomes->applied);
    add_number(json, "duplicate", outcomes->duplicate);
    add_number(json, "redelivered", outcomes->redelivered);
    add_number(json, "quarantined", outcomes->quarantined);
    add_number(json, "retired", outcomes->retired);
    add_number(json, "absent", outcomes->absent);
    add_number(json, "deleted", outcomes->deleted);
    add_number(json, "uncounted", outcomes->uncounted);
}

static void add_postgres(cJSON *json, const struct postgres_view *view)
{
    cJSON *postgres = add_view(json, "postgres", &view->state), *types = add_array(postgres, "types");
    cJSON *partitions = add_array(postgres, "partitions");

    for (size_t i = 0; i < view->type_count; i++) {
        cJSON *type = append(types, cJSON_CreateObject());

        add_text(type, "type", view->types[i].type);
        add_number(type, "events", view->types[i].events);
    }
    for (size_t i = 0; i < view->partition_count; i++) {
        cJSON *partition = append(partitions, cJSON_CreateObject());

        add_number(partition, "partition", view->partitions[i].partition);
        add_outcomes(partition, &view->partitions[i]);
        add_number(partition, "next", view->partitions[i].next);
    }
    add_number(postgres, "conflicts", view->conflicts);
}

char *api_status(const struct api_source *source, const struct snapshot *snapshot)
{
    cJSON *json = add_source(source);

    add_text(json, "version", VERSION);
    add_number(json, "number", snapshot->number);
    add_number(json, "at", snapshot->at);
    add_kafka(json, snapshot->kafka);
    add_postgres(json, snapshot->postgres);
    return print(json);
}

static void add_sample(cJSON *array, const struct sample *sample)
{
    cJSON *json = append(array, cJSON_CreateObject());

    add_number(json, "number", sample->number);
    add_number(json, "at", sample->at);
    if (sample->kafka_at > 0) {
        cJSON *high, *lag;

        add_number(json, "kafkaAt", sample->kafka_at);
        add_number(json, "members", (int64_t)sample->member_count);
        high = add_array(json, "high");
        lag = add_array(json, "lag");
        for (size_t i = 0; i < sample->partition_count; i++) {
            append(high, make_number(sample->partitions[i].high));
            append(lag, make_number(sample->partitions[i].lag));
        }
    } else {
        checked(cJSON_AddNullToObject(json, "kafkaAt"));
    }
    if (sample->postgres_at > 0) {
        add_number(json, "postgresAt", sample->postgres_at);
        add_outcomes(json, &sample->outcomes);
        add_number(json, "conflicts", sample->conflicts);
    } else {
        checked(cJSON_AddNullToObject(json, "postgresAt"));
    }
}

/* What the text consists of, for readers of other languages. */
static void add_details(cJSON *item, const struct moment *moment)
{
    cJSON *numbers = add_array(item, "numbers");

    for (size_t i = 0; i < moment->number_count; i++)
        append(numbers, make_number(moment->numbers[i]));
    if (moment->reason[0])
        add_text(item, "reason", moment->reason);
    if (moment->member.id[0]) {
        add_text(item, "member", moment->member.id);
        add_text(item, "client", moment->member.client);
        add_text(item, "host", moment->member.host);
    }
}

static void add_moments(cJSON *json, const struct moments *moments, int64_t above, int64_t last)
{
    cJSON *array = add_array(json, "moments");

    for (size_t i = 0; i < moments_count(moments); i++) {
        const struct moment *moment = moments_at(moments, i);
        cJSON *item;

        if (moment->number <= above || moment->number > last)
            continue;
        item = append(array, cJSON_CreateObject());
        add_number(item, "number", moment->number);
        add_number(item, "at", moment->at);
        add_text(item, "kind", moment_kind_name(moment->kind));
        add_text(item, "text", moment->text);
        add_details(item, moment);
    }
}

char *api_history(const struct api_source *source, const struct history *history, const struct moments *moments,
                  int64_t since)
{
    cJSON *json = add_source(source), *samples = add_array(json, "samples");
    size_t count = history_count(history), i = 0, values = 0;
    int64_t last = since;

    while (i < count && history_at(history, i)->number <= since)
        i++;
    for (; i < count && (values == 0 || values + history_at(history, i)->partition_count < API_VALUES_MAX); i++) {
        const struct sample *sample = history_at(history, i);

        add_sample(samples, sample);
        values += sample->partition_count + 1;
        last = sample->number;
    }
    add_moments(json, moments, since, last);
    add_number(json, "last", last);
    checked(cJSON_AddBoolToObject(json, "more", i < count));
    return print(json);
}

char *api_unanswered(const char *error, const char *reason)
{
    cJSON *json = checked(cJSON_CreateObject());

    add_text(json, "error", error);
    add_text(json, "reason", reason);
    return print(json);
}

bool api_is_ready(const struct snapshot *snapshot)
{
    return snapshot->kafka->state.up && snapshot->postgres->state.up;
}

char *api_ready(const struct snapshot *snapshot)
{
    cJSON *json = checked(cJSON_CreateObject()), *away;

    checked(cJSON_AddBoolToObject(json, "ready", api_is_ready(snapshot)));
    away = checked(cJSON_AddObjectToObject(json, "away"));
    if (!snapshot->kafka->state.up)
        add_text(away, "kafka", snapshot->kafka->state.reason);
    if (!snapshot->postgres->state.up)
        add_text(away, "postgres", snapshot->postgres->state.reason);
    return print(json);
}

static void add_number_if(cJSON *object, const char *name, bool is_known, int64_t value)
{
    if (is_known)
        add_number(object, name, value);
    else
        checked(cJSON_AddNullToObject(object, name));
}

static void add_program(cJSON *array, const struct lab_program *program)
{
    cJSON *json = append(array, cJSON_CreateObject());
    bool runs = program->child.is_alive;
    int status = program->child.status;

    add_number(json, "number", program->number);
    add_text(json, "kind", program->is_producer ? "replay" : "consumer");
    add_number(json, "process", program->child.pid);
    add_text(json, "state", !runs ? "ended" : program->is_stopping ? "stopping" : "running");
    add_number_if(json, "status", !runs && WIFEXITED(status), WEXITSTATUS(status));
    add_number_if(json, "signal", !runs && WIFSIGNALED(status), WTERMSIG(status));
    add_number(json, "started", program->started_at);
    add_number_if(json, "ended", !runs, program->ended_at);
    add_text(json, "line", program->child.line);
}

static const char *phase_name(enum lab_phase phase)
{
    switch (phase) {
    case LAB_READY:
        return "ready";
    case LAB_STOPPING_CONSUMERS:
        return "stopping consumers";
    case LAB_SETTING_OFFSETS:
        return "setting offsets";
    }
    BUG("unknown lab_phase");
}

char *api_lab(const struct lab_state *state)
{
    cJSON *json = checked(cJSON_CreateObject()), *programs, *rewind;

    add_text(json, "token", state->token);
    add_text(json, "phase", phase_name(state->phase));
    checked(cJSON_AddBoolToObject(json, "hasData", *state->data != '\0'));
    add_number(json, "consumersMax", LAB_CONSUMERS_MAX);
    programs = add_array(json, "programs");
    for (size_t i = 0; i < state->program_count; i++)
        add_program(programs, &state->programs[i]);
    rewind = checked(cJSON_AddObjectToObject(json, "rewind"));
    add_number(rewind, "count", state->rewinds);
    checked(cJSON_AddBoolToObject(rewind, "done", state->last_rewind.is_done));
    add_number(rewind, "records", state->last_rewind.records);
    add_text(rewind, "text", state->last_rewind.text);
    return print(json);
}

char *api_error(const char *reason)
{
    cJSON *json = checked(cJSON_CreateObject());
    char text[REASON_SIZE];

    snprintf(text, sizeof(text), "%s", reason);
    text_clean(text);
    add_text(json, "error", text);
    return print(json);
}
