/*
 * mend - JSON from programs that cut a text anywhere.  json.h is strict, as the
 * room needs it; what an agent CLI writes about itself is worth reading even
 * where it is not.
 */
#ifndef MEND_H
#define MEND_H

#include <stddef.h>

/*
 * In a JSON text, make U+FFFD of each escape that is half of a surrogate pair
 * (RFC 8259 8.2), and a question mark of each byte that is no UTF-8.  Its
 * length stays.  Returns how many there were.  What else is wrong stays wrong.
 */
size_t	mend_json(char *text, size_t len);

#endif
