// zlib, whose initialisation is a macro and so out of Swift's reach.
#ifndef GLEAN_CZLIB_SHIM_H
#define GLEAN_CZLIB_SHIM_H

#include <zlib.h>

/// `bits` is -15 for bare deflate, as in zip files, and 31 for gzip.
static inline int czlib_inflate_start(z_stream *stream, int bits) {
  return inflateInit2(stream, bits);
}

#endif
