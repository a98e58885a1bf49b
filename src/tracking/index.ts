export { AppendFile } from './append-file.ts';
export { EventFile, type EventFileState } from './event-file/event-file.ts';
export { histogramSummary, imageSummary, type SummaryValue, scalarSummary, settingsSummary, textSummary } from './event-file/summaries.ts';
export { jsonLogger } from './json-logger.ts';
export { SendQueue, TransientError } from './mlflow/send-queue.ts';
export { mlflow } from './mlflow.ts';
export { tensorBoard } from './tensor-board.ts';
export type { Position, TrackedValues, Tracker, TrackerDefinition, TrackingEnd, TrackingStart } from './tracker.ts';
