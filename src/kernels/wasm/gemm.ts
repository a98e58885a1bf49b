/** C = activation(A B + bias), or C += A B. After Goto and van de Geijn 2008: panels of B in L1, a block of A in L2. */
import { activate, activateOne, loadLanes, maximum, minimum, multiplyAdd, storeLanes, sumLanes, zeros } from './lanes';
import { panelWidth, transpose } from './pack';
import { tile4, tile8 } from './tiles';

/** Steps of K at once: a panel of B (32 bytes a step) and four rows of A stay in a first-level cache of 32 KB. */
const stepsAtOnce: i32 = 512;
/** Floats of A at once: 256 KB of the second-level cache. */
const blockFloats: i32 = 65536;

/** Rows of A that one block holds; scratch is `blockRows * k` floats where A is transposed, and 32 floats more in any case. */
// @ts-ignore: decorator
@inline
function rowsAtOnce(m: i32, k: i32): i32 {
  return minimum(m, maximum(4, (blockFloats / maximum(k, 1)) & ~3));
}

/** Bytes of scratch that `gemm` needs. */
export function gemmScratchBytes(m: i32, k: i32, transposeA: bool): i32 {
  return 128 + (transposeA ? (rowsAtOnce(m, k) * k) << 2 : 0);
}

/** A `[m, k]` (transposed: `[k, m]`), B packed, C `[m, n]`; bias has n floats, filled up with zeros to the next eight, or is 0. */
export function gemm(
  m: i32, n: i32, k: i32, a: usize, transposeA: bool, b: usize, c: usize,
  bias: usize, accumulate: bool, activation: i32, scratch: usize,
): void {
  if (m == 1 && !accumulate) {
    packedVectorProduct(n, k, a, b, c, bias, activation);
    return;
  }
  const edge = scratch, block = scratch + 128;
  const blockRows = rowsAtOnce(m, k);
  for (let row = 0; row < m; row += blockRows) {
    const rows = minimum(blockRows, m - row);
    let source = a + ((<usize>row * <usize>k) << 2);
    if (transposeA) {
      transpose(a + (<usize>row << 2), k, rows, m, block);
      source = block;
    }
    multiplyBlock(rows, n, k, source, b, c + ((<usize>row * <usize>n) << 2), bias, accumulate, activation, edge);
  }
}

function multiplyBlock(
  rows: i32, n: i32, k: i32, a: usize, b: usize, c: usize, bias: usize, accumulate: bool, activation: i32, edge: usize,
): void {
  const blocks = maximum(1, (k + stepsAtOnce - 1) / stepsAtOnce);
  const blockSteps = (k + blocks - 1) / blocks;
  for (let block = 0; block < blocks; block++) {
    const start = block * blockSteps;
    const steps = minimum(blockSteps, k - start);
    const first = block == 0, last = block == blocks - 1;
    for (let column = 0; column < n; column += 8) {
      const panel = b + ((<usize>column * <usize>k + <usize>start * <usize>panelWidth(column, n)) << 2);
      multiplyPanel(
        rows, n, column, k, a + (<usize>start << 2), steps, panel, c,
        bias == 0 ? 0 : bias + (<usize>column << 2), accumulate || !first, last ? activation : 0, edge,
      );
    }
  }
}

function multiplyPanel(
  rows: i32, n: i32, column: i32, k: i32, a: usize, steps: i32, panel: usize, c: usize,
  bias: usize, accumulate: bool, activation: i32, edge: usize,
): void {
  const rowA = <usize>k << 2, rowC = <usize>n << 2;
  for (let row = 0; row < rows; row += 4) {
    const r1 = minimum(row + 1, rows - 1), r2 = minimum(row + 2, rows - 1), r3 = minimum(row + 3, rows - 1);
    const c0 = c + ((<usize>row * <usize>n + <usize>column) << 2);
    rowTile(
      a + <usize>row * rowA, a + <usize>r1 * rowA, a + <usize>r2 * rowA, a + <usize>r3 * rowA, steps, 1, 0, panel,
      c0, c0 + <usize>(r1 - row) * rowC, c0 + <usize>(r2 - row) * rowC, c0 + <usize>(r3 - row) * rowC,
      n - column, bias, accumulate, activation, edge,
    );
  }
}

/** One tile whose last columns may be missing in C: then it is made in `edge` (32 floats) and copied. */
// @ts-ignore: decorator
@inline
export function rowTile(
  a0: usize, a1: usize, a2: usize, a3: usize, length: i32, segments: i32, segmentA: usize, panel: usize,
  c0: usize, c1: usize, c2: usize, c3: usize, columns: i32, bias: usize, accumulate: bool, activation: i32, edge: usize,
): void {
  if (columns >= 8) {
    tile8(a0, a1, a2, a3, 4, length, segments, segmentA, panel, 32, c0, c1, c2, c3, bias, accumulate, activation);
  } else if (columns == 4) {
    tile4(a0, a1, a2, a3, 4, length, segments, segmentA, panel, 16, c0, c1, c2, c3, bias, accumulate, activation);
  } else {
    edgeTile(a0, a1, a2, a3, length, segments, segmentA, panel, c0, c1, c2, c3, columns, bias, accumulate, activation, edge);
  }
}

