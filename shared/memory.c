#include "memory.h"

#include <stdlib.h>

void *checked(void *pointer)
{
    if (!pointer)
        abort();
    return pointer;
}
