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
  int bands;
  int has_alpha;  // as libvips sees it, which takes all further channels of a TIFF for alpha
  int bits;       // of a sample: 8 and 16 unsigned, 32 for other real numbers, 0 for complex ones
  int is_cmyk, is_grey;
} cvips_header;

/// The formats that Glean reads. Naming the loader spares libvips asking each of its loaders, some
/// of which open the file several times over, and keeps out formats that need not be trusted.
typedef enum {
  cvips_jpeg, cvips_png, cvips_gif, cvips_tiff, cvips_webp, cvips_netpbm, cvips_bmp
} cvips_format;

#define CVIPS_LOAD(suffix, ...)                                            \
  (format == cvips_jpeg     ? vips_jpegload##suffix(__VA_ARGS__, NULL)     \
   : format == cvips_png    ? vips_pngload##suffix(__VA_ARGS__, NULL)      \
   : format == cvips_gif    ? vips_gifload##suffix(__VA_ARGS__, NULL)      \
   : format == cvips_tiff   ? vips_tiffload##suffix(__VA_ARGS__, NULL)     \
   : format == cvips_webp   ? vips_webpload##suffix(__VA_ARGS__, NULL)     \
                            : vips_magickload##suffix(__VA_ARGS__, NULL))

static inline void cvips_describe(VipsImage *image, cvips_header *out) {
  gboolean swap = vips_image_get_orientation_swap(image);
  out->width = swap ? image->Ysize : image->Xsize;
  out->height = swap ? image->Xsize : image->Ysize;
  out->bands = image->Bands;
  out->has_alpha = vips_image_hasalpha(image);
  out->bits = image->BandFmt == VIPS_FORMAT_UCHAR    ? 8
              : image->BandFmt == VIPS_FORMAT_USHORT ? 16
              : vips_band_format_iscomplex(image->BandFmt) ? 0
                                                           : 32;
  out->is_cmyk = image->Type == VIPS_INTERPRETATION_CMYK;
  out->is_grey = image->Type == VIPS_INTERPRETATION_B_W ||
                 image->Type == VIPS_INTERPRETATION_GREY16 ||
                 image->Type == VIPS_INTERPRETATION_MULTIBAND;
}

static inline int cvips_read_header(const char *path, cvips_format format, cvips_header *out) {
  VipsImage *image = NULL;
  if (format == cvips_netpbm
          ? vips_ppmload(path, &image, "access", VIPS_ACCESS_SEQUENTIAL, NULL)
          : CVIPS_LOAD(, path, &image, "access", VIPS_ACCESS_SEQUENTIAL))
    return -1;
  cvips_describe(image, out);
  g_object_unref(image);
  return 0;
}

/// The pixels of an image, computed strip by strip on the calling thread: for small images
/// libvips' own thread pool costs more than the decoding.
static inline int cvips_read_strips(VipsImage *image, VipsPel *out) {
  size_t line = VIPS_IMAGE_SIZEOF_LINE(image);
  VipsRegion *region = vips_region_new(image);
  int status = region ? 0 : -1;
  for (int top = 0; status == 0 && top < image->Ysize; top += 16) {
    VipsRect strip = {0, top, image->Xsize, VIPS_MIN(16, image->Ysize - top)};
    status = vips_region_prepare(region, &strip);
    for (int row = 0; status == 0 && row < strip.height; row++)
      memcpy(out + (top + row) * line, VIPS_REGION_ADDR(region, 0, top + row), line);
  }
  if (region) g_object_unref(region);
  return status;
}

/// The pixels of an image that must be of this size.
static inline int cvips_read_whole(
    VipsImage *image, int width, int height, int bands, void *out) {
  if (image->Xsize != width || image->Ysize != height || image->Bands != bands) {
    vips_error("glean", "decoded to %d x %d x %d, expected %d x %d x %d", image->Xsize,
               image->Ysize, image->Bands, width, height, bands);
    return -1;
  }
  return cvips_read_strips(image, (VipsPel *)out);
}

/// Rotated, 8-bit, without alpha, in `space`. The steps that an image does not need are left out:
/// for a small one each costs as much as decoding it. `step` has room for 7.
static inline VipsImage *cvips_convert(
    VipsImage *image, VipsInterpretation space, VipsImage **step) {
  if (vips_image_get_orientation(image) != 1) {
    if (vips_autorot(image, &step[0], NULL)) return NULL;
    image = step[0];
  }
  if (image->BandFmt == VIPS_FORMAT_USHORT) {  // libvips' own way rounds through linear light
    VipsInterpretation narrow =
        image->Bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
    if (vips_rshift_const1(image, &step[1], 8, NULL) || vips_cast_uchar(step[1], &step[2], NULL) ||
        vips_copy(step[2], &step[3], "interpretation", narrow, NULL))
      return NULL;
    image = step[3];
  }
  if (image->Type != space) {
    if (vips_colourspace(image, &step[4], space, NULL)) return NULL;
    image = step[4];
  }
  if (vips_image_hasalpha(image)) {
    double white[] = {255, 255, 255};
    VipsArrayDouble *background = vips_array_double_new(white, image->Bands - 1);
    int failed = vips_flatten(image, &step[5], "background", background, NULL);
    vips_area_unref(VIPS_AREA(background));
    if (failed) return NULL;
    image = step[5];
  }
  if (image->BandFmt != VIPS_FORMAT_UCHAR) {
    if (vips_cast_uchar(image, &step[6], NULL)) return NULL;
    image = step[6];
  }
  return image;
}

/// A file's content as an image, read from top to bottom where its rotation allows that.
static inline VipsImage *cvips_load(const void *file, size_t length, cvips_format format) {
  VipsAccess access = VIPS_ACCESS_SEQUENTIAL;
  for (;;) {
    VipsImage *image = NULL;
    if (format == cvips_netpbm) {
      VipsSource *source = vips_source_new_from_memory(file, length);
      int failed =
          vips_ppmload_source(source, &image, "access", access, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
      g_object_unref(source);
      if (failed) return NULL;
    } else if (CVIPS_LOAD(_buffer, (void *)file, length, &image, "access", access, "fail_on",
                          VIPS_FAIL_ON_ERROR)) {
      return NULL;
    }
    if (access == VIPS_ACCESS_RANDOM || vips_image_get_orientation(image) == 1) return image;
    g_object_unref(image);
    access = VIPS_ACCESS_RANDOM;
  }
}

/// The header of a file's content.
static inline int cvips_read_header_of(
    const void *file, size_t length, cvips_format format, cvips_header *out) {
  VipsImage *image = cvips_load(file, length, format);
  if (!image) return -1;
  cvips_describe(image, out);
  g_object_unref(image);
  return 0;
}

/// 8-bit pixels of the first frame of a file's content, rows of width x channels bytes. `resize` 0
/// promises that the image has the wanted size already. Alpha is flattened on white.
static inline int cvips_decode(
    const void *file, size_t length, cvips_format format, int width, int height, int channels,
    int resize, void *out) {
  VipsImage *scope = vips_image_new();  // owns the steps below
  VipsImage **step = (VipsImage **)vips_object_local_array(VIPS_OBJECT(scope), 8);
  int status = -1;
  if (!resize)
    step[0] = cvips_load(file, length, format);
  else if (vips_thumbnail_buffer((void *)file, length, &step[0], width, "height", height, "size",
                                 VIPS_SIZE_FORCE, "fail_on", VIPS_FAIL_ON_ERROR, NULL))
    step[0] = NULL;
  VipsImage *image =
      step[0] ? cvips_convert(
                    step[0], channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB,
                    step + 1)
              : NULL;
  if (image && image->Xsize == width && image->Ysize == height && image->Bands == channels)
    status = cvips_read_strips(image, (VipsPel *)out);
  else if (image)
    vips_error("glean", "decoded to %d x %d x %d, expected %d x %d x %d", image->Xsize,
               image->Ysize, image->Bands, width, height, channels);
  g_object_unref(scope);
  return status;
}

/// 8-bit grey or RGB pixels in another size and number of channels.
static inline int cvips_resize(
    const void *pixels, int width, int height, int channels, int to_width, int to_height,
    int to_channels, void *out) {
  VipsImage *scope = vips_image_new();  // owns the steps below
  VipsImage **step = (VipsImage **)vips_object_local_array(VIPS_OBJECT(scope), 10);
  int status = -1;
  step[0] = vips_image_new_from_memory(
      pixels, (size_t)width * height * channels, width, height, channels, VIPS_FORMAT_UCHAR);
  if (step[0] && !vips_copy(step[0], &step[1], "interpretation",
                            channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB,
                            NULL) &&
      !vips_thumbnail_image(step[1], &step[2], to_width, "height", to_height, "size",
                            VIPS_SIZE_FORCE, NULL)) {
    VipsImage *image = cvips_convert(
        step[2], to_channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB, step + 3);
    if (image && image->Xsize == to_width && image->Ysize == to_height &&
        image->Bands == to_channels)
      status = cvips_read_strips(image, (VipsPel *)out);
  }
  g_object_unref(scope);
  return status;
}

/// The first bands of a file's content as numbers, not converted, in rows of width x bands floats.
static inline int cvips_decode_values(
    const void *file, size_t length, cvips_format format, int width, int height, int bands,
    float *out) {
  VipsImage *scope = vips_image_new();  // owns the steps below
  VipsImage **step = (VipsImage **)vips_object_local_array(VIPS_OBJECT(scope), 5);
  VipsImage *image = step[0] = cvips_load(file, length, format);
  int status = image ? 0 : -1;
  if (status == 0 && vips_image_get_orientation(image) != 1) {
    status = vips_autorot(image, &step[1], NULL);
    image = step[1];
  }
  if (status == 0 && image->Bands > bands) {
    status = vips_extract_band(image, &step[2], 0, "n", bands, NULL);
    image = step[2];
  }
  if (status == 0) {
    status = vips_cast_float(image, &step[3], NULL);
    image = step[3];
  }
  if (status == 0 && (image->Xsize != width || image->Ysize != height)) {
    status = vips_resize(image, &step[4], (double)width / image->Xsize, "vscale",
                         (double)height / image->Ysize, NULL);
    image = step[4];
  }
  if (status == 0) status = cvips_read_whole(image, width, height, bands, out);
  g_object_unref(scope);
  return status;
}

/// The samples of a file's content as they are, without alpha, rows of width x bands bytes. Samples
/// of 16 bits that 8 do not hold are an error.
static inline int cvips_decode_raw(
    const void *file, size_t length, cvips_format format, int width, int height, int bands,
    void *out) {
  VipsImage *scope = vips_image_new();  // owns the steps below
  VipsImage **step = (VipsImage **)vips_object_local_array(VIPS_OBJECT(scope), 4);
  VipsImage *image = step[0] = cvips_load(file, length, format);
  int status = image ? 0 : -1;
  double largest = 0;
  if (status == 0 && vips_image_get_orientation(image) != 1) {
    status = vips_autorot(image, &step[1], NULL);
    image = step[1];
  }
  if (status == 0 && image->Bands > bands) {
    status = vips_extract_band(image, &step[2], 0, "n", bands, NULL);
    image = step[2];
  }
  if (status == 0 && image->BandFmt != VIPS_FORMAT_UCHAR) {
    VipsImage *whole = vips_image_copy_memory(image);  // it is read twice
    status = whole ? vips_max(whole, &largest, NULL) : -1;
    if (status == 0 && largest > 255) {
      vips_error("glean", "its largest value is %.0f, the limit is 255", largest);
      status = -1;
    }
    if (status == 0) status = vips_cast_uchar(whole, &step[3], NULL);
    if (whole) g_object_unref(whole);
    image = step[3];
  }
  if (status == 0) status = cvips_read_whole(image, width, height, bands, out);
  g_object_unref(scope);
  return status;
}

/// 8-bit grey or RGB pixels as an image, which borrows them; NULL on failure.
static inline VipsImage *cvips_of_pixels(
    const void *pixels, int width, int height, int channels) {
  VipsImage *image = vips_image_new_from_memory(
      pixels, (size_t)width * height * channels, width, height, channels, VIPS_FORMAT_UCHAR);
  if (image) image->Type = channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
  return image;
}

/// A PNG of 8-bit grey or RGB pixels; free *png with cvips_free.
static inline int cvips_encode_png(
    const void *pixels, int width, int height, int channels, void **png, size_t *length) {
  VipsImage *image = cvips_of_pixels(pixels, width, height, channels);
  if (!image) return -1;
  int status = vips_pngsave_buffer(image, png, length, NULL);
  g_object_unref(image);
  return status;
}

/// A JPEG of 8-bit grey or RGB pixels for looking at; free *jpeg with cvips_free.
static inline int cvips_encode_jpeg(
    const void *pixels, int width, int height, int channels, void **jpeg, size_t *length) {
  VipsImage *image = cvips_of_pixels(pixels, width, height, channels);
  if (!image) return -1;
  int status = vips_jpegsave_buffer(image, jpeg, length, "Q", 80, "strip", TRUE, NULL);
  g_object_unref(image);
  return status;
}

/// How much ink text leaves in each place, 0...255; free *ink with cvips_free. Fails where libvips was
/// built without Pango.
static inline int cvips_text(const char *text, void **ink, int *width, int *height) {
  VipsImage *image = NULL;
  if (vips_text(&image, text, "font", "sans 10", "dpi", 96, NULL)) return -1;
  size_t length;
  *width = vips_image_get_width(image);
  *height = vips_image_get_height(image);
  *ink = vips_image_write_to_memory(image, &length);
  g_object_unref(image);
  return *ink && length == (size_t)*width * (size_t)*height ? 0 : -1;
}

/// MD5 into 16 bytes.
static inline void cvips_md5(const void *bytes, size_t length, void *digest) {
  GChecksum *checksum = g_checksum_new(G_CHECKSUM_MD5);
  gsize size = 16;
  g_checksum_update(checksum, (const guchar *)bytes, (gssize)length);
  g_checksum_get_digest(checksum, (guint8 *)digest, &size);
  g_checksum_free(checksum);
}

#endif
