// The commit that the program was built from.
#pragma once

// The hash of the commit, with "+" behind it where files differed from it; empty outside a repository.
const char *_Nonnull glean_commit(void);
