#include "lifecycle.h"

#include "olist.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct lifecycle *lifecycle;
static char reason[REASON_SIZE];

/* Rows as in a file without quotes, a line each; the header is line 1. False with the reason. */
static bool read_rows(const char *rows)
{
    uint64_t line = 2;

    lifecycle_free(lifecycle);
    lifecycle = lifecycle_new();
    for (const char *end; *rows; rows = end + (*end == '\n'), line++) {
        char cells[LIFECYCLE_CELLS][200];
        const char *borrowed[LIFECYCLE_CELLS];

        end = rows + strcspn(rows, "\n");
        for (int i = 0; i < LIFECYCLE_CELLS; i++) {
            size_t length = strcspn(rows, ",\n");

            snprintf(cells[i], sizeof(cells[i]), "%.*s", (int)length, rows);
            borrowed[i] = cells[i];
            rows += length + (i + 1 < LIFECYCLE_CELLS && rows[length] == ',');
        }
        if (!lifecycle_add(lifecycle, line, borrowed, reason))
            return false;
    }
    return lifecycle_finish(lifecycle, reason);
}

#define ID "id,orderId,id,,\n"
#define PAID "event,PAID,paid,required,\n"
#define X60 "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"

static const struct {
    const char *rows, *reason; /* or NULL: good */
} FILES[] = {
    { ID PAID, NULL },
    { ID PAID "event,SENT,sent at,,\ndeadline,LATE,due,before SENT,\nunless,LATE,status,lost|sold out,\n", NULL },
    { "deadline,LATE,due,before PAID as too_late,late\nunless,LATE,status,x,\n" PAID ID, NULL }, /* further down */
    { ID PAID "file,customers,,by customer,\npayload,region,customers.state,text,\n", NULL },
    { ID PAID "event,X" X60 "XX,x,,x\n", NULL },
    { PAID, "line 1: there is no id" },
    { ID "event,PAID,paid,,\n", "line 1: there is no required event" },
    { ID ID PAID, "line 3: there are two ids" },
    { "id,id,id,,\n", "line 2: the id is called orderId, not id" },
    { "events,A,a,,\n", "line 2: the kind events is unknown: it is file, format, id, event, deadline, unless or payload" },
    { PAID PAID, "line 3: the name PAID appears twice" },
    { PAID "deadline,PAID,due,before PAID,late\n", "line 3: the name PAID appears twice" },
    { "event,Paid,paid,required,\n", "line 2: the name Paid is not 1 to 63 of A-Z, 0-9 and _" },
    { "event,X" X60 "XXX,x,,x\n", "line 2: the name X" X60 "XXX is not 1 to 63" },
    { "event,PAID,,required,\n", "line 2: the column is missing" },
    { "event,PAID,paid,needed,\n", "line 2: the rule needed is unknown: for an event it is required or empty" },
    { "event,PAID,paid,,Paid\n", "line 2: the stage Paid is not 1 to 60 of a-z, 0-9 and _" },
    { "event,X" X60 ",x,,\n", "line 2: a name of more than 60 letters needs a stage" },
    { PAID "event,PAYED,payed,,paid\n", "line 3: order_timeline would have two columns named paid_at" },
    { ID PAID "deadline,LATE,due,before PAID as region,\n", "line 4: order_timeline would have two columns named region" },
    { ID PAID "deadline,LATE,due,before PAID as late_at,\n", "line 4: order_timeline would have two columns named late_at" },
    { ID PAID "deadline,LATE,due,before SENT,\n", "line 4: there is no event named SENT" },
    { ID PAID "deadline,L,due,before PAID,\ndeadline,M,due,before L,\n", "line 5: there is no event named L" },
    { "deadline,LATE,due,after SENT,\n", "line 2: the rule after SENT is unknown: for a deadline it is before EVENT or" },
    { "deadline,LATE,due,before SENT as,\n", "line 2: the rule before SENT as is unknown" },
    { ID PAID "unless,PAID,status,x,\n", "line 4: there is no deadline named PAID" },
    { "unless,LATE,status,a||b,\n", "line 2: the rule a||b is unknown: for an exception it is one or more states" },
    { "unless,LATE,status,,\n", "line 2: the rule  is unknown: for an exception" },
    { "unless,LATE,status,a,\nunless,LATE,status,b,\n", "line 3: the deadline LATE has two exceptions" },
    { "payload,Region,region,,\n", "line 2: the name Region is not a lower-case letter and at most 62 letters" },
    { "payload,a,a,,\npayload,a,b,,\n", "line 3: the name a appears twice" },
    { "payload,a,items.,list,\n", "line 2: the column is missing" },
    { "payload,a,a,number,\n", "line 2: the rule number is unknown: for a payload field it is text, time or list" },
    { "payload,a,a,list,\n", "line 2: a field of the items file must be a list, and no other field may be one" },
    { "payload,a,items.a,,\n", "line 2: a field of the items file must be a list, and no other field may be one" },
    { "payload,region,at,time,\n", "line 2: the region is a text of the orders or customers file" },
    { ID PAID "payload,a,items.a,list,\n", "line 4: there is no row file,items" },
    { ID PAID "payload,a,customers.a,,\n", "line 4: there is no row file,customers" },
    { "file,order,,,\n", "line 2: a file is called orders, customers or items, not order" },
    { "file,items,,by id,\nfile,items,,by id,\n", "line 3: the file items appears twice" },
    { "file,orders,a/b.csv,,\n", "line 2: the name of a file must not contain /" },
    { "file,orders,,by id,\n", "line 2: the rule by id is unknown: for the file orders it is empty" },
    { "file,customers,,,\n", "line 2: the rule  is unknown: for the file customers it is by COLUMN or by COLUMN = COLUMN" },
    { "file,items,,by a = b,\n", "line 2: the rule by a = b is unknown: for the file items it is by COLUMN" },
    { "id,orderId,id,required,\n", "line 2: the rule required is unknown: for an id it is empty" },
    { "id,orderId,id,,x\n", "line 2: only events and deadlines have a stage" },
};

