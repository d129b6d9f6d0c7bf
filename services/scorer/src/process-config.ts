import { hostSections } from '@watchword/service-host'
import { Type } from 'typebox'

/** The configuration of a process of the scorer. */
export const scorerProcessSchema = Type.Object(hostSections(8082))
