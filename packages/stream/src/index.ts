export {
  type ChangelogDeps,
  type ChangelogOptions,
  type RestoreProgress,
  withChangelog,
} from './changelog/changelog-store.ts'
export type { StandbyProgress } from './changelog/standby.ts'
export { type Clock, nextTurn, systemClock } from './clock.ts'
export {
  type ChangeListener,
  type CompactedView,
  type CompactedViewConfig,
  type CompactedViewDeps,
  createCompactedView,
} from './compacted-view.ts'
export { deadLetterTopic } from './dead-letter.ts'
export type { EncodedOutput, Poison, PoisonStep } from './fold-record.ts'
export {
  createGroupProgress,
  type GroupProgress,
  type GroupProgressConfig,
  type GroupProgressDeps,
} from './group-progress.ts'
export { createMemoryStateStore } from './memory-state-store.ts'
export { type Prepare, withPreparation } from './prepared-log.ts'
export { type Replayed, type ReplayedOutput, replayStage } from './replay-stage.ts'
export {
  againHeader,
  isAgain,
  lastHeader,
  type Source,
  type Spot,
  sourceHeader,
  sourceOf,
  versionHeader,
} from './source-header.ts'
export type { Folded, OutputSpec, OutputSpecs, Stage, StageContext, StageOutput } from './stage.ts'
export { noMetrics, type StageMetrics } from './stage-metrics.ts'
export type { PartitionProgress } from './stage-progress.ts'
export {
  createStageRunner,
  groupOf,
  type StageRunner,
  type StageRunnerConfig,
  type StageRunnerDeps,
} from './stage-runner.ts'
export type { ChangedRow, PartitionSave, Said, SavedPosition, StateStore } from './state-store.ts'
export { type OpenedStateStore, openStateStore, type StateStoreOptions } from './sqlite/open-state-store.ts'
export { StreamError, type StreamErrorCode } from './stream-error.ts'
export { createView, type View, type ViewConfig, type ViewDeps } from './view.ts'
export { createWaiters, type Waited, type Waiters, type WaitersConfig } from './waiters.ts'
export { createWatermarks, type Watermarks, type WatermarkSnapshot } from './watermark.ts'
