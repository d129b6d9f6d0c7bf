export { scorerProcessSchema } from './process-config.ts'
export { createEntityStage } from './entity-stage.ts'
export { createProfileStage } from './profile-stage.ts'
export { startScorer } from './start-scorer.ts'
