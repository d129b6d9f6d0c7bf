import type { NotificationRaised } from '@watchword/contracts'

export type Locale = 'en' | 'de'

/** What a mail says, by kind; `test` goes to operators alone. */
export type MailTexts = Readonly<{
  greeting: string
  /** Of the subject, behind the name of the service. */
  subjects: Readonly<Record<NotificationRaised['kind'], string>>
  sentences: Readonly<Record<NotificationRaised['kind'], string>>
  when: string
  similar: (count: number) => string
  atLeast: (count: number) => string
  wasThisYou: string
  nothingToDo: string
  /** Where the page behind the link takes the answer. */
  answer: string
  link: string
  noLink: string
}>

/** The language of a person, by a BCP 47 tag; English where there is no other. */
export function localeOf(tag: unknown): Locale {
  return typeof tag === 'string' && /^de(?:-|$)/i.test(tag) ? 'de' : 'en'
}

export const mailTexts: Readonly<Record<Locale, MailTexts>> = {
  en: {
    greeting: 'Hello,',
    subjects: {
      'unusual-activity': 'unusual activity on your account',
      'verification-required': 'a sign-in was stopped until it is verified',
      'access-denied': 'an attempt to use your account was refused',
      'locked-by-operator': 'your account was locked',
      'session-ended': 'a session of yours was ended',
      'factor-added': 'a second factor was added',
      'factor-removed': 'a second factor was removed',
      'factors-reset': 'all second factors were removed',
      'approval-requested': 'your approval is asked for',
      digest: 'there was more than we wrote about',
      test: 'this is a test',
    },
    sentences: {
      'unusual-activity': 'we noticed something unusual on your account.',
      'verification-required': 'we stopped something on your account until it is verified with your second factor.',
      'access-denied': 'we refused an attempt to use your account.',
      'locked-by-operator': 'your account was locked by the people who look after it.',
      'session-ended': 'we ended a session of yours, because somebody else may have used it.',
      'factor-added': 'a second factor was added to your account.',
      'factor-removed': 'a second factor was removed from your account.',
      'factors-reset': 'all second factors of your account were removed by the people who look after it.',
      'approval-requested': 'you are asked to approve an action. Sign in to see what it is.',
      digest: 'there was more of what we wrote about last. Sign in to see all of it.',
      test: 'this is a test.',
    },
    when: 'When',
    similar: (count) => `There were ${count} more like it that we did not write about.`,
    atLeast: (count) => `How many: at least ${count}.`,
    wasThisYou: 'Was this you?',
    nothingToDo: 'Then there is nothing to do.',
    answer: 'Please say yes or no here. If it was not you, this is where you secure your account:',
    link: 'If not, secure your account here:',
    noLink: 'If not, change your password and tell us.',
  },
  de: {
    greeting: 'Guten Tag,',
    subjects: {
      'unusual-activity': 'Ungewöhnliches in Ihrem Konto',
      'verification-required': 'Eine Anmeldung wurde angehalten, bis sie bestätigt ist',
      'access-denied': 'Ein Zugriff auf Ihr Konto wurde abgelehnt',
      'locked-by-operator': 'Ihr Konto wurde gesperrt',
      'session-ended': 'Eine Ihrer Sitzungen wurde beendet',
      'factor-added': 'Ein zweiter Faktor wurde hinzugefügt',
      'factor-removed': 'Ein zweiter Faktor wurde entfernt',
      'factors-reset': 'Alle zweiten Faktoren wurden entfernt',
      'approval-requested': 'Ihre Zustimmung wird erbeten',
      digest: 'Es gab mehr, als wir Ihnen geschrieben haben',
      test: 'Dies ist ein Test',
    },
    sentences: {
      'unusual-activity': 'uns ist in Ihrem Konto etwas Ungewöhnliches aufgefallen.',
      'verification-required':
        'wir haben in Ihrem Konto etwas angehalten, bis es mit Ihrem zweiten Faktor bestätigt ist.',
      'access-denied': 'wir haben einen Versuch abgelehnt, Ihr Konto zu benutzen.',
      'locked-by-operator': 'Ihr Konto wurde von denen gesperrt, die es betreuen.',
      'session-ended': 'wir haben eine Ihrer Sitzungen beendet, weil jemand anderes sie benutzt haben könnte.',
      'factor-added': 'Ihrem Konto wurde ein zweiter Faktor hinzugefügt.',
      'factor-removed': 'aus Ihrem Konto wurde ein zweiter Faktor entfernt.',
      'factors-reset': 'alle zweiten Faktoren Ihres Kontos wurden von denen entfernt, die es betreuen.',
      'approval-requested': 'Sie werden gebeten, einer Handlung zuzustimmen. Melden Sie sich an, um sie zu sehen.',
      digest:
        'es gab mehr von dem, worüber wir Ihnen zuletzt geschrieben haben. Melden Sie sich an, um alles zu sehen.',
      test: 'dies ist ein Test.',
    },
    when: 'Zeit',
    similar: (count) => `Es gab ${count} weitere dieser Art, über die wir nicht geschrieben haben.`,
    atLeast: (count) => `Anzahl: mindestens ${count}.`,
    wasThisYou: 'Waren Sie das?',
    nothingToDo: 'Dann ist nichts zu tun.',
    answer: 'Bitte antworten Sie hier mit Ja oder Nein. Waren Sie es nicht, sichern Sie hier Ihr Konto:',
    link: 'Wenn nicht, sichern Sie hier Ihr Konto:',
    noLink: 'Wenn nicht, ändern Sie Ihr Passwort und sagen Sie uns Bescheid.',
  },
}
