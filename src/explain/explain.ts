import { nearest } from '../nearest.js'
import { explainReasonCode } from './reason-codes.js'
import { explainTermination, knownTerminations } from './termination.js'

export interface Explanation {
  /** What kind of code it is. */
  readonly kind:
    | 'termination code'
    | 'log text'
    | 'MQTT 3.1.1 return code'
    | 'MQTT 5.0 reason code'
    | 'rule'
    | 'finding'
  readonly code: string
  readonly meaning: string
  readonly more: readonly string[]
}

const texts: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  '<NOSRV>': [
    'HAProxy found no server for the connection',
    [
      'with the name of the frontend before it: that frontend has no default_backend, which haproxy -c does not tell',
      'with the name of a backend before it: all its servers are down',
    ],
  ],
  'SSL handshake failure': [
    'TLS failed before MQTT began',
    [
      'a client without TLS reached a TLS port',
      'the client does not trust the CA of the server certificate',
      'verify required, and the client certificate is missing, expired, or signed by another CA',
    ],
  ],
}

/**
 * Everything a code can mean: a termination code (`cD`), a text of HAProxy's log (`<NOSRV>`), an MQTT code by number
 * (`135`, `0x87`). Several explanations where a number stands in both versions of MQTT.
 */
export function explainCode(code: string): readonly Explanation[] {
  const found: Explanation[] = []
  const text = Object.entries(texts).find(([name]) => name.toLowerCase() === code.toLowerCase())
  if (text) found.push({ kind: 'log text', code: text[0], meaning: text[1][0], more: text[1][1] })
  const termination = explainTermination(code)
  if (termination) {
    const more = termination.mqtt === undefined ? [] : [`with MQTT: ${termination.mqtt}`]
    found.push({ kind: 'termination code', code, meaning: termination.meaning, more })
  }
  if (/^(?:\d{1,3}|0x[0-9a-f]{1,2})$/i.test(code)) found.push(...numbers(Number(code)))
  return found
}

function numbers(code: number): Explanation[] {
  return (['3.1.1', '5.0'] as const).flatMap((version) => {
    const meaning = explainReasonCode(version, code)
    if (meaning === undefined) return []
    const kind = version === '5.0' ? 'MQTT 5.0 reason code' : 'MQTT 3.1.1 return code'
    return [{ kind, code: `${code} (0x${code.toString(16).padStart(2, '0')})`, meaning, more: [] }] as const
  })
}

/** The nearest thing that can be explained, for a mistyped code. */
export function nearestCode(code: string, others: readonly string[]): string | undefined {
  return nearest(code, [...knownTerminations, ...Object.keys(texts), ...others])
}