START_TEST(files_are_checked)
{
    bool good = read_rows(FILES[_i].rows);

    ck_assert_msg(good == !FILES[_i].reason, "%s%s", FILES[_i].rows, reason);
    if (!good)
        ck_assert_msg(strncmp(reason, FILES[_i].reason, strlen(FILES[_i].reason)) == 0, "%s%s", FILES[_i].rows, reason);
    lifecycle_free(lifecycle);
}
END_TEST

START_TEST(limits_are_kept)
{
    char rows[20000], *end = rows + sprintf(rows, ID PAID);

    for (int i = 1; i < EVENT_TYPES_MAX; i++)
        end += sprintf(end, "event,TYPE_%d,column %d,,\n", i, i);
    ck_assert_msg(read_rows(rows), "%s", reason);
    ck_assert_int_eq(lifecycle->form.type_count, EVENT_TYPES_MAX);
    sprintf(end, "event,ONE_MORE,one,,\n");
    ck_assert(!read_rows(rows));
    ck_assert_str_eq(reason, "line 67: there are more than 64 events and deadlines");

    end = rows + sprintf(rows, ID PAID);
    for (int i = 0; i < PAYLOAD_FIELDS_MAX; i++)
        end += sprintf(end, "payload,field%d,column %d,,\n", i, i);
    ck_assert_msg(read_rows(rows), "%s", reason);
    sprintf(end, "payload,more,one,,\n");
    ck_assert(!read_rows(rows));
    ck_assert_str_eq(reason, "line 36: there are more than 32 payload fields");
    lifecycle_free(lifecycle);
}
END_TEST

/* Each column once, whatever uses it, and the strongest need of all. */
START_TEST(columns_stand_once)
{
    const struct lifecycle_columns *columns;

    ck_assert(read_rows(ID "event,SENT,sent,,\ndeadline,LATE,due,before SENT,\nunless,LATE,state,lost,\n"
                           "event,PAID,paid,required,\npayload,dueAt,DUE,time,\npayload,state,state,,\n"
                           "file,customers,c.csv,by customer = id,\npayload,region,customers.land,,\n"));
    columns = &lifecycle->columns[ORDERS_FILE];
    ck_assert_uint_eq(columns->count, 6);
    ck_assert_str_eq(columns->names[lifecycle->id_column], "id");
    ck_assert_str_eq(columns->names[lifecycle->rules[1].column], "due");
    ck_assert_uint_eq(lifecycle->sources[0].column, lifecycle->rules[1].column);
    ck_assert_uint_eq(columns->needs[lifecycle->rules[0].column], COLUMN_OPTIONAL);
    ck_assert_uint_eq(columns->needs[lifecycle->rules[1].column], COLUMN_REQUIRED); /* the payload has it too */
    ck_assert_uint_eq(columns->needs[lifecycle->rules[1].exception_column], COLUMN_REQUIRED | COLUMN_FOR_AS_OF);
    ck_assert_uint_eq(columns->needs[lifecycle->customer_column], COLUMN_FOR_JOIN);
    ck_assert_str_eq(columns->names[lifecycle->customer_column], "customer");
    columns = &lifecycle->columns[CUSTOMERS_FILE];
    ck_assert_uint_eq(columns->count, 2);
    ck_assert_str_eq(columns->names[lifecycle->key_columns[CUSTOMERS_FILE]], "id");
    ck_assert_str_eq(lifecycle->file_names[CUSTOMERS_FILE], "c.csv");
    ck_assert_str_eq(lifecycle->file_names[ORDERS_FILE], "orders.csv");
    ck_assert_ptr_null(lifecycle->file_names[ITEMS_FILE]);
    ck_assert_uint_eq(lifecycle->time_count, 3);
    lifecycle_free(lifecycle);
}
END_TEST

START_TEST(olist_is_built_in)
{
    static const char *const TYPES[] = { "ORDER_PLACED", "ORDER_APPROVED", "HANDED_TO_CARRIER", "DELIVERED",
                                         "LATE_DETECTED" };
    const struct lifecycle_rule *late = &olist()->rules[LATE_DETECTED];

    ck_assert_int_eq(olist()->form.type_count, OLIST_TYPES);
    for (int i = 0; i < OLIST_TYPES; i++)
        ck_assert_str_eq(olist_type(i)->name, TYPES[i]);
    ck_assert_uint_eq(olist()->form.field_count, OLIST_FIELDS);
    ck_assert_ptr_eq(late->before, olist_type(DELIVERED));
    ck_assert_str_eq(late->states[0], "canceled");
    ck_assert_str_eq(late->states[1], "unavailable");
    ck_assert_ptr_null(late->states[2]);
    ck_assert(olist()->rules[ORDER_PLACED].required && !olist()->rules[ORDER_APPROVED].required);
    ck_assert_uint_eq(olist()->columns[ORDERS_FILE].needs[late->exception_column], COLUMN_FOR_AS_OF);
}
END_TEST

SUITE_OF_ROWS("lifecycle", { files_are_checked, ROWS(FILES) }, { limits_are_kept, 1 }, { columns_stand_once, 1 },
              { olist_is_built_in, 1 })
