/*
 * json - the code of json.h, compiled once.
 * Linked into every program.
 */
#define JSON_IMPLEMENTATION
#include "json.h"
