import type { Approver, Authorization } from '@watchword/session-lock'
import type { Static } from 'typebox'
import type { approvalsSchema } from './approvals-schema.ts'

/** What an approver answers to an authorization. */
export type AskedApproval = Readonly<{
  tenant: string
  authorization: Authorization
  approver: Approver
  body: Static<typeof approvalsSchema.body>
}>
