/// Files of arrays as other programs write them.
package enum ArraySamples {
  /// By numpy.savez_compressed: train_images, uint8 3 × 4 × 5 of 0, 4 to 236; train_labels, int64
  /// 3 × 1 of 1, 0, 1; test_images, the first of them with 1 added; test_labels, 0.
  package static let compressed = decode(
    """
    UEsDBC0AAAAIAAAAIQDYQnMR//////////8QABQAdHJhaW5faW1hZ2VzLm5weQEAEAC8AAAAAAAAAIgAAAAAAAAAm+wX6h
    sQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjoKJjoKppo6CrUK5AEuBhYO
    HgERCRkFFQ0dAxMLGwcXD5+AkIiYhJSMnIKSipqGlo6eCVNmzFmwZMWaDVt27Dlw5MSZC1du3Hnw5MUbAFBLAwQtAAAACA
    AAACEAzI2K7f//////////EAAUAHRyYWluX2xhYmVscy5ucHkBABAAmAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6S
    WpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6CoaaOgq1CmQDLkYGVADjAwBQSwMELQAAAA
    gAAAAhAKoAbdj//////////w8AFAB0ZXN0X2ltYWdlcy5ucHkBABAAlAAAAAAAAABdAAAAAAAAAJvsF+obEMnIUMZQrZ6S
    WpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GoY6CiY6CqaaOgq1CuQBLkZWTl5BUUlZRVVNXU
    NTS1tHV09fAFBLAwQtAAAACAAAACEAkKquaf//////////DwAUAHRlc3RfbGFiZWxzLm5weQEAEACIAAAAAAAAAEkAAAAA
    AAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjoKhpo6CrUKZA
    MuBigAAFBLAQItAy0AAAAIAAAAIQDYQnMRiAAAALwAAAAQAAAAAAAAAAAAAACAAQAAAAB0cmFpbl9pbWFnZXMubnB5UEsB
    Ai0DLQAAAAgAAAAhAMyNiu1MAAAAmAAAABAAAAAAAAAAAAAAAIABygAAAHRyYWluX2xhYmVscy5ucHlQSwECLQMtAAAACA
    AAACEAqgBt2F0AAACUAAAADwAAAAAAAAAAAAAAgAFYAQAAdGVzdF9pbWFnZXMubnB5UEsBAi0DLQAAAAgAAAAhAJCqrmlJ
    AAAAiAAAAA8AAAAAAAAAAAAAAIAB9gEAAHRlc3RfbGFiZWxzLm5weVBLBQYAAAAABAAEAPYAAACAAgAAAAA=
    """)

  /// IDX, gzipped: 3 × 4 × 5 of 0, 4 to 236.
  package static let gzippedIDX = decode(
    """
    H4sIAAAAAAACA2Ng4GBmYGAAYRYgZmVg4eAREJGQUVDR0DEwsbBxcPHwCQiJiElIycgpKKmoaWjp6JkwZcacBUtWrNmwZc
    eeA0dOnLlw5cadB09evAEAUT0DUUwAAAA=
    """)
}
