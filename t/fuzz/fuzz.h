/*
 * fuzz - what a fuzzing harness is: one function, by the name that libFuzzer
 * calls.  t/fuzz/run.c calls it without libFuzzer.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Runs the part on these bytes; aborts where a promise is broken.  0. */
int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
