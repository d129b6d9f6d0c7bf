export { type Platform, type PlatformDeps, startPlatform } from './platform/platform.ts'
export { type PlatformConfig, platformConfigSchema } from './platform/platform-config.ts'
