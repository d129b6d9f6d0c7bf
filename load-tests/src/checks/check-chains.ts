import { existsSync, readFileSync } from 'node:fs'
import { checkpointFileIn, publicJwkOf, signingKeyFile, verifyAudit } from '@watchword/auditor'
import { createClickhouse } from '@watchword/clickhouse'
import type { Verdicts } from '../campaign/verdicts.ts'
import type { AuditDatabase } from './check-audit.ts'

/** Makes the chains of all stored records again, and holds them against the checkpoints that the auditors of these folders have signed. */
export async function checkChains(
  database: AuditDatabase,
  auditorFolders: readonly string[],
  verdicts: Verdicts,
): Promise<void> {
  const files = auditorFolders.map(checkpointFileIn).filter((file) => existsSync(file))
  const client = createClickhouse({ ...database, database: 'watchword', requestTimeoutMs: 600_000 })
  try {
    const { records, faults, unsigned, checkpointFaults } = await verifyAudit(client, {
      checkpoints: files.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean)),
      keys: auditorFolders.map((folder) => publicJwkOf(readFileSync(signingKeyFile(folder), 'utf8'))),
    })
    const all = [...faults, ...checkpointFaults]
    verdicts.expect('the chains of the audit are whole', records > 0 && all.length === 0, () =>
      JSON.stringify({ records, faults: all.slice(0, 5) }),
    )
    verdicts.expect('the chains of the audit are signed', !unsigned, () => 'there is no checkpoint after five minutes')
  } finally {
    await client.close()
  }
}
