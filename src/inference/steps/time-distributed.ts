import type { Step } from '../step.ts';

/** Makes a step compute every moment of a sequence as if it were a sample. */
export function everyMoment(step: Step, length: number): void {
  const compile = step.compile.bind(step);
  // Into the step itself: what is merged into it later has to find it.
  Object.assign(step, {
    outputShape: [length, ...step.outputShape],
    multiplyAdds: length * step.multiplyAdds,
    compile(...args: Parameters<Step['compile']>) {
      const run = compile(...args);
      return (inputs, output, batch) => run(inputs, output, batch * length);
    },
  } satisfies Pick<Step, 'outputShape' | 'multiplyAdds' | 'compile'>);
}
