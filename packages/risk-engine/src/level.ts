/** How risky, by the cuts of the policy. */
export type Level = 'LOW' | 'MEDIUM' | 'HIGH'

/** What is to be done, weakest first. */
export type Decision = 'allow' | 'notify' | 'step-up' | 'deny'
