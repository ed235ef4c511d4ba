import type { Rule } from '../rule.js'

const short = 5 * 60_000

/** Milliseconds; what is longer is MP118. */
export function tooShort(stopAfter: number): boolean {
  return stopAfter < short
}

export const hardStopAfterShort: Rule = {
  code: 'MP109',
  name: 'hard-stop-after-short',
  summary: 'hard-stop-after is short for connections that are meant to last.',
  severity: 'info',
  harm: 'Every reload cuts all MQTT sessions that have not ended by themselves within that time (flags K*).',
  evidence: 'HAProxy 2.6 and 3.4: hard-stop-after 4s cut live sessions 4.0 s after a reload; without it they stayed.',
  fix: 'Leave it out: the old process exits after its last client.',
  *check({ haproxies, mqtt }) {
    for (const { global, proxies } of haproxies) {
      const stop = global.hardStopAfter
      if (stop === undefined || !tooShort(stop.value) || !proxies.some((one) => mqtt.has(one))) continue
      yield {
        at: stop.span,
        message: `a reload cuts all MQTT sessions after ${stop.value / 1000} s`,
        fix: { text: 'no hard-stop-after, or one of 6 h and more' },
      }
    }
  },
}
