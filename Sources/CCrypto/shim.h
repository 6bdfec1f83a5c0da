// OpenSSL's SHA-256, which uses what the processor has for it: four times as fast as glib's.
#ifndef GLEAN_CCRYPTO_SHIM_H
#define GLEAN_CCRYPTO_SHIM_H

#include <openssl/sha.h>

#endif
