/*
 * version - of the whole tree, for --version and GET /health.
 */
#ifndef VERSION_H
#define VERSION_H

#define VERSION	"0.1"

#endif
