import { it } from 'vitest'
import { recordedIn } from '../../recorded-text.js'
import { describeMismatches, modelOfFiles } from '../describe.js'

const defaults = 'defaults\n mode tcp\n timeout connect 5s\n timeout client 200s\n timeout server 200s\n'

export interface Variation {
  readonly haproxy: string
  /** A second HAProxy. */
  readonly inner?: string
  readonly mosquitto?: string
  readonly more?: Readonly<Record<string, string>>
}

/** One test a variation; what the model says of it is recorded, lines counted from the end of `defaults`. */
export function recordVariations(name: string, all: Readonly<Record<string, Variation>>): void {
  const recorded = recordedIn(new URL(`../recorded/${name}.txt`, import.meta.url))
  it.each(Object.entries(all))('%s', (title, { haproxy, inner, mosquitto, more = {} }) => {
    const files = new Map([
      ['haproxy.cfg', `${defaults}${haproxy}`],
      ...(inner === undefined ? [] : [['inner.cfg', `${defaults}${inner}`] as const]),
      ...(mosquitto === undefined ? [] : [['mosquitto.conf', mosquitto] as const]),
      ...Object.entries(more),
    ])
    recorded.expect(title, describeMismatches(modelOfFiles(files)) || 'nothing')
  })
}
