import type { Rule } from '../rule.js'
import { tooShort } from './mp109-hard-stop-after-short.js'

/** Milliseconds. */
const chosen = 6 * 3_600_000

export const reconnectStorm: Rule = {
  code: 'MP118',
  name: 'reconnect-storm',
  summary:
    'hard-stop-after ends all MQTT sessions of a reload at one moment, and close-spread-time does not spread them.',
  severity: 'info',
  harm: 'All clients that were connected at the reload connect again within a tenth of a second: a storm for HAProxy and the broker.',
  evidence:
    'HAProxy 3.2.26: of 1,500 MQTT sessions held over a reload with hard-stop-after 87 to 97 % were cut within one 100 ms; close-spread-time has no effect in mode tcp.',
  fix: 'No hard-stop-after: the old process exits after its last client. Or let clients wait a random time before they reconnect.',
  *check({ haproxies, mqtt }) {
    for (const { global, proxies } of haproxies) {
      const own = proxies.filter((one) => mqtt.has(one) && one.binds.length > 0 && one.mode.value === 'tcp')
      if (own.length === 0) continue
      const stop = global.hardStopAfter
      const spread = global.lines.findLast((one) => one.words[0]?.text === 'close-spread-time')
      if (spread !== undefined && spread.words[1]?.text !== 'infinite') {
        yield {
          at: spread.span,
          message: `close-spread-time has no effect in mode tcp: MQTT sessions ${stop === undefined ? 'stay on the old process' : 'are cut at one moment'} after a reload`,
          ...(stop !== undefined && { related: [{ span: stop.span, message: 'they are cut here' }] }),
          fix: { text: 'a random delay before clients connect again' },
        }
      }
      // A short one is MP109; one of many hours is somebody's choice, who wants an end.
      if (stop === undefined || tooShort(stop.value) || stop.value >= chosen) continue
      yield {
        at: stop.span,
        message: `${said(stop.value)} after a reload all MQTT sessions of the old process are cut at one moment`,
        fix: { text: 'no hard-stop-after, one of 6 h and more, or a random delay before clients connect again' },
      }
    }
  },
}

function said(ms: number): string {
  const seconds = ms / 1000
  if (seconds % 3600 === 0) return `${seconds / 3600} h`
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}
