/*
 * schema_version.h - the version of the schema that these programs need: the number of the last file in sql/migrations.
 *
 *     if (found != SCHEMA_VERSION)
 *         … scripts/migrate, or newer programs
 */
#ifndef SCHEMA_VERSION_H
#define SCHEMA_VERSION_H

enum { SCHEMA_VERSION = 8 };

#endif