function edgeTile(
  a0: usize, a1: usize, a2: usize, a3: usize, length: i32, segments: i32, segmentA: usize, panel: usize,
  c0: usize, c1: usize, c2: usize, c3: usize, columns: i32, bias: usize, accumulate: bool, activation: i32, edge: usize,
): void {
  const e1 = edge + 32, e2 = edge + 64, e3 = edge + 96;
  if (accumulate) {
    loadEdge(c0, edge, columns); loadEdge(c1, e1, columns); loadEdge(c2, e2, columns); loadEdge(c3, e3, columns);
  }
  if (columns > 4) {
    tile8(a0, a1, a2, a3, 4, length, segments, segmentA, panel, 32, edge, e1, e2, e3, bias, accumulate, activation);
  } else {
    tile4(a0, a1, a2, a3, 4, length, segments, segmentA, panel, 16, edge, e1, e2, e3, bias, accumulate, activation);
  }
  storeEdge(c0, edge, columns); storeEdge(c1, e1, columns); storeEdge(c2, e2, columns); storeEdge(c3, e3, columns);
}

// @ts-ignore: decorator
@inline
function loadEdge(c: usize, edge: usize, columns: i32): void {
  v128.store(edge, loadLanes(c, columns));
  v128.store(edge, loadLanes(c + 16, columns - 4), 16);
}

// @ts-ignore: decorator
@inline
function storeEdge(c: usize, edge: usize, columns: i32): void {
  storeLanes(c, v128.load(edge), columns);
  storeLanes(c + 16, v128.load(edge, 16), columns - 4);
}

/** One row times packed B: three panels at once share what they read of A. */
function packedVectorProduct(n: i32, k: i32, a: usize, b: usize, c: usize, bias: usize, activation: i32): void {
  const rowBytes = <usize>k << 2;
  let column = 0;
  for (; column + 24 <= n; column += 24) {
    const at = <usize>column << 2;
    threePanels(a, rowBytes, b + <usize>column * rowBytes, c + at, bias == 0 ? 0 : bias + at, activation);
  }
  for (; column < n; column += 8) {
    const at = <usize>column << 2, panel = b + <usize>column * rowBytes;
    onePanel(a, rowBytes, panel, panelWidth(column, n), c + at, n - column, bias == 0 ? 0 : bias + at, activation);
  }
}

/** Six sums hide an addition's latency; with eight, V8 before version 13 reads so much ahead that it has to spill one, which halves the speed. */
function threePanels(a: usize, rowBytes: usize, p: usize, c: usize, bias: usize, activation: i32): void {
  const panelBytes = rowBytes << 3;
  let q = p + panelBytes, r = q + panelBytes;
  let p0 = zeros(), p1 = zeros(), q0 = zeros(), q1 = zeros(), r0 = zeros(), r1 = zeros();
  if (bias != 0) {
    p0 = v128.load(bias); p1 = v128.load(bias, 16);
    q0 = v128.load(bias, 32); q1 = v128.load(bias, 48);
    r0 = v128.load(bias, 64); r1 = v128.load(bias, 80);
  }
  for (const end = a + rowBytes; a != end; a += 4, p += 32, q += 32, r += 32) {
    const x = v128.load32_splat(a);
    p0 = multiplyAdd(x, v128.load(p), p0); p1 = multiplyAdd(x, v128.load(p, 16), p1);
    q0 = multiplyAdd(x, v128.load(q), q0); q1 = multiplyAdd(x, v128.load(q, 16), q1);
    r0 = multiplyAdd(x, v128.load(r), r0); r1 = multiplyAdd(x, v128.load(r, 16), r1);
  }
  v128.store(c, activate(p0, activation)); v128.store(c, activate(p1, activation), 16);
  v128.store(c, activate(q0, activation), 32); v128.store(c, activate(q1, activation), 48);
  v128.store(c, activate(r0, activation), 64); v128.store(c, activate(r1, activation), 80);
}

