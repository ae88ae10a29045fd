/* Nothing to call: see wrong_clock.c. */
