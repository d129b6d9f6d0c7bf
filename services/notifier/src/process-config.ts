import { hostSections } from '@watchword/service-host'
import { Type } from 'typebox'
import { notifierSettings } from './notifier-settings.ts'

/** The configuration of a process of the notifier. */
export const notifierProcessSchema = Type.Object({
  ...hostSections(8084),
  notifier: Type.Object(notifierSettings),
})
