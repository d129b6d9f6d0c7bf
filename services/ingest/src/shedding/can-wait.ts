/** Whether a request says of itself that it can wait: `Priority: u=7`, the urgency of what is done in the background (RFC 9218). */
export function saysItCanWait(priority: string | readonly string[] | undefined): boolean {
  if (priority === undefined) return false
  const text = typeof priority === 'string' ? priority : priority.join(',')
  // In a text or a list a comma divides no members; nobody sends them here, so such a header says nothing.
  if (/["(]/.test(text)) return false
  const members = text.split(',')
  // Of a member that is there twice the last counts (RFC 9651).
  const urgency = members.findLast((member) => /^\s*u\s*(?:=|;|$)/.test(member))
  return urgency !== undefined && /^\s*u=7\s*(?:;.*)?$/.test(urgency)
}
