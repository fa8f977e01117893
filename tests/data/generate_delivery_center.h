/*
 * generate_delivery_center.h - synthetic orders in the form of the public data
 * set "Delivery Center: Food & Goods orders in Brazil": one file, orders.csv, with
 * a moment for each stage of a delivery, written like 1/1/2021 12:01:36 AM.
 * Nothing is copied from it.
 *
 *     status = generate_delivery_center(&settings);
 */
#ifndef GENERATE_DELIVERY_CENTER_H
#define GENERATE_DELIVERY_CENTER_H

#include "generator.h"

/* EX_OK, EX_CANTCREAT, or EX_IOERR when the file may be incomplete. */
int generate_delivery_center(const struct settings *settings);

#endif
