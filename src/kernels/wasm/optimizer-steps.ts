/** One pass over weights, gradient and state in place of ten small operations. */

/** Adam, Kingma and Ba 2014. `correction` is 1 - beta ^ step. */
export function adamStep(
  count: i32,
  weights: usize,
  gradient: usize,
  mean: usize,
  variance: usize,
  learningRate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  correction1: f32,
  correction2: f32,
): void {
  const whole = (<usize>(count & ~3)) << 2,
    end = (<usize>count) << 2;
  const keep1 = f32x4.splat(beta1),
    take1 = f32x4.splat(1 - beta1),
    keep2 = f32x4.splat(beta2),
    take2 = f32x4.splat(1 - beta2);
  const c1 = f32x4.splat(correction1),
    c2 = f32x4.splat(correction2),
    rate = f32x4.splat(learningRate),
    small = f32x4.splat(epsilon);
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const g = v128.load(gradient + at);
    const m = f32x4.add(f32x4.mul(v128.load(mean + at), keep1), f32x4.mul(g, take1));
    const v = f32x4.add(f32x4.mul(v128.load(variance + at), keep2), f32x4.mul(f32x4.mul(g, g), take2));
    v128.store(mean + at, m);
    v128.store(variance + at, v);
    const change = f32x4.div(f32x4.div(m, c1), f32x4.add(f32x4.sqrt(f32x4.div(v, c2)), small));
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), f32x4.mul(rate, change)));
  }
  for (; at < end; at += 4) {
    const g = load<f32>(gradient + at);
    const m = load<f32>(mean + at) * beta1 + g * (1 - beta1);
    const v = load<f32>(variance + at) * beta2 + g * g * (1 - beta2);
    store<f32>(mean + at, m);
    store<f32>(variance + at, v);
    store<f32>(weights + at, load<f32>(weights + at) - learningRate * (m / correction1 / (sqrt<f32>(v / correction2) + epsilon)));
  }
}

/** Stochastic gradient descent with momentum (Polyak 1964; Nesterov 1983). */
export function momentumStep(
  count: i32,
  weights: usize,
  gradient: usize,
  velocity: usize,
  learningRate: f32,
  momentum: f32,
  nesterov: bool,
): void {
  const whole = (<usize>(count & ~3)) << 2,
    end = (<usize>count) << 2;
  const keep = f32x4.splat(momentum),
    rate = f32x4.splat(learningRate);
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const g = v128.load(gradient + at);
    const v = f32x4.add(f32x4.mul(v128.load(velocity + at), keep), g);
    v128.store(velocity + at, v);
    const change = nesterov ? f32x4.add(g, f32x4.mul(v, keep)) : v;
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), f32x4.mul(rate, change)));
  }
  for (; at < end; at += 4) {
    const g = load<f32>(gradient + at);
    const v = load<f32>(velocity + at) * momentum + g;
    store<f32>(velocity + at, v);
    store<f32>(weights + at, load<f32>(weights + at) - learningRate * (nesterov ? g + v * momentum : v));
  }
}

/** Stochastic gradient descent without momentum. */
export function gradientStep(count: i32, weights: usize, gradient: usize, learningRate: f32): void {
  const whole = (<usize>(count & ~3)) << 2,
    end = (<usize>count) << 2;
  const rate = f32x4.splat(learningRate);
  let at: usize = 0;
  for (; at < whole; at += 16) {
    v128.store(weights + at, f32x4.sub(v128.load(weights + at), f32x4.mul(rate, v128.load(gradient + at))));
  }
  for (; at < end; at += 4) store<f32>(weights + at, load<f32>(weights + at) - learningRate * load<f32>(gradient + at));
}
