#include "event_id.h"

#include "timestamp.h"

#include "olist.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define ORDER "e481f51cbdc54678b7cc49136f2d6af7"
#define X59 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* Computed with Python's xxhash and uuid modules, by the rule that event_id.h states. */
static const struct {
    const char *order_id;
    int type;
    int64_t at;
    const char *id;
} VECTORS[] = {
    { ORDER, ORDER_PLACED, INT64_C(1506941793000), "015edcba-f2e8-8444-ad39-55248fdf10b1" },
    { ORDER, ORDER_APPROVED, INT64_C(1506942435000), "015edcc4-beb8-855b-8998-b115a4824572" },
    { ORDER, HANDED_TO_CARRIER, INT64_C(1507146900000), "015ee8f4-a220-8e1a-b3d4-c31bfaa37950" },
    { ORDER, DELIVERED, INT64_C(1507670713000), "015f082d-62a8-86f7-bd17-1b75eceb379c" },
    { ORDER, LATE_DETECTED, INT64_C(1508284800000), "015f2cc7-9c00-8d27-8c50-9912795486d9" },
    { "1", ORDER_PLACED, 0, "00000000-0000-8b57-84aa-4953322ae571" },
    { "~", LATE_DETECTED, INT64_C(253402300799999), "e677d21f-dbff-85a1-bdd3-02b9198efac5" },
    { "!\"\\/," X59, DELIVERED, INT64_C(1582979696007), "017090f1-4587-840c-9e60-96047cb1b592" },
};

START_TEST(ids_match_the_published_vectors)
{
    for (size_t i = 0; i < sizeof(VECTORS) / sizeof(VECTORS[0]); i++) {
        struct event_id id = event_id_make(VECTORS[i].order_id, olist_type(VECTORS[i].type), VECTORS[i].at), parsed;
        char text[EVENT_ID_SIZE];

        event_id_print(&id, text);
        ck_assert_str_eq(text, VECTORS[i].id);
        ck_assert(event_id_parse(VECTORS[i].id, &parsed));
        ck_assert(memcmp(&parsed, &id, sizeof(struct event_id)) == 0);
    }
}
END_TEST

START_TEST(every_part_of_the_fact_counts)
{
    struct event_id id = event_id_make("a", olist_type(ORDER_PLACED), 1000), others[] = {
        event_id_make("b", olist_type(ORDER_PLACED), 1000), event_id_make("a", olist_type(ORDER_APPROVED), 1000),
        event_id_make("a", olist_type(ORDER_PLACED), 1001),
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        ck_assert(memcmp(&id, &others[i], sizeof(struct event_id)) != 0);
}
END_TEST

START_TEST(only_the_one_spelling_is_read)
{
    static const char *const BAD[] = {
        "", "015edcba-f2e8-8444-ad39-55248fdf10b", "015edcba-f2e8-8444-ad39-55248fdf10b12",
        "015EDCBA-f2e8-8444-ad39-55248fdf10b1", "015edcbaf2e88444ad3955248fdf10b1",
        "{015edcba-f2e8-8444-ad39-55248fdf10b1}", "015edcba-f2e8-8444-ad39-55248fdf10bg",
        "015edcba_f2e8-8444-ad39-55248fdf10b1", " 015edcba-f2e8-8444-ad39-55248fdf10b1",
        "015edcba-f2e8-8444-ad39-55248fdf10b1 ",
    };
    struct event_id id;

    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        ck_assert_msg(!event_id_parse(BAD[i], &id), "%s", BAD[i]);
}
END_TEST

START_TEST(payloads_hash_as_published)
{
    static const struct { const char *json; int64_t hash; } HASHES[] = {
        { "{}", INT64_C(1389868326933519382) },
        { "{\"customer\":\"c\",\"region\":\"SP\"}", INT64_C(6730246316019575325) },
        { "{\"city\":\"sao paulo\",\"customer\":\"9ef432eb6251297304e76186b10a928d\","
          "\"customerUniqueId\":\"7c396fd4830fd04220f754e42b4e5bff\",\"estimatedDeliveryAt\":\"2017-10-18T00:00:00\","
          "\"region\":\"SP\",\"sellers\":[\"3504c0cb71d7fa48d967e0e4c94d59d9\"]}", INT64_C(2736113134250022068) },
    };

    for (size_t i = 0; i < sizeof(HASHES) / sizeof(HASHES[0]); i++)
        ck_assert_int_eq(payload_hash(HASHES[i].json, strlen(HASHES[i].json)), HASHES[i].hash);
}
END_TEST

SUITE("event_id", ids_match_the_published_vectors, every_part_of_the_fact_counts, only_the_one_spelling_is_read,
      payloads_hash_as_published)
