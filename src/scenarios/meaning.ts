import type { Scenario } from './types.js'

/** The meaning of a scenario, from which its expectations are made. */
export type Meaning = Pick<Scenario, 'document' | 'heading' | 'topology' | 'client' | 'header' | 'enforces'>

const documentTitle = {
  mosquitto: 'Using Mosquitto with HAProxy',
  vernemq: 'VerneMQ and Proxy Protocol',
} as const

/** The place in the source document that asks for it. */
export function refOf(meaning: Meaning): string {
  return `"${documentTitle[meaning.document]}", ${meaning.heading}`
}
