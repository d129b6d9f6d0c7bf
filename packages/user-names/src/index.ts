export {
  canonicalUser,
  exactNames,
  isPlainText,
  isUserNames,
  mayBeCanonicalOf,
  type UserNames,
  userNames,
  userRule,
} from './canonical-user.ts'
export { personOf } from './person-of.ts'
