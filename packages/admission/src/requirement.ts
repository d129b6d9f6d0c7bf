import { canonicalUser, type UserNames } from '@watchword/user-names'

/**
 * One line of the policy: whether a user, a group, an app, or, where none is named, the tenant needs a second factor.
 * Who is let off needs an owner, a reason and an end, epoch milliseconds.
 */
export type SecondFactorRule = Readonly<{
  user: string | null
  group: string | null
  app: string | null
}> &
  (
    | Readonly<{ require: true; expiresAt: null }>
    | Readonly<{ require: false; owner: string; reason: string; expiresAt: number }>
  )

/** Whom the rules are asked about. `groups` come from the app's backend; `null`: nobody has said. `names`: how the tenant reads names of users. */
export type SecondFactorSubject = Readonly<{
  user: string
  groups: readonly string[] | null
  app: string
  names: UserNames
}>

/** The level of the rule that decides, the most specific first. */
export type RequirementLevel = 'user' | 'group' | 'app' | 'tenant'

/** What the rules ask of somebody: a second factor, none for a reason that somebody answers for, or nothing at all. */
export type Requirement = Readonly<
  | { status: 'required'; level: RequirementLevel }
  | { status: 'waived'; level: RequirementLevel; owner: string; reason: string; expiresAt: number }
  | { status: 'off' }
>

const levels: readonly RequirementLevel[] = ['user', 'group', 'app', 'tenant']

/**
 * What the rules ask at a time: the most specific level that says anything decides, and within it a rule that requires wins.
 * An exception that has expired says nothing any more. Somebody whose groups nobody has said counts as a member of every group that
 * requires, and of none that is let off.
 */
export function requirementOf(
  rules: readonly SecondFactorRule[],
  subject: SecondFactorSubject,
  now: number,
): Requirement {
  for (const level of levels) {
    const spoken = rules.filter(
      (rule) => levelOf(rule) === level && applies(rule, subject) && (rule.require || now < rule.expiresAt),
    )
    const [first] = spoken
    if (first === undefined) continue
    if (first.require || spoken.some(({ require }) => require)) return { status: 'required', level }
    const { owner, reason, expiresAt } = first
    return { status: 'waived', level, owner, reason, expiresAt }
  }
  return { status: 'off' }
}

function levelOf({ user, group, app }: SecondFactorRule): RequirementLevel {
  if (user !== null) return 'user'
  if (group !== null) return 'group'
  return app === null ? 'tenant' : 'app'
}

function applies(rule: SecondFactorRule, { user, groups, app, names }: SecondFactorSubject): boolean {
  if (rule.user !== null) return canonicalUser(rule.user, names) === user
  if (rule.group !== null) return groups === null ? rule.require : groups.includes(rule.group)
  return rule.app === null || rule.app === app
}
