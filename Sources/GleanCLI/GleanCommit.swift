import CCommit

/// The hash of the commit that the program was built from, with "+" behind it where files differed from
/// it; empty where it was not built from a repository.
let gleanCommit = String(cString: glean_commit())
