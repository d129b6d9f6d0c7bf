export { type CommandDescription, describeCommands, type ParameterDescription } from './describe-commands.ts'
export { platformConfigSchema } from './platform/platform-config.ts'
export { processSchemas } from './platform/process-schemas.ts'
export { misconfigurations } from './doctor/misconfigurations.ts'
