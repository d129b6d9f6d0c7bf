export { platformConfigSchema } from './platform/platform-config.ts'
