import { hostSections } from '@watchword/service-host'
import { type Static, Type } from 'typebox'

/** The configuration of a process of the scorer. */
export const scorerConfigSchema = Type.Object(hostSections(8082))

export type ScorerConfig = Static<typeof scorerConfigSchema>
