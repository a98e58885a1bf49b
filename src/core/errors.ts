/** What went wrong, for programs; the message is for people. */
export type ErrorCode =
  | 'usage' // a command line or a call that cannot be meant
  | 'config' // a setting that is unknown or has the wrong type
  | 'name' // a model, dataset, callback ... that is not in the registry
  | 'data' // a data file or a sample that cannot be used
  | 'file' // a model or checkpoint file that is damaged or of another kind
  | 'shape' // tensors that do not fit together
  | 'refused' // asked for something that would do harm or make no sense
  | 'missing' // a run, a file or an optional package that is not there
  | 'diverged'; // training produced NaN or infinity

/**
 * The one error of the library. The message says what came, what is allowed and what to do.
 * Everything else that is thrown is a bug of ours.
 */
export class DlError extends Error {
  override readonly name = 'DlError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
