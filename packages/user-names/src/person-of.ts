/**
 * One name for every spelling of a user, whatever rule a tenant has for names: compatibility forms, case, blanks and invisible characters
 * make nobody another person. For the question whether two may vouch for each other, and nothing else: two people whose ids differ in
 * nothing else cannot, which is the safe side. Letters that only look alike are not the same.
 */
export function personOf(user: string): string {
  // Before letters are composed: what is invisible would keep them apart.
  const visible = user.normalize('NFKC').replaceAll(/[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{C}]/gu, '')
  return visible.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC')
}
