import { topicOf } from './topics.ts'

/** The group whose one partition says which replica of the auditor stores; what stands in the topic does not matter. */
export const auditLead = { group: 'watchword.audit', topic: topicOf('policy') } as const
