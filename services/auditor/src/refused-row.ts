import { hash } from 'node:crypto'
import type { LogRecord } from '@watchword/event-log'
import { type AuditRow, takenAt } from './audit-row.ts'
import type { PutAside } from './refusals.ts'

/**
 * What is stored of a record in the place of its own row, which the database refuses: a row of type `refused`, whose body names the reason and
 * the type that it would have had, and holds the body in base64 or, in the form of a digest, how many bytes the record has and their SHA-256. Whose it
 * is, where it stands and what it comes from stay as they are.
 */
export function refusedRow(row: AuditRow, record: LogRecord, { reason, form }: PutAside): AuditRow {
  const { type, body } = row
  const bytes = record.value ?? new Uint8Array()
  // The body has been rid of secrets; the bytes of the record have not.
  const held =
    form === 'whole'
      ? { body: Buffer.from(body).toString('base64') }
      : { bytes: bytes.length, sha256: hash('sha256', bytes, 'hex') }
  return {
    ...row,
    at: takenAt(record),
    app: '',
    session: '',
    type: 'refused',
    id: '',
    body: JSON.stringify({ reason, type, ...held }),
  }
}
