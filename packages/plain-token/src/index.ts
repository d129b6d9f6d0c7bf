export { type PlainToken, readPlainToken } from './plain-token.ts'
