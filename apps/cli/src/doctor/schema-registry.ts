import { checkSchemas, createHttpRegistry } from '@watchword/contracts'
import { type Finding, failed, failedBy, passed } from './finding.ts'

type Registry = Readonly<{ url: string; username?: string; password?: string }>

/** Whether the registry answers, and has the schemas of this build or such as it can read. */
export async function examineRegistry(config: Registry, check: string): Promise<readonly Finding[]> {
  try {
    const findings = await checkSchemas(createHttpRegistry(config))
    const missing = findings.filter(({ status }) => status === 'new')
    const faults = findings.flatMap((finding) =>
      finding.status === 'incompatible'
        ? [failed('schema-incompatible', { check, setting: finding.subject, detail: finding.detail })]
        : [],
    )
    if (missing.length > 0) {
      const detail = `it has no schema of this build for ${missing.length} of ${findings.length} topics`
      faults.push(failed('schema-missing', { check, setting: 'schemaRegistry.url', detail }))
    }
    return faults.length > 0 ? faults : [passed(check, `all ${findings.length} schemas are registered`)]
  } catch (error) {
    return [failedBy(error, { check, setting: 'schemaRegistry.url' })]
  }
}
