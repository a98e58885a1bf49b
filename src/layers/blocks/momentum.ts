/**
 * How much of the moving averages of a batch normalization stays in a step: PyTorch's default. Keras' and tfjs's 0.99 needs hundreds of
 * steps before validation shows what was learnt: more than a small data set has in its first epochs.
 */
export const momentum = 0.9;
