import type { NotificationRaised } from '@watchword/contracts'
import { Type } from 'typebox'

const severities = ['low', 'medium', 'high'] as const

export type Severity = NotificationRaised['severity']

/** Of the configuration of an endpoint. */
export const severityFloorSchema = Type.Optional(
  Type.Enum([...severities], { description: 'It is told of nothing less severe; none: of everything' }),
)

/** A test is told whatever the floor. */
export function isAtLeast({ kind, severity }: NotificationRaised, floor: Severity = 'low'): boolean {
  return kind === 'test' || severities.indexOf(severity) >= severities.indexOf(floor)
}
