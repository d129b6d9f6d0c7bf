/** One fault of a configuration: the dotted key (or the variable) and what is wrong; never the value. */
export type ConfigFault = { readonly path: string; readonly detail: string }

/** A configuration that cannot be used, with everything that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'config-invalid'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(({ path, detail }) => `  ${path === '' ? 'configuration' : path}: ${detail}`)
    super(['the configuration is not valid', ...lines].join('\n'))
    this.faults = faults
  }
}
