/** One pass over weights, gradient and state in place of ten small operations. */

/** Adam, Kingma and Ba 2014, in the order of their section 2: `rate` has the bias corrections in it. `decay` multiplies the weights first. */
export function adamStep(
  count: i32, weights: usize, gradient: usize, momentum: usize, velocity: usize,
  rate: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32, epsilon: f32, decay: f32,
): void {
  const whole = <usize>(count & ~3) << 2, end = <usize>count << 2;
  const keep1 = f32x4.splat(beta1), take1 = f32x4.splat(rest1), keep2 = f32x4.splat(beta2), take2 = f32x4.splat(rest2);
  const rates = f32x4.splat(rate), small = f32x4.splat(epsilon), decays = f32x4.splat(decay);
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const g = v128.load(gradient + at);
    const m = f32x4.add(f32x4.mul(v128.load(momentum + at), keep1), f32x4.mul(g, take1));
    const v = f32x4.add(f32x4.mul(v128.load(velocity + at), keep2), f32x4.mul(f32x4.mul(g, g), take2));
    v128.store(momentum + at, m);
    v128.store(velocity + at, v);
    const change = f32x4.div(f32x4.mul(m, rates), f32x4.add(f32x4.sqrt(v), small));
    v128.store(weights + at, f32x4.sub(f32x4.mul(v128.load(weights + at), decays), change));
  }
  for (; at < end; at += 4) {
    const g = load<f32>(gradient + at);
    const m = load<f32>(momentum + at) * beta1 + g * rest1;
    const v = load<f32>(velocity + at) * beta2 + g * g * rest2;
    store<f32>(momentum + at, m);
    store<f32>(velocity + at, v);
    store<f32>(weights + at, load<f32>(weights + at) * decay - (m * rate) / (sqrt<f32>(v) + epsilon));
  }
}

/** Stochastic gradient descent with momentum (Polyak 1964; Nesterov 1983), Keras' formula. */
export function momentumStep(
  count: i32, weights: usize, gradient: usize, velocity: usize, learningRate: f32, momentum: f32, nesterov: bool,
): void {
  const whole = <usize>(count & ~3) << 2, end = <usize>count << 2;
  const keep = f32x4.splat(momentum), rate = f32x4.splat(learningRate);
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const step = f32x4.mul(v128.load(gradient + at), rate);
    const v = f32x4.sub(f32x4.mul(v128.load(velocity + at), keep), step);
    v128.store(velocity + at, v);
    const change = nesterov ? f32x4.sub(f32x4.mul(v, keep), step) : v;
    v128.store(weights + at, f32x4.add(v128.load(weights + at), change));
  }
  for (; at < end; at += 4) {
    const step = load<f32>(gradient + at) * learningRate;
    const v = load<f32>(velocity + at) * momentum - step;
    store<f32>(velocity + at, v);
    store<f32>(weights + at, load<f32>(weights + at) + (nesterov ? v * momentum - step : v));
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
