import type { CommandEntry } from './command.ts';

/** The subcommands of `dl-project`, in the order of `--help`. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'native',
    summary: 'compile our kernels for this processor: training becomes two to four times as fast',
    load: async () => (await import('./commands/native.ts')).native,
  },
  {
    name: 'inspect',
    summary: 'print what a packed model or a checkpoint holds',
    load: async () => (await import('./commands/inspect.ts')).inspect,
  },
  {
    name: 'compile',
    summary: 'make WebAssembly of a packed model: one file that needs nothing else',
    load: async () => (await import('./commands/compile.ts')).compile,
  },
  {
    name: 'runs',
    summary: 'print what was trained, and mean and deviation over seeds',
    load: async () => (await import('./commands/runs.ts')).runs,
  },
  {
    name: 'study',
    summary: 'list, export, import and join studies of settings',
    load: async () => (await import('./commands/study.ts')).study,
  },
  {
    name: 'copy-model',
    summary: 'put the packed model of a training into a folder, for a server or a page',
    load: async () => (await import('./commands/copy-model.ts')).copyModel,
  },
  {
    name: 'report',
    summary: "write the page of a run anew, from the run's files",
    load: async () => (await import('./commands/report.ts')).report,
  },
  {
    name: 'export',
    summary: 'write a packed model as ONNX or for tfjs',
    load: async () => (await import('./commands/export.ts')).exportModel,
  },
  {
    name: 'import',
    summary: 'make a packed model of an ONNX file or a tfjs model',
    load: async () => (await import('./commands/import.ts')).importModel,
  },
];
