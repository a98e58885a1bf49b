/** Pixels of a picture, 0 ... 255 in the order `[height, width, channels]`. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  /** 1 is grey, 3 is red, green, blue. */
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}
