/* Nothing to call: see other_boot.c. */
