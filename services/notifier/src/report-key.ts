import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { reportKeyBytes } from '@watchword/access'
import { readOrCreateSecretFile } from '@watchword/service-kit'

/** In the folder of secrets. */
export const reportKeyFile = 'report-key'

/** The key of report tickets in a folder, base64url, made there (mode 0600) if it is not. */
export async function loadOrCreateReportKey(folder: string): Promise<string> {
  const bytes = await readOrCreateSecretFile(
    join(folder, reportKeyFile),
    () => `${randomBytes(reportKeyBytes).toString('base64url')}\n`,
  )
  return bytes.toString('utf8').trim()
}
