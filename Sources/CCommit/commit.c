#include "CCommit.h"

const char *glean_commit(void) { return GLEAN_COMMIT; }
