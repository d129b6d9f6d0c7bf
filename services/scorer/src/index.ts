export { scorerConfigSchema } from './config.ts'
export { createEntityStage } from './entity-stage.ts'
export { createProfileStage, type ProfileOutputs, type ProfileStageDeps } from './profile-stage.ts'
export { createScorer, type Scorer, type ScorerDeps, type ScorerStage } from './scorer.ts'
