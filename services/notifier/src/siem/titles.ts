import type { NotificationRaised } from '@watchword/contracts'

/** What an event is called in every format. */
export const titles: Readonly<Record<NotificationRaised['kind'], string>> = {
  'unusual-activity': 'Unusual activity',
  'verification-required': 'Verification required',
  'access-denied': 'Access denied',
  'locked-by-operator': 'User locked by an operator',
  'session-ended': 'Session ended',
  'factor-added': 'Second factor added',
  'factor-removed': 'Second factor removed',
  'factors-reset': 'All second factors removed by an operator',
  'approval-requested': 'Approval requested',
  digest: 'More of one kind than is told one by one',
  test: 'Test',
}
