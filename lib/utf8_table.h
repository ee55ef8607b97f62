/*
 * utf8_table - the generated table behind utf8_class(); lib/utf8.c alone uses
 * it.
 *
 * A character below 0x20000 has the letter utf8_blocks[utf8_index[cp / 128]][cp
 * % 128]: 0, 1 and 2 are that many cells, p a narrow and P a wide pictograph, v
 * a narrow pictograph that U+FE0F makes wide, k another such character, m a
 * skin tone, r a regional indicator.
 */
#ifndef UTF8_TABLE_H
#define UTF8_TABLE_H

extern const char utf8_blocks[][129];
extern const unsigned char utf8_index[1024];

#endif