/** The same of one panel, eight or four columns wide, of which C may have fewer: even and odd steps are summed apart. */
function onePanel(a: usize, rowBytes: usize, panel: usize, width: i32, c: usize, columns: i32, bias: usize, activation: i32): void {
  const end = a + rowBytes, whole = a + (rowBytes & ~7);
  let low0 = bias == 0 ? zeros() : v128.load(bias), high0 = zeros(), low1 = zeros(), high1 = zeros();
  if (width == 8) {
    if (bias != 0) high0 = v128.load(bias, 16);
    for (; a != whole; a += 8, panel += 64) {
      const x = v128.load32_splat(a), y = v128.load32_splat(a, 4);
      low0 = multiplyAdd(x, v128.load(panel), low0); high0 = multiplyAdd(x, v128.load(panel, 16), high0);
      low1 = multiplyAdd(y, v128.load(panel, 32), low1); high1 = multiplyAdd(y, v128.load(panel, 48), high1);
    }
    if (a != end) {
      const x = v128.load32_splat(a);
      low0 = multiplyAdd(x, v128.load(panel), low0); high0 = multiplyAdd(x, v128.load(panel, 16), high0);
    }
    storeLanes(c + 16, activate(f32x4.add(high0, high1), activation), columns - 4);
  } else {
    for (; a != whole; a += 8, panel += 32) {
      low0 = multiplyAdd(v128.load32_splat(a), v128.load(panel), low0);
      low1 = multiplyAdd(v128.load32_splat(a, 4), v128.load(panel, 16), low1);
    }
    if (a != end) low0 = multiplyAdd(v128.load32_splat(a), v128.load(panel), low0);
  }
  storeLanes(c, activate(f32x4.add(low0, low1), activation), columns);
}

/** One row times B as it stands: B `[k, n]`, or transposed `[n, k]`. For a single use, where packing would cost more than the product. */
export function vectorProduct(n: i32, k: i32, a: usize, b: usize, transposeB: bool, c: usize, bias: usize, accumulate: bool, activation: i32): void {
  if (transposeB) dotRows(n, k, a, b, c, bias, accumulate, activation);
  else sumScaledRows(n, k, a, b, c, bias, accumulate, activation);
}

function dotRows(n: i32, k: i32, a: usize, b: usize, c: usize, bias: usize, accumulate: bool, activation: i32): void {
  const whole = k & ~3;
  for (let row = 0; row < n; row++, b += <usize>k << 2) {
    let sum0 = zeros(), sum1 = zeros();
    let step = 0;
    for (; step + 8 <= whole; step += 8) {
      const at = <usize>step << 2;
      sum0 = multiplyAdd(v128.load(a + at), v128.load(b + at), sum0);
      sum1 = multiplyAdd(v128.load(a + at, 16), v128.load(b + at, 16), sum1);
    }
    if (step < whole) sum0 = multiplyAdd(v128.load(a + (<usize>step << 2)), v128.load(b + (<usize>step << 2)), sum0);
    let sum = sumLanes(f32x4.add(sum0, sum1));
    for (step = whole; step < k; step++) sum += load<f32>(a + (<usize>step << 2)) * load<f32>(b + (<usize>step << 2));
    const at = <usize>row << 2;
    if (accumulate) sum += load<f32>(c + at);
    else if (bias != 0) sum += load<f32>(bias + at);
    store<f32>(c + at, activateOne(sum, activation));
  }
}

function sumScaledRows(n: i32, k: i32, a: usize, b: usize, c: usize, bias: usize, accumulate: bool, activation: i32): void {
  const rowB = <usize>n << 2;
  let column = 0;
  for (; column + 16 <= n; column += 16) {
    const target = c + (<usize>column << 2);
    const start = accumulate ? target : bias == 0 ? 0 : bias + (<usize>column << 2);
    let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros();
    if (start != 0) {
      s0 = v128.load(start); s1 = v128.load(start, 16); s2 = v128.load(start, 32); s3 = v128.load(start, 48);
    }
    let source = b + (<usize>column << 2);
    for (let step = 0; step < k; step++, source += rowB) {
      const x = v128.load32_splat(a + (<usize>step << 2));
      s0 = multiplyAdd(x, v128.load(source), s0);
      s1 = multiplyAdd(x, v128.load(source, 16), s1);
      s2 = multiplyAdd(x, v128.load(source, 32), s2);
      s3 = multiplyAdd(x, v128.load(source, 48), s3);
    }
    v128.store(target, activate(s0, activation)); v128.store(target, activate(s1, activation), 16);
    v128.store(target, activate(s2, activation), 32); v128.store(target, activate(s3, activation), 48);
  }
  for (; column < n; column += 4) {
    const lanes = n - column;
    const at = <usize>column << 2;
    let sum = accumulate ? loadLanes(c + at, lanes) : bias == 0 ? zeros() : loadLanes(bias + at, lanes);
    for (let step = 0; step < k; step++) {
      sum = multiplyAdd(v128.load32_splat(a + (<usize>step << 2)), loadLanes(b + <usize>step * rowB + at, lanes), sum);
    }
    storeLanes(c + at, activate(sum, activation), lanes);
  }
}
