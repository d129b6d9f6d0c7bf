export { type CommandDescription, describeCommands, type ParameterDescription } from './describe-commands.ts'
export { platformConfigSchema } from './platform/platform-config.ts'
