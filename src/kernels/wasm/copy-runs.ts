/**
 * Copies `n0 * n1 * n2 * n3` runs of `floats` neighbours: run (i, j, k, l) stands i * in0 + j * in1 + k * in2 + l * in3 floats behind the
 * input, and goes to the same with `out`. A step of 0 in the input repeats a run.
 */
export function copyRuns(
  n0: i32, n1: i32, n2: i32, n3: i32, floats: i32, in0: i32, in1: i32, in2: i32, in3: i32,
  out0: i32, out1: i32, out2: i32, out3: i32, input: usize, output: usize,
): void {
  for (let i = 0; i < n0; i++) {
    for (let j = 0; j < n1; j++) {
      for (let k = 0; k < n2; k++) {
        let source = input + <usize>(i * in0 + j * in1 + k * in2) * 4;
        let target = output + <usize>(i * out0 + j * out1 + k * out2) * 4;
        for (let l = 0; l < n3; l++, source += <usize>in3 << 2, target += <usize>out3 << 2) copyRun(floats, source, target);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function copyRun(floats: i32, source: usize, target: usize): void {
  const bytes = <usize>floats << 2;
  if (floats < 4) {
    for (let at: usize = 0; at < bytes; at += 4) store<f32>(target + at, load<f32>(source + at));
    return;
  }
  // The last vector overlaps the one before it.
  const last = bytes - 16;
  for (let at: usize = 0; at < last; at += 16) v128.store(target + at, v128.load(source + at));
  v128.store(target + last, v128.load(source + last));
}

/** Zeros. */
export function clear(floats: i32, output: usize): void {
  memory.fill(output, 0, <usize>floats << 2);
}

/** Row `indices[i]` of a table `[tableRows, columns]` for each of `count` indices, which are floats; NaN for one that the table does not have. */
export function gatherRows(count: i32, columns: i32, tableRows: i32, indices: usize, table: usize, output: usize): void {
  const bytes = <usize>columns << 2;
  for (let i = 0; i < count; i++, output += bytes) {
    // As tfjs does: what is behind the point is cut off. False for NaN.
    const index = load<f32>(indices + (<usize>i << 2)), isThere = index > -1 && index < <f32>tableRows;
    if (isThere) copyRun(columns, table + <usize>(<i32>index) * bytes, output);
    else for (let at: usize = 0; at < bytes; at += 4) store<f32>(output + at, NaN);
  }
}
