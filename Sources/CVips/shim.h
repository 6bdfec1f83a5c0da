// Plain functions over libvips, whose own are variadic and so out of Swift's reach, and over glib's
// checksum. No policy: every function returns 0 for success and leaves the message in libvips'
// error buffer otherwise.
#ifndef GLEAN_CVIPS_SHIM_H
#define GLEAN_CVIPS_SHIM_H

#include <string.h>
#include <vips/vips.h>

static inline void cvips_ignore_log(
    const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {
  (void)domain, (void)level, (void)message, (void)data;
}

/// One thread an image, no cache: files are read once, and a changed file must be seen.
static inline int cvips_start(void) {
  if (VIPS_INIT("glean")) return -1;
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, cvips_ignore_log, NULL);
  return 0;
}

static inline void cvips_end_thread(void) { vips_thread_shutdown(); }

/// The error buffer, emptied; free with cvips_free. All threads share the one buffer.
static inline char *cvips_take_error(void) { return vips_error_buffer_copy(); }
static inline void cvips_free(void *memory) { g_free(memory); }

typedef struct {
  int width, height;  // after the EXIF rotation
  int colours;        // colour bands: alpha not counted
  int bits;           // of a sample, 0 where it is not an unsigned 8- or 16-bit integer
  int is_cmyk;
} cvips_header;

static inline int cvips_read_header(const char *path, cvips_header *out) {
  VipsImage *image = vips_image_new_from_file(path, "access", VIPS_ACCESS_SEQUENTIAL, NULL);
  if (!image) return -1;
  gboolean swap = vips_image_get_orientation_swap(image);
  out->width = swap ? image->Ysize : image->Xsize;
  out->height = swap ? image->Xsize : image->Ysize;
  out->colours = image->Bands - (vips_image_hasalpha(image) ? 1 : 0);
  out->bits = image->BandFmt == VIPS_FORMAT_UCHAR    ? 8
              : image->BandFmt == VIPS_FORMAT_USHORT ? 16
                                                     : 0;
  out->is_cmyk = image->Type == VIPS_INTERPRETATION_CMYK;
  g_object_unref(image);
  return 0;
}

/// 8-bit pixels of the first frame, rows of width x channels bytes. `resize` 0 promises that the
/// image has the wanted size already. Alpha is flattened on white.
static inline int cvips_decode(
    const char *path, int width, int height, int channels, int resize, void *out) {
  VipsImage *scope = vips_image_new();  // owns the steps below
  VipsImage **step = (VipsImage **)vips_object_local_array(VIPS_OBJECT(scope), 6);
  VipsInterpretation space =
      channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
  int status = -1;
  size_t size = 0;
  void *pixels = NULL;
  if (resize) {
    if (vips_thumbnail(path, &step[0], width, "height", height, "size", VIPS_SIZE_FORCE, "fail_on",
                       VIPS_FAIL_ON_ERROR, NULL))
      goto done;
  } else {
    VipsImage *plain = vips_image_new_from_file(path, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    if (!plain) goto done;
    int failed = vips_autorot(plain, &step[0], NULL);
    g_object_unref(plain);
    if (failed) goto done;
  }
  if (vips_colourspace(step[0], &step[1], space, NULL)) goto done;
  VipsImage *image = step[1];
  if (vips_image_hasalpha(image)) {
    double white[] = {255, 255, 255};
    VipsArrayDouble *background = vips_array_double_new(white, image->Bands - 1);
    int failed = vips_flatten(image, &step[2], "background", background, NULL);
    vips_area_unref(VIPS_AREA(background));
    if (failed) goto done;
    image = step[2];
  }
  if (vips_cast_uchar(image, &step[3], NULL)) goto done;
  image = step[3];
  pixels = vips_image_write_to_memory(image, &size);
  if (!pixels) goto done;
  if (image->Xsize != width || image->Ysize != height || image->Bands != channels) {
    vips_error("glean", "decoded to %d x %d x %d, expected %d x %d x %d", image->Xsize,
               image->Ysize, image->Bands, width, height, channels);
    goto done;
  }
  memcpy(out, pixels, size);
  status = 0;
done:
  g_free(pixels);
  g_object_unref(scope);
  return status;
}

/// A PNG of 8-bit grey or RGB pixels; free *png with cvips_free.
static inline int cvips_encode_png(
    const void *pixels, int width, int height, int channels, void **png, size_t *length) {
  VipsImage *image = vips_image_new_from_memory(
      pixels, (size_t)width * height * channels, width, height, channels, VIPS_FORMAT_UCHAR);
  if (!image) return -1;
  image->Type = channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
  int status = vips_pngsave_buffer(image, png, length, NULL);
  g_object_unref(image);
  return status;
}

/// SHA-256 into 32 bytes.
static inline void cvips_sha256(const void *bytes, size_t length, void *digest) {
  GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_checksum_update(checksum, (const guchar *)bytes, (gssize)length);
  gsize size = 32;
  g_checksum_get_digest(checksum, (guint8 *)digest, &size);
  g_checksum_free(checksum);
}

#endif
